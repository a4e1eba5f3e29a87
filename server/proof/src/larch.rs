//! The bank's server as a child process: started, killed, stopped and continued from outside.

use crate::client::{Connection, get};
use crate::cluster::Cluster;
use crate::error::{ProofError, ProofResult};
use crate::folder::tail;
use crate::process::{self, Process};
use rustix::process::Signal;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Child;

/// How long the server may take until it is open, migrations included.
const READY_MAX: Duration = Duration::from_mins(1);
const STOP_MAX: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(20);
/// What wraps the data keys of every bank here: 32 zero bytes in base64. There is nothing to keep secret.
const MASTER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// Where the assistant's understanding is read from.
const MODEL: &str = "BANK_ASSISTANT_MODEL";
/// Its log, in the cluster's folder.
pub(crate) const LOG: &str = "larch.log";

/// All of our clients come from one address, and far more often than people do: what is measured is the bank, not its doors.
const OPEN_DOORS: [(&str, &str); 7] = [
    ("BANK_DOORS_CONNECTIONS_MAX", "20000"),
    ("BANK_DOORS_CONNECTIONS_PER_CLIENT_MAX", "20000"),
    ("BANK_DOORS_AT_ONCE_PER_CLIENT_MAX", "20000"),
    ("BANK_DOORS_REQUESTS", "1000000 + 100000000/min"),
    ("BANK_DOORS_PROGRAM", "1000000 + 100000000/min"),
    ("BANK_DOORS_PAYEE_CHECKS", "1000000 + 100000000/min"),
    ("BANK_DOORS_HEALTH", "1000000 + 100000000/min"),
];

/// The program, and the folder it has to be started in.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    file: PathBuf,
    root: PathBuf,
}

impl Program {
    /// The program that was named, or the one beside ours.
    pub(crate) fn find(named: Option<PathBuf>) -> ProofResult<Self> {
        let beside = || std::env::current_exe().map(|me| me.with_file_name("larch"));
        let file = match named {
            Some(file) => file,
            None => beside().map_err(ProofError::system("the program's own folder is unknown"))?,
        };
        let file = file
            .canonicalize()
            .map_err(|_| ProofError::NoServer(file.display().to_string()))?;
        // The scripts say where the repository is; without them it is where we were built.
        let root = std::env::var_os("LARCH_ROOT").map_or_else(built_in, PathBuf::from);
        Ok(Self { file, root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }
}

fn built_in() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A server that runs, and is killed when its guard goes.
#[derive(Debug)]
pub(crate) struct Larch {
    child: Option<Child>,
    program: Program,
    address: SocketAddr,
    database_url: String,
    log: PathBuf,
}

impl Larch {
    /// Starts the server on one database of a cluster, which it migrates, and waits until it is open.
    pub(crate) async fn start(program: &Program, cluster: &Cluster, database: &str) -> ProofResult<Self> {
        let mut larch = Self {
            child: None,
            program: program.clone(),
            address: free_address()?,
            database_url: cluster.url(database),
            log: cluster.folder().path().join(LOG),
        };
        larch.launch()?;
        larch.wait_until_ready().await?;
        Ok(larch)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts the process; it is open only later.
    pub(crate) fn launch(&mut self) -> ProofResult<()> {
        let log = File::options().create(true).append(true).open(&self.log);
        let (out, err) = log
            .and_then(|file| Ok((file.try_clone()?, file)))
            .map_err(ProofError::system("the server's log cannot be written"))?;
        let mut command = process::command(&self.program.file, None);
        command
            .current_dir(&self.program.root)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("BANK_ADDR", self.address.to_string())
            .env("DATABASE_URL", &self.database_url)
            .env("BANK_MASTER_KEY", MASTER_KEY)
            .env("BANK_DEMO", "off")
            .env("BANK_LOG", "warn")
            .env("BANK_LIMITS_SENT_DAILY_MAX", "100000000")
            .env("BANK_LIMITS_SENT_HOURLY_COUNT_MAX", "100000000")
            .envs(OPEN_DOORS)
            // What was learned before: nobody learns beside what is measured.
            .envs(std::env::var_os(MODEL).map(|model| (MODEL, model)))
            .stdin(Stdio::null())
            .stdout(Stdio::from(out))
            .stderr(Stdio::from(err))
            .process_group(0)
            .kill_on_drop(true);
        self.child = Some(
            command
                .spawn()
                .map_err(ProofError::system("the server cannot be started"))?,
        );
        Ok(())
    }

    /// Has the names sealed that were written into the database in the plain, as after an import, and makes the data
    /// keys of those who came with them.
    ///
    /// # Errors
    /// When the command fails.
    pub(crate) async fn seal_names(&self) -> ProofResult<()> {
        let mut command = process::command(&self.program.file, None);
        command
            .args(["keys", "seal"])
            .current_dir(&self.program.root)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("DATABASE_URL", &self.database_url)
            .env("BANK_MASTER_KEY", MASTER_KEY)
            .env("BANK_LOG", "warn")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let ended = command
            .output()
            .await
            .map_err(ProofError::system("the names cannot be sealed"))?;
        if ended.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        Err(ProofError::Other(format!("the names were not sealed: {said}")))
    }

    /// Waits until the server says that it is ready.
    ///
    /// # Errors
    /// When it has ended, or says so not within a minute.
    pub(crate) async fn wait_until_ready(&mut self) -> ProofResult<()> {
        let begun = Instant::now();
        while begun.elapsed() < READY_MAX {
            if self.has_ended() {
                break;
            }
            if is_ready(self.address).await {
                return Ok(());
            }
            tokio::time::sleep(STEP).await;
        }
        Err(ProofError::NotReady {
            what: "the bank's server",
            seconds: begun.elapsed().as_secs(),
            log: tail(&self.log),
        })
    }

    fn has_ended(&mut self) -> bool {
        self.child
            .as_mut()
            .is_none_or(|child| !matches!(child.try_wait(), Ok(None)))
    }

    pub(crate) fn process(&self) -> Option<Process> {
        self.child.as_ref().and_then(Child::id).and_then(Process::find)
    }

    fn signal(&self, signal: Signal) {
        if let Some(process) = self.process() {
            process.signal(signal);
        }
    }

    /// Halts the process where it stands; it goes on with [`Self::resume`].
    pub(crate) fn halt(&self) {
        self.signal(Signal::STOP);
    }

    pub(crate) fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// Kills the process with signal 9, and waits until it is gone.
    pub(crate) async fn kill(&mut self) {
        self.signal(Signal::KILL);
        if let Some(mut child) = self.child.take() {
            let _ = tokio::time::timeout(STOP_MAX, child.wait()).await;
        }
    }

    /// Lets the server finish what it is at, and end.
    ///
    /// # Errors
    /// When it does not end within half a minute.
    pub(crate) async fn stop(&mut self) -> ProofResult<()> {
        self.resume();
        self.signal(Signal::TERM);
        if let Some(mut child) = self.child.take()
            && tokio::time::timeout(STOP_MAX, child.wait()).await.is_err()
        {
            return Err(ProofError::TooLong {
                what: "the clean stop of the bank's server",
                seconds: STOP_MAX.as_secs(),
            });
        }
        Ok(())
    }
}

impl Drop for Larch {
    fn drop(&mut self) {
        let Some(process) = self.process() else { return };
        process.signal(Signal::KILL);
        process::block_until_gone(&[process], STOP_MAX);
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else {
        return false;
    };
    let answer = connection.send(get("/health/ready", None)).await;
    answer.is_ok_and(|answer| answer.status == 200)
}

/// A port of the loopback interface that nobody has now.
fn free_address() -> ProofResult<SocketAddr> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(ProofError::system("there is no free port"))
}
