//! Verification of payee: does this name belong to that IBAN? Asked while the form is filled in,
//! so that a mistake is found before there is anything to review.

use crate::api::call;
use crate::design::{Button, ButtonKind, Notice, NoticeKind};
use bank_contract::transfers::{CheckPayee, PayeeMatch};
use bank_contract::{BankError, Iban, text};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long to wait for the next key before asking.
const AFTER_TYPING: Duration = Duration::from_millis(450);

#[derive(Clone, PartialEq)]
enum Check {
    Asking,
    Answered(Result<PayeeMatch, BankError>),
}

#[component]
pub(super) fn PayeeCheck(name: RwSignal<String>, iban: RwSignal<String>) -> impl IntoView {
    let check = RwSignal::new(None::<Check>);
    let payee = Memo::new(move |_| complete(&name.get(), &iban.get()));
    Effect::new(move |_| {
        let asked = payee.get();
        check.set(None);
        let Some((name, iban)) = asked.clone() else {
            return;
        };
        let ask = move || {
            check.try_set(Some(Check::Asking));
            spawn_local(async move {
                let answer = call(CheckPayee { iban, name }).await;
                // An answer to what is no longer in the form is of no use.
                if payee.try_get_untracked() == Some(asked) {
                    check.try_set(Some(Check::Answered(answer)));
                }
            });
        };
        if let Ok(timer) = set_timeout_with_handle(ask, AFTER_TYPING) {
            on_cleanup(move || timer.clear());
        }
    });
    view! {
        <div role="status">
            {move || check.get().map(|check| said(check, name))}
        </div>
    }
}

/// The payee, once both parts can be right.
fn complete(name: &str, iban: &str) -> Option<(String, Iban)> {
    let name = name.trim();
    text::name(name, &()).ok()?;
    Some((name.to_owned(), Iban::parse(iban).ok()?))
}

fn said(check: Check, name: RwSignal<String>) -> AnyView {
    match check {
        Check::Asking => view! { <p class="muted small">"Checking whose account this is"</p> }.into_any(),
        Check::Answered(Ok(PayeeMatch::Full)) => view! {
            <Notice kind=NoticeKind::Good>
                <p>{format!("The account belongs to {}.", name.get_untracked().trim())}</p>
            </Notice>
        }
        .into_any(),
        Check::Answered(Ok(PayeeMatch::Close(holder))) => close(holder, name),
        Check::Answered(Ok(PayeeMatch::None)) => view! {
            <Notice kind=NoticeKind::Pending>
                <p class="notice-title">"The name does not fit the account"</p>
                <p>
                    "Somebody else may be its holder. Ask the person you want to pay, in a way you know to be theirs, \
                     before you send money there."
                </p>
            </Notice>
        }
        .into_any(),
        Check::Answered(Err(error @ (BankError::PayeeUnknown | BankError::Invalid { .. }))) => view! {
            <Notice kind=NoticeKind::Failed>
                <p class="notice-title">{error.message()}</p>
                <p>{error.next()}</p>
            </Notice>
        }
        .into_any(),
        Check::Answered(Err(_)) => view! {
            <p class="muted small">"We could not check the name just now. We check it again before anything is sent."</p>
        }
        .into_any(),
    }
}

fn close(holder: String, name: RwSignal<String>) -> AnyView {
    let text = format!("The account belongs to {holder}.");
    view! {
        <Notice kind=NoticeKind::Pending>
            <p class="notice-title">{text}</p>
            <p>"That is close to the name you entered. Is this the one you mean?"</p>
            <Button kind=ButtonKind::Quiet on:click=move |_| name.set(holder.clone())>
                "Use this name"
            </Button>
        </Notice>
    }
    .into_any()
}
