//! One account: its IBAN, its balance, and what happened in it.

use super::balances::use_balances;
use super::history::History;
use super::others::heading;
use super::rename::Rename;
use super::words;
use crate::api::call;
use crate::design::{Badge, ButtonKind, CopyButton, DefinitionList, LinkButton, Money, PageHead};
use crate::errors::{retry_of, waiting, waiting_page};
use crate::shell::use_visit;
use bank_contract::accounts::{AccountStatus, AccountView, ListTransactions, ShowAccount};
use bank_contract::{AccountId, BankError, PageSize};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn AccountPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("account").and_then(|id| id.parse().ok())));
    let balances = use_balances();
    let which = move || (id.get(), balances.count());
    let account = Resource::new_blocking(which, |(id, _): (Option<AccountId>, u32)| async move {
        let account = id.ok_or(BankError::NotFound)?;
        call(ShowAccount { account }).await
    });
    let first = Resource::new_blocking(which, |(id, _): (Option<AccountId>, u32)| async move {
        let list = ListTransactions {
            account: Some(id.ok_or(BankError::NotFound)?),
            after: None,
            size: PageSize::default(),
        };
        call(list).await
    });
    let visit = use_visit();
    let rename = Rename::new(retry_of(move || account.refetch()));
    let content = waiting_page("Account", 6, retry_of(move || account.refetch()), move || async move {
        let account = account.await?;
        let id = account.account;
        let cash = account.standing.is_holder() && account.status == AccountStatus::Open;
        let history = waiting(6, retry_of(move || first.refetch()), move || async move {
            let today = visit.await?.business_date;
            let first = first.await?;
            Ok(view! { <History account=Some(id) first today cash /> }.into_any())
        });
        Ok(view! {
            {head(account, rename)}
            <section class="section" aria-labelledby="history-heading">
                <h2 id="history-heading">"Transactions"</h2>
                {history}
            </section>
        }
        .into_any())
    });
    view! {
        <Title text="Account" />
        {content}
        {rename.dialog()}
    }
}

fn head(account: AccountView, rename: Rename) -> AnyView {
    let open = account.status == AccountStatus::Open;
    let (id, name) = (account.account, account.name.clone());
    let product = words::product(account.product);
    let (own, standing) = (account.standing.is_owner(), account.standing.clone());
    let whose = heading(&standing).unwrap_or_else(|| "Balance".to_owned());
    view! {
        <Title text=account.name.clone() />
        <PageHead title=account.name.clone() back="/home">
            {own
                .then(|| {
                    view! {
                        <button type="button" class="text-button" on:click=move |_| rename.ask(id, &name)>
                            "Rename"
                        </button>
                    }
                })}
        </PageHead>
        <div class="hero">
            <p class="hero-label small">{whose}</p>
            <p>
                <Money value=account.booked hero=true />
            </p>
            <div class="cluster">
                <span class="code">{account.iban.grouped()}</span>
                <CopyButton text=account.iban.as_str() label="Copy the IBAN" />
            </div>
            <p class="hero-note">
                {product}{(!open).then(|| view! { " " <Badge text="Closed" /> })}
            </p>
        </div>
        {spendable(&account)}
        {(open && standing.may_pay()).then(|| actions(id, standing.is_holder()))}
    }
    .into_any()
}

/// Only worth a word when it is not simply the balance.
fn spendable(account: &AccountView) -> Option<AnyView> {
    if account.available == account.booked && account.held.minor() == 0 {
        return None;
    }
    let (available, held) = (account.available, account.held);
    let mut rows = vec![(
        "You can spend".to_owned(),
        view! { <Money value=available /> }.into_any(),
    )];
    if held.minor() != 0 {
        let held = view! { <Money value=held /> }.into_any();
        rows.push(("Set aside for payments on their way".to_owned(), held));
    }
    Some(view! { <DefinitionList rows /> }.into_any())
}

/// Cash is for whoever the money belongs to.
fn actions(account: AccountId, cash: bool) -> AnyView {
    let cash = cash.then(|| {
        view! {
            <LinkButton href=format!("/cash?account={account}") kind=ButtonKind::Quiet>
                "Pay in cash"
            </LinkButton>
            <LinkButton href=format!("/cash?account={account}&do=out") kind=ButtonKind::Quiet>
                "Take out cash"
            </LinkButton>
        }
    });
    view! {
        <div class="section cluster">
            <LinkButton href=format!("/pay?from={account}")>"Pay"</LinkButton>
            {cash}
        </div>
    }
    .into_any()
}
