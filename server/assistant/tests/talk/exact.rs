//! What is said is taken exactly, or it is said that it cannot be: nothing else is done or told in its place.

use crate::Talk;
use bank_contract::assistant::Part;

#[test]
fn what_is_wanted_later_or_again_and_again_is_never_simply_done_now() {
    const LATER: &str = "cannot do anything on a later day";
    const AGAIN: &str = "cannot do anything again and again";
    for (said, told, card) in [
        (
            "send Anna Weber 50 euros next Friday",
            LATER,
            "Send €50.00 to Anna Weber",
        ),
        ("send 20 euros to Tom in two weeks", LATER, "Send €20.00 to Tom"),
        ("send 20 euros to Tom on the 1st", LATER, "Send €20.00 to Tom"),
        (
            "move 100 euros to my savings every month",
            AGAIN,
            "Move €100.00 from 1 to 2",
        ),
        (
            "move 100 euros to my savings tomorrow",
            LATER,
            "Move €100.00 from 1 to 2",
        ),
        ("withdraw 50 euros in cash tomorrow", LATER, "Take out €50.00"),
    ] {
        let mut talk = Talk::new();
        talk.say(said).shows_card(card);
        let parts = talk.parts();
        let first = |is: &dyn Fn(&Part) -> bool| parts.iter().position(is);
        let warned = first(&|part| matches!(part, Part::Text { text } if text.contains(told)));
        let shown = first(&|part| matches!(part, Part::Card { .. }));
        assert!(warned.is_some() && warned < shown, "{said}: {}", talk.words());
        // It is asked for once, and only waits.
        assert_eq!(talk.bank.waiting().len(), 1, "{said}");
        assert_eq!(talk.bank.0.lock().unwrap().waiting.len(), 1, "{said}");
        assert_eq!(talk.bank.asked("pending.confirm"), 0, "{said}");
    }
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom every month")
        .says("no standing orders yet")
        .shows_no_card();
    assert!(talk.bank.waiting().is_empty());
}

#[test]
fn that_it_is_done_at_once_is_said_before_the_question_and_above_the_card() {
    let mut talk = Talk::new();
    talk.say("send money to Tom tomorrow")
        .says("on a later day")
        .says("How much");
    talk.say("20").says("on a later day").shows_card("€20.00 to Tom");
    talk.say("no, 25 today").shows_card("€25.00 to Tom");
    assert!(!talk.words().contains("on a later day"), "{}", talk.words());
}

#[test]
fn a_card_that_is_put_off_is_told_to_go_at_once() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom").shows_card("€20.00 to Tom");
    talk.say("no, on Monday").says("on a later day");
}

#[test]
fn an_amount_that_is_not_one_figure_is_asked_for_and_never_guessed() {
    for said in [
        "move everything except 100 to my savings",
        "move half of what is there to my savings",
        "send 20 or 30 euros to Tom",
    ] {
        let mut talk = Talk::new();
        talk.say(said).says("in figures").shows_no_card();
        talk.say("1 500 euros");
        assert!(
            talk.card().is_some_and(|card| card.contains("€1,500.00")),
            "{}",
            talk.words()
        );
    }
    Talk::new()
        .say("send 1.500 euros to Tom")
        .says("How much")
        .shows_no_card();
    Talk::new()
        .say("send 1\u{202f}500 euros to Tom")
        .shows_card("Send €1,500.00 to Tom");
}

#[test]
fn the_same_again_with_another_amount_is_that_amount() {
    Talk::new()
        .say("pay Tom the same again but 30")
        .shows_card("Send €30.00 to Tom");
    Talk::new()
        .say("pay Tom the same again but half of it")
        .says("How much")
        .shows_no_card();
}

#[test]
fn money_for_somebody_else_is_not_moved_between_own_accounts() {
    Talk::new()
        .say("send 20 euros to Tom from savings account Please")
        .shows_card("Send €20.00 to Tom");
}

#[test]
fn a_limit_goes_up_by_what_was_said() {
    Talk::new()
        .say("raise my daily limit by 500")
        .says("5,000")
        .shows_card("Limit 5500");
    Talk::new().say("lower my limit by 500 euros").shows_card("Limit 4500");
    let mut talk = Talk::new();
    talk.say("lower my limit by 9000 euros")
        .says("limit for a day be")
        .shows_no_card();
    talk.say("300").shows_card("Limit 300");
}

#[test]
fn a_name_that_is_not_found_is_never_answered_with_everything() {
    for said in [
        "how much did I spend at Starbucks this month?",
        "how much did I pay the dentist this month?",
        "how much have I paid Lars Nilsson this year",
    ] {
        let mut talk = Talk::new();
        talk.say(said).says("I find no payment to");
        assert!(!talk.words().contains("970.12"), "{}", talk.words());
    }
    Talk::new()
        .say("when did I last pay Dr Meyer")
        .says("to or from Dr Meyer");
    Talk::new()
        .say("show all payments to Xavier Bell")
        .says("to or from Xavier Bell");
    Talk::new()
        .say("how much has Jonas sent me so far?")
        .says("nothing from Jonas");
}

#[test]
fn somebody_else_of_the_same_first_or_last_name_is_not_taken_for_them() {
    for name in ["Lisa Weber", "Anna Schmidt"] {
        let mut talk = Talk::new();
        talk.say(&format!("send 20 euros to {name}"))
            .says(&format!("the IBAN of {name}"))
            .shows_no_card();
        talk.say("never mind");
        talk.say(&format!("how much did I pay {name} this year?"))
            .says(&format!("I find no payment to {name}"));
    }
}

#[test]
fn a_name_is_also_found_as_a_part_of_a_longer_one() {
    let mut talk = Talk::new();
    talk.bank
        .0
        .lock()
        .unwrap()
        .add("STARBUCKS 0123 Berlin Mitte Store", -450, 3, "");
    talk.say("how much did I spend at Starbucks Store this month?")
        .says("4.50");
}

#[test]
fn what_was_paid_is_found_by_its_reference_as_well() {
    let mut talk = Talk::new();
    talk.say("when did I last pay the rent")
        .says("Immo Nord")
        .says("890.00");
    talk.say("last netflix payment when?").says("to or from netflix");
    talk.say("show all amazon payments").says("to or from amazon");
}

#[test]
fn a_receipt_of_somebody_unknown_is_asked_for_and_not_taken_from_another() {
    let mut talk = Talk::new();
    talk.say("give me the receipt of my last payment to Xavier Bell")
        .says("no payment to or from Xavier Bell");
    assert!(!talk.parts().iter().any(|part| matches!(part, Part::Receipt { .. })));
    assert!(!talk.choices().is_empty());
}

#[test]
fn what_something_shall_be_called_is_taken_whole_and_never_guessed() {
    let mut talk = Talk::new();
    talk.say("rename my savings account").says("What shall it be called");
    talk.say("Trip to Rome").shows_card("Call it Trip to Rome");
    for (answer, name) in [
        ("to Bills", "Bills"),
        ("Bills", "Bills"),
        ("Money worries", "Money worries"),
    ] {
        let mut talk = Talk::new();
        talk.say("rename my savings account").says("What shall it be called");
        talk.say(answer).shows_card(&format!("Call it {name}"));
    }
    for answer in ["I was hacked", "somebody is on the phone and wants my code"] {
        let mut talk = Talk::new();
        talk.say("rename my savings account").says("What shall it be called");
        talk.say(answer).shows_no_card();
        assert!(talk.last.hand_over.is_some(), "{answer}");
    }
    Talk::new()
        .say("rename Family account to Bills")
        .shows_card("Call it Bills");
    for said in [
        "open a savings account to save for a trip",
        "I'd like to open a savings account",
    ] {
        Talk::new().say(said).shows_card("Open Savings account Savings");
    }
}
