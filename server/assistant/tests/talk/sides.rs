//! Which side money leaves and which one it goes to: what was said of it is kept apart, and never turned round.

use crate::Talk;
use crate::fake::iban;
use bank_contract::Currency;

/// A third account in euros, so that neither side follows from the other.
fn three() -> Talk {
    let talk = Talk::new();
    talk.bank.0.lock().unwrap().opens(Currency::Eur, 4, "Bicycle");
    talk
}

#[test]
fn where_it_leaves_is_no_answer_to_where_it_goes() {
    for answer in [
        "from my savings",
        "out of my savings please",
        "from Holidays and rainy days",
    ] {
        let mut talk = three();
        talk.say("move 20 euros").says("To which of your accounts");
        talk.say(answer).says("To which of your accounts").shows_no_card();
        talk.say("Bicycle").shows_card("Move €20.00 from 2 to 4");
    }
    let mut talk = three();
    talk.say("move 20 euros from my savings")
        .says("To which of your accounts");
    talk.say("from my savings")
        .says("To which of your accounts")
        .shows_no_card();
    talk.say("to Bicycle").shows_card("Move €20.00 from 2 to 4");
}

#[test]
fn both_sides_in_one_answer_are_both_taken() {
    for answer in [
        "to Bicycle from my savings",
        "from my savings to Bicycle",
        "Bicycle, from my savings",
    ] {
        let mut talk = three();
        talk.say("move 20 euros").says("To which of your accounts");
        talk.say(answer).shows_card("Move €20.00 from 2 to 4");
    }
}

#[test]
fn where_it_goes_is_no_answer_to_where_it_leaves() {
    let mut talk = three();
    talk.say("move 20 euros to Bicycle").says("From which of your accounts");
    talk.say("to my savings")
        .says("From which of your accounts")
        .shows_no_card();
    talk.say("Bicycle").shows_card("Move €20.00 from 4 to 2");
}

#[test]
fn of_two_accounts_the_other_one_is_where_it_goes() {
    let mut talk = Talk::new();
    talk.say("move 20 euros").says("To which of your accounts");
    talk.say("from my savings").shows_card("Move €20.00 from 2 to 1");
}

#[test]
fn an_account_of_somebody_else_is_paid_and_not_asked_for_among_the_own_ones() {
    let card = format!("Send €20.00 to Mirela Dragan at {}", iban(12));
    Talk::new()
        .say("move 20 euros to Mirela's account")
        .says("Mirela Dragan")
        .shows_card(&card);
    let mut talk = Talk::new();
    talk.say("move 20 euros to Household")
        .says("An account that is shared with you fits")
        .shows_no_card();
    talk.choose("Mirela").shows_card(&card);
    assert_eq!(talk.bank.asked("transfers.check-payee"), 1);
}

#[test]
fn whoever_is_somebody_else_can_be_the_answer_to_where_it_goes() {
    let card = format!("Send €20.00 to Mirela Dragan at {}", iban(12));
    for (answer, card) in [("Mirela's account", card.as_str()), ("Tom", "Send €20.00 to Tom")] {
        let mut talk = Talk::new();
        talk.say("move 20 euros").says("To which of your accounts");
        talk.say(answer).shows_card(card);
        assert_eq!(talk.bank.asked("transfers.move"), 0, "{answer}");
    }
    let mut talk = three();
    talk.say("move 20 euros").says("To which of your accounts");
    talk.say("Household")
        .says("An account that is shared with you fits")
        .shows_no_card();
}

#[test]
fn a_correction_of_where_it_goes_leaves_nothing_of_before() {
    let mut talk = Talk::new();
    talk.say("move 20 euros to my savings")
        .shows_card("Move €20.00 from 1 to 2");
    talk.say("no, to Tom").shows_card("Send €20.00 to Tom");
    talk.say("no, to my savings").shows_card("Move €20.00 from 1 to 2");
    talk.say("no, to Mirela's account")
        .shows_card("Send €20.00 to Mirela Dragan");
    assert_eq!(talk.bank.waiting(), ["transfers.submit"]);
}

#[test]
fn where_it_leaves_can_be_said_whatever_was_asked_for() {
    let mut talk = Talk::new();
    talk.say("send money to Tom").says("How much");
    talk.say("from my savings").says("How much").shows_no_card();
    talk.say("20").shows_card("Send €20.00 to Tom");
    assert_eq!(talk.bank.0.lock().unwrap().from, Some(2));
    let mut talk = Talk::new();
    talk.say("send 20 euros").says("Whom do you want to pay");
    talk.say("from my savings")
        .says("Whom do you want to pay")
        .shows_no_card();
    talk.say("Tom").shows_card("Send €20.00 to Tom");
    assert_eq!(talk.bank.0.lock().unwrap().from, Some(2));
    let mut talk = Talk::new();
    talk.say("send 20 euros to Bianca").says("IBAN of Bianca");
    talk.say("from my savings").says("IBAN of Bianca").shows_no_card();
    assert!(!talk.words().contains("wrong length"), "{}", talk.words());
}

#[test]
fn a_correction_while_something_is_to_be_chosen_asks_again() {
    let mut talk = three();
    talk.say("move 20 euros").says("To which of your accounts");
    talk.say("no, 30 euros").says("To which of your accounts");
    talk.say("Bicycle").says("From which of your accounts");
    talk.say("no, to my savings").says("From which of your accounts");
    talk.say("Bicycle").shows_card("Move €30.00 from 4 to 2");
}

#[test]
fn an_own_account_is_nobody_to_be_paid() {
    for answer in ["my savings", "to my savings"] {
        let mut talk = Talk::new();
        talk.say("send 20 euros").says("Whom do you want to pay");
        talk.say(answer).shows_card("Move €20.00 from 1 to 2");
    }
}
