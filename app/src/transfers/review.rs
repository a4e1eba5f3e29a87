//! The review: a payment as the bank understood it, and a yes to exactly that.

use super::draft::Draft;
use super::onward::done;
use super::pay::OWN;
use crate::api::call;
use crate::design::{Button, ButtonKind, DefinitionList, LinkButton, Notice, NoticeKind, PageHead, dates, use_toasts};
use crate::errors::{After, form_of, retry_of, waiting_page};
use crate::identity::Step;
use crate::identity::passkey::Trouble;
use crate::pending::{Signer, facts, notices, yes_words};
use bank_contract::pending::{CancelPending, PendingState, PendingView, ShowPending};
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
        Ok(if request.state == PendingState::Waiting {
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
    let expiry = format!(
        "Nothing is sent until you {}. This waits until {}.",
        if request.missing == Consent::Sign {
            "sign"
        } else {
            "confirm"
        },
        dates::moment(request.expires_at)
    );
    let title = request.summary.title.clone();
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
            {why}
            <p class="muted">{expiry}</p>
            {decision(request, step, signer, again)}
        </div>
    }
    .into_any()
}

/// Where it can be filled in again.
fn form_of_operation(operation: &str) -> &'static str {
    if operation == MoveMoney::NAMED.name {
        OWN
    } else if operation == Withdraw::NAMED.name {
        "/cash?do=out"
    } else {
        "/pay"
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
    let (pending, code) = (request.pending, signer.field(&request));
    let navigate = use_navigate();
    let toasts = use_toasts();
    let pressed = RwSignal::new(Choice::Confirm);
    let busy = move |this: Choice| Signal::derive(move || step.busy().get() && pressed.get() == this);
    let on_confirm = {
        let navigate = navigate.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let (navigate, request) = (navigate.clone(), request.clone());
            pressed.set(Choice::Confirm);
            signer.fields.clear();
            step.submit(signer.fields, form_of(&event), async move {
                let Some(receipt) = unless_ended(confirm(request, signer).await, again)? else {
                    return Ok(After::Stay);
                };
                navigate(&receipt, replacing());
                Ok(After::Leave)
            });
        }
    };
    let withdraw = move |choice: Choice| {
        if step.busy().get_untracked() {
            return;
        }
        let navigate = navigate.clone();
        pressed.set(choice);
        step.start(async move {
            if unless_ended(call(CancelPending { pending }).await.map_err(Trouble::from), again)?.is_none() {
                return Ok(After::Stay);
            }
            if choice == Choice::Change {
                navigate(form, replacing());
            } else {
                Draft::forget();
                toasts.say("Cancelled. No money moved.");
                navigate("/home", replacing());
            }
            Ok(After::Leave)
        });
    };
    let change = withdraw.clone();
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_confirm>
            {code}
            {step.note()}
            <div class="form-actions">
                <Button submit=true busy=busy(Choice::Confirm)>
                    {confirm_label}
                </Button>
                <Button kind=ButtonKind::Quiet busy=busy(Choice::Change) on:click=move |_| change(Choice::Change)>
                    "Change something"
                </Button>
                <Button kind=ButtonKind::Quiet busy=busy(Choice::Cancel) on:click=move |_| withdraw(Choice::Cancel)>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// Says yes, and gives where to go then.
async fn confirm(request: PendingView, signer: Signer) -> Result<String, Trouble> {
    let confirmed = signer.agree(request).await?;
    Draft::forget();
    // Whatever ran without a receipt shows among the transactions.
    Ok(serde_json::from_value::<Receipt>(confirmed.output)
        .map_or_else(|_| "/home".to_owned(), |receipt| done(receipt.entry)))
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

/// A wrong code ends nothing, and what never arrived neither.
fn may_have_ended(error: &BankError) -> bool {
    *error != BankError::Unreachable && error.field("code").is_none()
}

/// The review is over: going back must not lead to it.
fn replacing() -> NavigateOptions {
    NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    }
}

fn ended(request: PendingView, step: Step) -> AnyView {
    let (kind, title, text) = match request.state {
        PendingState::Waiting | PendingState::Done => (
            NoticeKind::Good,
            "This is done",
            "You confirmed it, and the money moved. You find it among your transactions.",
        ),
        PendingState::Cancelled => (NoticeKind::Info, "You cancelled this", "No money moved."),
        PendingState::Expired => (
            NoticeKind::Pending,
            "This ran out of time",
            "It waited too long for you, so it ended by itself. No money moved.",
        ),
        PendingState::Refused => (
            NoticeKind::Failed,
            "This could not be done",
            "You confirmed it, but it was refused when it ran. No money moved.",
        ),
    };
    let start_again = (request.state != PendingState::Done).then(|| {
        let href = form_of_operation(&request.operation);
        view! {
            <LinkButton href kind=ButtonKind::Quiet>
                "Start again"
            </LinkButton>
        }
    });
    let rows = facts(&request.summary);
    let what = request.summary.title;
    view! {
        <PageHead title />
        <div class="form">
            {step.note()}
            <div role="status">
                <Notice kind>
                    <p class="notice-title">{what}</p>
                    <p>{text}</p>
                </Notice>
            </div>
            <DefinitionList rows />
            <div class="form-actions">
                <LinkButton href="/home">"See your transactions"</LinkButton>
                {start_again}
            </div>
        </div>
    }
    .into_any()
}
