//! What goes wrong on the way: a refusal that the caller may read, or a fault that only the log may.

use bank_contract::{BankError, Currency, Money};
use bank_rules::risk::payments_an_hour;
use bank_storage::StorageError;
use bank_storage::ledger::SentLimits;
use std::sync::atomic::{AtomicU64, Ordering};

/// How long payments are counted together, in seconds.
const HOUR_S: u32 = 3_600;

#[derive(Debug)]
pub enum Refusal {
    Bank(BankError),
    Storage(StorageError),
}

impl From<BankError> for Refusal {
    fn from(error: BankError) -> Self {
        Self::Bank(error)
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl Refusal {
    pub(super) const fn is_worth_another_try(&self) -> bool {
        matches!(
            self,
            Self::Storage(StorageError::TryAgain | StorageError::PostedBefore(_))
        )
    }

    /// A refusal of the posting engine, with its figure as money.
    pub(super) fn of_posting(error: StorageError, currency: Currency, limits: Option<SentLimits>) -> Self {
        let money = |minor| Money::from_minor(minor, currency).map_err(|_| BankError::internal("figure"));
        let told = match error {
            StorageError::InsufficientFunds { available } => {
                money(available).map(|available| BankError::InsufficientFunds { available })
            }
            StorageError::LimitReached { left } => {
                let most = limits.map_or(left, |limits| limits.day_max);
                money(most).and_then(|limit| {
                    Ok(BankError::LimitExceeded {
                        limit,
                        left: money(left)?,
                    })
                })
            }
            other => return other.into(),
        };
        Self::Bank(told.unwrap_or_else(|error| error))
    }

    /// For a look that has changed nothing: a lost connection is no more than a reason to ask again.
    pub(super) fn of_look(self) -> BankError {
        match self {
            Self::Storage(error) if error.is_lost() => BankError::Busy { retry_after_s: 1 },
            other => other.into_bank_error(),
        }
    }

    /// What the caller reads. A fault is logged once, under the reference that the caller is given.
    pub(super) fn into_bank_error(self) -> BankError {
        match self {
            Self::Bank(error) => error,
            Self::Storage(StorageError::AccountClosed) => BankError::AccountClosed,
            Self::Storage(StorageError::CurrencyMismatch) => BankError::CurrencyMismatch,
            Self::Storage(StorageError::AlreadyReversed) => BankError::AlreadyReversed,
            Self::Storage(StorageError::AlreadyDecided | StorageError::HoldEnded) => BankError::NoLongerPending,
            Self::Storage(StorageError::AccountBlocked) => BankError::AccountBlocked,
            Self::Storage(StorageError::AccountUnknown | StorageError::NotTheirs | StorageError::Erased) => {
                BankError::NotFound
            }
            Self::Storage(StorageError::PeriodClosed) => BankError::PeriodClosed,
            // The hour began with the first of them, which the engine does not name.
            Self::Storage(StorageError::TooManyPayments { most }) => payments_an_hour(most, HOUR_S),
            Self::Storage(StorageError::KeyReused) => BankError::KeyReused,
            Self::Storage(StorageError::StillRunning | StorageError::PostedBefore(_)) => BankError::StillRunning,
            Self::Storage(StorageError::TokenEnded) => BankError::NotSignedIn,
            Self::Storage(StorageError::Unsettled) => BankError::Unsettled,
            Self::Storage(StorageError::TryAgain | StorageError::Busy) => BankError::Busy { retry_after_s: 1 },
            Self::Storage(fault) => {
                let reference = next_reference();
                tracing::error!(reference, error = %fault, "the database refused");
                BankError::internal(reference)
            }
        }
    }
}

/// Short enough to read over the telephone, and found in the log.
fn next_reference() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("L{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
