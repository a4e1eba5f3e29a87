//! Letting a program in: the form, and in its place the token that came of it. The token is in
//! this page's memory only: whoever loads the page again finds the form.

use super::form::TokenForm;
use super::made::Made;
use crate::api::call;
use crate::design::PageHead;
use crate::errors::{retry_of, waiting};
use crate::pending::Asking;
use bank_contract::Currency;
use bank_contract::accounts::{AccountStatus, AccountView, ListAccounts};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NewTokenPage() -> impl IntoView {
    let accounts = Resource::new_blocking(|| (), |()| call(ListAccounts {}));
    let made = RwSignal::new(None);
    let asking = Asking::new();
    asking.on_done(move |token| made.set(Some(token)));
    let form = move || {
        waiting(5, retry_of(move || accounts.refetch()), move || async move {
            let currencies = currencies_of(&accounts.await?.accounts);
            Ok(view! { <TokenForm currencies made asking /> }.into_any())
        })
    };
    let content = move || match made.get() {
        Some(token) => view! { <Made token /> }.into_any(),
        None => view! {
            <PageHead title="Let a program in" back="/profile" />
            {form()}
        }
        .into_any(),
    };
    view! {
        <Title text="Let a program in" />
        {content}
        {asking.dialog("Let this program in?")}
    }
}

/// The currencies that the customer has, the first account's first; all of them without an account.
fn currencies_of(accounts: &[AccountView]) -> Vec<Currency> {
    let open = accounts
        .iter()
        .filter(|account| account.status == AccountStatus::Open)
        .map(|account| account.booked.currency());
    let held = distinct(open);
    if held.is_empty() { Currency::ALL.to_vec() } else { held }
}

fn distinct(currencies: impl Iterator<Item = Currency>) -> Vec<Currency> {
    let mut seen = Vec::new();
    for currency in currencies {
        if !seen.contains(&currency) {
            seen.push(currency);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use Currency::{Eur, Jpy};

    #[test]
    fn each_currency_is_offered_once_and_the_first_stays_first() {
        assert_eq!(distinct([Jpy, Eur, Jpy, Eur].into_iter()), [Jpy, Eur]);
        assert_eq!(currencies_of(&[]), Currency::ALL);
    }
}
