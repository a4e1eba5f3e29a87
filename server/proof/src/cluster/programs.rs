//! PostgreSQL's programs on this machine, and the user they run as.

use crate::error::{ProofError, ProofResult};
use crate::process;
use std::path::{Path, PathBuf};
use tokio::process::Command;

#[derive(Clone, Debug)]
pub(crate) struct Programs {
    bin: PathBuf,
    /// User and group to run as; none when we are not root and run them as ourselves.
    run_as: Option<(u32, u32)>,
}

impl Programs {
    pub(super) fn find() -> ProofResult<Self> {
        let bin = candidates()
            .into_iter()
            .find(|dir| dir.join("initdb").exists() && dir.join("postgres").exists())
            .ok_or(ProofError::NoPrograms)?;
        let is_root = rustix::process::geteuid().is_root();
        let run_as = if is_root { Some(service_user()?) } else { None };
        Ok(Self { bin, run_as })
    }

    /// A program with no settings from our own environment, in a folder that everybody can enter.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = process::command(&self.bin.join(program), self.run_as);
        command
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .stdin(std::process::Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs a program to its end, and gives back what it printed.
    pub(super) async fn run(&self, program: &'static str, arguments: &[&str]) -> ProofResult<String> {
        let output = self
            .command(program)
            .args(arguments)
            .output()
            .await
            .map_err(ProofError::system("a program of PostgreSQL cannot be run"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(ProofError::Program { program, output })
    }

    /// Gives a folder to the user that the programs run as.
    pub(super) fn own(&self, folder: &Path) -> ProofResult<()> {
        let Some((user, group)) = self.run_as else {
            return Ok(());
        };
        std::os::unix::fs::chown(folder, Some(user), Some(group))
            .map_err(ProofError::system("a folder cannot be given to PostgreSQL's user"))
    }
}

/// Where the programs may be: as configured, Debian's newest, the PATH.
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

fn service_user() -> ProofResult<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").map_err(|_| ProofError::NoUser)?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| user_in(&users, name))
        .ok_or(ProofError::NoUser)
}

fn user_in(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
