//! What the database refuses, told apart by its codes (see the migrations for ours).

use bank_contract::EntryId;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::str::FromStr;

pub type StorageResult<T> = Result<T, StorageError>;

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// With what is available, in minor units.
    #[error("not enough money: {available} available")]
    InsufficientFunds { available: i64 },
    /// The second wall refused: the first should have.
    #[error("an account is somebody else's")]
    NotTheirs,
    #[error("the account is closed")]
    AccountClosed,
    #[error("the account is blocked")]
    AccountBlocked,
    #[error("the account is unknown, or somebody else's")]
    AccountUnknown,
    /// With what is in it, in minor units.
    #[error("the account is not empty: {booked}")]
    NotEmpty { booked: i64 },
    #[error("the books of that day are closed")]
    PeriodClosed,
    /// With what may still be sent on this business date, in minor units.
    #[error("over the day's limit: {left} left")]
    LimitReached { left: i64 },
    #[error("more than {most} payments in an hour")]
    TooManyPayments { most: u32 },
    /// The request made this entry before.
    #[error("the request was posted before")]
    PostedBefore(EntryId),
    #[error("the key was used for another request")]
    KeyReused,
    #[error("the same request is still at work")]
    StillRunning,
    #[error("the token has ended")]
    TokenEnded,
    #[error("more is captured than was held: {held}")]
    HoldTooSmall { held: i64 },
    /// The engine's queue is full, or no connection was free: nothing was moved.
    #[error("the bank is busy")]
    Busy,
    /// The connection was lost on the way, and it could not be found out in time what became of the entry.
    #[error("it is not known whether the entry was posted")]
    Unsettled,
    #[error("the account has another currency")]
    CurrencyMismatch,
    #[error("the entry is reversed already")]
    AlreadyReversed,
    #[error("the hold has ended")]
    HoldEnded,
    #[error("the pending operation is decided")]
    AlreadyDecided,
    /// A row with this key is there already; names the constraint.
    #[error("a row with this key is there already ({0})")]
    Duplicate(String),
    /// Two database transactions were in each other's way: worth another try.
    #[error("the database asks to try again")]
    TryAgain,
    /// What is stored cannot be read as what it should be.
    #[error("stored {0} cannot be read")]
    Unreadable(&'static str),
    /// It was sealed with a data key that has been forgotten.
    #[error("it has been erased")]
    Erased,
    #[error(transparent)]
    Database(DbErr),
}

impl StorageError {
    /// Whether the engine has looked at the entry and refused it.
    pub const fn is_verdict(&self) -> bool {
        matches!(
            self,
            Self::InsufficientFunds { .. }
                | Self::AccountClosed
                | Self::AccountBlocked
                | Self::AccountUnknown
                | Self::PeriodClosed
                | Self::LimitReached { .. }
                | Self::TooManyPayments { .. }
                | Self::PostedBefore(_)
                | Self::KeyReused
                | Self::StillRunning
                | Self::TokenEnded
                | Self::CurrencyMismatch
                | Self::AlreadyReversed
        )
    }

    /// The same for another who waited for the same answer.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::TryAgain => Self::TryAgain,
            Self::Unreadable(what) => Self::Unreadable(what),
            Self::Erased => Self::Erased,
            lost if lost.is_lost() => Self::Database(DbErr::Conn(RuntimeErr::Internal(lost.to_string()))),
            other => Self::Database(DbErr::Custom(other.to_string())),
        }
    }

    /// Whether the connection went away under a call, so that nobody knows what became of it.
    pub fn is_lost(&self) -> bool {
        let Self::Database(error) = self else { return false };
        match error {
            DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
                match inner.as_ref() {
                    // Class 57, operator intervention, and class 08, connection exception (PostgreSQL, appendix A).
                    sqlx::Error::Database(told) => told
                        .code()
                        .is_some_and(|code| code.starts_with("57") || code.starts_with("08")),
                    sqlx::Error::Io(_)
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed => true,
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(_)) {
            return Self::Busy;
        }
        let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) = &error else {
            return Self::Database(error);
        };
        let Some(refusal) = inner.as_database_error() else {
            return Self::Database(error);
        };
        match refusal.code().as_deref().and_then(|code| known(code, refusal)) {
            Some(told) => told,
            None => Self::Database(error),
        }
    }
}

type Refused<'a> = &'a (dyn sea_orm::sqlx::error::DatabaseError + 'static);

/// What a code of PostgreSQL's or of ours (see the migrations) means.
fn known(code: &str, refusal: Refused<'_>) -> Option<StorageError> {
    use StorageError as E;
    Some(match code {
        "LP001" | "LH001" => E::InsufficientFunds {
            available: detail(refusal)?,
        },
        "LP002" => E::AccountClosed,
        "LP003" => E::CurrencyMismatch,
        "LP004" => E::AlreadyReversed,
        "LP005" => E::AccountUnknown,
        "LP006" | "LR008" => E::PeriodClosed,
        "LP007" => E::AccountBlocked,
        "LP008" => E::LimitReached { left: detail(refusal)? },
        "LP009" => E::TooManyPayments { most: detail(refusal)? },
        "LP010" => E::PostedBefore(EntryId(detail(refusal)?)),
        "LP011" => E::KeyReused,
        "LP012" => E::NotEmpty {
            booked: detail(refusal)?,
        },
        "LP013" => E::NotTheirs,
        "LH002" => E::HoldEnded,
        "LH003" => E::HoldTooSmall { held: detail(refusal)? },
        "LR004" => E::AlreadyDecided,
        "23505" => E::Duplicate(refusal.constraint().unwrap_or_default().to_owned()),
        "40001" | "40P01" => E::TryAgain,
        // It stood still for too long, and was ended: nothing of it has happened.
        "25P03" => E::Busy,
        _ => return None,
    })
}

/// The figure that stands in a refusal's detail.
fn detail<T: FromStr>(refusal: Refused<'_>) -> Option<T> {
    refusal
        .try_downcast_ref::<sea_orm::SqlxPostgresError>()
        .and_then(sea_orm::SqlxPostgresError::detail)?
        .parse()
        .ok()
}
