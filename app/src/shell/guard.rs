//! Pages for customers only.

use super::use_visit;
use crate::design::{ErrorNote, Skeleton};
use bank_contract::BankError;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use leptos_router::location::Url;

#[derive(Clone, PartialEq)]
enum Gate {
    Open,
    Closed,
    Failed(BankError),
}

/// Shows its children to whoever is signed in, and sends everybody else to sign in first; from
/// there they come back. The bank itself checks every call besides: this is manners, not a lock.
#[component]
pub fn Protected(children: ChildrenFn) -> impl IntoView {
    let visit = use_visit();
    let children = StoredValue::new(children);
    view! {
        <Transition fallback=|| {
            view! { <Skeleton rows=4 /> }
        }>
            {
                let gate = Memo::new(move |_| {
                    visit
                        .get()
                        .map(|visit| match visit {
                            Ok(visit) if visit.me.is_some() => Gate::Open,
                            Ok(_) => Gate::Closed,
                            Err(error) => Gate::Failed(error),
                        })
                });
                move || gate.get().map(|gate| through(gate, children))
            }
        </Transition>
    }
}

fn through(gate: Gate, children: StoredValue<ChildrenFn>) -> AnyView {
    match gate {
        Gate::Open => children.with_value(|children| children()).into_any(),
        Gate::Closed => view! { <Redirect path=sign_in_and_return() /> }.into_any(),
        Gate::Failed(error) => {
            let visit = use_visit();
            let retry = Callback::new(move |()| visit.refetch());
            view! { <ErrorNote error=error retry=retry /> }.into_any()
        }
    }
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
