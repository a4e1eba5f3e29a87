//! What the model of the ledger speaks of.

use bank_contract::{Currency, EntryId};
use bank_storage::StorageError;
use bank_storage::engine::Posted;
use bank_storage::ledger::LedgerStatus;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Why something is refused. The same figures as the real one gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    InsufficientFunds(i64),
    AccountClosed,
    AccountBlocked,
    AccountUnknown,
    CurrencyMismatch,
    AlreadyReversed,
    PeriodClosed,
    LimitReached(i64),
    TooManyPayments(u32),
    PostedBefore(EntryId),
    KeyReused,
    StillRunning,
    HoldEnded,
    HoldTooSmall(i64),
    NotEmpty(i64),
    /// What the model never gives.
    Other(String),
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::InsufficientFunds { available } => Self::InsufficientFunds(available),
            StorageError::AccountClosed => Self::AccountClosed,
            StorageError::AccountBlocked => Self::AccountBlocked,
            StorageError::AccountUnknown => Self::AccountUnknown,
            StorageError::CurrencyMismatch => Self::CurrencyMismatch,
            StorageError::AlreadyReversed => Self::AlreadyReversed,
            StorageError::PeriodClosed => Self::PeriodClosed,
            StorageError::LimitReached { left } => Self::LimitReached(left),
            StorageError::TooManyPayments { most } => Self::TooManyPayments(most),
            StorageError::PostedBefore(entry) => Self::PostedBefore(entry),
            StorageError::KeyReused => Self::KeyReused,
            StorageError::StillRunning => Self::StillRunning,
            StorageError::HoldEnded => Self::HoldEnded,
            StorageError::HoldTooSmall { held } => Self::HoldTooSmall(held),
            StorageError::NotEmpty { booked } => Self::NotEmpty(booked),
            other => Self::Other(format!("{other:?}")),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) currency: Currency,
    pub(super) floor: Option<i64>,
    pub(super) booked: i64,
    pub(super) held: i64,
    pub(super) status: LedgerStatus,
    /// What was booked from when on.
    pub(super) history: Vec<(DateTime<Utc>, i64)>,
}

impl Account {
    pub(super) fn new(currency: Currency, floor: Option<i64>) -> Self {
        Self {
            currency,
            floor,
            booked: 0,
            held: 0,
            status: LedgerStatus::Open,
            history: Vec::new(),
        }
    }

    pub(super) fn available(&self) -> Option<i64> {
        self.floor.map(|floor| self.booked - self.held - floor)
    }

    pub(super) fn booked_at(&self, moment: DateTime<Utc>) -> i64 {
        let known = self.history.iter().rev().find(|(at, _)| *at <= moment);
        known.map_or(0, |(_, booked)| *booked)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Line {
    /// A place in the list of accounts; nobody's when it is beyond it.
    pub(super) account: usize,
    pub(super) amount: i64,
    pub(super) currency: Currency,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct SenderLimits {
    pub(super) customer: usize,
    pub(super) day_max: i64,
    pub(super) hourly_max: i32,
}

/// An entry that somebody wants posted.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) entry: EntryId,
    pub(super) key: Option<(Uuid, u8)>,
    pub(super) lines: Vec<Line>,
    pub(super) booking: Option<NaiveDate>,
    pub(super) value: Option<NaiveDate>,
    pub(super) reverses: Option<EntryId>,
    pub(super) limits: Option<SenderLimits>,
    pub(super) at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) order: Order,
    pub(super) booking: NaiveDate,
    pub(super) value: NaiveDate,
    pub(super) at: DateTime<Utc>,
    /// The balance of each line's account after that line.
    pub(super) after: Vec<i64>,
}

impl Entry {
    /// As the engine tells it.
    pub(super) fn told(&self) -> Posted {
        Posted {
            entry: self.order.entry,
            balance_after: self.after[0],
            at: self.at,
            booked_on: self.booking,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) account: usize,
    pub(super) amount: i64,
    pub(super) until: DateTime<Utc>,
    pub(super) state: &'static str,
    pub(super) captured: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) day: NaiveDate,
    pub(super) sent: i64,
    pub(super) hour_from: DateTime<Utc>,
    pub(super) hour_count: i32,
}
