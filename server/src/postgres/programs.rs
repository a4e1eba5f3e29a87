//! PostgreSQL's programs on this machine, and the user they run as.

use super::PostgresError;
use sha2::{Digest, Sha256};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use tokio::process::Command;

pub(super) struct Programs {
    bin: PathBuf,
    /// User and group to run as; none when we are not root and run them as ourselves.
    run_as: Option<(u32, u32)>,
}

impl Programs {
    pub(super) fn find() -> Result<Self, PostgresError> {
        let bin = candidates()
            .into_iter()
            .find(|dir| dir.join("initdb").exists() && dir.join("postgres").exists());
        let bin = bin.ok_or(PostgresError::NoPrograms)?;
        let run_as = if rustix::process::geteuid().is_root() {
            Some(service_user()?)
        } else {
            None
        };
        Ok(Self { bin, run_as })
    }

    pub(super) fn command(&self, program: &'static str) -> Command {
        self.command_at(&self.bin.join(program))
    }

    fn command_at(&self, program: &Path) -> Command {
        let mut command = std::process::Command::new(program);
        if let Some((user, group)) = self.run_as {
            // Without other groups: the standard library drops them when the user changes.
            command.uid(user).gid(group);
        }
        // A folder that the other user can enter, and no settings from our own environment.
        command
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8");
        Command::from(command)
    }

    async fn run(&self, program: &'static str, arguments: &[&str]) -> Result<(), PostgresError> {
        let output = self.command(program).args(arguments).output().await;
        let output = output.map_err(|cause| PostgresError::Program {
            program,
            output: cause.to_string(),
        })?;
        if output.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(PostgresError::Program { program, output: text })
    }

    /// Makes a cluster whose owner is `larch_owner`. The folder and its socket are closed to others,
    /// so that whoever can reach the socket may come in.
    pub(super) async fn initialise(&self, data: &Path) -> Result<(), PostgresError> {
        let data = data.to_string_lossy();
        let arguments = [
            "-D",
            &*data,
            "-U",
            "larch_owner",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ];
        self.run("initdb", &arguments).await
    }

    pub(super) async fn is_ready(&self, socket_dir: &Path) -> bool {
        let socket_dir = socket_dir.to_string_lossy();
        self.run(
            "pg_isready",
            &["-q", "-h", &*socket_dir, "-U", "larch_owner", "-d", "postgres"],
        )
        .await
        .is_ok()
    }

    pub(super) async fn create_database(&self, socket_dir: &Path) -> Result<(), PostgresError> {
        let socket_dir = socket_dir.to_string_lossy();
        match self
            .run("createdb", &["-h", &*socket_dir, "-U", "larch_owner", "larch"])
            .await
        {
            Err(PostgresError::Program { output, .. }) if output.contains("already exists") => Ok(()),
            other => other,
        }
    }

    /// Gives a folder to the user that the programs run as.
    pub(super) fn own(&self, folder: &Path) -> io::Result<()> {
        match self.run_as {
            Some((user, group)) => std::os::unix::fs::chown(folder, Some(user), Some(group)),
            None => Ok(()),
        }
    }

    /// Whether the user that the programs run as can enter a folder.
    pub(super) async fn reaches(&self, folder: &Path) -> bool {
        if self.run_as.is_none() {
            return true;
        }
        let test = self
            .command_at(Path::new("/usr/bin/test"))
            .arg("-x")
            .arg(folder)
            .status()
            .await;
        test.is_ok_and(|status| status.success())
    }
}

/// Where the programs may be: as configured, Debian's newest, Red Hat's and Homebrew's, the PATH.
fn candidates() -> Vec<PathBuf> {
    if let Some(bin) = std::env::var_os("BANK_POSTGRES_BIN") {
        return vec![bin.into()];
    }
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let mut found: Vec<PathBuf> = versions.into_iter().map(|(_, bin)| bin).collect();
    found.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    found
}

/// The user for a private server when we are root: `postgres`, or else `nobody`.
fn service_user() -> Result<(u32, u32), PostgresError> {
    let users = std::fs::read_to_string("/etc/passwd").map_err(|_| PostgresError::NoUser)?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| user_in(&users, name))
        .ok_or(PostgresError::NoUser)
}

fn user_in(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// A folder for data that the other user can enter, one for each data folder that it cannot.
pub(super) fn reachable_folder(dir: &Path) -> PathBuf {
    Path::new("/var/lib").join(short_name(dir))
}

/// A short name that stands for a long path.
pub(super) fn short_name(path: &Path) -> String {
    let digest = Sha256::digest(path.to_string_lossy().as_bytes());
    format!("larch-{}", hex::encode(&digest[..6]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let passwd =
            "root:x:0:0::/root:/bin/sh\npostgresx:x:1:1::/:\npostgres:x:101:104:PG:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(user_in(passwd, "postgres"), Some((101, 104)));
        assert_eq!(user_in(passwd, "post"), None);
    }

    #[test]
    fn short_names_are_short_and_differ() {
        let long = PathBuf::from("/a".repeat(200));
        assert!(short_name(&long).len() < 24);
        assert_ne!(short_name(&long), short_name(Path::new("/b")));
    }
}
