//! Lines for whoever runs the proof.

use std::fmt::Display;
use std::io::Write as _;

/// A line on standard output.
pub(crate) fn say(line: impl Display) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading any more; that is no reason to stop.
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// A line about what is going on, on standard error.
pub(crate) fn note(line: impl Display) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "proof: {line}");
}
