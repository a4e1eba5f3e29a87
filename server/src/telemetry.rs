//! The log, and the few lines that are said to whoever started the server.

use std::io::Write as _;
use tracing_subscriber::EnvFilter;

/// `BANK_LOG` chooses what is logged (`info`, `bank_operations=debug`, …), `BANK_LOG_FORMAT=json` how.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("BANK_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let json = std::env::var("BANK_LOG_FORMAT").is_ok_and(|format| format == "json");
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process keeps the first log.
    let _ = if json {
        log.json().try_init()
    } else {
        log.with_target(false).try_init()
    };
}

/// A line for a person, on standard output.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading any more; that is no reason to stop.
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
