//! Accounts in several currencies: an amount without one is in that of the account, and one with it never changes.

use crate::Talk;
use bank_contract::Currency::{Jpy, Usd};

fn with_dollars(accounts: &[&str]) -> Talk {
    let talk = Talk::new();
    for (number, name) in (30..).zip(accounts) {
        talk.bank.0.lock().unwrap().opens(Usd, number, name);
    }
    talk
}

#[test]
fn an_amount_without_a_currency_is_in_that_of_the_account_it_leaves() {
    with_dollars(&["America"])
        .say("send 50 to Tom from America")
        .shows_card("Send $50.00 to Tom");
    let mut talk = with_dollars(&["America"]);
    talk.say("send 50 to Tom").shows_card("Send €50.00 to Tom");
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().opens(Jpy, 30, "Tokyo");
    talk.say("send 50 to Tom from Tokyo").shows_card("Send ¥50 to Tom");
    talk.say("send 12.50 to Tom from Tokyo")
        .says("decimals")
        .shows_no_card();
}

#[test]
fn an_amount_in_a_currency_leaves_an_account_in_it_or_none() {
    with_dollars(&["America"])
        .say("send 50 dollars to Tom")
        .shows_card("Send $50.00 to Tom");
    let mut talk = with_dollars(&["America"]);
    talk.say("send 50 euros to Tom from America")
        .says("America is kept in USD")
        .shows_no_card();
    talk.choose("Family account").shows_card("Send €50.00 to Tom");
    Talk::new()
        .say("send 50 dollars to Tom")
        .says("no account in USD")
        .shows_no_card();
}

#[test]
fn of_several_accounts_in_the_currency_one_is_chosen() {
    let mut talk = with_dollars(&["America", "New York"]);
    talk.say("send 50 dollars to Tom").shows_no_card();
    let labels: Vec<String> = talk.choices().into_iter().map(|choice| choice.label).collect();
    assert_eq!(labels, ["America", "New York"]);
    talk.choose("New York").shows_card("Send $50.00 to Tom");
}

#[test]
fn a_corrected_amount_keeps_the_currency_that_was_said() {
    let mut talk = with_dollars(&["America"]);
    talk.say("send 50 dollars to Tom").shows_card("$50.00");
    talk.say("no, 60").shows_card("$60.00");
    talk.say("no, 70 euros").says("kept in USD");
}

#[test]
fn an_account_named_to_an_open_card_is_another_account_to_leave() {
    for said in [
        "from America",
        "please take it from my America account",
        "From America instead.",
    ] {
        let mut talk = with_dollars(&["America"]);
        talk.say("send 50 to Tom").shows_card("Send €50.00 to Tom");
        talk.say(said).shows_card("Send $50.00 to Tom");
        assert_eq!(talk.bank.asked("pending.cancel"), 1, "{said}");
    }
    let mut talk = with_dollars(&["America", "New York"]);
    talk.say("move 50 from America to New York")
        .shows_card("Move $50.00 from 30 to 31");
    talk.say("from New York").shows_card("Move $50.00 from 31 to 30");
    // Somebody is no account, and what is asked for is no correction.
    for said in ["from Anna Weber", "what have I paid from America?"] {
        let mut talk = with_dollars(&["America"]);
        talk.say("send 50 to Tom").shows_card("Send €50.00 to Tom");
        talk.say(said).shows_no_card();
        assert_eq!(talk.bank.asked("pending.cancel"), 0, "{said}");
    }
}

#[test]
fn money_is_moved_in_the_currency_of_the_accounts() {
    with_dollars(&["America", "New York"])
        .say("move 50 from America to New York")
        .shows_card("Move $50.00 from 30 to 31");
    let mut talk = with_dollars(&["America"]);
    talk.say("move 50 from America to my savings")
        .says("is kept in EUR")
        .shows_no_card();
    let mut talk = with_dollars(&["America", "New York"]);
    talk.say("move some money between my accounts");
    talk.say("50").says("To which").shows_no_card();
    assert_eq!(talk.choices().len(), 4, "{}", talk.words());
    talk.choose("New York").shows_card("Move $50.00 from 30 to 31");
}

#[test]
fn cash_goes_in_and_out_in_the_currency_of_the_account() {
    with_dollars(&["America"])
        .say("deposit 40 in cash into America")
        .shows_card("Pay in $40.00");
    with_dollars(&["America"])
        .say("withdraw 40 dollars in cash")
        .shows_card("Take out $40.00");
    let mut talk = with_dollars(&["America"]);
    talk.say("deposit 40 euros in cash into America")
        .says("America is kept in USD");
    talk.choose("Family account").shows_card("Pay in €40.00");
}
