//! Figures from the customer's own payments: of what was asked, and honest about what they leave out.

use crate::Talk;
use crate::fake::today;
use chrono::Days;

/// As many payments as a turn can look through, and some more: one a day of 10 cents, today's first.
fn busy() -> Talk {
    let talk = Talk::new();
    let mut books = talk.bank.0.lock().unwrap();
    let one = books.rows[1].clone();
    books.rows = (0..2_100)
        .map(|number| {
            let mut row = one.clone();
            row.entry = Some(bank_contract::EntryId(uuid::Uuid::from_u128(90_000 + number)));
            row.amount = crate::fake::eur(-10);
            row.booked_on = today()
                .checked_sub_days(Days::new(u64::try_from(number).unwrap() / 4))
                .unwrap();
            row
        })
        .collect();
    drop(books);
    talk
}

#[test]
fn the_last_payment_goes_the_way_that_was_asked_for() {
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().add("Tom", 900, 2, "Half of the pizza");
    talk.say("when did Tom last pay me?").says("Last received").says("9.00");
    talk.say("when did I last pay Tom?").says("Last paid").says("15.00");
}

#[test]
fn where_there_is_only_the_other_way_that_is_said() {
    let mut talk = Talk::new();
    talk.say("when did Tom last pay me?")
        .says("none that way round")
        .says("15.00");
    talk.say("when did I last pay Eve?")
        .says("none that way round")
        .says("0.01");
    talk.say("when did I last pay Tom?").says("15.00");
    assert!(!talk.words().contains("way round"));
}

#[test]
fn nothing_received_is_not_told_as_nothing_paid_out() {
    let mut talk = Talk::new();
    talk.say("what was the largest incoming payment yesterday?")
        .says("Nothing came in");
    talk.say("what was my largest payment 10 days ago?")
        .says("Nothing was paid out");
}

#[test]
fn a_sum_goes_the_way_that_was_said() {
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().add("Tom", 900, 2, "Half of the pizza");
    talk.say("how much did I get from Tom this month?")
        .says("Received from Tom")
        .says("9.00");
    talk.say("how much have I paid Tom this month?")
        .says("Paid to Tom")
        .says("15.00");
}

#[test]
fn figures_of_one_account_say_of_which() {
    let mut talk = Talk::new();
    talk.say("how much did I spend from my Family account this month?")
        .says("one account only: Family account.")
        .says("970.12");
    // What somebody else calls their account is no name of a payee.
    "Ivo".clone_into(&mut talk.bank.0.lock().unwrap().lent_name);
    talk.say("how much have I paid Ivo this month?")
        .says("one account only: Ivo (Mirela Dragan).");
}

#[test]
fn an_average_is_for_the_unit_that_was_asked() {
    let mut talk = Talk::new();
    talk.say("what do I spend on average per month in the last 2 weeks?")
        .says("A month of 30 days");
    talk.say("what do I spend on average per week this month?")
        .says("A week");
    talk.say("what is my average spending per day in the last 3 months?")
        .says("A day");
}

#[test]
fn what_is_to_come_is_not_known() {
    let mut talk = Talk::new();
    talk.say("how much will I spend next month?").says("still to come");
    assert!(!talk.words().contains("Nothing was paid out"), "{}", talk.words());
    talk.say("how much will I spend this month?")
        .says("What is still to come I cannot know")
        .says("970.12");
}

#[test]
fn a_balance_is_of_now_or_of_a_moment_that_is_past() {
    let mut talk = Talk::new();
    talk.say("what was the balance of my Family account last Friday?")
        .says("Family account at the end of 20 November 2026")
        .says("2000.00");
    talk.say("balance of my Family account this month")
        .says("Family account");
    assert!(!talk.words().contains("still to come"), "{}", talk.words());
    talk.say("what will be in my Family account on 1 January 2031?")
        .says("I cannot know")
        .says("3314.17");
}

#[test]
fn a_sum_of_not_all_payments_says_so() {
    let mut talk = busy();
    talk.say("how much did I spend in the last 10 years?")
        .says("only the latest 2000 are counted here, back to")
        .says("200.00");
    talk.say("did I spend more than last year?")
        .says("too many payments in that time to compare");
    talk.say("how much did I spend last week?");
    assert!(!talk.words().contains("only the latest"), "{}", talk.words());
}

#[test]
fn what_is_looked_for_is_found_behind_the_latest() {
    let mut talk = busy();
    talk.bank.0.lock().unwrap().rows[700].amount = crate::fake::eur(-77_700);
    talk.say("find the payment of 777 euros").says("Payments found: 1.");
    talk.say("show my latest payments").says("Payments found since");
}

#[test]
fn a_kind_of_payments_is_said_to_be_none() {
    let mut talk = Talk::new();
    for text in [
        "how much did I spend on groceries last month?",
        "what was my largest grocery payment this month?",
        "when did I last pay for a restaurant?",
        "did I spend more on restaurants than last month?",
        "what do I spend on food on average per month?",
        "how much did I spend on groceries 10 days ago?",
    ] {
        talk.say(text).says("no kinds or categories");
    }
    talk.say("how much did I spend last month?");
    assert!(!talk.words().contains("kinds"));
}

#[test]
fn a_sum_is_of_each_who_is_named_and_of_nobody_else() {
    for (said, other) in [
        ("what did I pay Tiago Belmonte and Tom this year", "Paid to Tom"),
        (
            "how much have I paid Tiago Belmonte and Starbucks this year?",
            "I find no payment to Starbucks",
        ),
    ] {
        Talk::new().say(said).says("Paid to Tiago Belmonte").says(other);
    }
    for said in [
        "what did I pay Tiago Belmonte this year",
        "how much did I pay Tiago Belmonte in May",
        "what did I pay Tiago Belmonte and when was it?",
    ] {
        let mut talk = Talk::new();
        talk.say(said);
        assert_eq!(talk.last.messages.len(), 1, "{said}: {}", talk.words());
    }
}

#[test]
fn a_sum_of_the_weekend_is_of_its_days() {
    for said in [
        "how much did I spend at the weekend?",
        "what did I spend over the weekend",
        "how much did I spend last weekend",
    ] {
        Talk::new().say(said).says("21 November 2026 – 22 November 2026");
    }
}

#[test]
fn what_came_in_is_no_balance_whenever_it_was() {
    for said in [
        "how much did I receive on the weekend",
        "how much did I receive at the weekend?",
        "what did I receive on the weekend",
        "how much did I get on the weekend",
        "how much was received last weekend",
    ] {
        let mut talk = Talk::new();
        talk.say(said).says("Nothing came in in that time: 21 November 2026");
        assert_eq!(talk.bank.asked("ledger.balance-at"), 0, "{said}");
    }
    for said in ["how much did I receive on Friday", "how much did I receive on the 6th"] {
        let mut talk = Talk::new();
        talk.say(said);
        assert_eq!(talk.bank.asked("ledger.balance-at"), 0, "{said}");
        assert!(talk.choices().is_empty(), "{said}: {}", talk.words());
    }
    for said in ["how much did I have on the weekend", "what was my balance last weekend"] {
        let mut talk = Talk::new();
        talk.say(said).says("The balance of which account");
    }
}
