//! What is cancelled or taken back is what was named, and nothing by guess.

use crate::Talk;
use crate::fake::eur;

/// A payment to Tom was asked for in the browser, and nothing else.
fn tom_waits() -> Talk {
    let talk = Talk::new();
    let waits = |title: &str| talk.bank.0.lock().unwrap().wait_elsewhere(title, eur(2_000));
    waits("Send €20.00 to Tom");
    talk
}

#[test]
fn a_request_that_was_not_named_is_not_cancelled() {
    for text in [
        "cancel the unsigned payment to Anna Weber",
        "cancel the request for Bianca that is waiting",
        "cancel the payment of 35 euros that is waiting",
        "cancel the change of my limit that is waiting",
    ] {
        let mut talk = tom_waits();
        talk.say(text)
            .says("Nothing like that waits")
            .says("Send €20.00 to Tom");
        talk.shows_no_card();
        assert_eq!(talk.bank.asked("pending.cancel"), 0, "{text}");
    }
}

#[test]
fn the_one_that_waits_instead_is_cancelled_where_the_customer_means_it() {
    let mut talk = tom_waits();
    talk.say("cancel the unsigned payment to Anna Weber")
        .says("Do you mean it?");
    talk.say("yes").shows_card("Cancel: Send €20.00 to Tom");
    let mut talk = tom_waits();
    talk.say("cancel the unsigned payment to Anna Weber");
    talk.say("the one to Tom").shows_card("Cancel: Send €20.00 to Tom");
    let mut talk = tom_waits();
    talk.say("cancel the unsigned payment to Anna Weber");
    talk.say("no").says("no money has moved").shows_no_card();
    assert_eq!(talk.bank.asked("pending.cancel"), 0);
}

#[test]
fn a_payment_that_is_to_be_cancelled_and_waits_is_no_question_about_cancelling() {
    let mut talk = tom_waits();
    talk.say("cancel the payment to Tom")
        .shows_card("Cancel: Send €20.00 to Tom");
    let mut talk = tom_waits();
    talk.say("Cancel the payment to Anna Weber").says("Send €20.00 to Tom");
    talk.shows_no_card();
    assert_eq!(talk.bank.asked("pending.cancel"), 0);
}

#[test]
fn of_several_the_one_that_fits_is_cancelled() {
    let mut talk = tom_waits();
    talk.bank
        .0
        .lock()
        .unwrap()
        .wait_elsewhere("Send €35.00 to Anna Weber", eur(3_500));
    talk.say("cancel the unsigned payment to Tom")
        .shows_card("Cancel: Send €20.00 to Tom");
    talk.say("cancel the payment of 35 euros that is waiting")
        .shows_card("Cancel: Send €35.00 to Anna Weber");
}

#[test]
fn the_page_of_another_request_is_not_what_was_named() {
    let mut talk = tom_waits();
    let tom = talk.bank.0.lock().unwrap().waiting[0].pending;
    talk.situation.page = Some(format!("/pay/{tom}"));
    talk.say("cancel the unsigned payment to Anna Weber")
        .says("Nothing like that waits")
        .shows_no_card();
    talk.say("never mind");
    talk.say("cancel this request").shows_card("Cancel: Send €20.00 to Tom");
}

#[test]
fn the_last_payment_that_is_undone_is_one_that_was_made() {
    let mut talk = Talk::new();
    // What came in is newer than what was paid, and so is what was sent to a shop than what was sent to a person.
    talk.bank.0.lock().unwrap().add("Anna Weber", 700, 0, "Thanks");
    talk.say("undo my last payment")
        .says("can no longer be undone")
        .says("Tiago Belmonte")
        .shows_no_card();
    assert_eq!(talk.bank.asked("transfers.reverse"), 0);
    talk.bank.0.lock().unwrap().add("Market Hall", -1_200, 0, "");
    talk.say("undo my last payment")
        .says("cannot be sent back from here")
        .says("Market Hall")
        .shows_no_card();
}

#[test]
fn the_page_of_another_payment_is_not_the_last_one() {
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().add("Anna Weber", 700, 0, "Thanks");
    let entry = talk.bank.0.lock().unwrap().rows[0].entry.unwrap();
    talk.situation.page = Some(format!("/payments/{entry}"));
    talk.say("undo my last payment").says("Tiago Belmonte").shows_no_card();
    talk.say("send this back").shows_card("transfers.reverse: Send back");
}

#[test]
fn what_came_in_is_sent_back_and_what_was_sent_is_not_asked_about() {
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().add("Anna Weber", 5_000, 0, "Flowers");
    talk.say("send back the 50 euros that Anna Weber sent me")
        .shows_card("transfers.reverse: Send back");
}

#[test]
fn a_program_that_was_not_named_is_not_shut_out() {
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().lets_in("Bookkeeping");
    talk.say("shut out the program Taxomat")
        .says("Which program")
        .shows_no_card();
    talk.choose("Bookkeeping").shows_card("tokens.revoke");
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().lets_in("Bookkeeping");
    talk.say("shut out the program").shows_card("tokens.revoke");
}

#[test]
fn what_was_cancelled_is_named() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom").shows_card("Send €20.00 to Tom");
    talk.say("send 30 euros to Tiago Belmonte")
        .shows_card("Send €30.00 to Tiago Belmonte");
    talk.say("cancel the payment to Tom")
        .says("Send €20.00 to Tom")
        .says("No money has moved")
        .shows_no_card();
    assert!(!talk.words().contains("€30.00"), "{}", talk.words());
    let mut talk = Talk::new();
    talk.say("rename my savings account to Rome").shows_card("Call it Rome");
    talk.say("cancel the request that is waiting")
        .says("Call it Rome")
        .says("Nothing was changed");
}

#[test]
fn what_ended_by_itself_is_named() {
    for said in ["never mind", "yes, do it"] {
        let mut talk = Talk::new();
        talk.say("send 20 euros to Tom").shows_card("Send €20.00 to Tom");
        talk.bank.0.lock().unwrap().waiting[0].state = bank_contract::pending::PendingState::Expired;
        talk.say(said).says("has ended already").says("Send €20.00 to Tom");
    }
}
