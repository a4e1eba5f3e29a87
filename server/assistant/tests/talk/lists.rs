//! A list that is cut says so, and leads to where all of it is.

use crate::Talk;
use crate::fake::eur;
use bank_contract::Currency;
use bank_contract::assistant::{Part, Place};

impl Talk {
    fn leads_to(&self, wanted: &Place) -> bool {
        self.parts()
            .iter()
            .any(|part| matches!(part, Part::Link { place, .. } if place == wanted))
    }
}

fn waiting(count: usize) -> Talk {
    let talk = Talk::new();
    for at in 1..=count {
        let title = format!("Send €{at}.00 to Tom");
        talk.bank.0.lock().unwrap().wait_elsewhere(&title, eur(100));
    }
    talk
}

fn accounts(count: u128) -> Talk {
    let talk = Talk::new();
    for at in 0..count {
        let name = format!("Purse {at}");
        talk.bank.0.lock().unwrap().opens(Currency::Eur, 100 + at, &name);
    }
    talk
}

#[test]
fn cards_that_find_no_place_are_counted() {
    let mut talk = waiting(7);
    talk.say("what is waiting for me?").says("2 more are not shown here");
    assert!(talk.leads_to(&Place::Home), "{}", talk.words());
    let mut talk = waiting(5);
    talk.say("what is waiting for me?");
    assert!(!talk.words().contains("not shown"), "{}", talk.words());
}

#[test]
fn choices_that_find_no_place_are_counted() {
    let mut talk = waiting(8);
    talk.say("cancel the payment that is waiting")
        .says("2 more are not shown here");
    assert!(talk.leads_to(&Place::Home), "{}", talk.words());
    let mut talk = accounts(5);
    talk.say("rename an account").says("One more is not shown here");
    assert!(talk.leads_to(&Place::Home), "{}", talk.words());
    assert_eq!(talk.choices().len(), 6);
    // What was left out can still be named.
    talk.say("Purse 4").says("What shall it be called?");
}

#[test]
fn ibans_and_trusted_payees_that_find_no_place_are_counted() {
    let mut talk = accounts(11);
    talk.say("what are my IBANs?").says("3 more are not shown here");
    assert!(talk.leads_to(&Place::Home), "{}", talk.words());
    let mut talk = Talk::new();
    for at in 0..22 {
        let name = format!("Shop {at}");
        let iban = crate::fake::iban(500 + at).to_string();
        talk.bank.0.lock().unwrap().trusts(&name, &iban);
    }
    talk.say("whom do I trust?").says("3 more are not shown here");
    assert!(talk.leads_to(&Place::Payees), "{}", talk.words());
}

#[test]
fn payments_that_find_no_place_are_counted_but_not_where_so_many_were_asked_for() {
    let many = || {
        let talk = Talk::new();
        for _ in 0..13 {
            talk.bank.0.lock().unwrap().add("Market Hall", -100, 1, "");
        }
        talk
    };
    let mut talk = many();
    talk.say("how much did I pay at Market Hall this month?")
        .says("4 more are not shown here");
    assert!(talk.leads_to(&Place::Home), "{}", talk.words());
    let mut talk = many();
    talk.say("show my payments to Market Hall")
        .says("more are not shown here");
    talk.say("show my last 3 payments");
    assert!(!talk.words().contains("not shown"), "{}", talk.words());
}
