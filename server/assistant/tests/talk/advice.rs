//! A language model is asked where the bank's own understanding is not sure. It may choose among the bank's intents, and what
//! it chooses does nothing by itself, whatever it is.

use crate::Talk;
use bank_assistant::{Advice, Advises, wishes};
use bank_contract::assistant::{Part, Said};
use std::sync::{Arc, Mutex};

/// Chooses what it was told to, and keeps what it was asked.
struct Told {
    place: Option<usize>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Advises for Told {
    fn advise<'a>(&'a self, masked: &'a str) -> Advice<'a> {
        self.asked.lock().unwrap().push(masked.to_owned());
        Box::pin(std::future::ready(self.place))
    }
}

type Asked = Arc<Mutex<Vec<String>>>;

fn advised_at(place: Option<usize>) -> (Talk, Asked) {
    let asked = Asked::default();
    let mut talk = Talk::new();
    talk.adviser = Some(Box::new(Told {
        place,
        asked: asked.clone(),
    }));
    (talk, asked)
}

fn advised(intent: &str) -> (Talk, Asked) {
    let place = wishes().iter().position(|wish| wish.intent == intent);
    assert!(place.is_some(), "{intent}");
    advised_at(place)
}

/// What the bank cannot make anything of by itself.
const UNCLEAR: &str = "could you please do the same thing about that other thing for Zebediah, with 40 of it";

#[test]
fn without_a_language_model_it_is_asked_back() {
    let mut talk = Talk::new();
    talk.say(UNCLEAR).shows_no_card();
    assert!(!talk.choices().is_empty(), "{}", talk.words());
}

#[test]
fn what_only_answers_is_begun_and_said_to_be_a_guess() {
    let (mut talk, asked) = advised("help.limits");
    talk.say(UNCLEAR).says("best guess").shows_no_card();
    assert!(
        talk.parts()
            .iter()
            .any(|part| matches!(part, Part::Article { slug, .. } if slug == "help-limits")),
        "{}",
        talk.words()
    );
    let asked = asked.lock().unwrap();
    assert_eq!(
        asked.as_slice(),
        ["could you please do the same thing about that other thing for [word] with [amount] of it"]
    );
}

#[test]
fn what_changes_something_is_offered_and_begins_with_a_press() {
    let (mut talk, _) = advised("transfers.submit");
    talk.say(UNCLEAR).says("Did you mean").shows_no_card();
    assert_eq!(talk.bank.asked("transfers.submit"), 0);
    let first = talk.choices().first().cloned().unwrap().label;
    talk.choose(&first);
    assert_eq!(
        talk.bank.asked("transfers.submit"),
        0,
        "it still asks whom, and what from"
    );
}

#[test]
fn a_person_is_offered_and_no_case_is_opened() {
    let (mut talk, _) = advised("care.person");
    talk.say(UNCLEAR).says("Did you mean");
    assert_eq!(talk.last.hand_over, None);
    let first = talk.choices().first().cloned().unwrap().label;
    talk.choose(&first);
    assert!(talk.last.hand_over.is_some(), "{}", talk.words());
}

#[test]
fn whatever_it_chooses_nothing_changes_and_nobody_is_called() {
    for place in 0..wishes().len() {
        let (mut talk, _) = advised_at(Some(place));
        talk.say(UNCLEAR).shows_no_card();
        let wish = &wishes()[place].intent;
        assert_eq!(talk.last.hand_over, None, "{wish}");
        assert!(talk.last.remember.is_empty() && talk.last.forget.is_empty(), "{wish}");
        assert!(talk.bank.waiting().is_empty(), "{wish}: {:?}", talk.bank.waiting());
    }
}

#[test]
fn a_place_that_is_not_on_the_list_is_no_choice() {
    let plain = {
        let mut talk = Talk::new();
        talk.say(UNCLEAR).words()
    };
    for place in [None, Some(wishes().len()), Some(usize::MAX)] {
        let (mut talk, _) = advised_at(place);
        assert_eq!(talk.say(UNCLEAR).words(), plain, "{place:?}");
    }
}

#[test]
fn it_is_not_asked_about_what_is_understood_what_is_about_safety_or_while_a_person_helps() {
    for text in [
        "how much money do I have?",
        "send 50 euros to Tiago Belmonte",
        "a man from the bank says I must move my money to a safe account",
        "yes",
        "12",
        "Zebediah Quux",
    ] {
        let (mut talk, asked) = advised("money.spent");
        talk.say(text);
        assert!(asked.lock().unwrap().is_empty(), "{text}: {asked:?}");
    }
    let (mut talk, asked) = advised("money.spent");
    talk.say("I want to talk to a person").say(UNCLEAR);
    assert!(asked.lock().unwrap().is_empty());
    let (mut talk, asked) = advised("money.spent");
    talk.turn(&Said::Chosen { message: 1, choice: 9 });
    assert!(asked.lock().unwrap().is_empty());
}

#[test]
fn it_cannot_answer_what_was_asked_of_the_customer() {
    for wish in ["transfers.submit", "pending.confirm", "help.fees"] {
        let (mut talk, _) = advised(wish);
        talk.say("send money to Tiago Belmonte").says("How much");
        talk.say("please do that other thing about it again").shows_no_card();
        assert_eq!(talk.bank.asked("transfers.submit"), 0, "{wish}");
        assert_eq!(talk.bank.asked("pending.confirm"), 0, "{wish}");
    }
}
