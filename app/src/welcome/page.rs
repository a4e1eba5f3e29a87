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
        "A payment is shown as we understood it: who gets the money, how much, when it arrives, and what it costs. \
         Without your yes it does not go, unless you let a program or a person pay within bounds that you set.",
    ),
    (
        "No password needed",
        "You sign in with a passkey: your fingerprint, your face or the PIN of your device. There is nothing to \
         remember, and nothing that you could type into a false page.",
    ),
    (
        "Books that always balance",
        "Every cent is entered twice, and no entry is edited or removed. A mistake is put right by another entry, in plain \
         sight.",
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
                    "Accounts in six currencies, payments to anybody at Larch without a fee, and a plain answer to where your money is."
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
