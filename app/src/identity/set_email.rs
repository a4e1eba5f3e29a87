//! The e-mail address: typed and signed, then confirmed by the code that was sent to it.

use super::factors::ask_for_factors;
use crate::api::{ask, call};
use crate::design::{
    Button, ButtonKind, CodeField, Notice, PageHead, PasswordField, TextField, keep_focus, use_toasts,
};
use crate::errors::{After, Doing, Fields, form_of, retry_of, waiting};
use crate::pending::Asking;
use bank_contract::CeremonyId;
use bank_contract::identity::email::{ConfirmEmail, SetEmail};
use bank_contract::identity::factors::NextStep;
use bank_contract::identity::{Code, Password};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;
use web_sys::SubmitEvent;

#[component]
pub fn EmailPage() -> impl IntoView {
    let sent = RwSignal::new(None::<CeremonyId>);
    let email = RwSignal::new(String::new());
    let asking = Asking::new();
    asking.on_done(move |step: NextStep| sent.set(Some(step.ceremony)));
    let factors = ask_for_factors();
    let content = waiting(3, retry_of(move || factors.refetch()), move || async move {
        let asks = factors.await?.password_needed;
        let step = move || match sent.get() {
            None => ask_for(sent, email, asking),
            Some(ceremony) => confirm(sent, ceremony, email, asks),
        };
        Ok(view! { {step} }.into_any())
    });
    view! {
        <Title text="E-mail address" />
        <PageHead title="Your e-mail address" back="/profile" />
        {content}
        {asking.dialog("Is it you who changes the address?")}
    }
}

fn ask_for(sent: RwSignal<Option<CeremonyId>>, email: RwSignal<String>, asking: Asking) -> AnyView {
    let fields = Fields::new(vec![("email", email)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let wanted = SetEmail {
            email: email.get_untracked().trim().to_owned(),
        };
        fields.clear();
        doing.clear();
        if fields.check(&wanted, form.as_ref()) {
            doing.submit(fields, form, async move {
                asking.take(ask(wanted).await?, |step| {
                    sent.try_set(Some(step.ceremony));
                    Ok(After::Stay)
                })
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
                hint="We send a code to it. An address that you had before is told of the change."
                autocomplete="email"
                maxlength=254
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Send the code"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn confirm(sent: RwSignal<Option<CeremonyId>>, ceremony: CeremonyId, email: RwSignal<String>, asks: bool) -> AnyView {
    let (code, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let fields = Fields::new(vec![("code", code), ("password", password)]);
    let doing = Doing::new();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let confirm = ConfirmEmail {
            ceremony,
            code: Code::new(code.get_untracked()),
            password: asks.then(|| Password::new(password.get_untracked())),
        };
        fields.clear();
        doing.clear();
        if fields.check(&confirm, form.as_ref()) {
            let navigate = navigate.clone();
            doing.submit(fields, form, async move {
                call(confirm).await?;
                toasts.say("Your e-mail address is confirmed.");
                Ok(After::go(navigate, "/profile"))
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <div data-arrive="true">
                <Notice>
                    {format!("If {} can be used, a code is on its way to it.", email.get_untracked().trim())}
                    " In the demo you find it in the " <a href="/mailbox" target="_blank">"mailbox"</a>
                    " (opens in a new tab)."
                </Notice>
            </div>
            <CodeField
                label="Code of the mail"
                name="code"
                value=code
                error=fields.error("code")
                hint="Eight characters, such as ABCD-EFGH. It is good for ten minutes."
            />
            {asks
                .then(|| {
                    view! {
                        <PasswordField
                            label="Your password"
                            name="password"
                            value=password
                            error=fields.error("password")
                            autocomplete="current-password"
                        />
                    }
                })}
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Confirm"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| begin_again(sent)>
                    "Use another address"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// Back to the first step, whose form takes the place of this one.
fn begin_again(sent: RwSignal<Option<CeremonyId>>) {
    keep_focus();
    sent.set(None);
}
