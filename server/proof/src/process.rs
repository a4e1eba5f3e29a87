//! Processes as the kernel shows them: who is whose child, what they have used, and signals to exactly them.

use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::process::Command;

const STEP: Duration = Duration::from_millis(5);
const SETPRIV: &str = "/usr/bin/setpriv";

/// One process, not merely its number: numbers are given again, so its start belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pid: Pid,
    /// In clock ticks since the machine started.
    started: u64,
}

/// What `/proc/<pid>/stat` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stat {
    parent: i32,
    ended: bool,
    /// Processor time in clock ticks: its own, and that of its children that have ended.
    ticks: u64,
    started: u64,
}

fn parse(stat: &str) -> Option<Stat> {
    // The name is in brackets, and may itself have any of these characters.
    let rest = stat.get(stat.rfind(')')? + 1..)?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        ended: matches!(*fields.first()?, "Z" | "X"),
        ticks: number(11)? + number(12)? + number(13)? + number(14)?,
        started: number(19)?,
    })
}

fn stat(pid: i32) -> Option<Stat> {
    parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

impl Process {
    /// The process that has a number now.
    pub(crate) fn find(pid: u32) -> Option<Self> {
        let pid = i32::try_from(pid).ok()?;
        Some(Self {
            started: stat(pid)?.started,
            pid: Pid::from_raw(pid)?,
        })
    }

    fn stat(self) -> Option<Stat> {
        stat(self.pid.as_raw_nonzero().get()).filter(|stat| stat.started == self.started)
    }

    /// Those of its children that have not ended.
    pub(crate) fn children(self) -> Vec<Self> {
        let Ok(entries) = std::fs::read_dir("/proc") else {
            return Vec::new();
        };
        let number = |entry: std::fs::DirEntry| entry.file_name().to_str()?.parse::<i32>().ok();
        entries
            .flatten()
            .filter_map(number)
            .filter_map(|pid| Some((Pid::from_raw(pid)?, stat(pid)?)))
            .filter(|(_, stat)| stat.parent == self.pid.as_raw_nonzero().get() && !stat.ended)
            .map(|(pid, stat)| Self {
                pid,
                started: stat.started,
            })
            .collect()
    }

    /// False as well when it has ended and nobody has asked how.
    pub(crate) fn is_running(self) -> bool {
        self.stat().is_some_and(|stat| !stat.ended)
    }

    /// Sends a signal, if the process is still the same. A process that is gone needs none.
    pub(crate) fn signal(self, signal: Signal) {
        if self.stat().is_some() {
            let _ = kill_process(self.pid, signal);
        }
    }

    /// Processor time in microseconds: its own, and that of its children that have ended.
    pub(crate) fn cpu_micros(self) -> u64 {
        let per_second = rustix::param::clock_ticks_per_second().max(1);
        self.stat().map_or(0, |stat| stat.ticks * 1_000_000 / per_second)
    }
}

/// Waits until all of them are gone. False when some are still there after `most`.
pub(crate) async fn wait_until_gone(processes: &[Process], most: Duration) -> bool {
    let begun = Instant::now();
    while processes.iter().any(|process| process.is_running()) {
        if begun.elapsed() > most {
            return false;
        }
        tokio::time::sleep(STEP).await;
    }
    true
}

/// The same for a guard's end, where nothing can be awaited.
pub(crate) fn block_until_gone(processes: &[Process], most: Duration) -> bool {
    let begun = Instant::now();
    while processes.iter().any(|process| process.is_running()) {
        if begun.elapsed() > most {
            return false;
        }
        std::thread::sleep(STEP);
    }
    true
}

/// A command that the kernel kills with us, even when we are killed ourselves; as another user if one is named.
///
/// Without `setpriv` (it is Linux's) it is the plain command, and the guards alone end it.
pub(crate) fn command(program: &Path, run_as: Option<(u32, u32)>) -> Command {
    if !Path::new(SETPRIV).exists() {
        let mut command = std::process::Command::new(program);
        if let Some((user, group)) = run_as {
            use std::os::unix::process::CommandExt as _;
            command.uid(user).gid(group);
        }
        return Command::from(command);
    }
    let mut command = Command::new(SETPRIV);
    command.args(["--pdeathsig", "KILL"]);
    if let Some((user, group)) = run_as {
        command
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={group}"))
            .arg("--clear-groups");
    }
    command.arg("--").arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_whatever_the_name_is() {
        let line = "42 (a) b (c) S 7 1 1 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 99 1 1";
        let expected = Stat {
            parent: 7,
            ended: false,
            ticks: 100,
            started: 99,
        };
        assert_eq!(parse(line), Some(expected));
        assert_eq!(parse("42 (a) Z 7"), None);
    }

    #[test]
    fn we_are_running_and_use_the_processor() {
        let me = Process::find(std::process::id()).unwrap();
        assert!(me.is_running());
        let other = Process {
            started: me.started + 1,
            ..me
        };
        assert!(!other.is_running());
    }
}
