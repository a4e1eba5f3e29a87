//! Setting up an app for codes, and the recovery codes that come with it. Both are shown this once.

use super::factors::ask_for_factors;
use super::recovery_codes::RecoveryCodesShown;
use super::turn_off::TurnOffSection;
use crate::api::{ask, call};
use crate::design::{Button, CodeField, CopyButton, PageHead, Qr};
use crate::errors::{After, Doing, Fields, form_of, retry_of, waiting};
use crate::pending::Asking;
use bank_contract::identity::Code;
use bank_contract::identity::factors::{FinishTotp, OtherWay, QrView, RecoveryCodes, StartTotp, TotpSetup};
use leptos::prelude::*;
use leptos_meta::Title;
use web_sys::SubmitEvent;

#[component]
pub fn CodesPage() -> impl IntoView {
    let factors = ask_for_factors();
    let made = RwSignal::new(None::<RecoveryCodes>);
    let begin = move || {
        waiting(3, retry_of(move || factors.refetch()), move || async move {
            let factors = factors.await?;
            let asks = factors.codes_set_at.is_some() && factors.proof_needed;
            let again = factors.codes_set_at.is_some();
            Ok(view! {
                <SetUp asks again made />
                <TurnOffSection part=OtherWay::Codes factors />
            }
            .into_any())
        })
    };
    let content = move || match made.get() {
        Some(codes) => view! { <RecoveryCodesShown title="Your app is set up" codes /> }.into_any(),
        None => view! {
            <PageHead title="An app for codes" back="/profile" />
            {begin()}
        }
        .into_any(),
    };
    view! {
        <Title text="App for codes" />
        {content}
    }
}

/// The secret is made on a press: a page that is merely looked at makes none.
#[component]
fn SetUp(asks: bool, again: bool, made: RwSignal<Option<RecoveryCodes>>) -> impl IntoView {
    let setup = RwSignal::new(None::<TotpSetup>);
    let doing = Doing::new();
    let asking = Asking::new();
    asking.on_done(move |begun| setup.set(Some(begun)));
    let on_begin = move |_| {
        doing.start(async move {
            asking.take(ask(StartTotp {}).await?, |begun| {
                setup.try_set(Some(begun));
                Ok(After::Stay)
            })
        });
    };
    let content = move || {
        match setup.get() {
        Some(setup) => view! { <Confirm setup asks made /> }.into_any(),
        None => view! {
            <div class="form">
                <p>
                    "An app such as Aegis, 2FAS or your password manager makes a new code of six digits every half minute. \
                     You scan a picture once, and the app knows what to show."
                </p>
                {again
                    .then(|| {
                        view! { <p>"The app that you have now goes on until the new one is confirmed."</p> }
                    })}
                {doing.note()}
                <div class="form-actions">
                    <Button busy=doing.busy() on:click=on_begin>
                        {if again { "Set up another app" } else { "Set up an app" }}
                    </Button>
                </div>
            </div>
        }
        .into_any(),
    }
    };
    view! {
        {content}
        {asking.dialog("Is it you who sets an app up?")}
    }
}

/// The key for an app, as a picture and as text.
#[component]
pub(super) fn AppKey(secret: String, qr: QrView) -> impl IntoView {
    view! {
        <p data-arrive="true">"Scan this with the app. It is shown this once."</p>
        <Qr size=qr.size path=qr.path label="QR code with the key for the app. The key stands below as text." />
        <div class="stack">
            <p class="muted" id="secret-label">
                "Or type the key into the app:"
            </p>
            <div class="secret" role="group" aria-labelledby="secret-label">
                <code>{secret.clone()}</code>
                <CopyButton text=secret.replace(' ', "") label="Copy the key" />
            </div>
        </div>
    }
}

#[component]
fn Confirm(setup: TotpSetup, asks: bool, made: RwSignal<Option<RecoveryCodes>>) -> impl IntoView {
    let TotpSetup { ceremony, secret, qr } = setup;
    let (code, current) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let fields = Fields::new(vec![("code", code), ("current", current)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let finish = FinishTotp {
            ceremony,
            code: Code::new(code.get_untracked()),
            current: asks.then(|| Code::new(current.get_untracked())),
        };
        fields.clear();
        doing.clear();
        if fields.check(&finish, form.as_ref()) {
            doing.submit(fields, form, async move {
                let codes = call(finish).await?;
                made.try_set(Some(codes));
                Ok(After::Leave)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <AppKey secret qr />
            {asks
                .then(|| {
                    view! {
                        <CodeField
                            label="Code of the app that you have now"
                            name="current"
                            value=current
                            error=fields.error("current")
                            hint="Or one of your recovery codes."
                        />
                    }
                })}
            <CodeField
                label="Code of the new app"
                name="code"
                value=code
                error=fields.error("code")
                hint="The six digits that it shows now."
                digits=true
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Confirm"
                </Button>
            </div>
        </form>
    }
}
