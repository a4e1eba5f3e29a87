//! Pages for customers only.

use super::use_visit;
use crate::design::{ErrorNote, Skeleton};
use crate::errors::{made_once, retry_of};
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use leptos_router::location::Url;

/// Shows its children to whoever is signed in, and sends everybody else to sign in first; from
/// there they come back. The bank itself checks every call besides: this is manners, not a lock.
#[component]
pub fn Protected(children: ChildrenFn) -> impl IntoView {
    let visit = use_visit();
    let gate = move || {
        let children = children.clone();
        // Awaited, not read: a page must never be sent without its content because the visit
        // became known between two looks at it.
        Suspend::new(async move {
            made_once().await;
            match visit.await {
                Ok(visit) if visit.me.is_some() => children().into_any(),
                Ok(_) => view! { <Redirect path=sign_in_and_return() /> }.into_any(),
                Err(error) => view! { <ErrorNote error retry=retry_of(move || visit.refetch()) /> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Skeleton rows=4 /> }>{gate}</Transition> }
}

/// `/sign-in?next=…`, with where we are now.
fn sign_in_and_return() -> String {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let search = location.search.get_untracked();
    let here = if search.is_empty() {
        path
    } else {
        format!("{path}?{search}")
    };
    format!("/sign-in?next={}", Url::escape(&here))
}
