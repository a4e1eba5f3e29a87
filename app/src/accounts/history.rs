//! What happened, newest first, with more of it on request.

use crate::api::call;
use crate::design::{Button, ButtonKind, EmptyState, Feed, LinkButton};
use crate::errors::{After, Doing};
use bank_contract::accounts::{ListTransactions, TransactionView};
use bank_contract::{AccountId, Page, PageSize};
use chrono::NaiveDate;
use leptos::prelude::*;

/// The history of one account, or of all of them when none is named; `first` is its first page.
#[component]
pub(super) fn History(
    account: Option<AccountId>,
    first: Page<TransactionView>,
    today: NaiveDate,
    /// The reader may pay cash in: the money is theirs.
    cash: bool,
) -> impl IntoView {
    if first.rows.is_empty() {
        return nothing_yet(account, cash);
    }
    let rows = RwSignal::new(first.rows);
    let next = RwSignal::new(first.next);
    // Says that the end is reached only to whoever went there.
    let went_on = RwSignal::new(false);
    let doing = Doing::new();
    let on_more = move |_| {
        let Some(after) = next.get_untracked() else {
            return;
        };
        doing.start(async move {
            let list = ListTransactions {
                account,
                after: Some(after),
                size: PageSize::default(),
            };
            let page = call(list).await?;
            rows.try_update(|rows| rows.extend(page.rows));
            next.try_set(page.next);
            went_on.try_set(true);
            Ok(After::Stay)
        });
    };
    let more = move || {
        next.with(Option::is_some).then(|| {
            view! {
                <Button kind=ButtonKind::Quiet busy=doing.busy() on:click=on_more>
                    "Show more"
                </Button>
            }
        })
    };
    let end = move || (went_on.get() && next.with(Option::is_none)).then_some("That is everything.");
    // The button is gone by then, and the focus goes here.
    let arrive = move || end().map(|_| "true");
    // Types are erased part by part: one view with all of them in it is too deep for the compiler.
    let feed = view! { <Feed rows today show_balance=account.is_some() nested=true /> }.into_any();
    view! {
        {feed}
        {doing.note()}
        <div class="section">
            {more} <p class="muted" role="status" data-arrive=arrive>
                {end}
            </p>
        </div>
    }
    .into_any()
}

fn nothing_yet(account: Option<AccountId>, cash: bool) -> AnyView {
    if !cash {
        return view! {
            <EmptyState
                icon="receipt"
                title="Nothing has happened yet"
                text="When money comes or goes, you see it here."
            />
        }
        .into_any();
    }
    let href = account.map_or_else(|| "/cash".to_owned(), |account| format!("/cash?account={account}"));
    view! {
        <EmptyState
            icon="receipt"
            title="Nothing has happened yet"
            text="Pay some money in, and it shows here with every payment after it."
        >
            <LinkButton href kind=ButtonKind::Quiet>
                "Pay in cash"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}
