//! Setting a password, or another one.

use super::factors::ask_for_factors;
use super::turn_off::TurnOffSection;
use crate::api::call;
use crate::design::{Button, PageHead, PasswordField, use_toasts};
use crate::errors::{After, Doing, Fields, form_of, retry_of, waiting};
use bank_contract::identity::Password;
use bank_contract::identity::factors::{FactorsView, OtherWay, SetPassword};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;
use web_sys::SubmitEvent;

#[component]
pub fn PasswordPage() -> impl IntoView {
    let factors = ask_for_factors();
    let form = waiting(3, retry_of(move || factors.refetch()), move || async move {
        let factors = factors.await?;
        Ok(view! {
            <PasswordForm factors=factors.clone() />
            <TurnOffSection part=OtherWay::Password factors />
        }
        .into_any())
    });
    view! {
        <Title text="Password" />
        <PageHead title="Your password" back="/profile" />
        {form}
    }
}

#[component]
fn PasswordForm(factors: FactorsView) -> impl IntoView {
    let asks = factors.password_set_at.is_some() && factors.proof_needed;
    let least = if factors.codes_set_at.is_some() { 8 } else { 15 };
    let (password, current) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let fields = Fields::new(vec![("password", password), ("current", current)]);
    let doing = Doing::new();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let wanted = SetPassword {
            password: Password::new(password.get_untracked()),
            current: asks.then(|| Password::new(current.get_untracked())),
        };
        fields.clear();
        doing.clear();
        if fields.check(&wanted, form.as_ref()) {
            let navigate = navigate.clone();
            doing.submit(fields, form, async move {
                call(wanted).await?;
                toasts.say("Your password is set. Every other device is signed out.");
                Ok(After::go(navigate, "/profile"))
            });
        }
    };
    let hint = format!(
        "{least} characters or more, of any kind, spaces too. A few words in a row are easy to remember. You can paste it."
    );
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            {asks
                .then(|| {
                    view! {
                        <PasswordField
                            label="The password that you have now"
                            name="current"
                            value=current
                            error=fields.error("current")
                            hint="Forgotten? Sign out, sign in with a passkey, and it is not asked for."
                            autocomplete="current-password"
                        />
                    }
                })}
            <PasswordField
                label="New password"
                name="password"
                value=password
                error=fields.error("password")
                hint
                autocomplete="new-password"
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Set the password"
                </Button>
            </div>
        </form>
    }
}
