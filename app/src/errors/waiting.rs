//! The frame around everything that is loaded: a skeleton first, then the content or the refusal.

use super::SetStatus;
use crate::design::{ErrorNote, LinkButton, PageHead, Skeleton};
use bank_contract::BankError;
use leptos::prelude::*;
use std::future::{Future, poll_fn};
use std::task::Poll;

/// Sets the HTTP status of the page, while it is rendered on the server.
pub(crate) fn set_status(status: u16) {
    if let Some(set) = use_context::<SetStatus>() {
        (set.0)(status);
    }
}

/// Asks for all of the resources again.
pub(crate) fn retry_of(again: impl Fn() + Send + Sync + 'static) -> Callback<()> {
    Callback::new(move |()| again())
}

/// While a page is made on the server, its parts are looked through before they are made for good,
/// and each look would make them anew and ask the bank again. What waits for a turn is made once.
pub async fn made_once() {
    let mut waited = !cfg!(feature = "ssr");
    poll_fn(move |context| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Shows what `load` brings, and `rows` grey lines until then. What it refuses is said in place, with a retry.
pub(crate) fn waiting<L, F>(rows: usize, retry: Callback<()>, load: L) -> AnyView
where
    L: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<AnyView, BankError>> + Send + 'static,
{
    framed(rows, load, move |error| view! { <ErrorNote error retry /> }.into_any())
}

/// As [`waiting`], for all of a page: a refusal gets the heading that the page would have had.
pub(crate) fn waiting_page<L, F>(title: &'static str, rows: usize, retry: Callback<()>, load: L) -> AnyView
where
    L: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<AnyView, BankError>> + Send + 'static,
{
    let status = use_context::<SetStatus>();
    framed(rows, load, move |error| {
        if let Some(set) = &status {
            (set.0)(error.status());
        }
        if error == BankError::NotFound {
            return not_here();
        }
        view! {
            <PageHead title />
            <ErrorNote error retry />
        }
        .into_any()
    })
}

fn framed<L, F>(rows: usize, load: L, refused: impl Fn(BankError) -> AnyView + Clone + Send + Sync + 'static) -> AnyView
where
    L: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<AnyView, BankError>> + Send + 'static,
{
    let content = move || {
        let (content, refused) = (load(), refused.clone());
        Suspend::new(async move {
            made_once().await;
            content.await.unwrap_or_else(refused)
        })
    };
    view! { <Transition fallback=move || view! { <Skeleton rows /> }>{content}</Transition> }.into_any()
}

/// Trying again would not help, so it is not offered.
fn not_here() -> AnyView {
    view! {
        <PageHead title="We cannot find this" />
        <div class="stack">
            <p>"It may not exist, or it may not be yours. Your money is where it was."</p>
            <div class="cluster">
                <LinkButton href="/home">"Go to your accounts"</LinkButton>
            </div>
        </div>
    }
    .into_any()
}
