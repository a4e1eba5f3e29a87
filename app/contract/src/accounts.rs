//! Accounts: places for money, each with its IBAN, and what happened in them.

use crate::{
    Access, AccountId, Currency, Cursor, Effect, EntryId, Iban, MandateId, Money, Named, Object, Operation, Page,
    PageSize, Relation, Rest, named, text,
};
use chrono::{NaiveDate, NaiveDateTime};
use garde::Validate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Product {
    #[default]
    Current,
    Savings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    Open,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountView {
    pub account: AccountId,
    pub name: String,
    pub product: Product,
    pub status: AccountStatus,
    pub iban: Iban,
    /// All that is booked.
    pub booked: Money,
    /// Set aside by holds.
    pub held: Money,
    /// What can be spent: booked − held + overdraft limit.
    pub available: Money,
    pub opened_on: NaiveDate,
    /// How whoever reads this stands to it.
    #[serde(default)]
    pub standing: Standing,
}

/// How the reader stands to an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum Standing {
    /// It is theirs.
    #[default]
    Owner,
    /// Theirs as well: they may do with its money what its owner may.
    Joint { owner: String, mandate: MandateId },
    /// They may pay from it, within bounds.
    Delegate { owner: String, mandate: MandateId },
    /// They may look at it.
    Viewer { owner: String, mandate: MandateId },
}

impl Standing {
    pub const fn is_owner(&self) -> bool {
        matches!(self, Self::Owner)
    }

    /// Whether payments from it can be asked for.
    pub const fn may_pay(&self) -> bool {
        !matches!(self, Self::Viewer { .. })
    }

    /// Whether its money is the reader's to move as they like.
    pub const fn is_holder(&self) -> bool {
        matches!(self, Self::Owner | Self::Joint { .. })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountsView {
    pub accounts: Vec<AccountView>,
    /// Accounts of others that the reader holds a mandate for, by owner. Never in the totals.
    #[serde(default)]
    pub of_others: Vec<AccountView>,
    /// Booked balances added up, one per currency, in the order of [`Currency::ALL`].
    pub totals: Vec<Money>,
    pub business_date: NaiveDate,
}

/// What kind of event a journal entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Transfer,
    Deposit,
    Withdrawal,
    /// Money that came from another bank.
    Incoming,
    /// Money that went to another bank.
    Outgoing,
    CardPayment,
    DirectDebit,
    Refund,
    Interest,
    Fee,
    Reversal,
}

impl EntryKind {
    pub const ALL: &'static [Self] = &[
        Self::Transfer,
        Self::Deposit,
        Self::Withdrawal,
        Self::Incoming,
        Self::Outgoing,
        Self::CardPayment,
        Self::DirectDebit,
        Self::Refund,
        Self::Interest,
        Self::Fee,
        Self::Reversal,
    ];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
            Self::CardPayment => "card_payment",
            Self::DirectDebit => "direct_debit",
            Self::Refund => "refund",
            Self::Interest => "interest",
            Self::Fee => "fee",
            Self::Reversal => "reversal",
        }
    }

    /// As customers read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Transfer => "Transfer",
            Self::Deposit => "Cash paid in",
            Self::Withdrawal => "Cash withdrawn",
            Self::Incoming => "Money received",
            Self::Outgoing => "Bank transfer",
            Self::CardPayment => "Card payment",
            Self::DirectDebit => "Direct debit",
            Self::Refund => "Refund",
            Self::Interest => "Interest",
            Self::Fee => "Fee",
            Self::Reversal => "Sent back",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TransactionStatus {
    Booked,
    /// Refused; nothing moved.
    Declined,
}

/// One line of an account's history, as its customer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TransactionView {
    /// Absent on what was declined: nothing was entered in the books.
    pub entry: Option<EntryId>,
    pub account: AccountId,
    pub kind: EntryKind,
    pub status: TransactionStatus,
    pub counterparty: String,
    pub reference: String,
    /// Signed: money in is positive.
    pub amount: Money,
    /// The account's booked balance right after it; absent on what was declined.
    pub balance_after: Option<Money>,
    pub booked_on: NaiveDate,
    /// Bank-local time.
    pub at: NaiveDateTime,
    pub reversed: bool,
    /// Why it was declined.
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenAccount {
    #[garde(custom(text::name))]
    pub name: String,
    #[garde(skip)]
    #[serde(default)]
    pub product: Product,
    #[garde(skip)]
    pub currency: Currency,
}

impl Operation for OpenAccount {
    type Output = AccountView;
    const NAMED: Named = named!("accounts.open");
    const HELP: &'static str = "Open an account in your name.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListAccounts {}

impl Operation for ListAccounts {
    type Output = AccountsView;
    const NAMED: Named = named!("accounts.list");
    const HELP: &'static str = "List your accounts with their balances.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/accounts"));
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowAccount {
    pub account: AccountId,
}

impl Operation for ShowAccount {
    type Output = AccountView;
    const NAMED: Named = named!("accounts.show");
    const HELP: &'static str = "Show one of your accounts with its balance.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/accounts/{account}"));

    fn objects(&self) -> Vec<Object> {
        vec![Object::Account(self.account, Relation::View)]
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RenameAccount {
    #[garde(skip)]
    pub account: AccountId,
    #[garde(custom(text::name))]
    pub name: String,
}

impl Operation for RenameAccount {
    type Output = ();
    const NAMED: Named = named!("accounts.rename");
    const HELP: &'static str = "Give an account another name.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Account(self.account, Relation::Own)]
    }
}

/// The history of one account, or of all of the customer's when none is named; newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListTransactions {
    #[garde(skip)]
    #[serde(default)]
    pub account: Option<AccountId>,
    #[garde(inner(custom(readable_cursor)))]
    #[serde(default)]
    pub after: Option<Cursor>,
    #[garde(skip)]
    #[serde(default)]
    pub size: PageSize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde calls")]
fn readable_cursor(cursor: &Cursor, _context: &()) -> garde::Result {
    let mark = |c: char| c.is_ascii_digit() || c == '-';
    if cursor.0.len() <= 48 && cursor.0.chars().all(mark) {
        Ok(())
    } else {
        Err(garde::Error::new("This list has moved on. Load it again from the top."))
    }
}

impl Operation for ListTransactions {
    type Output = Page<TransactionView>;
    const NAMED: Named = named!("accounts.transactions");
    const HELP: &'static str = "List what happened in your accounts, newest first.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/accounts/{account}/transactions"));

    fn objects(&self) -> Vec<Object> {
        self.account
            .map(|account| Object::Account(account, Relation::View))
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_same_code_in_json_and_in_the_database() {
        for kind in EntryKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        let list = ListTransactions {
            after: Some(Cursor("x' OR 1".into())),
            ..Default::default()
        };
        assert!(list.validate().is_err());
    }
}
