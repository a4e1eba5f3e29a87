//! A temporary folder that goes when its guard does.

use crate::error::{ProofError, ProofResult};
use crate::say::note;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// What `statfs` says of a file system that is in memory.
const TMPFS: i64 = 0x0102_1994;

static MADE: AtomicU32 = AtomicU32::new(0);

/// A folder of our own, closed to others, below the system's temporary folder.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes a new one whose name has `label` in it.
    pub(crate) fn new(label: &str) -> ProofResult<Self> {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("larch-proof-{}-{number}-{label}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(ProofError::system("a temporary folder cannot be made"))?;
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Says so when the folder is in memory: what is safe there costs nothing, and proves nothing.
    pub(crate) fn warn_if_in_memory(&self) {
        let in_memory = rustix::fs::statfs(&self.path).is_ok_and(|fs| fs.f_type == TMPFS);
        if in_memory {
            note("the temporary folder is in memory, where fsync is free; set TMPDIR to a folder on a disk");
        }
    }

    /// Copies files out before the folder goes, so that a finding can be studied.
    ///
    /// Returns the folder they are in; files that are not there are left out.
    pub(crate) fn rescue(&self, files: &[&str]) -> ProofResult<PathBuf> {
        let kept = std::env::temp_dir().join(format!("larch-proof-kept-{}", std::process::id()));
        std::fs::create_dir_all(&kept).map_err(ProofError::system("the folder for findings cannot be made"))?;
        for file in files {
            let _ = std::fs::copy(self.path.join(file), kept.join(file));
        }
        Ok(kept)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(cause) = std::fs::remove_dir_all(&self.path) {
            note(format!("{} could not be removed: {cause}", self.path.display()));
        }
    }
}

/// The last lines of a log, for an error message.
pub(crate) fn tail(log: &Path) -> String {
    const LINES: usize = 15;
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
