//! What words like "that", "her" and "2000" mean, by what stands around them and what was said before.

use crate::Talk;
use bank_assistant::dialogue::Settle;
use bank_contract::assistant::Part;

fn cards(talk: &Talk) -> Vec<String> {
    let books = talk.bank.0.lock().unwrap();
    books.waiting.iter().map(|view| view.summary.title.clone()).collect()
}

/// Something was asked for, confirmed in the browser, and told.
fn done(text: &str) -> Talk {
    let mut talk = Talk::new();
    talk.say(text);
    let pending = talk
        .bank
        .settle(Settle::Confirm)
        .unwrap_or_else(|| panic!("{}", talk.words()));
    talk.settle(pending).says("Done");
    talk
}

#[test]
fn a_source_that_is_said_behind_a_question_is_that_of_the_open_card() {
    for question in [
        "what's my balance?",
        "how much did I spend last month?",
        "show my payments to Tom",
        "thanks",
    ] {
        for source in [
            "from my savings",
            "no, from my savings",
            "take it from my savings please",
        ] {
            let mut talk = Talk::new();
            talk.say("send 20 euros to Tom").say(question).say(source);
            talk.says("Withdrawn: Send €20.00 to Tom")
                .shows_card("Send €20.00 to Tom");
            assert_eq!(
                talk.bank.0.lock().unwrap().from,
                Some(crate::fake::SAVINGS),
                "{question} {source}"
            );
        }
    }
    // With a mark of a question, or without a card, it is the question that is asked again.
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom").say("how much did I spend last month?");
    talk.say("and from my savings?").shows_no_card();
    let mut talk = Talk::new();
    talk.say("how much did I spend last month?");
    talk.say("from my savings").says("one account only").shows_no_card();
}

#[test]
fn somebody_who_is_asked_about_behind_a_card_is_not_paid() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Anna Weber")
        .say("when did I last pay Tiago Belmonte?");
    talk.say("and Tom?").says("4 November 2026").shows_no_card();
    assert_eq!(cards(&talk).len(), 1, "{:?}", cards(&talk));
}

#[test]
fn somebody_of_hers_is_nobody_who_was_spoken_of() {
    for text in [
        "send 20 to her mother",
        "pay her rent",
        "pay her rent of 300 euros",
        "send 20 euros to her landlord",
        "transfer 15 to his brother",
        "pay their rent",
    ] {
        let mut talk = Talk::new();
        talk.say("when did I last pay Anna Weber?");
        talk.say(text).shows_no_card();
        assert_eq!(cards(&talk), Vec::<String>::new(), "{text}");
        assert!(!talk.words().contains("Anna Weber"), "{text}: {}", talk.words());
    }
    // Nor is her mother the customer's.
    let mut talk = Talk::new();
    talk.knows("mother", "Anna Weber");
    talk.say("send 20 to her mother").shows_no_card();
    talk.say("never mind");
    talk.say("send 20 to my mother").shows_card("Send €20.00 to Anna Weber");
    // A question about her mother has no answer about her.
    let mut talk = Talk::new();
    talk.say("when did I last pay Anna Weber?");
    talk.say("how much did I pay her mother this year?")
        .says("no payment to mother");
}

#[test]
fn she_herself_is_whoever_was_spoken_of() {
    for text in [
        "send her 20",
        "pay her 20",
        "pay her 20 euros please",
        "send 20 to her",
        "send 20 to her now",
        "pay her twenty euros",
        "give her €20",
        "send her another 20",
    ] {
        let mut talk = Talk::new();
        talk.say("when did I last pay Anna Weber?");
        talk.say(text).shows_card("Send €20.00 to Anna Weber");
    }
    let mut talk = Talk::new();
    talk.say("when did I last pay Anna Weber?");
    talk.say("pay her").says("Anna Weber").says("How much");
    let mut talk = Talk::new();
    talk.say("when did I last pay Anna Weber?");
    talk.say("how much did I pay her this year?").says("Paid to Anna Weber");
}

#[test]
fn what_was_no_payment_is_not_undone_by_taking_back_one() {
    for (text, what, how) in [
        ("rename my savings to Rome", "Call it Rome", "old name"),
        ("set my daily limit to 200", "Limit 200", "limit"),
        ("trust Tom", "Trust Tom", "no longer"),
    ] {
        for undo in ["undo that", "undo it", "please undo that"] {
            let mut talk = done(text);
            talk.bank.0.lock().unwrap().add("Tiago Belmonte", -900, 0, "");
            talk.say(undo).says(what).says(how).shows_no_card();
            assert_eq!(talk.bank.asked("transfers.reverse"), 0, "{text}");
            assert!(!talk.words().contains("Tiago"), "{text}: {}", talk.words());
        }
        // A payment that is named is another matter.
        let mut talk = done(text);
        talk.say("undo my last payment").says("Tiago Belmonte");
    }
}

#[test]
fn of_two_payments_the_one_that_was_confirmed_is_undone() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom and 30 to Anna Weber");
    let first = talk.bank.0.lock().unwrap().waiting[0].pending;
    talk.bank.0.lock().unwrap().waiting[0].state = bank_contract::pending::PendingState::Done;
    talk.bank.0.lock().unwrap().add("Tom", -2_000, 0, "");
    talk.bank.0.lock().unwrap().add("Anna Weber", -700, 0, "");
    talk.settle(first).says("Done");
    talk.say("undo that").says("Tom");
    assert!(!talk.words().contains("7.00"), "{}", talk.words());
}

#[test]
fn that_is_what_was_done_last_for_a_short_time_only() {
    let paid = || {
        let talk = done("send 20 to Tom");
        let mut books = talk.bank.0.lock().unwrap();
        books.add("Tom", -2_000, 0, "");
        books.add("Tom", -2_500, 0, "");
        drop(books);
        talk
    };
    // A thanks is no other topic.
    let mut talk = paid();
    talk.say("thanks")
        .say("undo that")
        .says("Tom")
        .says("can no longer be undone")
        .says("20.00");
    for between in [
        &["what is my balance?"][..],
        &["how much did I spend last month?", "and this month?"],
        &["thanks", "hello", "thank you"],
        &["show my limits"],
    ] {
        let mut talk = paid();
        for text in between {
            talk.say(text);
        }
        talk.say("undo that").says("Which payment").shows_no_card();
        assert_eq!(talk.bank.asked("transfers.reverse"), 0, "{between:?}");
    }
    // What is asked again of something else is another topic as well.
    let mut talk = paid();
    talk.say("same for Anna").shows_card("Anna Weber");
    talk.say("never mind");
    talk.say("undo that").says("Which payment").shows_no_card();
    let mut talk = paid();
    talk.say("what is my balance?");
    talk.say("stop").says("nothing under way");
}

#[test]
fn a_number_that_looks_like_a_year_is_an_amount_where_money_is_spoken_of() {
    let with_2000 = || {
        let talk = Talk::new();
        let mut books = talk.bank.0.lock().unwrap();
        books.add("Tom", 200_000, 4, "Bike");
        books.add("Tom", 700, 3, "Tea");
        drop(books);
        talk
    };
    for text in [
        "did I receive 2000 from Tom?",
        "have I received 2000 from Tom",
        "did I get 2000 from Tom?",
        "did I receive 2000.00 from Tom?",
    ] {
        let mut talk = with_2000();
        talk.say(text).says("2000.00");
        assert!(!talk.words().contains("do not know when"), "{text}: {}", talk.words());
        assert!(!talk.words().contains("\"7.00\""), "{text}: {}", talk.words());
        Talk::new().say(text).says("no payment of €2,000.00");
    }
    for text in [
        "send 2000 to Tom",
        "pay Tom 2000",
        "transfer 1990 to Tom",
        "send Tom 2026",
    ] {
        let mut talk = Talk::new();
        talk.say(text).shows_card(" to Tom");
    }
    for (text, year) in [
        ("what did I spend in 2025", "2025"),
        ("how much did I receive in 2025 from Tom", "2025"),
        ("how much did I spend in march 2025", "March 2025"),
    ] {
        Talk::new().say(text).says(year);
    }
    Talk::new().say("what did I spend since 2025").says("1 January 2025");
    Talk::new().say("what did I spend since 1950").says("do not know when");
}

#[test]
fn a_day_that_no_month_has_is_no_other_day() {
    for (text, day) in [
        ("what did I spend on 31 February", "31 February"),
        ("what did I spend on 31 April", "31 April"),
        ("what was my balance on 30 February", "30 February"),
        ("what was my balance on the 31st of April?", "31 April"),
        ("show my payments since february 30", "30 February"),
        ("how much did I spend on 29 February 2026", "29 February 2026"),
        ("send 20 to Tom on 31 April", "31 April"),
    ] {
        let mut talk = Talk::new();
        talk.say(text).says(day).says("no such day").shows_no_card();
    }
    for text in [
        "what did I spend on 29 February 2024",
        "what did I spend on 31 March",
        "what did I spend in February",
    ] {
        let mut talk = Talk::new();
        talk.say(text);
        assert!(!talk.words().contains("no such day"), "{text}: {}", talk.words());
    }
}

#[test]
fn as_much_for_each_of_them_is_a_card_for_each() {
    for text in [
        "20 each to Tom and Anna Weber",
        "send 20 each to Tom and Anna Weber",
        "send 20 euros each to Tom and Anna Weber please",
        "pay 20 euros to Tom and Anna Weber each",
        "send 20 to each of Tom and Anna Weber",
        "give 20 euros each to Tom and Anna Weber for lunch",
    ] {
        let mut talk = Talk::new();
        talk.say(text);
        let cards = cards(&talk);
        assert_eq!(cards.len(), 2, "{text}: {cards:?} {}", talk.words());
        for (card, start) in cards.iter().zip(["Send €20.00 to Tom", "Send €20.00 to Anna Weber"]) {
            assert!(card.starts_with(start), "{text}: {cards:?}");
        }
        assert!(!talk.words().contains("one payment only"), "{text}: {}", talk.words());
    }
    let mut talk = Talk::new();
    talk.say("pay 15 each to Tom, Anna Weber and Tiago Belmonte");
    assert_eq!(cards(&talk).len(), 3, "{}", talk.words());
}

#[test]
fn whoever_shares_an_account_is_offered_when_they_are_to_be_paid() {
    for text in ["Pay Mirela 20", "send 20 euros to Mirela", "send 20 to Mirela Dragan"] {
        let mut talk = Talk::new();
        talk.say(text)
            .says("Mirela Dragan")
            .says("is it this one")
            .shows_no_card();
        assert_eq!(talk.bank.asked("transfers.submit"), 0, "{text}");
        talk.choose("Mirela Dragan").shows_card("to Mirela Dragan");
        // Like somebody new, the name is checked with the number.
        assert_eq!(talk.bank.asked("transfers.check-payee"), 1, "{text}");
    }
    let mut talk = Talk::new();
    talk.say("Pay Mirela 20")
        .choose("Another account")
        .says("IBAN of Mirela");
}

#[test]
fn the_smallest_and_the_oldest_payment_are_not_the_largest() {
    let mut talk = Talk::new();
    talk.say("what was my smallest payment this month?")
        .says("The smallest payment")
        .says("15.00");
    let first = talk.parts().into_iter().find_map(|part| match part {
        Part::Figures { figures, .. } => figures[0].money,
        _ => None,
    });
    assert_eq!(first.unwrap().abs().minor(), 1_500, "{}", talk.words());
    Talk::new()
        .say("what was my largest payment this month?")
        .says("The largest payment")
        .says("890.00");
}

#[test]
fn undo_that_takes_back_what_waits_at_the_card_and_sends_back_nothing() {
    for undo in ["undo that", "undo it", "undo", "take that back"] {
        let mut talk = Talk::new();
        talk.say("send 20 euros to Tom").shows_card("Send €20.00 to Tom");
        talk.say(undo)
            .says("Cancelled: Send €20.00 to Tom")
            .says("No money has moved")
            .shows_no_card();
        assert_eq!(talk.bank.asked("transfers.reverse"), 0, "{undo}");
    }
    // What is named is a payment that was made.
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom").say("undo my last payment");
    assert!(!talk.words().contains("Cancelled"), "{}", talk.words());
}

#[test]
fn a_question_about_payments_is_no_answer_to_which_payment() {
    let mut talk = Talk::new();
    talk.say("undo that").says("Which payment");
    talk.say("what was my smallest payment this month?")
        .says("The smallest payment");
}
