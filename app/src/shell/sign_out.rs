//! Signing out. A plain form, so that it works before the page is awake, and without scripts.

use super::leave_for;
use crate::api::Call;
use crate::design::use_toasts;
use bank_contract::BankError;
use bank_contract::identity::SignOut;
use leptos::form::ActionForm;
use leptos::prelude::*;

#[component]
pub fn SignOutForm() -> impl IntoView {
    let sign_out = ServerAction::<Call<SignOut>>::new();
    let toasts = use_toasts();
    Effect::new(move |_| match sign_out.value().get() {
        None => {}
        Some(Ok(_)) => leave_for("/"),
        // The session ended by itself before: that is what was wanted.
        Some(Err(refused)) if refused.0 == BankError::NotSignedIn => leave_for("/"),
        Some(Err(refused)) => toasts.fail(&refused.0),
    });
    view! {
        <ActionForm action=sign_out>
            <button type="submit" class="text-button">
                "Sign out"
            </button>
        </ActionForm>
    }
}
