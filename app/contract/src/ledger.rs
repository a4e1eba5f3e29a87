//! The bank's own books: the chart of accounts, trial balance, reconciliation, closed periods.
//! Customers meet the ledger through accounts and transfers.

use crate::{Access, AccountId, Currency, Effect, Money, Named, Object, Operation, Relation, Rest, named};
use chrono::{NaiveDate, NaiveDateTime};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// The five classes of ledger accounts. Assets and expenses grow by debits, the others by credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountClass {
    Asset,
    Liability,
    Equity,
    Income,
    Expense,
}

/// Releases holds whose time has passed. Gives how many.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpireHolds {}

impl Operation for ExpireHolds {
    type Output = u64;
    const NAMED: Named = named!("ledger.expire-holds");
    const HELP: &'static str = "Release money that was set aside too long.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}

/// What adding the whole journal up gave. All postings of a currency come to zero, and every
/// cached balance equals its postings; anything else is a defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BooksCheck {
    /// One per currency: zero when the books balance.
    pub sums: Vec<Money>,
    /// Ledger accounts whose cached balance differs from their postings or their holds.
    pub accounts_off: u64,
    /// Postings in another currency than their account's, or without their entry.
    pub postings_off: u64,
    pub entries: u64,
    pub postings: u64,
}

impl BooksCheck {
    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.accounts_off == 0 && self.postings_off == 0 && self.sums.iter().all(|sum| sum.minor() == 0)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckBooks {}

impl Operation for CheckBooks {
    type Output = BooksCheck;
    const NAMED: Named = named!("ledger.check-books");
    const HELP: &'static str = "Add the whole journal up and compare it with the balances.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Reads;
}

/// One row of the trial balance: a control account of the chart, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrialRow {
    /// Its number in the chart of accounts.
    pub number: String,
    pub name: String,
    pub class: AccountClass,
    /// Ledger accounts that it controls.
    pub accounts: u64,
    /// One of the two is zero.
    pub debit: Money,
    pub credit: Money,
}

/// The trial balance of a day's end: in every currency, debits equal credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrialBalance {
    pub as_of: NaiveDate,
    pub rows: Vec<TrialRow>,
}

/// The trial balance at the end of a day, by booking date. Absent: as the books stand now.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowTrialBalance {
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
}

impl Operation for ShowTrialBalance {
    type Output = TrialBalance;
    const NAMED: Named = named!("ledger.trial-balance");
    const HELP: &'static str = "Show what the bank has and owes, by the chart of accounts.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Reads;
}

/// A control account proved over a period: what it had, what moved, what it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reconciliation {
    pub number: String,
    pub name: String,
    /// Signed: credits are above zero.
    pub opening: Money,
    pub debits: Money,
    pub credits: Money,
    pub closing: Money,
    /// What the accounts below it hold by their cached balances, when the period reaches to now.
    pub held_below: Option<Money>,
    pub postings: u64,
    /// Opening, debits and credits come to closing, and closing is what is held below.
    pub agrees: bool,
}

/// Proves a control account from the beginning of one day to the end of another, by booking date.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReconcileAccount {
    #[garde(ascii, length(min = 1, max = 10))]
    pub number: String,
    #[garde(skip)]
    pub currency: Currency,
    #[garde(skip)]
    pub from: NaiveDate,
    #[garde(skip)]
    pub to: NaiveDate,
}

impl Operation for ReconcileAccount {
    type Output = Reconciliation;
    const NAMED: Named = named!("ledger.reconcile");
    const HELP: &'static str = "Prove an account of the chart against its postings.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Reads;
}

/// Closes the books up to the end of a day that is past: nothing is booked or valued there any more.
/// They do not open again. Gives the day.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ClosePeriod {
    pub until: NaiveDate,
}

impl Operation for ClosePeriod {
    type Output = NaiveDate;
    const NAMED: Named = named!("ledger.close-period");
    const HELP: &'static str = "Close the books up to a day.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Changes;
}

/// The booked balance of an account at a past moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PastBalance {
    pub account: AccountId,
    pub at: NaiveDateTime,
    pub booked: Money,
}

/// What an account had at a moment, in bank-local time. Before its first posting, nothing.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowBalanceAt {
    pub account: AccountId,
    pub at: NaiveDateTime,
}

impl Operation for ShowBalanceAt {
    type Output = PastBalance;
    const NAMED: Named = named!("ledger.balance-at");
    const HELP: &'static str = "Show what was in your account at a past moment.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/accounts/{account}/balance-at"));

    fn objects(&self) -> Vec<Object> {
        vec![Object::Account(self.account, Relation::View)]
    }
}
