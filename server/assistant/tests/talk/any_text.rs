//! What holds for any text, however strange: a turn ends, and moves nothing.

use crate::Talk;
use bank_assistant::dialogue::{self, Answered, Forbidden};
use bank_assistant::{CALLS_MAX, CHOICES_MAX, PARTS_MAX, QUEUE_MAX, STACK_MAX};
use bank_contract::PendingId;
use bank_contract::assistant::Part;
use bank_contract::assistant::turn::MESSAGES_OF_TURN_MAX;
use bank_contract::pending::{PendingState, PendingView};
use proptest::prelude::*;

/// What the engine looks for in a text, and letters whose lower case has another length.
const PIECES: &[&str] = &[
    "send",
    "pay",
    "move",
    "20",
    "-5",
    "euros",
    "€",
    "to",
    "from",
    "at",
    "Tom",
    "Anna",
    "Starbucks",
    "savings",
    "and",
    " and show ",
    " and then ",
    "; ",
    ". ",
    "? ",
    "by",
    "i mean",
    "when i say",
    "remember that",
    "is",
    "call it",
    "rename",
    "called",
    "\"",
    "“",
    "”",
    "reference",
    "saying",
    "every",
    "month",
    "next friday",
    "tomorrow",
    "how much",
    "did i spend",
    "when did i last pay",
    "receipt",
    "no",
    "yes",
    "never mind",
    "the second one",
    "everything",
    "half",
    "except",
    "1 500",
    "DE71 9999 0001",
    "?",
    "'",
    "\u{212A}",
    "\u{130}",
    "\u{130}\u{130}",
    "ß",
    "\u{1E9E}",
    "\u{149}",
    "ﬃ",
    "\u{3A3}",
    "e\u{301}",
    "\u{202f}",
    "\u{a0}",
    "🦒",
    "\u{200d}",
    "\n",
];

fn words() -> impl Strategy<Value = String> {
    let piece = (proptest::sample::select(PIECES), prop_oneof![Just(""), Just(" ")]);
    proptest::collection::vec(piece, 0..16)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, space)| [piece, space]).collect())
}

/// Things that are asked for in one breath: many of them, and some that ask back.
const ORDERS: &[&str] = &[
    "send 20 to Tom",
    "send 5 euros to Anna Weber",
    "pay 12.50 to Immo Nord",
    "pay 7 to Tiago Belmonte",
    "move 10 euros to my savings",
    "send 9 to Lena Maier",
    "how much did I pay Tom and Tiago, Eve, Anna Weber and Immo Nord this year?",
    "show my savings and Family account",
    "show my limits",
    "what is my balance?",
    "who am I",
    "rename my savings to Rome",
    "undo my last payment",
    "thanks",
    "never mind",
];

fn breath() -> impl Strategy<Value = String> {
    let joints = &["; ", " and then ", ". ", ", "];
    let order = (proptest::sample::select(ORDERS), proptest::sample::select(joints));
    proptest::collection::vec(order, 1..24).prop_map(|orders| {
        let all: String = orders.into_iter().flat_map(|(order, joint)| [order, joint]).collect();
        all.chars().take(bank_contract::assistant::WORDS_MAX).collect()
    })
}

/// Says all of it, and looks at every turn: it has an answer within its bounds, and nothing is done by it but to ask for it.
#[track_caller]
fn check(texts: &[String]) -> Talk {
    let mut talk = Talk::new();
    let before = talk.bank.snapshot();
    let mut answers = Vec::new();
    for text in texts {
        let helped = talk.situation.with_person.is_some();
        let asked = talk.bank.0.lock().unwrap().asked.len();
        let waited = made(&talk);
        talk.say(text);
        every_request_is_shown(&talk, &waited, text);
        let calls = talk.bank.0.lock().unwrap().asked.len() - asked;
        assert!(calls <= CALLS_MAX as usize, "{calls} for {text:?}");
        within_bounds(&talk, text);
        assert!(helped || !talk.last.messages.is_empty(), "no answer to {text:?}");
        answers.push(Answered {
            parts: talk.parts(),
            hands_over: talk.last.hand_over.as_ref().map(|over| over.reason),
            refused: false,
        });
    }
    let after = talk.bank.snapshot();
    // What only waits has not happened. A person may have been called.
    let mut effects = dialogue::effects(&before, &after, &answers, false, &[]);
    effects.retain(|effect| !matches!(effect, Forbidden::CaseOpened | Forbidden::CaseClosed));
    assert!(effects.is_empty(), "{effects:?} by {texts:?}");
    for (operation, answer) in before {
        assert!(
            operation == "pending.list" || after[&operation] == answer,
            "{operation} by {texts:?}"
        );
    }
    let books = talk.bank.0.lock().unwrap();
    assert!(!books.asked.iter().any(|asked| asked == "pending.confirm"));
    let done = |view: &PendingView| view.state == PendingState::Done;
    assert!(!books.waiting.iter().any(done), "{texts:?}");
    drop(books);
    talk
}

/// The requests that were made so far.
fn made(talk: &Talk) -> Vec<PendingId> {
    let books = talk.bank.0.lock().unwrap();
    books.waiting.iter().map(|view| view.pending).collect()
}

/// What was asked for and waits has its card in the messages of the turn that asked for it.
#[track_caller]
pub(crate) fn every_request_is_shown(talk: &Talk, before: &[PendingId], text: &str) {
    let shown: Vec<PendingId> = talk.parts().iter().filter_map(card).collect();
    for pending in made(talk).iter().filter(|pending| !before.contains(pending)) {
        assert!(shown.contains(pending), "a request without a card by {text:?}");
    }
}

fn card(part: &Part) -> Option<PendingId> {
    match part {
        Part::Card { pending } => Some(pending.pending),
        _ => None,
    }
}

pub(crate) fn within_bounds(talk: &Talk, text: &str) {
    let messages = talk.last.messages.len();
    assert!(
        messages <= MESSAGES_OF_TURN_MAX && talk.last.is_bounded(),
        "{messages} messages for {text:?}"
    );
    for message in &talk.last.messages {
        assert!(
            (1..=PARTS_MAX).contains(&message.len()),
            "{} parts for {text:?}",
            message.len()
        );
    }
    for part in talk.parts() {
        match part {
            Part::Text { text: said } => assert!(!said.trim().is_empty(), "an empty answer to {text:?}"),
            Part::Choices { choices } => assert!((1..=CHOICES_MAX).contains(&choices.len()), "{text:?}"),
            _ => {}
        }
    }
    // The next turn begins where this one ended, and not anew.
    let long = |list: &str| talk.state[list].as_array().unwrap().len();
    assert!(long("stack") <= STACK_MAX && long("queue") <= QUEUE_MAX, "{text:?}");
}

#[test]
fn letters_that_grow_or_shrink_in_lower_case_are_letters() {
    let said = |text: &str| check(&[text.to_owned()]);
    said("\u{212A} and show \u{130}\u{130}");
    let talk = said("by \u{130}\u{130}\u{212A} i mean \u{130}");
    assert_eq!(
        talk.last.remember,
        [("\u{130}\u{130}\u{212A}".to_owned(), "\u{130}".to_owned())],
        "{}",
        talk.words()
    );
    let talk = said("send 5 to \u{212A}\u{130}\u{130} and 6 to \u{130}");
    assert!(
        talk.words().contains("IBAN of \u{212A}\u{130}\u{130} "),
        "{}",
        talk.words()
    );
    let talk = said("\u{130}\u{130} pay 5 to \u{130}\u{212A} with the reference \u{130}");
    assert!(talk.words().contains("IBAN of \u{130}\u{212A} "), "{}", talk.words());
    assert_eq!(talk.state["stack"][0]["slots"]["reference"], "\u{130}");
}

#[test]
fn a_correction_of_what_was_not_understood_has_an_answer() {
    check(&["fromsend".to_owned(), "i mean and show 20".to_owned()]);
    check(&["call it€".to_owned(), "20 i mean".to_owned()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_order_of_telling_words_ends_a_turn_badly(first in words(), second in words()) {
        check(&[first, second]);
    }

    #[test]
    fn no_breath_of_many_orders_ends_a_turn_badly(open in breath(), text in breath()) {
        check(&[open, "send 3 to Ada".to_owned(), text]);
    }

    #[test]
    fn no_text_ends_a_turn_badly(text in ".{0,120}") {
        check(&[text]);
    }
}
