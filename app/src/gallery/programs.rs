//! Programs in every state, and a token as it is handed over.

use super::Shown;
use super::samples::{LONG_NAME, euro, today};
use crate::design::use_toasts;
use crate::tokens::{Example, SecretBox, TokenTable};
use bank_contract::limits::{Period, Total};
use bank_contract::tokens::{TokenState, TokenView};
use bank_contract::{Iban, TokenId};
use leptos::prelude::*;

#[component]
pub(super) fn Programs() -> impl IntoView {
    let toasts = use_toasts();
    let shut_out = Callback::new(move |(_, name): (TokenId, String)| toasts.say(format!("“{name}” would be shut out")));
    // The digits are nobody's.
    let secret = format!("larch_{}", "0123456789abcdef".repeat(4));
    view! {
        <Shown name="Programs">
            <TokenTable tokens=tokens() shut_out />
        </Shown>
        <Shown name="A token, shown once">
            <SecretBox secret />
            <Example origin="https://larch.example".into() />
        </Shown>
    }
}

/// One that reads, one that pays anybody, one that pays a few, one that expired, one that was shut out.
fn tokens() -> Vec<TokenView> {
    let payees: Vec<Iban> = ["DE89370400440532013000", "GB29NWBK60161331926819"]
        .iter()
        .filter_map(|iban| Iban::parse(iban).ok())
        .collect();
    let reads = token("Bookkeeping", TokenState::Active);
    let pays = TokenView {
        pay_up_to: Some(euro(5_000)),
        total: Some(Total {
            most: euro(90_000),
            per: Period::Month,
        }),
        spent: Some(euro(12_000)),
        last_used_at: None,
        ..token("Pocket money", TokenState::Active)
    };
    let bound = TokenView {
        pay_up_to: Some(euro(10_000_000_000_000)),
        total: None,
        spent: None,
        payees,
        ..token(LONG_NAME, TokenState::Active)
    };
    vec![
        reads,
        pays,
        bound,
        token("Tax return", TokenState::Expired),
        token("An old laptop", TokenState::Revoked),
    ]
}

fn token(name: &str, state: TokenState) -> TokenView {
    let at = today().and_hms_opt(8, 15, 0).unwrap_or_default();
    TokenView {
        token: TokenId(uuid::Uuid::nil()),
        name: name.into(),
        hint: "1a2b".into(),
        state,
        pay_up_to: None,
        total: None,
        spent: None,
        payees: Vec::new(),
        created_at: at,
        expires_at: at,
        last_used_at: Some(at),
    }
}
