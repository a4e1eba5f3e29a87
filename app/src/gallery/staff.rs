//! What people who work at the bank see.

use super::Shown;
use super::samples::today;
use crate::backoffice::{conversation, rows};
use crate::design::TextArea;
use bank_contract::CaseId;
use bank_contract::assistant::{MessageView, Part, Speaker};
use bank_contract::care::{CaseLine, Reason};
use leptos::prelude::*;

fn case(reason: Reason, waits: bool) -> CaseLine {
    let at = today().and_time(chrono::NaiveTime::MIN);
    CaseLine {
        case: CaseId(uuid::Uuid::nil()),
        reason,
        opened_at: at,
        last_at: at,
        waits,
        open: true,
    }
}

fn message(number: u32, by: Speaker, parts: Vec<Part>) -> MessageView {
    MessageView {
        number,
        by,
        at: today().and_time(chrono::NaiveTime::MIN),
        parts,
    }
}

fn text(text: &str) -> Part {
    Part::Text { text: text.into() }
}

#[component]
pub(super) fn Staff() -> impl IntoView {
    let cases = vec![
        case(Reason::FraudInProgress, true),
        case(Reason::Bereavement, true),
        case(Reason::Complaint, false),
    ];
    let said = vec![
        message(
            1,
            Speaker::Customer,
            vec![text("My father has died. What happens to his account?")],
        ),
        message(
            2,
            Speaker::Assistant,
            vec![text("I am sorry for your loss. A person takes over now.")],
        ),
        message(
            3,
            Speaker::Person,
            vec![
                Part::Signed { name: "Jonas".into() },
                text("I am sorry, too.\nNothing has to be done today."),
            ],
        ),
    ];
    let (answer, wrong) = (RwSignal::new(String::new()), RwSignal::new("x".to_owned()));
    let error = Signal::stored(Some("An answer has 1 to 2000 characters.".to_owned()));
    view! {
        <Shown name="Customers who wait">{rows(cases)}</Shown>
        <Shown name="Customers who wait, nobody">{rows(Vec::new())}</Shown>
        <Shown name="A conversation as staff read it">{conversation(said, "Vera Holm")}</Shown>
        <Shown name="Several lines">
            <TextArea label="Your answer" name="gallery-answer" value=answer hint="2000 characters at most." />
            <TextArea label="Your answer" name="gallery-wrong" value=wrong error />
        </Shown>
    }
}
