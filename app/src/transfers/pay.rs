//! The page to pay from: somebody else, or between one's own accounts.

use super::draft::Draft;
use super::own_form::OwnForm;
use super::pay_form::PayForm;
use super::purse::{Purse, of_payer};
use crate::api::call;
use crate::design::{EmptyState, LinkButton, PageHead};
use crate::errors::{retry_of, waiting};
use bank_contract::EntryId;
use bank_contract::accounts::ListAccounts;
use bank_contract::transfers::ShowReceipt;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

pub(super) const OWN: &str = "/pay?between=own";

#[component]
pub fn PayPage() -> impl IntoView {
    let query = use_query_map();
    let own = Memo::new(move |_| query.with(|query| query.get_str("between").is_some()));
    let accounts = Resource::new_blocking(|| (), |()| call(ListAccounts {}));
    let again = Memo::new(move |_| query.with(|query| query.get("again").and_then(|id| id.parse().ok())));
    let before = Resource::new_blocking(
        move || again.get(),
        |entry: Option<EntryId>| async move {
            // One that cannot be had leaves the form empty.
            call(ShowReceipt { entry: entry? }).await.ok()
        },
    );
    let form = waiting(4, retry_of(move || accounts.refetch()), move || async move {
        let view = accounts.await?;
        // To somebody else, also from accounts that one may pay from for another; between accounts, from one's own.
        let own_purse = Purse::new(view.accounts.clone());
        let accounts = of_payer(view);
        let before = before.await.as_ref().and_then(Draft::again);
        Ok(Purse::new(accounts).map_or_else(no_account, |purse| {
            let form = move || {
                let draft = before
                    .clone()
                    .unwrap_or_else(|| query.with_untracked(Draft::from_query));
                if own.get() {
                    own_purse.map_or_else(no_account, |purse| view! { <OwnForm purse draft /> }.into_any())
                } else {
                    view! { <PayForm purse draft /> }.into_any()
                }
            };
            form.into_any()
        }))
    });
    let here = move |this: bool| move || (own.get() == this).then_some("page");
    view! {
        <Title text="Pay" />
        <PageHead title="Pay" />
        <div class="stack-lg">
            <nav class="segments" aria-label="Whom to pay">
                <a class="segment" href="/pay" aria-current=here(false)>
                    "Someone"
                </a>
                <a class="segment" href=OWN aria-current=here(true)>
                    "Between my accounts"
                </a>
            </nav>
            {form}
        </div>
    }
}

fn no_account() -> AnyView {
    view! {
        <EmptyState
            icon="wallet2"
            title="There is no account to pay from"
            text="Open one and pay some money in. Then you can pay from it."
        >
            <LinkButton href="/accounts/new">"Open an account"</LinkButton>
        </EmptyState>
    }
    .into_any()
}
