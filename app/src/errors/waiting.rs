//! The frame around everything that is loaded: a skeleton first, then the content or the refusal.

use super::SetStatus;
use crate::design::{ErrorNote, Skeleton};
use bank_contract::BankError;
use leptos::prelude::*;
use std::future::Future;

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

/// Shows what `load` brings, and `rows` grey lines until then. What it refuses is said in place, with a retry.
pub(crate) fn waiting<L, F>(rows: usize, retry: Callback<()>, load: L) -> AnyView
where
    L: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<AnyView, BankError>> + Send + 'static,
{
    let status = use_context::<SetStatus>();
    view! {
        <Transition fallback=move || view! { <Skeleton rows/> }>
            {move || {
                let content = load();
                let status = status.clone();
                Suspend::new(async move {
                    content
                        .await
                        .unwrap_or_else(|error| {
                            if let Some(set) = status {
                                (set.0)(error.status());
                            }
                            view! { <ErrorNote error retry/> }.into_any()
                        })
                })
            }}
        </Transition>
    }
    .into_any()
}
