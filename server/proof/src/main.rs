//! Proof from outside, with nothing of the bank's own code in it: how fast the bank is, measured beside
//! what a stock PostgreSQL does on the same machine in the same minutes (`proof bench`); and whether it keeps
//! its word when it is killed, stopped, cut off and flooded (`proof torture`).
//!
//! Everything that is started listens on loopback or a unix socket, lives below the system's temporary
//! folder, and is ended when the proof ends, however it ends.

mod bench;
mod client;
mod cluster;
mod engine;
mod error;
mod folder;
mod invariants;
mod larch;
mod people;
mod process;
mod say;
mod stats;
mod torture;

use clap::{Parser, Subcommand};
use error::{ProofError, ProofResult};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// The load shares the machine with what it measures, so it is as light as it can be.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(
    name = "proof",
    version,
    about = "Shows how fast the bank is, and that it keeps its word."
)]
struct Arguments {
    /// The server's program; absent: `larch` beside this program.
    #[arg(long, global = true)]
    larch: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure transfers, beside pgbench and beside the usual way to write them.
    Bench(bench::Options),
    /// Kill, stop, cut off and flood the bank, and look for money that was lost or made.
    Torture(torture::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // When a signal comes, the run is dropped where it stands, and its guards end what it started.
    let outcome = tokio::select! {
        outcome = run(arguments) => outcome,
        () = stop_signal() => Err(ProofError::Stopped),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::note(error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> ProofResult<()> {
    let program = larch::Program::find(arguments.larch)?;
    match arguments.command {
        Command::Bench(options) => bench::run(&program, &options).await,
        Command::Torture(options) => torture::run(&program, &options).await,
    }
}

/// Returns when we are told to stop: Ctrl-C, a terminal that closes, or whoever started us.
async fn stop_signal() {
    let told = async |kind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = told(SignalKind::interrupt()) => {}
        () = told(SignalKind::terminate()) => {}
        () = told(SignalKind::hangup()) => {}
    }
}
