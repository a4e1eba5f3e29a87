//! A private PostgreSQL: the machine's own programs, our own data, a unix socket, no network.
//!
//! It runs as a direct child, never as root, and stops with the server. The data folder is ours
//! alone while a server holds its lock, so a process that an earlier server left behind can be stopped.

mod programs;

use programs::Programs;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// How long a start may take, recovery after a crash included.
const START_MAX: Duration = Duration::from_mins(2);
const STOP_MAX: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(50);
/// Another server's may be starting while somebody comes to work beside it: ten seconds are left to it.
const LOOKS_FOR_NEIGHBOUR: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
/// A unix socket's path has at most 107 bytes, and PostgreSQL adds the socket's own name.
const SOCKET_DIR_MAX: usize = 80;

#[derive(Debug, thiserror::Error)]
pub(crate) enum PostgresError {
    #[error(
        "no PostgreSQL programs were found: install the package postgresql, set BANK_POSTGRES_BIN to the folder of \
         initdb and postgres, or set DATABASE_URL to a server that runs"
    )]
    NoPrograms,
    #[error("PostgreSQL does not run as root, and this machine has no user 'postgres' or 'nobody' to run it as")]
    NoUser,
    #[error("another Larch server works on the data in {0}: stop it first, or set BANK_DATA_DIR to another folder")]
    InUse(String),
    #[error("{what} in {folder}: {cause}")]
    Folder {
        what: &'static str,
        folder: String,
        cause: io::Error,
    },
    #[error("{program} failed: {output}")]
    Program { program: &'static str, output: String },
    #[error("PostgreSQL did not start; its log is {0}")]
    NotStarted(String),
}

/// A running private server.
pub(crate) struct Postgres {
    child: Child,
    socket_dir: PathBuf,
    /// Held as long as the server runs; the system lets it go with the process.
    _lock: File,
}

/// The folders of a private server.
struct Place {
    data: PathBuf,
    socket_dir: PathBuf,
    log: PathBuf,
}

impl Postgres {
    /// Starts the private server below `dir`, and makes its data the first time.
    pub(crate) async fn start(dir: &Path) -> Result<Self, PostgresError> {
        let programs = Programs::find()?;
        let (place, lock) = prepare(&programs, dir).await?;
        stop_left_behind(&place).await;
        if !place.data.join("PG_VERSION").exists() {
            tracing::info!("making a private database");
            programs.initialise(&place.data).await?;
        }
        let child = launch(&programs, &place)?;
        let mut postgres = Self {
            child,
            socket_dir: place.socket_dir.clone(),
            _lock: lock,
        };
        postgres.wait_until_ready(&programs, &place).await?;
        programs.create_database(&place.socket_dir).await?;
        Ok(postgres)
    }

    /// Where a role reaches the bank's database.
    pub(crate) fn url(&self, role: &str) -> String {
        url_in(&self.socket_dir, role)
    }

    async fn wait_until_ready(&mut self, programs: &Programs, place: &Place) -> Result<(), PostgresError> {
        let mut waited = Duration::ZERO;
        while waited < START_MAX {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                break;
            }
            if programs.is_ready(&place.socket_dir).await {
                return Ok(());
            }
            tokio::time::sleep(STEP).await;
            waited += STEP;
        }
        Err(PostgresError::NotStarted(place.log.display().to_string()))
    }

    /// A fast shutdown: open transactions are rolled back, everything committed is safe.
    pub(crate) async fn stop(mut self) -> Result<(), PostgresError> {
        if let Some(pid) = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
        {
            let _ = kill_process(pid, Signal::INT);
        }
        match tokio::time::timeout(STOP_MAX, self.child.wait()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(cause)) => Err(PostgresError::Program {
                program: "postgres",
                output: cause.to_string(),
            }),
            Err(_) => Err(PostgresError::Program {
                program: "postgres",
                output: "it does not stop".to_owned(),
            }),
        }
    }
}

fn url_in(socket_dir: &Path, role: &str) -> String {
    let mut url = String::from("postgres://");
    url.push_str(role);
    url.push_str("@localhost/larch?host=");
    url.extend(url::form_urlencoded::byte_serialize(
        socket_dir.to_string_lossy().as_bytes(),
    ));
    url
}

/// The private server that another Larch has started and will stop: for whoever works beside it.
pub(crate) struct Neighbour {
    socket_dir: PathBuf,
}

impl Neighbour {
    /// Finds the one below `dir`. The other may be starting just now: it has a while for that.
    ///
    /// # Errors
    /// [`PostgresError::NotStarted`] when it does not answer.
    pub(crate) async fn find(dir: &Path) -> Result<Self, PostgresError> {
        let programs = Programs::find()?;
        let dir = dir.canonicalize().map_err(|cause| PostgresError::Folder {
            what: "the data folder cannot be found",
            folder: dir.display().to_string(),
            cause,
        })?;
        let base = if programs.reaches(&dir).await {
            dir
        } else {
            programs::reachable_folder(&dir)
        };
        let socket_dir = socket_dir(&base);
        for _ in 0..LOOKS_FOR_NEIGHBOUR {
            if programs.is_ready(&socket_dir).await {
                return Ok(Self { socket_dir });
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Err(PostgresError::NotStarted(
            base.join("postgres.log").display().to_string(),
        ))
    }

    pub(crate) fn url(&self, role: &str) -> String {
        url_in(&self.socket_dir, role)
    }
}

fn socket_dir(base: &Path) -> PathBuf {
    let beside = base.join("run");
    if beside.as_os_str().len() > SOCKET_DIR_MAX {
        return std::env::temp_dir().join(programs::short_name(base));
    }
    beside
}

/// Makes the folders, owned by whom the server runs as, and takes the lock.
async fn prepare(programs: &Programs, dir: &Path) -> Result<(Place, File), PostgresError> {
    let folder_error = |what: &'static str, path: &Path| {
        let folder = path.display().to_string();
        move |cause| PostgresError::Folder { what, folder, cause }
    };
    std::fs::create_dir_all(dir).map_err(folder_error("the data folder cannot be made", dir))?;
    let dir = dir
        .canonicalize()
        .map_err(folder_error("the data folder cannot be found", dir))?;
    let lock = lock(&dir)?;
    let base = if programs.reaches(&dir).await {
        dir
    } else {
        let elsewhere = programs::reachable_folder(&dir);
        tracing::warn!(
            folder = %elsewhere.display(),
            "the user that runs PostgreSQL cannot enter the data folder; the data is kept elsewhere"
        );
        std::fs::create_dir_all(&elsewhere).map_err(folder_error("the data folder cannot be made", &elsewhere))?;
        elsewhere
    };
    let data = base.join("postgres");
    let socket_dir = socket_dir(&base);
    for folder in [&data, &socket_dir] {
        std::fs::create_dir_all(folder).map_err(folder_error("a folder cannot be made", folder))?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
            .map_err(folder_error("a folder cannot be closed to others", folder))?;
        programs
            .own(folder)
            .map_err(folder_error("a folder cannot be given to PostgreSQL's user", folder))?;
    }
    Ok((
        Place {
            log: base.join("postgres.log"),
            data,
            socket_dir,
        },
        lock,
    ))
}

fn lock(dir: &Path) -> Result<File, PostgresError> {
    let path = dir.join("larch.lock");
    let open = || -> io::Result<File> { File::options().create(true).truncate(false).write(true).open(&path) };
    let file = open().map_err(|cause| PostgresError::Folder {
        what: "the lock cannot be made",
        folder: dir.display().to_string(),
        cause,
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(PostgresError::InUse(dir.display().to_string())),
        Err(TryLockError::Error(cause)) => Err(PostgresError::Folder {
            what: "the lock cannot be taken",
            folder: dir.display().to_string(),
            cause,
        }),
    }
}

/// Stops a server that was left behind when an earlier Larch was killed. We hold the lock, so nobody
/// else is using it. A pid file whose process is gone, or is something else, is left to PostgreSQL.
async fn stop_left_behind(place: &Place) {
    let Ok(text) = std::fs::read_to_string(place.data.join("postmaster.pid")) else {
        return;
    };
    let Some(pid) = text
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok())
        .and_then(Pid::from_raw)
    else {
        return;
    };
    let command = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
    let command = String::from_utf8_lossy(&command);
    if !command.contains("postgres") || !command.contains(&*place.data.to_string_lossy()) {
        return;
    }
    tracing::warn!("stopping the PostgreSQL that an earlier server left behind");
    let _ = kill_process(pid, Signal::INT);
    let mut waited = Duration::ZERO;
    while waited < STOP_MAX && test_kill_process(pid).is_ok() {
        tokio::time::sleep(STEP).await;
        waited += STEP;
    }
}

fn launch(programs: &Programs, place: &Place) -> Result<Child, PostgresError> {
    let log = || File::options().create(true).append(true).open(&place.log);
    let (out, err) = log()
        .and_then(|file| Ok((file.try_clone()?, file)))
        .map_err(|cause| PostgresError::Folder {
            what: "PostgreSQL's log cannot be written",
            folder: place.log.display().to_string(),
            cause,
        })?;
    let mut command: Command = programs.command("postgres");
    command
        .arg("-D")
        .arg(&place.data)
        .args(["-c", "listen_addresses="])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", place.socket_dir.display()))
        .args([
            "-c",
            "max_connections=120",
            "-c",
            "shared_buffers=256MB",
            "-c",
            "wal_compression=on",
            // After each checkpoint every page is logged whole when it is first changed: fewer of them, further apart.
            "-c",
            "max_wal_size=2GB",
            "-c",
            "checkpoint_timeout=15min",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::from(out))
        .stderr(Stdio::from(err))
        // Ctrl-C in a terminal reaches the whole group: the database must outlive the last request.
        .process_group(0);
    command.spawn().map_err(|cause| PostgresError::Program {
        program: "postgres",
        output: cause.to_string(),
    })
}
