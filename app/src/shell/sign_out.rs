//! Signing out. A plain form, so that it works before the page is awake, and without scripts.

use super::leave_for;
use crate::api::call;
use crate::design::use_toasts;
use bank_contract::identity::SignOut;
use bank_contract::{BankError, Operation};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Posts to the operation's own address by itself; awake, it does the same without leaving the
/// page before it is done. Leptos's own form would bring its decoders for all of this along.
#[component]
pub fn SignOutForm() -> impl IntoView {
    let toasts = use_toasts();
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            match call(SignOut {}).await {
                // A session that had ended by itself is what was wanted.
                Ok(()) | Err(BankError::NotSignedIn) => leave_for("/"),
                Err(error) => toasts.fail(&error),
            }
        });
    };
    view! {
        <form method="post" action=SignOut::NAMED.form_path on:submit=on_submit>
            <button type="submit" class="text-button">
                "Sign out"
            </button>
        </form>
    }
}
