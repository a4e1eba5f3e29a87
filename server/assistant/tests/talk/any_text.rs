//! What holds for any text, however strange: a turn ends, and moves nothing.

use crate::Talk;
use bank_assistant::{CALLS_MAX, PARTS_MAX};
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

#[track_caller]
fn check(texts: &[String]) {
    let mut talk = Talk::new();
    for text in texts {
        talk.say(text);
        assert!(talk.last.messages.iter().all(|message| message.len() <= PARTS_MAX));
    }
    let books = talk.bank.0.lock().unwrap();
    assert!(books.asked.len() <= texts.len() * CALLS_MAX as usize);
    assert!(!books.asked.iter().any(|asked| asked == "pending.confirm"));
}

#[test]
fn letters_that_grow_or_shrink_in_lower_case_are_letters() {
    for text in [
        "\u{212A} and show \u{130}\u{130}",
        "by \u{130}\u{130}\u{212A} i mean \u{130}",
        "send 5 to \u{212A}\u{130}\u{130} and 6 to \u{130}",
        "\u{130}\u{130} pay \u{130}\u{212A} with the reference \u{130}",
    ] {
        check(&[text.to_owned()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_order_of_telling_words_ends_a_turn_badly(first in words(), second in words()) {
        check(&[first, second]);
    }

    #[test]
    fn no_text_ends_a_turn_badly(text in ".{0,120}") {
        check(&[text]);
    }
}
