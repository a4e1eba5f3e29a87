//! A fresh private PostgreSQL of the proof's own, with default durability: a direct child, a unix socket,
//! no network, gone with its guard.

mod programs;
mod usage;

pub(crate) use usage::{Meter, Usage, fsyncs};

use crate::error::{ProofError, ProofResult};
use crate::folder::{Folder, tail};
use crate::process::{Process, block_until_gone, wait_until_gone};
use programs::Programs;
use rustix::process::Signal;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// The owner of everything in the cluster.
pub(crate) const OWNER: &str = "larch_owner";
/// How long a start may take, recovery after a kill included.
const START_MAX: Duration = Duration::from_mins(1);
const STOP_MAX: Duration = Duration::from_secs(10);
const CONNECT_MAX: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(25);

/// What the bank's own private server is started with, so that both are the same.
const AS_THE_BANK: [&str; 6] = [
    "listen_addresses=",
    "max_connections=120",
    "shared_buffers=256MB",
    "wal_compression=on",
    "max_wal_size=2GB",
    "checkpoint_timeout=15min",
];

#[derive(Debug)]
pub(crate) struct Cluster {
    child: Option<Child>,
    programs: Programs,
    /// Settings beyond those of [`AS_THE_BANK`], such as `synchronous_commit=off`.
    settings: Vec<String>,
    folder: Folder,
}

impl Cluster {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// When the programs are missing, or the server is not ready within a minute.
    pub(crate) async fn start(label: &str, settings: &[&str]) -> ProofResult<Self> {
        let programs = Programs::find()?;
        let folder = Folder::new(label)?;
        folder.warn_if_in_memory();
        std::fs::create_dir(folder.path().join("run")).map_err(ProofError::system("a folder cannot be made"))?;
        programs.own(folder.path())?;
        programs.own(&folder.path().join("run"))?;
        let data = folder.path().join("data");
        let data = data.to_string_lossy();
        let arguments = ["-D", &*data, "-U", OWNER, "--auth=trust", "--encoding=UTF8"];
        programs
            .run("initdb", &[&arguments[..], &["--locale=C.UTF-8"]].concat())
            .await?;
        let mut cluster = Self {
            child: None,
            programs,
            settings: settings.iter().map(ToString::to_string).collect(),
            folder,
        };
        cluster.restart().await?;
        Ok(cluster)
    }

    /// The folder of everything that belongs to this cluster. The server's log may stand there, too.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    fn socket_dir(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("postgres.log")
    }

    /// How the bank reaches one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        let socket_dir = percent_encoded(&self.socket_dir());
        format!("postgres://{OWNER}@localhost/{database}?host={socket_dir}")
    }

    /// Starts a server that is not running, and waits until it takes connections.
    pub(crate) async fn restart(&mut self) -> ProofResult<()> {
        let begun = Instant::now();
        self.child = Some(self.launch()?);
        while begun.elapsed() < START_MAX {
            if self.connect("postgres").await.is_ok() {
                return Ok(());
            }
            let ended = self
                .child
                .as_mut()
                .is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
            if ended {
                // Memory that the processes of a killed server still hold is let go within moments.
                tokio::time::sleep(STEP * 4).await;
                self.child = Some(self.launch()?);
            }
            tokio::time::sleep(STEP).await;
        }
        Err(ProofError::NotReady {
            what: "PostgreSQL",
            seconds: START_MAX.as_secs(),
            log: tail(&self.log()),
        })
    }

    fn launch(&self) -> ProofResult<Child> {
        let log = File::options().create(true).append(true).open(self.log());
        let (out, err) = log
            .and_then(|file| Ok((file.try_clone()?, file)))
            .map_err(ProofError::system("PostgreSQL's log cannot be written"))?;
        let mut command: Command = self.programs.command("postgres");
        command.arg("-D").arg(self.folder.path().join("data"));
        command
            .arg("-c")
            .arg(format!("unix_socket_directories={}", self.socket_dir().display()));
        for setting in AS_THE_BANK
            .iter()
            .copied()
            .chain(self.settings.iter().map(String::as_str))
        {
            command.arg("-c").arg(setting);
        }
        command
            .args(["-c", "port=5432"])
            .stdout(Stdio::from(out))
            .stderr(Stdio::from(err))
            // Ctrl-C in a terminal reaches the whole group; the guard ends the server, in order.
            .process_group(0)
            .spawn()
            .map_err(ProofError::system("PostgreSQL cannot be started"))
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.socket_dir())
            .port(5432)
            .username(OWNER)
            .database(database)
    }

    /// A connection of the owner.
    ///
    /// # Errors
    /// When none is given within five seconds.
    pub(crate) async fn connect(&self, database: &str) -> ProofResult<PgConnection> {
        Door(self.options(database)).connect().await
    }

    /// Something that opens connections without holding on to the cluster.
    pub(crate) fn door(&self, database: &str) -> Door {
        Door(self.options(database))
    }

    pub(crate) async fn create_database(&self, name: &str) -> ProofResult<()> {
        let mut admin = self.connect("postgres").await?;
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        Ok(admin.close().await?)
    }

    /// Runs one of PostgreSQL's own clients against a database here.
    pub(crate) async fn client(&self, program: &'static str, arguments: &[&str]) -> ProofResult<String> {
        let socket_dir = self.socket_dir();
        let socket_dir = socket_dir.to_string_lossy();
        let place = ["-h", &*socket_dir, "-p", "5432", "-U", OWNER];
        self.programs.run(program, &[&place[..], arguments].concat()).await
    }

    fn postmaster(&self) -> Option<Process> {
        self.child.as_ref().and_then(Child::id).and_then(Process::find)
    }

    /// Every process of the server, the one that starts the others first.
    pub(crate) fn processes(&self) -> Vec<Process> {
        let postmaster = self.postmaster();
        let children = postmaster.map(Process::children).unwrap_or_default();
        postmaster.into_iter().chain(children).collect()
    }

    /// Kills with signal 9 the first process alone or all of them, and waits until all are gone.
    ///
    /// # Errors
    /// When the kernel does not let go of them within ten seconds.
    pub(crate) async fn kill(&mut self, whole: bool) -> ProofResult<()> {
        let processes = self.processes();
        let victims = if whole { processes.len() } else { 1 };
        for process in processes.iter().take(victims) {
            process.signal(Signal::KILL);
        }
        if let Some(mut child) = self.child.take() {
            let _ = tokio::time::timeout(STOP_MAX, child.wait()).await;
        }
        // The others see that the first is gone, and end by themselves once their statement is done.
        if !wait_until_gone(&processes, STOP_MAX / 2).await {
            for process in &processes {
                process.signal(Signal::KILL);
            }
        }
        if wait_until_gone(&processes, STOP_MAX).await {
            return Ok(());
        }
        Err(ProofError::TooLong {
            what: "the end of a killed PostgreSQL",
            seconds: STOP_MAX.as_secs(),
        })
    }
}

impl Drop for Cluster {
    /// An immediate shutdown: nobody needs what is in there any more.
    fn drop(&mut self) {
        let processes = self.processes();
        for process in &processes {
            process.signal(Signal::CONT);
        }
        if let Some(postmaster) = processes.first() {
            postmaster.signal(Signal::QUIT);
        }
        if !block_until_gone(&processes, STOP_MAX) {
            for process in &processes {
                process.signal(Signal::KILL);
            }
            block_until_gone(&processes, STOP_MAX);
        }
    }
}

/// Opens connections of the owner to one database.
#[derive(Clone, Debug)]
pub(crate) struct Door(PgConnectOptions);

impl Door {
    /// # Errors
    /// When none is given within five seconds.
    pub(crate) async fn connect(&self) -> ProofResult<PgConnection> {
        match tokio::time::timeout(CONNECT_MAX, self.0.connect()).await {
            Ok(connected) => Ok(connected?),
            Err(_) => Err(ProofError::TooLong {
                what: "a connection to PostgreSQL",
                seconds: CONNECT_MAX.as_secs(),
            }),
        }
    }
}

/// A path as it stands in the query of a URL.
fn percent_encoded(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    path.to_string_lossy()
        .bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::sqlx;

    #[test]
    fn a_path_is_written_so_that_a_url_can_hold_it() {
        assert_eq!(percent_encoded(Path::new("/tmp/a b/c-1")), "%2Ftmp%2Fa%20b%2Fc-1");
    }

    #[tokio::test]
    async fn a_killed_cluster_starts_again_and_nothing_is_left_at_the_end() {
        let mut cluster = Cluster::start("test", &[]).await.unwrap();
        let folder = cluster.folder().path().to_owned();
        let mut connection = cluster.connect("postgres").await.unwrap();
        let on: String = sqlx::query_scalar("SHOW synchronous_commit")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(on, "on");
        connection
            .execute("CREATE TABLE kept AS SELECT 1 AS one")
            .await
            .unwrap();
        for whole in [false, true] {
            cluster.kill(whole).await.unwrap();
            assert!(cluster.processes().is_empty());
            cluster.restart().await.unwrap();
        }
        let mut again = cluster.connect("postgres").await.unwrap();
        let one: i32 = sqlx::query_scalar("SELECT one FROM kept")
            .fetch_one(&mut again)
            .await
            .unwrap();
        assert_eq!(one, 1);
        let processes = cluster.processes();
        assert!(processes.len() > 3);
        drop(cluster);
        assert!(processes.iter().all(|process| !process.is_running()));
        assert!(!folder.exists());
    }
}
