//! The journal's own housekeeping. Customers meet it through accounts and transfers.

use crate::{Access, Effect, Money, Named, Operation, named};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Releases holds whose time has passed. Gives how many.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
pub struct ExpireHolds {}

impl Operation for ExpireHolds {
    type Output = u64;
    const NAMED: Named = named!("ledger.expire-holds");
    const HELP: &'static str = "Release money that was set aside too long.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}

/// The books at a glance. All postings of a currency add up to zero, and every
/// cached balance equals its postings; anything else is a defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialBalance {
    /// One per currency: zero when the books balance.
    pub sums: Vec<Money>,
    /// Ledger accounts whose cached balance differs from their postings.
    pub accounts_off: u64,
    pub entries: u64,
    pub postings: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
pub struct CheckBooks {}

impl Operation for CheckBooks {
    type Output = TrialBalance;
    const NAMED: Named = named!("ledger.check-books");
    const HELP: &'static str = "Add the whole journal up and compare it with the balances.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Reads;
}
