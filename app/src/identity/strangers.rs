//! Pages for people who are not signed in yet.

use crate::errors::{retry_of, waiting_page};
use crate::shell::use_visit;
use bank_contract::identity::Visit;
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Shows the page to strangers; whoever is signed in already goes straight to `inside`.
pub(crate) fn for_strangers(
    inside: impl Fn() -> String + Clone + Send + Sync + 'static,
    page: impl Fn(Visit) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    let visit = use_visit();
    waiting_page("Larch", 4, retry_of(move || visit.refetch()), move || {
        let (inside, page) = (inside.clone(), page.clone());
        async move {
            let visit = visit.await?;
            Ok(if visit.me.is_some() {
                view! { <Redirect path=inside() /> }.into_any()
            } else {
                page(visit)
            })
        }
    })
}
