//! Signing in without a passkey: an e-mail address and a password, then a code.

use super::next::safe_path;
use super::strangers::for_strangers;
use crate::api::call;
use crate::design::{Button, ButtonKind, CodeField, PageHead, PasswordField, TextField, keep_focus};
use crate::errors::{After, Doing, Fields, form_of};
use crate::shell::use_inside;
use bank_contract::identity::factors::{FinishPasswordSignIn, StartPasswordSignIn};
use bank_contract::identity::{Code, Password};
use bank_contract::{BankError, CeremonyId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use web_sys::SubmitEvent;

#[component]
pub fn PasswordSignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = Signal::derive(move || safe_path(query.with(|query| query.get("next"))));
    view! {
        <Title text="Sign in with a password" />
        {for_strangers(
            move || next.get_untracked(),
            move |_| view! { <Steps next /> }.into_any(),
        )}
    }
}

/// Both steps stand on one page, so that going back to the first one keeps what was typed.
#[component]
fn Steps(next: Signal<String>) -> impl IntoView {
    let begun = RwSignal::new(None::<CeremonyId>);
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let content = move || match begun.get() {
        None => first(begun, email, password),
        Some(ceremony) => second(begun, ceremony, next),
    };
    view! {
        <div class="stack-lg">
            <PageHead title="Sign in with a password" back="/sign-in" />
            {content}
            <p class="section">"Password lost? " <a href="/recover">"Set a new one"</a></p>
        </div>
    }
}

fn first(begun: RwSignal<Option<CeremonyId>>, email: RwSignal<String>, password: RwSignal<String>) -> AnyView {
    let fields = Fields::new(vec![("email", email), ("password", password)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let start = StartPasswordSignIn {
            email: email.get_untracked().trim().to_owned(),
            password: Password::new(password.get_untracked()),
        };
        fields.clear();
        doing.clear();
        if fields.check(&start, form.as_ref()) {
            doing.submit(fields, form, async move {
                let step = call(start).await?;
                begun.try_set(Some(step.ceremony));
                Ok(After::Stay)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <TextField
                label="E-mail address"
                name="email"
                value=email
                error=fields.error("email")
                autocomplete="username"
                maxlength=254
            />
            <PasswordField
                label="Password"
                name="password"
                value=password
                error=fields.error("password")
                autocomplete="current-password"
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Go on"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn second(begun: RwSignal<Option<CeremonyId>>, ceremony: CeremonyId, next: Signal<String>) -> AnyView {
    let code = RwSignal::new(String::new());
    let fields = Fields::new(vec![("code", code)]);
    let (doing, inside) = (Doing::new(), use_inside());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let finish = FinishPasswordSignIn {
            ceremony,
            code: Code::new(code.get_untracked()),
        };
        fields.clear();
        doing.clear();
        if fields.check(&finish, form.as_ref()) {
            let (next, asked) = (next.get_untracked(), doing.asked());
            doing.submit(fields, form, async move {
                match call(finish).await {
                    Ok(_) => Ok(inside.go(&next, &asked)),
                    Err(BankError::CodeRefused) => Err(BankError::invalid("code", BankError::CodeRefused.message())),
                    Err(error) => Err(error),
                }
            });
        }
    };
    let again = move || {
        keep_focus();
        begun.set(None);
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <p data-arrive="true">"Now the second step: a code."</p>
            <CodeField
                label="Code"
                name="code"
                value=code
                error=fields.error("code")
                hint="The six digits that your app shows now, or one of your recovery codes."
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Sign in"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| again()>
                    "Begin again"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
