//! Home: everything at a glance. What there is, what waits, and what happened.

use super::balances::use_balances;
use super::history::History;
use super::{others, words};
use crate::api::call;
use crate::design::{ActionRow, Badge, ButtonKind, EmptyState, LinkButton, Money, PageHead, dates};
use crate::errors::{retry_of, waiting, waiting_page};
use crate::pending::{elsewhere, heading};
use bank_contract::accounts::{
    AccountStatus, AccountView, AccountsView, ListAccounts, ListTransactions, Standing, TransactionView,
};
use bank_contract::pending::{ListPending, PendingState, PendingView};
use bank_contract::{BankError, Consent, Page};
use leptos::prelude::*;
use leptos_meta::Title;

type Accounts = Resource<Result<AccountsView, BankError>>;
type Requests = Resource<Result<Vec<PendingView>, BankError>>;
type FirstPage = Resource<Result<Page<TransactionView>, BankError>>;

#[component]
pub fn HomePage() -> impl IntoView {
    let balances = use_balances();
    let when = move || balances.count();
    let accounts: Accounts = Resource::new_blocking(when, |_| call(ListAccounts {}));
    let requests: Requests = Resource::new_blocking(when, |_| call(ListPending {}));
    let first: FirstPage = Resource::new_blocking(when, |_| call(ListTransactions::default()));
    let retry = retry_of(move || accounts.refetch());
    let content = waiting_page("Home", 6, retry, move || async move {
        let view = accounts.await?;
        Ok(match (view.accounts.is_empty(), view.of_others.is_empty()) {
            (true, true) => no_account(requests),
            (true, false) => for_others(view.of_others, requests),
            (false, _) => overview(view, requests, first),
        })
    });
    view! {
        <Title text="Home" />
        {content}
    }
}

fn no_account(requests: Requests) -> AnyView {
    view! {
        <h1 class="visually-hidden">"Home"</h1>
        {waiting_payments(requests)}
        <EmptyState
            icon="bank"
            title="Welcome to Larch"
            text="You have no account yet. Opening one takes a moment and costs nothing."
        >
            <LinkButton href="/accounts/new">"Open your first account"</LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// Nothing of one's own, but accounts of others: no total, and nothing that happened, for there is none.
fn for_others(accounts: Vec<AccountView>, requests: Requests) -> AnyView {
    let some = |may: fn(&Standing) -> bool| {
        let open = |account: &&AccountView| account.status == AccountStatus::Open;
        accounts.iter().filter(open).any(|account| may(&account.standing))
    };
    let pay = some(Standing::may_pay).then(|| view! { <LinkButton href="/pay">"Pay"</LinkButton> });
    let cash = some(Standing::is_holder).then(|| {
        view! {
            <LinkButton href="/cash" kind=ButtonKind::Quiet>
                "Pay in cash"
            </LinkButton>
        }
    });
    view! {
        <PageHead title="You act for others" />
        <p class="muted">
            "These accounts belong to others: what you do with them is written down as yours. How far you may go stands under \
             “What you may do”."
        </p>
        <div class="section cluster">{pay} {cash}</div>
        {waiting_payments(requests)}
        {others::groups(accounts)}
        <section class="section" aria-labelledby="own-heading">
            <h2 id="own-heading">"Accounts of your own"</h2>
            <EmptyState
                icon="bank"
                title="You have none"
                text="You need none to act for others. Opening one takes a moment and costs nothing."
            >
                <LinkButton href="/accounts/new" kind=ButtonKind::Quiet>
                    "Open an account"
                </LinkButton>
            </EmptyState>
        </section>
    }
    .into_any()
}

fn overview(view: AccountsView, requests: Requests, first: FirstPage) -> AnyView {
    let today = view.business_date;
    let history = waiting(6, retry_of(move || first.refetch()), move || async move {
        let first = first.await?;
        Ok(view! { <History account=None first today cash=true /> }.into_any())
    });
    let rows = view
        .accounts
        .into_iter()
        .map(|account| view! { <li>{account_row(account)}</li> })
        .collect_view();
    view! {
        {totals(view.totals)}
        <div class="section cluster">
            <LinkButton href="/pay">"Pay"</LinkButton>
            <LinkButton href="/cash" kind=ButtonKind::Quiet>
                "Pay in cash"
            </LinkButton>
        </div>
        {waiting_payments(requests)}
        <section class="section" aria-labelledby="accounts-heading">
            <div class="section-head">
                <h2 id="accounts-heading">"Accounts"</h2>
                <a class="tap" href="/accounts/new">
                    "Open an account"
                </a>
            </div>
            <ul class="rows">{rows}</ul>
        </section>
        {others::groups(view.of_others)}
        <section class="section" aria-labelledby="history-heading">
            <h2 id="history-heading">"Transactions"</h2>
            {history}
        </section>
    }
    .into_any()
}

/// The total first and largest; what is kept in other currencies stands under it, never added to it.
fn totals(totals: Vec<bank_contract::Money>) -> AnyView {
    let mut totals = totals.into_iter();
    let first = totals.next().map(|total| view! { <Money value=total hero=true /> });
    let others: Vec<_> = totals.collect();
    let note = (!others.is_empty()).then(|| {
        let others = others
            .into_iter()
            .map(|total| {
                view! {
                    <li>
                        <Money value=total />
                    </li>
                }
            })
            .collect_view();
        view! {
            <p class="hero-note" id="others-label">
                "And in other currencies"
            </p>
            <ul class="cluster" aria-labelledby="others-label">
                {others}
            </ul>
        }
    });
    view! {
        <header class="hero">
            <h1 class="hero-label small">"All your money at Larch"</h1>
            <p>{first}</p>
            {note}
        </header>
    }
    .into_any()
}

pub(super) fn account_row(account: AccountView) -> AnyView {
    let icon = match account.product {
        bank_contract::accounts::Product::Current => "wallet2",
        bank_contract::accounts::Product::Savings => "piggy-bank",
    };
    let text = format!("{}, {}", words::kind(account.product), words::ending(&account.iban));
    let closed = account.status == AccountStatus::Closed;
    view! {
        <ActionRow href=format!("/accounts/{}", account.account) title=account.name text icon>
            <Money value=account.booked />
            {closed.then(|| view! { <Badge text="Closed" /> })}
        </ActionRow>
    }
    .into_any()
}

/// What waits for a yes. Nothing at all when there are none: that is the usual case.
fn waiting_payments(requests: Requests) -> AnyView {
    waiting(1, retry_of(move || requests.refetch()), move || async move {
        let mut requests = requests.await?;
        requests.retain(|request| request.state == PendingState::Waiting);
        if requests.is_empty() {
            return Ok(().into_any());
        }
        let rows = requests
            .into_iter()
            .map(|request| view! { <li>{request_row(request)}</li> })
            .collect_view();
        Ok(view! {
            <section class="section" aria-labelledby="requests-heading">
                <h2 id="requests-heading">"Waiting for you"</h2>
                <ul class="rows">{rows}</ul>
            </section>
        }
        .into_any())
    })
}

fn request_row(request: PendingView) -> AnyView {
    let (href, text) = if let Some(place) = elsewhere(&request.operation) {
        // A press on the review could not finish it.
        (place.href.to_owned(), format!("Goes on where it began: {}", place.name))
    } else {
        let decide = if request.missing == Consent::Sign {
            "Sign"
        } else {
            "Confirm"
        };
        let by = dates::moment(request.expires_at);
        (format!("/pay/{}", request.pending), format!("{decide} by {by}"))
    };
    view! { <ActionRow href title=heading(&request.summary) text icon="clock" /> }.into_any()
}
