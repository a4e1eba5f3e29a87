//! Larch: a complete bank in one binary. Reads the configuration, wires everything, opens the doors.

mod assistant;
mod audit_command;
mod bank;
mod cases_command;
mod command;
mod config;
mod demo;
mod dialogues;
mod doors;
mod jobs;
mod keys;
mod mail;
mod outward;
mod postgres;
mod staff_command;
mod telemetry;
mod understanding;
#[cfg(test)]
mod walls;

use clap::{Parser, Subcommand};
use config::{Config, ConfigError};
use std::process::ExitCode;

/// Requests are many small allocations on a few threads: with the C library's allocator they were a quarter of the
/// processor time of a payment.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(
    name = "larch",
    version,
    about = "A complete online bank: one server, one PostgreSQL."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the bank (what happens without a command, too).
    Serve,
    /// Bring the database up to date, and stop.
    Migrate,
    /// The demo bank.
    #[command(subcommand)]
    Demo(DemoCommand),
    /// Check the proof of a signature, without the bank. Fails when it does not hold.
    VerifyProof {
        /// The file that a receipt offers.
        file: std::path::PathBuf,
    },
    /// The keys to what is sealed in the database.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// The bank's own books.
    #[command(subcommand)]
    Ledger(command::LedgerCommand),
    /// The audit chain, and the reports on business days.
    #[command(subcommand)]
    Audit(audit_command::AuditCommand),
    /// Learn what customers' words mean, and write it to a file. Needs no database.
    Train(understanding::TrainCommand),
    /// Measure how well the bank understands and does what customers say. Touches no bank that is there.
    #[command(subcommand)]
    Evaluate(understanding::EvaluateCommand),
    /// Logins: close one, open it again, end sessions.
    #[command(subcommand)]
    Users(command::UsersCommand),
    /// Customers who wait for a person: read, answer, close.
    #[command(subcommand)]
    Cases(cases_command::CasesCommand),
    /// People who work at the bank: let in, list, end.
    #[command(subcommand)]
    Staff(staff_command::StaffCommand),
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Fill an empty bank with the demo people and their year.
    Seed,
    /// Throw everything away and seed again. Refused unless the demo is on.
    Reset {
        /// Also when the database is the one that `DATABASE_URL` names.
        #[arg(long)]
        given_database: bool,
    },
    /// Print the demo people.
    People,
}

/// Why the bank did not open, in one line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Postgres(#[from] postgres::PostgresError),
    #[error("the database refused: {0}")]
    Storage(#[from] bank_storage::StorageError),
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] migrations::sea_orm::DbErr),
    #[error(transparent)]
    Vault(#[from] bank_storage::vault::VaultError),
    #[error("passkeys cannot work at {0}: use a host name that browsers allow them at")]
    Origin(String),
    #[error(transparent)]
    Tls(#[from] doors::listen::tls::TlsError),
    #[error("cannot listen at {address}: {cause}")]
    Listen {
        address: std::net::SocketAddr,
        cause: std::io::Error,
    },
    #[error("{0}")]
    Refused(#[from] bank_contract::BankError),
    #[error("{0}")]
    Other(String),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let log = match telemetry::start() {
        Ok(log) => log,
        Err(error) => {
            telemetry::say(&format!("Larch stopped: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let ended = run(arguments).await;
    log.finish();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            telemetry::say(&format!("Larch stopped: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
    // These need neither a configuration nor a database.
    match &arguments.command {
        Some(Command::VerifyProof { file }) => return command::verify_proof(file),
        Some(Command::Train(wanted)) => return wanted.run(),
        Some(Command::Evaluate(wanted)) => return wanted.run().await,
        _ => {}
    }
    let config = Config::read()?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Train(wanted) => wanted.run(),
        Command::Evaluate(wanted) => wanted.run().await,
        Command::Serve => bank::serve(&config).await,
        Command::Migrate => bank::migrate(&config).await,
        Command::VerifyProof { file } => command::verify_proof(&file),
        Command::Keys(wanted) => bank::keys(&config, wanted).await,
        Command::Ledger(wanted) => bank::operate(&config, async |bank| wanted.run(bank).await).await,
        Command::Audit(wanted) => bank::operate(&config, async |bank| wanted.run(bank).await).await,
        Command::Cases(wanted) => bank::operate(&config, async |bank| wanted.run(bank).await).await,
        Command::Staff(wanted) => bank::operate(&config, async |bank| wanted.run(bank, &config.origin).await).await,
        Command::Users(wanted) => bank::operate(&config, async |bank| wanted.run(bank).await).await,
        Command::Demo(DemoCommand::Seed) => bank::demo_seed(&config).await,
        Command::Demo(DemoCommand::Reset { given_database }) => bank::demo_reset(&config, given_database).await,
        Command::Demo(DemoCommand::People) => bank::demo_people(&config).await,
    }
}
