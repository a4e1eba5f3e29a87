//! The welcome page.

use crate::design::{ButtonKind, LinkButton, Notice};
use crate::identity::{DemoPeopleList, for_strangers};
use bank_contract::identity::Visit;
use leptos::prelude::*;
use leptos_meta::Title;

const HOME: &str = "/home";

const PROMISES: [(&str, &str); 3] = [
    (
        "You see it before it goes",
        "Every payment is shown as we understood it: who gets the money, how much, when it arrives, and what it \
         costs. Only your yes sends it.",
    ),
    (
        "No password to lose",
        "You sign in with a passkey: your fingerprint, your face or the PIN of your device. Nothing to remember, \
         nothing to steal.",
    ),
    (
        "Books that always balance",
        "Every cent is entered twice, and nothing that happened is ever edited away. A mistake is put right in \
         plain sight.",
    ),
];

#[component]
pub fn WelcomePage() -> impl IntoView {
    view! {
        <Title text="Larch" />
        {for_strangers(|| HOME.to_owned(), welcome)}
    }
}

fn welcome(visit: Visit) -> AnyView {
    let promises = PROMISES
        .map(|(title, text)| {
            view! {
                <li class="stack">
                    <h2>{title}</h2>
                    <p class="muted">{text}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="stack-lg">
            <header class="stack">
                <h1>"A bank that is calm, exact and clear"</h1>
                <p class="lead">
                    "Accounts in six currencies, payments without a fee, and always a plain answer to where your money is."
                </p>
            </header>
            <div class="cluster">
                <LinkButton href="/sign-up">"Open an account"</LinkButton>
                <LinkButton href="/sign-in" kind=ButtonKind::Quiet>
                    "Sign in"
                </LinkButton>
            </div>
            {visit.demo.then(demo)}
            <ul class="cards">{promises}</ul>
        </div>
    }
    .into_any()
}

fn demo() -> AnyView {
    view! {
        <section class="form" aria-labelledby="demo-heading">
            <div class="stack">
                <h2 id="demo-heading">"Look around first"</h2>
                <p class="muted">"Step into the account of one of these people. One press, no sign-up."</p>
            </div>
            <DemoPeopleList next=HOME.to_owned() />
            <Notice>"This is a demo bank: the people are made up, and the money is not real."</Notice>
        </section>
    }
    .into_any()
}
