//! One case: why, what there is to know, the conversation, and the answer.

use super::answer::Answering;
use super::enter::enter;
use super::leave_when_unused;
use super::words;
use crate::api::call;
use crate::assistant::in_words;
use crate::design::{Badge, DefinitionList, Notice, PageHead, dates};
use crate::errors::{retry_of, waiting_page};
use crate::pending::heading;
use crate::shell::look_while_used;
use bank_contract::assistant::{MessageView, Part, Speaker};
use bank_contract::care::{CaseView, ShowCase};
use bank_contract::pending::PendingState;
use bank_contract::{BankError, CaseId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn CasePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("case").and_then(|id| id.parse::<CaseId>().ok())));
    let case = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            let case = id.ok_or(BankError::NotFound)?;
            call(ShowCase { case }).await
        },
    );
    let again = retry_of(move || case.refetch());
    let answering = Answering::new(again);
    // Whether it can still be answered; known in the browser only, where answers are written.
    let open = RwSignal::new(false);
    // Said only when it changes: the form is made anew with it, and somebody may be typing there.
    let opens = move |now: bool| {
        if open.get_untracked() != now {
            open.set(now);
        }
    };
    let told = RwSignal::new(String::new());
    Effect::new(move |before: Option<usize>| {
        let view = match case.get() {
            Some(Ok(view)) => view,
            Some(Err(BankError::NotAllowed | BankError::NotSignedIn)) => {
                opens(false);
                return before.unwrap_or_default();
            }
            _ => return before.unwrap_or_default(),
        };
        opens(view.line.open);
        answering.shows(view.messages.last().map(|message| message.number));
        let theirs = |message: &&MessageView| message.by == Speaker::Customer;
        let count = view.messages.iter().filter(theirs).count();
        if before.is_some_and(|before| before > 0 && before < count) {
            told.set(format!(
                "{} has written, {}.",
                view.customer_name,
                dates::time(view.line.last_at)
            ));
        }
        count
    });
    Effect::new(move |_| {
        look_while_used(move || {
            if open.get_untracked() {
                case.refetch();
            }
        });
    });
    leave_when_unused();
    let content = waiting_page("Case", 6, again, move || async move {
        match case.await {
            // The session has ended: what was typed stays, for when they have come in again.
            Err(BankError::NotAllowed | BankError::NotSignedIn) => Ok(enter(again)),
            case => case.map(shown),
        }
    });
    let answer = move || open.get().then(|| id.get().map(|case| answering.section(case)));
    view! {
        <Title text="Case" />
        {content}
        <div class="visually-hidden" role="status">
            {move || told.get()}
        </div>
        {answer}
    }
}

fn shown(view: CaseView) -> AnyView {
    let (kind, turn) = words::turn(&view.line);
    let text = |text: String| text.into_any();
    let facts = vec![
        ("Why".to_owned(), text(words::reason(view.line.reason).to_owned())),
        ("Asked for".to_owned(), text(dates::moment(view.line.opened_at))),
        ("Last written".to_owned(), text(dates::moment(view.line.last_at))),
    ];
    let closed = (!view.line.open).then(|| {
        view! { <Notice>"This case is closed. What is said in the conversation from then on is not shown here."</Notice> }
    });
    let summary = view
        .summary
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    view! {
        <PageHead title=view.customer_name.clone() back="/staff">
            <Badge kind text=turn />
        </PageHead>
        <div class="stack">
            {closed} <DefinitionList rows=facts /> <section class="section" aria-labelledby="known-heading">
                <h2 id="known-heading">"What there is to know"</h2>
                <ul>{summary}</ul>
            </section> <section class="section" aria-labelledby="said-heading">
                <h2 id="said-heading">"The conversation"</h2>
                {conversation(view.messages, &view.customer_name)}
            </section>
        </div>
    }
    .into_any()
}

/// A part as people who work here read it: nothing in it is theirs to press.
fn words_of(part: &Part) -> String {
    match part {
        Part::Card { pending } if pending.state == PendingState::Waiting => {
            format!("Shown to be confirmed: {}.", heading(&pending.summary))
        }
        Part::Choices { choices } => {
            let labels: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
            format!("Offered: {}.", labels.join(", "))
        }
        part => in_words(part),
    }
}

/// In words alone: what can be pressed is the customer's.
pub(crate) fn conversation(messages: Vec<MessageView>, customer: &str) -> AnyView {
    let one = |message: MessageView| {
        let signed = message.parts.iter().find_map(|part| match part {
            Part::Signed { name } => Some(format!("{name}, for the bank")),
            _ => None,
        });
        let (class, who) = match message.by {
            Speaker::Customer => ("said said-own", customer.to_owned()),
            Speaker::Assistant => ("said", "The assistant".to_owned()),
            Speaker::Person => (
                "said said-person",
                signed.unwrap_or_else(|| "A person at the bank".to_owned()),
            ),
        };
        let spoken = message.parts.iter().map(words_of).filter(|text| !text.is_empty());
        let paragraphs: Vec<_> = spoken
            .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .map(|line| view! { <p>{line}</p> })
            .collect();
        view! {
            <li class=class>
                <p class="said-who">{format!("{who}, {}", dates::moment(message.at))}</p>
                <div class="said-text">{paragraphs}</div>
            </li>
        }
    };
    view! { <ol class="case-log">{messages.into_iter().map(one).collect_view()}</ol> }.into_any()
}
