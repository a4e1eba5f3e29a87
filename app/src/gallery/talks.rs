//! The assistant as a whole, in each of its states, and what stands beside a conversation.

use super::Shown;
use super::samples::{self, LONG_NAME};
use crate::assistant::{Standing, Talk, content, facts, head, lines, offers_view};
use crate::help::{by_topic, found};
use bank_contract::assistant::{Choice, ConversationLine, FactView, MessageView, Part, Rating, Speaker};
use bank_contract::help::ArticleLine;
use bank_contract::{BankError, CaseId, ConversationId, FactId};
use leptos::prelude::*;

pub(super) fn text(text: &str) -> Part {
    Part::Text { text: text.into() }
}

/// What is said by whom, one after the other.
pub(super) fn messages(said: Vec<(Speaker, Vec<Part>)>) -> Vec<MessageView> {
    let at = samples::today().and_hms_opt(14, 5, 0).unwrap_or_default();
    let numbered = (1..).zip(said);
    numbered
        .map(|(number, (by, parts))| MessageView { number, by, at, parts })
        .collect()
}

fn conversation() -> ConversationId {
    ConversationId(uuid::Uuid::nil())
}

fn asked_back() -> Vec<MessageView> {
    let choice = |label: &str, hint: Option<&str>| Choice {
        label: label.into(),
        hint: hint.map(str::to_owned),
    };
    let choices = vec![
        choice("Anna Weber", Some("DE89 3704 0044 0532 0130 00")),
        choice(LONG_NAME, Some("Paid 20 October")),
        choice("Another account", None),
    ];
    messages(vec![
        (Speaker::Customer, vec![text("send 20 to anna")]),
        (
            Speaker::Assistant,
            vec![
                text("I know more than one. Which one do you mean?"),
                Part::Choices { choices },
            ],
        ),
    ])
}

fn handed_over() -> Vec<MessageView> {
    let summary = vec![
        "Customer: Vera Holm".into(),
        "Said: “somebody from the bank is on the phone and wants me to move my money”".into(),
        "Waits for a yes: Send €2,400.00 to Safe Account Services".into(),
    ];
    messages(vec![
        (
            Speaker::Customer,
            vec![text(
                "Somebody from the bank is on the phone and wants me to move my money.",
            )],
        ),
        (
            Speaker::Assistant,
            vec![
                text("Stop for a moment: this sounds like fraud. Hang up, and confirm nothing."),
                Part::Choices {
                    choices: vec![Choice {
                        label: "Cancel the payment that waits".into(),
                        hint: None,
                    }],
                },
            ],
        ),
        (
            Speaker::Assistant,
            vec![Part::HandedOver {
                case: CaseId(uuid::Uuid::nil()),
                summary,
                elsewhere: false,
            }],
        ),
        (
            Speaker::Person,
            vec![text(
                "Good afternoon, this is Jonas at Larch.\nWe did not call you. Please hang up now.",
            )],
        ),
    ])
}

/// A panel as it stands beside a page.
fn panel(talk: Talk) -> AnyView {
    view! {
        <div class="talk talk-shown">
            {head(talk, Some(Callback::new(|()| ())))}
            {content(talk)}
        </div>
    }
    .into_any()
}

#[component]
pub(super) fn Talks() -> impl IntoView {
    let standing = Standing {
        conversation: Some(conversation()),
        ..Standing::default()
    };
    let (rated, with_person) = (
        Standing {
            rating: Some(Rating::Good),
            ..standing
        },
        Standing {
            with_person: true,
            ..standing
        },
    );
    view! {
        <Shown name="Assistant, nothing said yet">{panel(Talk::still("talk-1", Vec::new()))}</Shown>
        <Shown name="Assistant, asking back">
            {panel(Talk::still("talk-2", asked_back()).and_stands(rated))}
        </Shown>
        <Shown name="Assistant, thinking">
            {panel(Talk::still("talk-3", Vec::new()).and_thinks("What did I spend this month?"))}
        </Shown>
        <Shown name="Assistant, in the middle of an answer">
            {panel(
                Talk::still("talk-10", Vec::new())
                    .and_thinks("What is my limit, and how do I raise it?")
                    .and_has_said(vec![text("You can send €5,000.00 in a day. You have sent €120.00 today.")]),
            )}
        </Shown>
        <Shown name="Assistant, a message that did not arrive">
            {panel(Talk::still("talk-4", Vec::new()).and_fails("Send 20 to Anna", BankError::Unreachable))}
        </Shown>
        <Shown name="Assistant, offline">{panel(Talk::still("talk-5", asked_back()).and_is_offline())}</Shown>
        <Shown name="Assistant, with a language model">
            {panel(Talk::still("talk-9", Vec::new()).and_asks_a_language_model())}
        </Shown>
        <Shown name="Assistant, switched off">
            {panel(Talk::still("talk-6", Vec::new()).and_fails("Send 20 to Anna", BankError::AssistantOff))}
        </Shown>
        <Shown name="Assistant, with a person">
            {panel(Talk::still("talk-7", handed_over()).and_stands(with_person))}
        </Shown>
    }
}

fn past() -> Vec<ConversationLine> {
    let at = |hour: u32| samples::today().and_hms_opt(hour, 5, 0).unwrap_or_default();
    let line = |title: &str, hour: u32, with_person: bool| ConversationLine {
        conversation: conversation(),
        begun_at: at(hour),
        last_at: at(hour + 1),
        title: title.into(),
        with_person,
    };
    vec![
        line("Somebody from the bank is on the phone", 14, true),
        line("send 20 to anna", 9, false),
        line(LONG_NAME, 8, false),
    ]
}

fn remembered() -> Vec<FactView> {
    let fact = |word: &str, meaning: &str| FactView {
        fact: FactId(uuid::Uuid::nil()),
        word: word.into(),
        meaning: meaning.into(),
        since: samples::today(),
    };
    vec![fact("Mum", "Anna Weber"), fact("the insurance", LONG_NAME)]
}

#[component]
pub(super) fn Besides() -> impl IntoView {
    let talk = Talk::still("talk-8", Vec::new());
    let forget = Callback::new(|_: FactView| ());
    view! {
        <Shown name="Earlier conversations">{lines(talk, past())}</Shown>
        <Shown name="Earlier conversations, none">{lines(talk, Vec::new())}</Shown>
        <Shown name="What the assistant remembers">{facts(remembered(), forget, Signal::stored(false))}</Shown>
        <Shown name="What the assistant remembers, nothing">{facts(Vec::new(), forget, Signal::stored(false))}</Shown>
        <Shown name="Palette">
            {offers_view("offers-1", "")}
            {offers_view("offers-2", "pass")}
            {offers_view("offers-3", "send 20 to anna for the concert")}
        </Shown>
    }
}

#[component]
pub(super) fn Articles() -> impl IntoView {
    let articles = || {
        let line = |slug: &str, title: &str, topic: &str| ArticleLine {
            slug: slug.into(),
            title: title.into(),
            topic: topic.into(),
        };
        vec![
            line("transfer-timing", "How long a payment takes", "Payments"),
            line("help-undo", "Taking a payment back", "Payments"),
            line("help-passkeys", "How passkeys work", "Signing in"),
        ]
    };
    view! {
        <Shown name="Help">{by_topic(articles())}</Shown>
        <Shown name="Help, switched off">{by_topic(Vec::new())}</Shown>
        <Shown name="Help, found">{found("passkeys", articles())}</Shown>
        <Shown name="Help, nothing found">{found("umbrella", Vec::new())}</Shown>
    }
}
