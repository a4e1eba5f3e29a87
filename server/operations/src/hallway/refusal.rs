//! What goes wrong on the way: a refusal that the caller may read, or a fault that only the log may.

use bank_contract::BankError;
use bank_storage::StorageError;
use std::sync::atomic::{AtomicU64, Ordering};

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
        matches!(self, Self::Storage(StorageError::TryAgain))
    }

    /// What the caller reads. A fault is logged once, under the reference that the caller is given.
    pub(super) fn into_bank_error(self) -> BankError {
        match self {
            Self::Bank(error) => error,
            Self::Storage(StorageError::AccountClosed) => BankError::AccountClosed,
            Self::Storage(StorageError::CurrencyMismatch) => BankError::CurrencyMismatch,
            Self::Storage(StorageError::AlreadyReversed) => BankError::AlreadyReversed,
            Self::Storage(StorageError::AlreadyDecided | StorageError::HoldEnded) => BankError::NoLongerPending,
            Self::Storage(StorageError::TryAgain) => BankError::Busy { retry_after_s: 1 },
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
