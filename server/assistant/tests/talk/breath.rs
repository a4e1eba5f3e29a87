//! Several things in one breath: orders that stand once, and what has to wait.

use crate::Talk;
use crate::any_text::{every_request_is_shown, within_bounds};
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

/// What a turn asked for, by the titles of its cards in their order.
fn cards(talk: &Talk) -> Vec<String> {
    let cards = talk.parts().into_iter().filter_map(|part| match part {
        Part::Card { pending } => Some(pending.summary.title),
        _ => None,
    });
    cards.collect()
}

#[test]
fn of_many_payments_in_one_breath_each_is_a_card_or_is_named() {
    for joint in ["; ", " and then ", ". ", " and "] {
        for of in [9, 10, 11, 14, 20] {
            let orders: Vec<String> = (1..=of).map(|at| format!("send {at} euros to Tom")).collect();
            let text = orders.join(joint);
            let mut talk = Talk::new();
            talk.say(&text);
            within_bounds(&talk, &text);
            every_request_is_shown(&talk, &[], &text);
            let cards = cards(&talk);
            let last = talk.words();
            for (at, order) in orders.iter().enumerate() {
                let title = format!("Send €{}.00 to Tom", at + 1);
                let is_card = cards.iter().any(|card| card.starts_with(&title));
                let is_named = last.contains("not taken") && last.contains(order.as_str());
                assert!(is_card != is_named, "{order} of {text}: {last}");
            }
            assert!(cards.len() >= of.min(8), "{text}: {last}");
            // "No" is about a card that was seen.
            talk.say("no").says(&format!("Cancelled: {}", cards.last().unwrap()));
        }
    }
}

#[test]
fn a_question_behind_many_payments_is_still_asked_and_stands_last() {
    let mut talk = Talk::new();
    talk.say("send 10 euros to Ada").says("IBAN of Ada");
    let orders: Vec<String> = (1..=12).map(|at| format!("pay {at} to Tom")).collect();
    let text = orders.join("; ");
    talk.say(&text);
    within_bounds(&talk, &text);
    let Some(Part::Text { text: last }) = talk.parts().pop() else {
        panic!("{}", talk.words());
    };
    assert!(last.contains("IBAN of Ada"), "{last}");
    for order in &orders[6..] {
        talk.says(order);
    }
    talk.says("not taken");
    // A number with a slip is still an answer.
    talk.say("DE00 9999 0001 0000 0000 77").says("check digits");
}

#[test]
fn many_that_need_receipts_do_not_end_in_a_busy_bank() {
    let mut talk = Talk::new();
    let people = [
        "Tom",
        "Anna Weber",
        "Tiago Belmonte",
        "Mirela Dragan",
        "Barley & Thyme Café",
    ];
    for (who, days) in people.iter().flat_map(|who| [(who, 3), (who, 4), (who, 5)]) {
        talk.bank.0.lock().unwrap().add(who, -1_000, days, "");
    }
    let orders: Vec<String> = (1..=10)
        .map(|at| format!("send {at} euros to {}", people[at % 5]))
        .collect();
    let text = orders.join("; ");
    talk.say(&text);
    every_request_is_shown(&talk, &[], &text);
    let said = talk.words();
    assert!(!said.contains("busy"), "{said}");
    for (at, order) in orders.iter().enumerate() {
        let title = format!("Send €{}.00 to ", at + 1);
        let is_card = cards(&talk).iter().any(|card| card.starts_with(&title));
        assert!(
            is_card || (said.contains("not taken") && said.contains(order.as_str())),
            "{order}: {said}"
        );
    }
}

#[test]
fn questions_about_several_leave_room_for_what_is_open() {
    let mut talk = Talk::new();
    talk.say("send 10 euros to Ada").says("IBAN of Ada");
    let text = "when did I last pay Tom, Tiago, Anna Weber, Immo Nord and Eve? and when did I last hear from Tom; \
                what was my largest payment to Tom, Tiago, Anna Weber and Immo Nord this year?";
    talk.say(text);
    within_bounds(&talk, text);
    talk.says("IBAN of Ada").says("not looked for");
}

#[test]
fn somebody_who_is_paid_ten_times_is_looked_up_once() {
    let mut talk = Talk::new();
    let orders: Vec<String> = (1..=10)
        .map(|at| format!("send {at} euros to Tiago Belmonte"))
        .collect();
    talk.bank.0.lock().unwrap().add("Tiago Belmonte", -1_234, 0, "");
    talk.say(&orders.join("; "));
    assert_eq!(cards(&talk).len(), 10, "{}", talk.words());
    assert_eq!(talk.bank.asked("transfers.receipt"), 2);
}
