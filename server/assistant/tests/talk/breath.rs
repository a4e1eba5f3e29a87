//! Several things in one breath: orders that stand once, and what has to wait.

use crate::Talk;
use bank_contract::assistant::Part;

#[test]
fn two_accounts_are_renamed_in_one_breath_and_a_name_can_have_an_and() {
    let cards = |text: &str| -> Vec<String> {
        let mut talk = Talk::new();
        talk.say(text);
        let books = talk.bank.0.lock().unwrap();
        books.waiting.iter().map(|view| view.summary.title.clone()).collect()
    };
    for text in [
        "Rename Family account to Bike and my savings to Rome",
        "please rename my current account to Bike, and the savings account to Rome",
    ] {
        assert_eq!(cards(text), ["Call it Bike", "Call it Rome"], "{text}");
    }
    // One that is not known is asked about, and takes no other one's name.
    let mut talk = Talk::new();
    talk.say("Rename Bicycle to Bike and my savings to Rome")
        .says("Which account shall have another name?");
    talk.choose("Family account");
    assert_eq!(talk.bank.asked("accounts.rename"), 2, "{}", talk.words());
    talk.says("Call it Bike").says("Call it Rome");
    for (text, name) in [
        ("rename my savings to Rome and Paris", "Call it Rome and Paris"),
        ("rename my savings to Rent and savings", "Call it Rent and savings"),
    ] {
        assert_eq!(cards(text), [name], "{text}");
    }
}

#[test]
fn quick_questions_of_one_breath_are_all_answered() {
    let mut talk = Talk::new();
    talk.say(
        "What is my balance? What is my IBAN? What are my limits? Who am I? Show my mails. Where am I signed in? \
         Whom do I trust?",
    )
    .says("Whom you trust");
    assert!(!talk.words().contains("for later at most"), "{}", talk.words());
}

#[test]
fn what_would_wait_beyond_the_bound_is_named_before_the_question() {
    let mut talk = Talk::new();
    let orders: Vec<String> = (1..=8).map(|at| format!("send {at} euros to Lena Maier{at}")).collect();
    talk.say(&orders.join("; ")).says("for later at most");
    assert!(talk.state["queue"].as_array().unwrap().len() <= bank_assistant::QUEUE_MAX);
    let last = talk.parts().into_iter().rev().find_map(|part| match part {
        Part::Text { text } => Some(text),
        _ => None,
    });
    assert!(last.unwrap().contains("IBAN"), "{}", talk.words());
}
