//! All that may act for the customer, people and programs, and all that the customer may do for others.

use super::words;
use crate::api::call;
use crate::design::{ActionRow, Badge, ButtonKind, EmptyState, LinkButton, NoticeKind, PageHead};
use crate::errors::{retry_of, waiting};
use crate::tokens::Programs;
use bank_contract::BankError;
use bank_contract::mandates::{ListMandates, MandateState, MandateView, MandatesView};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn MandatesPage() -> impl IntoView {
    let mandates: Resource<Result<MandatesView, BankError>> = Resource::new_blocking(|| (), |()| call(ListMandates {}));
    let programs = Programs::new();
    let lists = waiting(4, retry_of(move || mandates.refetch()), move || async move {
        let MandatesView { given, held } = mandates.await?;
        Ok(view! {
            {given_section(given)}
            {held_section(held)}
        }
        .into_any())
    });
    view! {
        <Title text="Mandates" />
        <div>
            <PageHead title="Mandates" back="/profile" />
            {lists}
            {programs.section()}
            {programs.dialog()}
        </div>
    }
}

fn given_section(given: Vec<MandateView>) -> AnyView {
    let let_in = || {
        view! {
            <LinkButton href="/mandates/new" kind=ButtonKind::Quiet>
                "Let somebody act for you"
            </LinkButton>
        }
    };
    let list = if given.is_empty() {
        view! {
            <EmptyState
                icon="people"
                title="Nobody acts for you"
                text="Nobody else looks at your accounts or pays from them. Programs that you let in stand below."
            >
                {let_in()}
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <MandateRows mandates=given />
            <div class="cluster">{let_in()}</div>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="given-heading">
            <h2 id="given-heading">"Who may act for you"</h2>
            <p class="muted">
                "People whom you let look at your accounts, pay from them within bounds, or hold one with you. You can end \
                 it at any time: it counts at once."
            </p>
            {list}
        </section>
    }
    .into_any()
}

fn held_section(held: Vec<MandateView>) -> AnyView {
    let list = if held.is_empty() {
        view! { <p>"You act for nobody."</p> }.into_any()
    } else {
        view! { <MandateRows mandates=held /> }.into_any()
    };
    view! {
        <section class="section" aria-labelledby="held-heading">
            <h2 id="held-heading">"What you may do for others"</h2>
            <p class="muted">
                "People who let you act for them, and who offer it. You can leave at any time: it counts at once."
            </p>
            {list}
            <div class="cluster">
                <LinkButton href="/mandates/code" kind=ButtonKind::Quiet>
                    "Enter a code that you got"
                </LinkButton>
            </div>
        </section>
    }
    .into_any()
}

/// Mandates as rows that lead to each.
#[component]
pub(crate) fn MandateRows(mandates: Vec<MandateView>) -> impl IntoView {
    let rows = mandates
        .into_iter()
        .map(|mandate| view! { <li>{row(mandate)}</li> })
        .collect_view();
    view! { <ul class="rows">{rows}</ul> }
}

fn row(mandate: MandateView) -> AnyView {
    let (text, state) = (words::line(&mandate), words::state(&mandate));
    let kind = if mandate.state == MandateState::Offered {
        NoticeKind::Pending
    } else {
        NoticeKind::Info
    };
    view! {
        <ActionRow href=format!("/mandates/{}", mandate.mandate) title=mandate.other text icon="people">
            {state.map(|text| view! { <Badge kind text /> })}
        </ActionRow>
    }
    .into_any()
}
