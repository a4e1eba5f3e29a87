//! The review: a payment as the bank understood it, and a yes to exactly that.

use super::draft::Draft;
use super::ended::ended;
use super::late::use_late;
use super::onward::done;
use super::pay::OWN;
use crate::api::call;
use crate::design::{Button, ButtonKind, DefinitionList, LinkButton, Notice, NoticeKind, PageHead, dates, use_toasts};
use crate::errors::{After, Asked, form_of, retry_of, waiting_page};
use crate::identity::Step;
use crate::identity::passkey::Trouble;
use crate::pending::{
    Signer, elsewhere, facts, goes_on, heading, may_have_ended, notices, place, words_of_asker, yes_words,
};
use bank_contract::pending::{CancelPending, Confirmed, PendingState, PendingView, ShowPending, Summary};
use bank_contract::transfers::{MoveMoney, Receipt, SubmitTransfer, Withdraw};
use bank_contract::{BankError, Consent, Operation, PendingId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

#[component]
pub fn ReviewPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("pending").and_then(|id| id.parse().ok())));
    let request = Resource::new_blocking(
        move || id.get(),
        |id: Option<PendingId>| async move {
            let pending = id.ok_or(BankError::NotFound)?;
            call(ShowPending { pending }).await
        },
    );
    let again = retry_of(move || request.refetch());
    let (step, signer) = (Step::new(), Signer::new());
    let content = waiting_page("Review", 4, again, move || async move {
        let request = request.await?;
        Ok(if request.state == PendingState::Waiting && request.decided_by_other {
            asked(request)
        } else if request.state == PendingState::Waiting {
            open(request, step, signer, again)
        } else {
            ended(request, step)
        })
    });
    view! {
        <Title text="Review" />
        {content}
    }
}

fn open(request: PendingView, step: Step, signer: Signer, again: Callback<()>) -> AnyView {
    let expiry = expiry(&request);
    let title = heading(&request.summary);
    let words = words_of_asker(&request.summary, None);
    let rows = facts(&request.summary);
    let warnings = notices(&request.summary);
    let why = request
        .summary
        .why
        .clone()
        .map(|why| view! { <p class="muted">{why}</p> });
    view! {
        <PageHead title />
        <div class="form">
            {warnings}
            <DefinitionList rows />
            {words}
            {why}
            <p class="muted">{expiry}</p>
            {goes_on(&request)}
            {decision(request, step, signer, again)}
        </div>
    }
    .into_any()
}

/// Until when it waits, and that nothing has happened so far.
fn expiry(request: &PendingView) -> String {
    let what = if place(&request.operation).is_none() {
        "sent"
    } else {
        "done"
    };
    let yes = if elsewhere(&request.operation).is_some() {
        "go on with it"
    } else if request.missing == Consent::Sign {
        "sign"
    } else {
        "confirm"
    };
    let until = dates::moment(request.expires_at);
    format!("Nothing is {what} until you {yes}. This waits until {until}.")
}

/// Somebody else decides about it: there is nothing to press.
fn asked(request: PendingView) -> AnyView {
    let title = request.summary.title.clone();
    let text = format!(
        "This is beyond what you may do by yourself, so its owner was asked. Nothing is sent until they agree. It waits \
         until {}.",
        dates::moment(request.expires_at)
    );
    view! {
        <PageHead title />
        <div class="form">
            <Notice kind=NoticeKind::Pending>
                <p class="notice-title">"The owner was asked"</p>
                <p>{text}</p>
            </Notice>
            <DefinitionList rows=facts(&as_read(&request)) />
            <div class="form-actions">
                <LinkButton href="/home">"Go to your accounts"</LinkButton>
            </div>
        </div>
    }
    .into_any()
}

/// The summary as its reader reads it: whoever asked wrote the words themselves.
pub(super) fn as_read(request: &PendingView) -> Summary {
    let mut summary = request.summary.clone();
    if request.decided_by_other {
        summary.asked_by = None;
    }
    summary
}

/// Where it can be filled in again.
pub(super) fn form_of_operation(operation: &str) -> &'static str {
    if operation == MoveMoney::NAMED.name {
        OWN
    } else if operation == Withdraw::NAMED.name {
        "/cash?do=out"
    } else {
        place(operation).map_or("/pay", |place| place.href)
    }
}

/// What the yes is called: it says what happens.
fn yes(request: &PendingView) -> &'static str {
    let (operation, signs) = (request.operation.as_str(), request.missing == Consent::Sign);
    if operation == SubmitTransfer::NAMED.name {
        if signs { "Sign and send" } else { "Confirm and send" }
    } else if operation == MoveMoney::NAMED.name {
        if signs { "Sign and move" } else { "Confirm and move" }
    } else {
        yes_words(request)
    }
}

const CANCELLED: &str = "Cancelled. No money moved.";
const SAID_NO: &str = "You said no. No money moved.";

/// What can be decided here.
#[derive(Clone, Copy, PartialEq)]
enum Choice {
    Confirm,
    /// Cancels it as well, and goes back to the form with everything in it.
    Change,
    Cancel,
}

fn decision(request: PendingView, step: Step, signer: Signer, again: Callback<()>) -> AnyView {
    let (confirm_label, form) = (yes(&request), form_of_operation(&request.operation));
    let own = request.summary.asked_by.is_none();
    let here = elsewhere(&request.operation).is_none();
    let (pending, code) = (request.pending, signer.field(&request).filter(|_| here));
    let navigate = use_navigate();
    let (toasts, late) = (use_toasts(), use_late());
    let what = StoredValue::new(heading(&request.summary));
    let pressed = RwSignal::new(Choice::Confirm);
    let busy = move |this: Choice| Signal::derive(move || step.busy().get() && pressed.get() == this);
    let on_confirm = {
        let navigate = navigate.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let (navigate, request) = (navigate.clone(), request.clone());
            pressed.set(Choice::Confirm);
            signer.fields.clear();
            let (asked, what) = (step.asked(), what.get_value());
            step.submit(signer.fields, form_of(&event), async move {
                let answer = confirm(request, signer, &asked).await;
                if asked.is_left() {
                    late.confirmed(&what, pending, answer);
                    return Ok(After::Stay);
                }
                Ok(match unless_ended(answer, again)? {
                    Some(confirmed) => After::go_with(navigate, shows(confirmed), replacing()),
                    None => After::Stay,
                })
            });
        }
    };
    let withdraw = move |choice: Choice| {
        if step.busy().get_untracked() {
            return;
        }
        let navigate = navigate.clone();
        pressed.set(choice);
        let (asked, what) = (step.asked(), what.get_value());
        step.start(async move {
            let answer = call(CancelPending { pending }).await;
            if asked.is_left() {
                let said = answer.map(|()| if own { CANCELLED } else { SAID_NO });
                late.cancelled(&what, pending, said);
                return Ok(After::Stay);
            }
            if unless_ended(answer.map_err(Trouble::from), again)?.is_none() {
                return Ok(After::Stay);
            }
            if choice == Choice::Change {
                return Ok(After::go_with(navigate, form, replacing()));
            }
            Draft::forget();
            toasts.say(if own { CANCELLED } else { SAID_NO });
            Ok(After::go_with(navigate, "/home", replacing()))
        });
    };
    let change = withdraw.clone();
    let confirming = here.then(|| submit(confirm_label, busy(Choice::Confirm)));
    // What somebody else asked for is theirs to change.
    let changing =
        (here && own).then(|| quiet("Change something", busy(Choice::Change), move || change(Choice::Change)));
    let cancelling = quiet(no_words(own), busy(Choice::Cancel), move || withdraw(Choice::Cancel));
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_confirm>
            {code}
            {step.note()}
            <div class="form-actions">{confirming} {changing} {cancelling}</div>
        </form>
    }
    .into_any()
}

/// What the no is called: to what somebody else asked for, it is said.
const fn no_words(own: bool) -> &'static str {
    if own { "Cancel" } else { "Say no" }
}

fn submit(label: &'static str, busy: Signal<bool>) -> AnyView {
    view! {
        <Button submit=true busy>
            {label}
        </Button>
    }
    .into_any()
}

fn quiet(label: &'static str, busy: Signal<bool>, on_press: impl Fn() + 'static) -> AnyView {
    view! {
        <Button kind=ButtonKind::Quiet busy on:click=move |_| on_press()>
            {label}
        </Button>
    }
    .into_any()
}

/// Says yes. What was filled in for it is done with.
async fn confirm(request: PendingView, signer: Signer, asked: &Asked) -> Result<Confirmed, Trouble> {
    let confirmed = signer.agree(request, asked).await?;
    Draft::forget();
    Ok(confirmed)
}

/// Where to go after a yes.
fn shows(confirmed: Confirmed) -> String {
    // Whatever ran without a receipt shows where it belongs.
    let shown = place(&confirmed.operation).map_or("/home", |place| place.href);
    serde_json::from_value::<Receipt>(confirmed.output).map_or_else(|_| shown.to_owned(), |receipt| done(receipt.entry))
}

/// A refusal may have ended the request, so it is shown anew. When it had ended before, that says it all.
fn unless_ended<T>(answer: Result<T, Trouble>, again: Callback<()>) -> Result<Option<T>, Trouble> {
    if matches!(&answer, Err(Trouble::Refused(error)) if may_have_ended(error)) {
        again.try_run(());
    }
    match answer {
        Err(Trouble::Refused(BankError::NoLongerPending)) => Ok(None),
        answer => answer.map(Some),
    }
}

/// The review is over: going back must not lead to it.
fn replacing() -> NavigateOptions {
    NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    }
}
