//! Moving money: to others, between one's own accounts, and over the cash desk.

use crate::accounts::EntryKind;
use crate::{
    Access, AccountId, Consent, Effect, EntryId, Iban, IdempotencyKey, Money, Named, Object, Operation, Relation, Rest,
    named, text,
};
use chrono::{NaiveDate, NaiveDateTime};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// What the bank gives back for every movement of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    pub entry: EntryId,
    pub kind: EntryKind,
    /// The account it was asked from; the other side is described, not linked.
    pub account: AccountId,
    pub account_name: String,
    pub counterparty: String,
    pub counterparty_iban: Option<Iban>,
    pub reference: String,
    /// Signed, as the account sees it.
    pub amount: Money,
    pub fee: Money,
    pub balance_after: Money,
    pub booked_on: NaiveDate,
    pub value_on: NaiveDate,
    /// Bank-local time.
    pub at: NaiveDateTime,
    /// Until when the sender can take it back; bank-local.
    pub undo_until: Option<NaiveDateTime>,
    /// How many seconds of that were left when this was first answered, by the bank's own clock. An answer that is given
    /// again says what it said before.
    #[serde(default)]
    pub undo_s: u32,
    pub reversed: bool,
    /// The receiver may send it back.
    pub returnable: bool,
}

/// How well a name fits the holder of an IBAN (as in the EU's verification of payee,
/// regulation 2024/886, article 5c).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "match", content = "holder")]
pub enum PayeeMatch {
    Full,
    /// Nearly: the holder's name is given so that the customer can correct theirs.
    Close(String),
    None,
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckPayee {
    #[garde(skip)]
    pub iban: Iban,
    #[garde(custom(text::name))]
    pub name: String,
}

impl Operation for CheckPayee {
    type Output = PayeeMatch;
    const NAMED: Named = named!("transfers.check-payee");
    const HELP: &'static str = "Check that a name belongs to an IBAN before you pay.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::post("/payee-checks"));
}

/// Sends money to somebody's account.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubmitTransfer {
    #[garde(skip)]
    pub from: AccountId,
    #[garde(custom(text::name))]
    pub payee_name: String,
    #[garde(skip)]
    pub payee_iban: Iban,
    #[garde(custom(text::above_zero))]
    pub amount: Money,
    #[garde(custom(text::reference))]
    #[serde(default)]
    pub reference: String,
    #[garde(skip)]
    pub key: IdempotencyKey,
}

impl Operation for SubmitTransfer {
    type Output = Receipt;
    const NAMED: Named = named!("transfers.submit");
    const HELP: &'static str = "Send money to somebody's account.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::MovesMoney;
    const CONSENT: Consent = Consent::Confirm;
    const REST: Option<Rest> = Some(Rest::post("/transfers"));

    fn objects(&self) -> Vec<Object> {
        vec![Object::Account(self.from, Relation::Operate)]
    }

    fn idempotency_key(&self) -> Option<IdempotencyKey> {
        Some(self.key)
    }
}

/// Moves money between two accounts of the same customer.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MoveMoney {
    #[garde(skip)]
    pub from: AccountId,
    #[garde(skip)]
    pub to: AccountId,
    #[garde(custom(text::above_zero))]
    pub amount: Money,
    #[garde(custom(text::reference))]
    #[serde(default)]
    pub reference: String,
    #[garde(skip)]
    pub key: IdempotencyKey,
}

impl Operation for MoveMoney {
    type Output = Receipt;
    const NAMED: Named = named!("transfers.move");
    const HELP: &'static str = "Move money between your own accounts.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::MovesMoney;
    const CONSENT: Consent = Consent::Confirm;
    const REST: Option<Rest> = Some(Rest::post("/moves"));

    fn objects(&self) -> Vec<Object> {
        vec![
            Object::Account(self.from, Relation::Operate),
            Object::Account(self.to, Relation::Operate),
        ]
    }

    fn idempotency_key(&self) -> Option<IdempotencyKey> {
        Some(self.key)
    }
}

/// Pays cash in at the demo's cash desk.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deposit {
    #[garde(skip)]
    pub account: AccountId,
    #[garde(custom(text::above_zero))]
    pub amount: Money,
    #[garde(skip)]
    pub key: IdempotencyKey,
}

impl Operation for Deposit {
    type Output = Receipt;
    const NAMED: Named = named!("transfers.deposit");
    const HELP: &'static str = "Pay cash into an account.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::MovesMoney;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Account(self.account, Relation::Operate)]
    }

    fn idempotency_key(&self) -> Option<IdempotencyKey> {
        Some(self.key)
    }
}

/// Takes cash out at the demo's cash desk. A large sum is confirmed first.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Withdraw {
    #[garde(skip)]
    pub account: AccountId,
    #[garde(custom(text::above_zero))]
    pub amount: Money,
    #[garde(skip)]
    pub key: IdempotencyKey,
}

impl Operation for Withdraw {
    type Output = Receipt;
    const NAMED: Named = named!("transfers.withdraw");
    const HELP: &'static str = "Take cash out of an account.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::MovesMoney;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Account(self.account, Relation::Operate)]
    }

    fn idempotency_key(&self) -> Option<IdempotencyKey> {
        Some(self.key)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowReceipt {
    pub entry: EntryId,
}

impl Operation for ShowReceipt {
    type Output = Receipt;
    const NAMED: Named = named!("transfers.receipt");
    const HELP: &'static str = "Show the receipt of a payment.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/entries/{entry}"));

    fn objects(&self) -> Vec<Object> {
        vec![Object::Entry(self.entry, Relation::View)]
    }
}

/// Sends a payment back: its receiver at any time, its sender only while it can be undone.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ReversePayment {
    pub entry: EntryId,
    pub key: IdempotencyKey,
}

impl Operation for ReversePayment {
    type Output = Receipt;
    const NAMED: Named = named!("transfers.reverse");
    const HELP: &'static str = "Send a payment back, or undo one that you just made.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::MovesMoney;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Entry(self.entry, Relation::Operate)]
    }

    fn idempotency_key(&self) -> Option<IdempotencyKey> {
        Some(self.key)
    }
}
