//! Becoming a customer: a name and a passkey, nothing more.

use super::next::HOME;
use super::passkey::{self, Trouble};
use super::step::Step;
use super::strangers::for_strangers;
use crate::accounts::Choice;
use crate::api::call;
use crate::design::{Button, Notice, PageHead, TextField};
use crate::errors::{After, Asked, Fields, form_of};
use crate::shell::{Inside, use_inside};
use bank_contract::identity::{CustomerKind, FinishSignUp, StartSignUp, Visit};
use leptos::prelude::*;
use leptos_meta::Title;
use web_sys::SubmitEvent;

const BUSINESS: &str = "business";

#[component]
pub fn SignUpPage() -> impl IntoView {
    view! {
        <Title text="Open an account" />
        {for_strangers(|| HOME.to_owned(), |visit| view! { <SignUp visit /> }.into_any())}
    }
}

#[component]
fn SignUp(visit: Visit) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new("person".to_owned());
    let fields = Fields::new(vec![("name", name)]);
    let (step, inside) = (Step::new(), use_inside());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let start = StartSignUp {
            name: name.get_untracked().trim().to_owned(),
            kind: if kind.with_untracked(|kind| kind == BUSINESS) {
                CustomerKind::Business
            } else {
                CustomerKind::Person
            },
        };
        fields.clear();
        step.clear();
        if fields.check(&start, form.as_ref()) {
            step.submit(fields, form, sign_up(start, step.asked(), inside));
        }
    };
    let hint = Signal::derive(move || {
        let whose = if kind.with(|kind| kind == BUSINESS) {
            "The name of the business"
        } else {
            "Your first and last name"
        };
        format!("{whose}, as people see it when you pay them.")
    });
    view! {
        <div class="stack-lg">
            <PageHead title="Open an account" back="/" />
            {visit.demo.then(|| view! {
                <Notice>"This is a demo bank. The money in it is not real, and your name can be made up."</Notice>
            })}
            // Without an answer from the page yet, a press does nothing rather than put the name in the address.
            <form class="form" method="dialog" novalidate on:submit=on_submit>
                <Choice
                    legend="Who is the account for?"
                    name="kind"
                    value=kind
                    options=vec![("person", "Me"), (BUSINESS, "A business")]
                />
                <TextField label="Name" name="name" value=name hint error=fields.error("name") autocomplete="name" maxlength=70 />
                <p class="muted">
                    "A passkey takes the place of a password: you sign in with your fingerprint, your face or the PIN \
                     of your device, and there is nothing to remember and nothing to steal."
                </p>
                {step.note()}
                <div class="form-actions">
                    <Button submit=true busy=step.busy()>"Create a passkey"</Button>
                </div>
            </form>
            <div class="section stack">
                <p>"With us already? " <a href="/sign-in">"Sign in"</a></p>
                <p class="muted">
                    "No passkey at hand? "
                    <a href="/sign-up/without-passkey">"Open an account without a passkey"</a>
                </p>
            </div>
        </div>
    }
}

/// Whoever has left before their passkey is made opens nothing.
async fn sign_up(start: StartSignUp, asked: Asked, inside: Inside) -> Result<After, Trouble> {
    if !passkey::is_supported() {
        return Err(passkey::missing());
    }
    let ceremony = call(start).await?;
    if asked.is_left() {
        return Err(Trouble::Aborted);
    }
    let credential = passkey::create(&ceremony.options).await?;
    call(FinishSignUp {
        ceremony: ceremony.ceremony,
        credential,
    })
    .await?;
    Ok(inside.go(HOME, &asked))
}
