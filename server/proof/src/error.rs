//! Why a proof ended without a result, in one line.

use crate::stats::Rate;

/// What went wrong. A finding about the bank (money lost, an invariant broken) is one of these too.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProofError {
    #[error("stopped by a signal; what was started has been ended")]
    Stopped,
    #[error("no PostgreSQL programs were found: install the package postgresql, or set BANK_POSTGRES_BIN")]
    NoPrograms,
    #[error("PostgreSQL does not run as root, and this machine has no user 'postgres' or 'nobody' to run it as")]
    NoUser,
    #[error("{0} is not there: build it with 'cargo build --release --package server'")]
    NoServer(String),
    #[error("{what}: {cause}")]
    System { what: &'static str, cause: std::io::Error },
    #[error("{program} failed: {output}")]
    Program { program: &'static str, output: String },
    #[error("the database refused: {0}")]
    Database(#[from] sea_orm::sqlx::Error),
    #[error("{what} did not become ready within {seconds} s; the end of its log:\n{log}")]
    NotReady {
        what: &'static str,
        seconds: u64,
        log: String,
    },
    #[error("{what} took longer than {seconds} s")]
    TooLong { what: &'static str, seconds: u64 },
    #[error("the bank answered {status} where {wanted} was due: {body}")]
    Answer {
        status: u16,
        wanted: &'static str,
        body: String,
    },
    #[error("the connection to the bank failed: {0}")]
    Connection(String),
    #[error("{what}: {found} where {wanted} was due")]
    Differs {
        what: &'static str,
        found: i64,
        wanted: i64,
    },
    #[error("an invariant does not hold: {0}")]
    Invariant(String),
    #[error("the negative control lost nothing in {0} kills: the checker is broken, or the control is")]
    ControlKeptAll(u32),
    #[error("the bank lost or made up money; see above")]
    Unfaithful,
    #[error("{what} is {rate}: nothing can be compared with it")]
    NoRate { what: &'static str, rate: Rate },
    #[error("a part of the proof ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
    #[error("{0}")]
    Other(String),
}

impl ProofError {
    /// For `map_err` on what the operating system refuses.
    pub(crate) fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |cause| Self::System { what, cause }
    }
}

pub(crate) type ProofResult<T> = Result<T, ProofError>;
