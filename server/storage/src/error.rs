//! What the database refuses, told apart by its codes (see the migrations for ours).

use sea_orm::{DbErr, RuntimeErr};

pub type StorageResult<T> = Result<T, StorageError>;

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// With what is available, in minor units.
    #[error("not enough money: {available} available")]
    InsufficientFunds { available: i64 },
    #[error("the account is closed")]
    AccountClosed,
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
    #[error(transparent)]
    Database(DbErr),
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) = &error else {
            return Self::Database(error);
        };
        let Some(refusal) = inner.as_database_error() else {
            return Self::Database(error);
        };
        match refusal.code().as_deref() {
            Some("LP001" | "LH001") => match detail(refusal).parse() {
                Ok(available) => Self::InsufficientFunds { available },
                Err(_) => Self::Database(error),
            },
            Some("LP002") => Self::AccountClosed,
            Some("LP003") => Self::CurrencyMismatch,
            Some("LP004") => Self::AlreadyReversed,
            Some("LH002") => Self::HoldEnded,
            Some("LR004") => Self::AlreadyDecided,
            Some("23505") => Self::Duplicate(refusal.constraint().unwrap_or_default().to_owned()),
            Some("40001" | "40P01") => Self::TryAgain,
            _ => Self::Database(error),
        }
    }
}

fn detail(refusal: &(dyn sea_orm::sqlx::error::DatabaseError + 'static)) -> String {
    refusal
        .try_downcast_ref::<sea_orm::SqlxPostgresError>()
        .and_then(sea_orm::SqlxPostgresError::detail)
        .unwrap_or_default()
        .to_owned()
}
