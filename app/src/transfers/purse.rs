//! The accounts that money can be taken from or put into, as a form offers them.

use bank_contract::accounts::{AccountStatus, AccountView};
use bank_contract::{AccountId, Currency};
use leptos::prelude::*;

/// The customer's open accounts.
#[derive(Clone, Copy)]
pub(super) struct Purse(StoredValue<Vec<AccountView>>);

impl Purse {
    /// Nothing when there is no open account.
    pub(super) fn new(accounts: Vec<AccountView>) -> Option<Self> {
        let open: Vec<_> = accounts
            .into_iter()
            .filter(|account| account.status == AccountStatus::Open)
            .collect();
        (!open.is_empty()).then(|| Self(StoredValue::new(open)))
    }

    fn read<T>(self, read: impl FnOnce(&[AccountView]) -> T) -> Option<T> {
        self.0.try_with_value(|accounts| read(accounts))
    }

    pub(super) fn has_several(self) -> bool {
        self.read(|accounts| accounts.len() > 1).unwrap_or_default()
    }

    pub(super) fn holds(self, id: &str) -> bool {
        self.find(id).is_some()
    }

    pub(super) fn find(self, id: &str) -> Option<AccountView> {
        let id: AccountId = id.parse().ok()?;
        self.read(|accounts| accounts.iter().find(|account| account.account == id).cloned())?
    }

    /// The wanted account when it is one of these, else the first.
    pub(super) fn start(self, wanted: &str) -> String {
        if self.holds(wanted) {
            return wanted.to_owned();
        }
        self.read(|accounts| accounts.first().map(|account| account.account.to_string()))
            .flatten()
            .unwrap_or_default()
    }

    /// The first account that is not this one, of its currency if there is one.
    pub(super) fn other_than(self, id: &str) -> String {
        let currency = self.currency(id);
        self.read(|accounts| {
            let others = || accounts.iter().filter(|account| account.account.to_string() != id);
            others()
                .find(|account| account.booked.currency() == currency)
                .or_else(|| others().next())
                .map(|account| account.account.to_string())
        })
        .flatten()
        .unwrap_or_default()
    }

    pub(super) fn currency(self, id: &str) -> Currency {
        self.find(id).map_or(Currency::Eur, |account| account.booked.currency())
    }

    /// Pairs of id and label, for a `SelectField`.
    pub(super) fn options(self) -> Vec<(String, String)> {
        let option = |account: &AccountView| {
            let label = format!("{} · {} available", account.name, account.available);
            (account.account.to_string(), label)
        };
        self.read(|accounts| accounts.iter().map(option).collect())
            .unwrap_or_default()
    }
}
