//! A word or two can be a cry for help, and most often is none.

use crate::Talk;
use bank_contract::care::Reason;

#[test]
fn a_cry_of_a_word_or_two_reaches_a_person() {
    for (said, reason) in [
        ("scammed", Reason::Scammed),
        ("got hacked", Reason::AccountTakeover),
        ("identity theft", Reason::AccountTakeover),
        ("money stolen!", Reason::Scammed),
        ("suicidal thoughts", Reason::Crisis),
        ("domestic violence", Reason::Abuse),
        ("mother died", Reason::Bereavement),
        ("in debt", Reason::MoneyWorries),
        ("human", Reason::Person),
    ] {
        let mut talk = Talk::new();
        talk.say(said);
        let over = talk.last.hand_over.as_ref().map(|over| over.reason);
        assert_eq!(over, Some(reason), "{said}: {}", talk.words());
    }
}

#[test]
fn a_word_or_two_about_anything_else_reaches_nobody() {
    for said in [
        "Home",
        "Tom",
        "Savings",
        "my limits",
        "Anna Weber",
        "20 euros",
        "my carer",
        "phishing",
        "end it",
        "kill it",
    ] {
        let mut talk = Talk::new();
        talk.say(said);
        assert!(talk.last.hand_over.is_none(), "{said}: {}", talk.words());
    }
}

#[test]
fn money_or_a_name_that_was_stolen_is_a_sign_in_any_sentence() {
    for said in [
        "I think somebody stole my money from the account yesterday",
        "what do you do about identity theft? It happened to me",
        "hello, my money was stolen",
    ] {
        let mut talk = Talk::new();
        talk.say(said);
        assert!(talk.last.hand_over.is_some(), "{said}: {}", talk.words());
    }
}
