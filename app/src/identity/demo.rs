//! The people of the demo bank, one press away. Plain forms: they work without scripts.

use crate::api::{Call, call};
use crate::design::{EmptyState, ErrorNote, Icon};
use crate::errors::{retry_of, waiting};
use crate::shell::leave_for;
use bank_contract::identity::{CustomerKind, DemoPeople, DemoPerson, SignInDemo};
use leptos::form::ActionForm;
use leptos::prelude::*;

#[component]
pub(crate) fn DemoPeopleList(
    /// Where to go once somebody is signed in.
    #[prop(into)]
    next: Signal<String>,
) -> impl IntoView {
    let people = Resource::new_blocking(|| (), |()| call(DemoPeople {}));
    let sign_in = ServerAction::<Call<SignInDemo>>::new();
    let chosen = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(Ok(_)) = sign_in.value().get() {
            leave_for(&next.get_untracked());
        }
    });
    let list = waiting(3, retry_of(move || people.refetch()), move || async move {
        let people = people.await?;
        if people.is_empty() {
            return Ok(view! {
                <EmptyState
                    icon="people"
                    title="Nobody is here yet"
                    text="The demo people have not moved in. You can open an account of your own."
                />
            }
            .into_any());
        }
        let people = people
            .into_iter()
            .map(|person| view! { <li>{card(person, sign_in, chosen)}</li> })
            .collect_view();
        Ok(view! { <ul class="rows">{people}</ul> }.into_any())
    });
    let refusal = move || match sign_in.value().get() {
        Some(Err(refused)) => Some(view! { <ErrorNote error=refused.0 /> }),
        _ => None,
    };
    view! {
        <ActionForm action=sign_in>{list}</ActionForm>
        {refusal}
    }
}

/// The button carries whom it stands for, so that one form does for all of them.
fn card(person: DemoPerson, sign_in: ServerAction<Call<SignInDemo>>, chosen: RwSignal<Option<String>>) -> AnyView {
    let icon = match person.kind {
        CustomerKind::Person => "person",
        CustomerKind::Business => "shop",
    };
    let handle = person.handle.clone();
    let this = handle.clone();
    // It stays busy after the answer as well: the page is on its way out then.
    let busy = move || {
        let under_way = sign_in.pending().get() || matches!(sign_in.value().get(), Some(Ok(_)));
        (under_way && chosen.with(|chosen| chosen.as_ref() == Some(&this))).then_some("true")
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        if sign_in.pending().get_untracked() {
            event.prevent_default();
        } else {
            chosen.set(Some(handle.clone()));
        }
    };
    view! {
        <button type="submit" class="row-link" name="handle" value=person.handle aria-busy=busy on:click=on_click>
            <span class="row-icon">
                <Icon name=icon />
            </span>
            <span class="row-text">
                <span class="row-title">{person.name}</span>
                <span class="row-note">{person.about}</span>
            </span>
            <Icon name="chevron-right" />
        </button>
    }
    .into_any()
}
