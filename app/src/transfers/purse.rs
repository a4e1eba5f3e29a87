//! The accounts that money can be taken from or put into, as a form offers them.

use bank_contract::accounts::{AccountStatus, AccountView, AccountsView, Standing};
use bank_contract::{AccountId, Currency};
use leptos::prelude::*;

/// "Everyday · €12.00 available", with the owner where that is somebody else.
fn label(account: &AccountView) -> String {
    let (name, available) = (&account.name, account.available);
    match &account.standing {
        Standing::Owner => format!("{name} · {available} available"),
        Standing::Joint { owner, .. } | Standing::Delegate { owner, .. } | Standing::Viewer { owner, .. } => {
            format!("{name}, {owner} · {available} available")
        }
    }
}

/// The accounts that a form is about: open ones.
#[derive(Clone, Copy)]
pub(super) struct Purse(StoredValue<Vec<AccountView>>);

/// The account that a form begins with: the wanted one, else the first. One that is wanted and is not there is never quietly
/// another: then there is none until it is chosen.
fn start(wanted: &str, accounts: &[AccountView]) -> String {
    let ids = || accounts.iter().map(|account| account.account.to_string());
    if wanted.is_empty() {
        return ids().next().unwrap_or_default();
    }
    ids().find(|id| id == wanted).unwrap_or_default()
}

/// Those whose money is the customer's to move as they like: their own, and those that they hold with somebody.
pub(super) fn of_holder(view: AccountsView) -> Vec<AccountView> {
    let joint = view
        .of_others
        .into_iter()
        .filter(|account| account.standing.is_holder());
    view.accounts.into_iter().chain(joint).collect()
}

/// Those that the customer may pay from, for whomever.
pub(super) fn of_payer(view: AccountsView) -> Vec<AccountView> {
    let theirs = view.of_others.into_iter().filter(|account| account.standing.may_pay());
    view.accounts.into_iter().chain(theirs).collect()
}

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

    /// The account that the form begins with; empty where it has to be chosen.
    pub(super) fn start(self, wanted: &str) -> String {
        self.read(|accounts| start(wanted, accounts)).unwrap_or_default()
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

    /// Pairs of id and label, for a `SelectField` that begins with the one that is `chosen`.
    pub(super) fn options(self, chosen: &str) -> Vec<(String, String)> {
        let option = |account: &AccountView| {
            let label = label(account);
            (account.account.to_string(), label)
        };
        let nothing = chosen
            .is_empty()
            .then(|| (String::new(), "Choose an account".to_owned()));
        let options = self.read(|accounts| accounts.iter().map(option).collect::<Vec<_>>());
        nothing.into_iter().chain(options.unwrap_or_default()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::accounts::Product;
    use bank_contract::{Iban, MandateId, Money};
    use uuid::Uuid;

    fn account(number: u128, standing: Standing) -> AccountView {
        AccountView {
            account: AccountId(Uuid::from_u128(number)),
            name: format!("Account {number}"),
            product: Product::Current,
            status: AccountStatus::Open,
            iban: Iban::parse("DE89370400440532013000").unwrap(),
            booked: Money::zero(Currency::Eur),
            held: Money::zero(Currency::Eur),
            available: Money::zero(Currency::Eur),
            opened_on: "2026-11-27".parse().unwrap(),
            standing,
        }
    }

    fn all() -> AccountsView {
        let (owner, mandate) = ("Yara Haddad".to_owned(), MandateId(Uuid::nil()));
        let joint = Standing::Joint {
            owner: owner.clone(),
            mandate,
        };
        let delegate = Standing::Delegate {
            owner: owner.clone(),
            mandate,
        };
        AccountsView {
            accounts: vec![account(1, Standing::Owner)],
            of_others: vec![
                account(2, joint),
                account(3, delegate),
                account(4, Standing::Viewer { owner, mandate }),
            ],
            totals: Vec::new(),
            business_date: "2026-11-27".parse().unwrap(),
        }
    }

    fn numbers(accounts: &[AccountView]) -> Vec<u128> {
        accounts.iter().map(|account| account.account.0.as_u128()).collect()
    }

    #[test]
    fn cash_is_for_holders_and_paying_for_delegates_too() {
        assert_eq!(numbers(&of_holder(all())), [1, 2]);
        assert_eq!(numbers(&of_payer(all())), [1, 2, 3]);
    }

    #[test]
    fn a_form_begins_with_the_wanted_account_and_never_quietly_with_another() {
        let accounts = of_holder(all());
        let id = |number| Uuid::from_u128(number).to_string();
        for (wanted, begins) in [
            (String::new(), id(1)),
            (id(1), id(1)),
            (id(2), id(2)),
            (id(3), String::new()),
            ("nonsense".to_owned(), String::new()),
        ] {
            assert_eq!(start(&wanted, &accounts), begins, "{wanted}");
        }
    }
}
