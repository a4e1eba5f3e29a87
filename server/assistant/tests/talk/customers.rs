//! What customers say in their own words: what they ask again of something else, and what must not be taken for an order.

use crate::Talk;
use crate::fake::eur;
use bank_assistant::dialogue::Settle;
use bank_contract::assistant::Part;
use bank_contract::care::Reason;

fn cards(talk: &Talk) -> Vec<String> {
    let books = talk.bank.0.lock().unwrap();
    books.waiting.iter().map(|view| view.summary.title.clone()).collect()
}

fn offers_person_or_card(talk: &Talk) -> bool {
    talk.card().is_some() || talk.last.hand_over.is_some()
}

#[test]
fn a_question_is_asked_again_of_another_time_or_shop() {
    let mut talk = Talk::new();
    talk.say("how much did I spend last month").says("970.00");
    talk.say("and this month?").says("970.12");
    talk.say("and at Market Hall?")
        .says("Paid to Market Hall")
        .says("45.12");
    talk.say("and the month before?")
        .says("Paid to Market Hall, 1 October 2026")
        .says("30.00");
    talk.say("what about Tom").says("no payment to Tom, 1 October 2026");
}

#[test]
fn a_question_is_asked_again_of_somebody_else() {
    let mut talk = Talk::new();
    talk.say("when did I last pay Anna Weber?").says("27 October 2026");
    talk.say("and Tom?").says("4 November 2026");
    talk.say("how much was it?").says("15.00");
    let mut talk = Talk::new();
    talk.say("show my payments to Tom").says("Payments found: 1");
    talk.say("when was the last one?").says("4 November 2026");
}

#[test]
fn the_payments_of_a_sum_are_shown_and_those_of_a_size() {
    let mut talk = Talk::new();
    talk.say("how much did I spend this month?");
    talk.say("show me them").says("Payments found: 4");
    let mut talk = Talk::new();
    talk.say("how much did I spend this month?");
    talk.say("only the ones over 100")
        .says("Payments found: 1")
        .says("Immo Nord");
}

#[test]
fn the_other_one_is_the_other_of_two_accounts() {
    let mut talk = Talk::new();
    talk.say("how much is in my savings?").says("4875.00");
    talk.say("and in the other one?").says("3314.17");
}

#[test]
fn what_says_something_of_its_own_is_no_question_asked_again() {
    let mut talk = Talk::new();
    talk.say("how much did I spend last month");
    talk.say("and send 20 to Tom").shows_card("Send €20.00 to Tom");
    let mut talk = Talk::new();
    talk.say("how much did I spend last month");
    talk.say("and he hits me");
    assert_eq!(
        talk.last.hand_over.as_ref().map(|over| over.reason),
        Some(Reason::Abuse)
    );
}

#[test]
fn words_that_say_nothing_by_themselves_call_nobody() {
    for text in ["and him?", "why?", "and her", "what about them"] {
        let mut talk = Talk::new();
        talk.say("how much did I pay Tom").say(text);
        assert!(!offers_person_or_card(&talk), "{text}: {}", talk.words());
    }
}

#[test]
fn him_and_her_are_whoever_was_spoken_of_last() {
    let mut talk = Talk::new();
    talk.say("send 50 to Anna Weber").shows_card("Anna Weber");
    talk.say("never mind");
    talk.say("send 15 to her instead")
        .shows_card("Send €15.00 to Anna Weber");
    let mut talk = Talk::new();
    talk.say("show my payments to Tom");
    talk.say("send him the same again").shows_card("Send €15.00 to Tom");
    // Nobody was spoken of.
    Talk::new()
        .say("send 15 to her")
        .says("Whom do you want to pay?")
        .shows_no_card();
}

#[test]
fn no_card_is_made_of_a_guess() {
    for text in [
        "i want all my money out",
        "if i send 20 to tom how much is left",
        "what if I send 500 to Tom",
    ] {
        let mut talk = Talk::new();
        talk.say(text);
        assert!(!offers_person_or_card(&talk), "{text}: {}", talk.words());
        talk.says("I am not sure what you mean");
    }
}

#[test]
fn calm_worries_are_asked_about_and_not_guessed() {
    for text in [
        "can i afford 500 euros",
        "is that enough to pay the rent",
        "dad's gone. what now",
    ] {
        let mut talk = Talk::new();
        talk.say("what is my balance").say(text);
        assert_eq!(talk.last.hand_over, None, "{text}: {}", talk.words());
    }
    for (text, reason) in [
        ("I lost my job", Reason::MoneyWorries),
        ("great job, you lost my money. well done.", Reason::Complaint),
    ] {
        let mut talk = Talk::new();
        talk.say(text);
        assert_eq!(
            talk.last.hand_over.as_ref().map(|over| over.reason),
            Some(reason),
            "{text}"
        );
    }
}

#[test]
fn the_last_payment_to_somebody_is_taken_back_or_it_is_said_why_not() {
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().add("Anna Weber", -700, 3, "Tea");
    talk.say("undo my last payment to Anna")
        .says("can no longer be undone")
        .says("Only Anna Weber can send it back")
        .says("7.00")
        .shows_no_card();
}

#[test]
fn behind_a_yes_it_is_that_payment_which_is_undone_and_nothing_is_called_unchanged() {
    let confirmed = || {
        let mut talk = Talk::new();
        talk.say("send 20 to Tom");
        let pending = talk.bank.settle(Settle::Confirm).unwrap();
        talk.bank.0.lock().unwrap().add("Tom", -2_000, 0, "");
        talk.bank.0.lock().unwrap().add("Market Hall", -100, 0, "");
        talk.settle(pending).says("Done");
        talk
    };
    confirmed().say("undo it").says("Tom").says("can no longer be undone");
    confirmed().say("wait that was wrong").says("done already");
}

#[test]
fn the_same_is_what_is_ordered_here_and_never_an_older_amount() {
    let mut talk = Talk::new();
    talk.say("20 euros to tom please and then the same to anna")
        .says("This is one payment only, of €20.00 to Tom");
    assert_eq!(cards(&talk).len(), 1, "{:?}", cards(&talk));
}

#[test]
fn an_order_with_commas_is_one_for_each() {
    let mut talk = Talk::new();
    talk.say("send 20 to tom, 30 to anna weber and 40 to tiago belmonte");
    let starts = ["Send €20.00 to Tom", "Send €30.00 to Anna", "Send €40.00 to Tiago"];
    let cards = cards(&talk);
    assert_eq!(cards.len(), 3, "{cards:?}");
    assert!(
        cards.iter().zip(starts).all(|(card, start)| card.starts_with(start)),
        "{cards:?}"
    );
}

#[test]
fn the_iban_of_somebody_is_theirs_and_only_where_they_were_paid() {
    for text in [
        "what is tom's account number",
        "give me Tom's iban",
        "what is the iban of Tom",
    ] {
        let mut talk = Talk::new();
        talk.say(text).says("DE79 9999 0001 0000 0000 14");
        assert!(!talk.words().contains("DE42 9999"), "{text}: {}", talk.words());
    }
    // Whoever only paid the customer chose that name.
    let mut talk = Talk::new();
    talk.say("what is the iban of Eve")
        .says("I do not know the IBAN of Eve");
    assert!(!talk.words().contains("0000 66"), "{}", talk.words());
    Talk::new().say("iban for savings").says("DE15 9999 0001 0000 0000 02");
    Talk::new()
        .say("what is my iban, Tom wants to pay me")
        .says("DE42 9999");
}

#[test]
fn a_time_that_is_not_known_has_no_figure() {
    let mut talk = Talk::new();
    talk.say("what did I spend since my birthday")
        .says("I do not know when that was");
    assert!(!talk.words().contains("970"), "{}", talk.words());
    Talk::new()
        .say("how much did I spend since the first of november")
        .says("970.12");
}

#[test]
fn things_in_a_list_are_all_shown_and_people_stay_in_their_question() {
    Talk::new()
        .say("show my limits, my iban and my balance")
        .says("What may be sent in a day")
        .says("To be paid, give your name")
        .says("All together");
}

#[test]
fn cancel_is_about_what_waits_where_nothing_is_begun() {
    let mut talk = Talk::new();
    talk.bank
        .0
        .lock()
        .unwrap()
        .wait_elsewhere("Send €7.00 to Ben", eur(700));
    talk.say("whats waiting for me").says("Requests that wait");
    talk.say("cancel it").shows_card("Cancel: Send €7.00 to Ben");
    Talk::new().say("cancel it").says("nothing under way");
}

#[test]
fn a_device_is_known_by_a_word_of_its_name() {
    Talk::new()
        .say("log out my iphone")
        .shows_card("identity.revoke-session");
    Talk::new()
        .say("remove the laptop passkey")
        .shows_card("identity.remove-passkey");
    Talk::new()
        .say("rename my phone passkey to Pixel")
        .shows_card("Call it Pixel");
    Talk::new()
        .say("remove a passkey")
        .says("Which passkey")
        .shows_no_card();
}

#[test]
fn a_currency_that_is_not_there_is_said_before_an_iban_is_asked_for() {
    Talk::new().say("send 100 pounds to my mum").says("no account in GBP");
}

#[test]
fn a_limit_of_a_day_is_no_order_of_every_day() {
    let mut talk = Talk::new();
    talk.say("I don't want to send more than 200 a day")
        .shows_card("Limit 200");
    assert!(!talk.words().contains("again and again"), "{}", talk.words());
}

#[test]
fn a_name_alone_is_shown_or_asked_about() {
    Talk::new().say("savings").says("4875.00");
    let mut talk = Talk::new();
    talk.say("tom").shows_no_card();
    let labels: Vec<String> = talk.choices().into_iter().map(|choice| choice.label).collect();
    assert_eq!(labels.len(), 4, "{labels:?}");
    talk.choose("Send money").says("How much");
}

#[test]
fn nonsense_is_not_asked_about_with_a_death() {
    for text in ["what's the weather", "lol", "asdfgh"] {
        let mut talk = Talk::new();
        talk.say(text);
        assert!(!talk.words().contains("died"), "{text}: {}", talk.words());
    }
}

#[test]
fn payments_with_the_word_in_their_reference_are_those_that_are_meant() {
    let mut talk = Talk::new();
    talk.say("show my payments for the rent").says("the word “rent”");
    let rows = talk.parts().into_iter().find_map(|part| match part {
        Part::Transactions { rows, .. } => Some(rows.len()),
        _ => None,
    });
    assert_eq!(rows, Some(2), "{}", talk.words());
}

#[test]
fn an_amount_that_can_be_read_in_two_ways_is_asked_for_with_a_reason() {
    Talk::new()
        .say("send 1.500 to Tom")
        .says("one amount in figures")
        .shows_no_card();
    Talk::new()
        .say("can u send 20 euro 2 Tom plz")
        .shows_card("€20.00 to Tom");
}

#[test]
fn an_account_is_called_what_stands_behind_it() {
    Talk::new()
        .say("call my family account Home")
        .shows_card("Call it Home");
}

#[test]
fn the_same_for_somebody_else_is_what_stands_on_the_card() {
    for text in ["same for Anna", "and to Anna", "the same to Anna please"] {
        let mut talk = Talk::new();
        talk.say("send 20 to Tom").say(text);
        assert!(
            cards(&talk)
                .iter()
                .any(|card| card.starts_with("Send €20.00 to Anna Weber")),
            "{text}: {:?}",
            cards(&talk)
        );
        assert_eq!(cards(&talk).len(), 2, "{text}: {:?}", cards(&talk));
    }
    let mut talk = Talk::new();
    talk.say("send 20 to Tom");
    let pending = talk.bank.settle(Settle::Confirm).unwrap();
    talk.settle(pending);
    talk.say("same for Anna").shows_card("Send €20.00 to Anna Weber");
    let mut talk = Talk::new();
    talk.say("add Tom as trusted")
        .say("and Anna")
        .shows_card("Trust Anna Weber");
}

#[test]
fn a_card_is_given_a_reference_and_another_source() {
    let mut talk = Talk::new();
    talk.say("send 20 to Tom");
    talk.say("and add the reference beer")
        .says("Withdrawn")
        .shows_card("€20.00 to Tom");
    assert_eq!(talk.state["carded"]["slots"]["reference"], "beer");
    let mut talk = Talk::new();
    talk.say("move 100 to savings");
    talk.say("no from savings").shows_card("Move €100.00 from 2 to 1");
}

#[test]
fn him_is_whoever_is_being_paid() {
    let mut talk = Talk::new();
    talk.say("show my payments to Anna Weber")
        .say("pay Tom")
        .says("How much");
    talk.say("how much did I pay him last time")
        .says("4 November 2026")
        .says("15.00");
}

#[test]
fn two_months_that_are_named_are_those_that_are_compared() {
    Talk::new()
        .say("compare october and november")
        .says("970.12")
        .says("970.00")
        .says("0.12");
}

#[test]
fn a_number_and_a_date_are_a_span() {
    Talk::new()
        .say("how much did I spend between 1 and 15 november")
        .says("1 November 2026 – 15 November 2026")
        .says("15.00");
    Talk::new()
        .say("how much did I spend in 1950")
        .says("I do not know when that was");
    Talk::new()
        .say("what did I spend last christmas")
        .says("I do not know when that was");
}

#[test]
fn signs_of_danger_are_heard_in_plain_words() {
    for (text, reason) in [
        ("my ex knows my password", Reason::AccountTakeover),
        ("I think I am being scammed", Reason::Scammed),
        (
            "i met a woman online and she needs money for a flight",
            Reason::FraudInProgress,
        ),
        (
            "my boss emailed me to pay 5000 to a new account today, is that ok",
            Reason::FraudInProgress,
        ),
        (
            "eve sent me a cent and told me to send it back with 500",
            Reason::FraudInProgress,
        ),
    ] {
        let mut talk = Talk::new();
        talk.say(text);
        assert_eq!(
            talk.last.hand_over.as_ref().map(|over| over.reason),
            Some(reason),
            "{text}"
        );
    }
}

#[test]
fn what_is_asked_behind_a_thanks_is_answered() {
    Talk::new()
        .say("ok thanks so whats my limit")
        .says("What may be sent in a day");
    Talk::new().say("thank you so much dear").says("You are welcome");
}

#[test]
fn ending_a_session_does_not_keep_it() {
    Talk::new().say("kill my session").shows_card("identity.sign-out");
}

#[test]
fn whom_it_came_from_is_asked_of_what_came() {
    let mut talk = Talk::new();
    talk.say("how much came in last month")
        .say("and this month?")
        .says("3120.01");
    talk.say("from whom?").says("Payments found: 2").says("Studio payroll");
    assert!(!talk.words().contains("Immo Nord"), "{}", talk.words());
}
