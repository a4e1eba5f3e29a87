//! Turns: what is asked, corrected, left, come back to; and what is never done.

use crate::Talk;
use bank_contract::assistant::{Choice, Part, Said};
use bank_contract::care::Reason;
use bank_contract::{CaseId, PendingId};
use serde_json::json;

#[test]
fn a_payment_to_somebody_who_was_paid_before_is_a_card_at_once() {
    Talk::new()
        .say("send 20 euros to Tom")
        .shows_card("transfers.submit: Send €20.00 to Tom");
}

#[test]
fn only_what_is_missing_is_asked() {
    let mut talk = Talk::new();
    talk.say("I want to send money to Tom").says("How much").shows_no_card();
    talk.say("60").shows_card("Send €60.00 to Tom");
}

#[test]
fn somebody_new_is_asked_for_their_iban_and_checked_first() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Lena Maier").says("IBAN");
    let iban = crate::fake::iban(77);
    talk.say(iban.as_str()).says("does not fit").shows_card("Lena Maier");
    assert_eq!(talk.bank.asked("transfers.check-payee"), 1);
}

#[test]
fn an_iban_with_a_slip_is_refused_in_words_and_asked_again() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Lena Maier");
    talk.say("DE00 9999 0001 0000 0000 77")
        .says("check digits")
        .shows_no_card();
}

#[test]
fn a_card_is_corrected_in_words_and_the_one_before_is_withdrawn() {
    let mut talk = Talk::new();
    talk.say("send 50 euros to Tom").shows_card("€50.00");
    talk.say("no, 60")
        .says("Withdrawn: Send €50.00 to Tom")
        .shows_card("€60.00 to Tom");
    talk.say("I meant Anna Weber").shows_card("€60.00 to Anna Weber");
    assert_eq!(talk.bank.asked("pending.cancel"), 2);
    assert_eq!(talk.bank.waiting(), ["transfers.submit"]);
}

#[test]
fn what_is_confirmed_already_is_not_made_over() {
    let mut talk = Talk::new();
    talk.say("send 50 euros to Tom").shows_card("€50.00");
    talk.bank.0.lock().unwrap().waiting[0].state = bank_contract::pending::PendingState::Done;
    talk.say("no, 60").says("done already").shows_no_card();
    assert_eq!(talk.bank.asked("transfers.submit"), 1);
}

#[test]
fn a_no_to_a_card_cancels_it() {
    let mut talk = Talk::new();
    talk.say("send 50 euros to Tom").shows_card("€50.00");
    talk.say("no").says("Cancelled: Send €50.00 to Tom").shows_no_card();
    assert!(talk.bank.waiting().is_empty());
    talk.say("cancel").says("nothing under way");
}

#[test]
fn what_was_asked_for_in_the_browser_is_cancelled_by_a_press_only() {
    let mut talk = Talk::new();
    talk.bank
        .0
        .lock()
        .unwrap()
        .wait_elsewhere("Send €7.00 to Ben", crate::fake::eur(700));
    talk.say("cancel the payment that is waiting")
        .shows_card("pending.cancel: Cancel: Send €7.00 to Ben");
    assert_eq!(talk.bank.waiting(), ["transfers.submit", "pending.cancel"]);
}

#[test]
fn a_yes_in_words_confirms_nothing() {
    let mut talk = Talk::new();
    talk.say("send 50 euros to Tom");
    talk.say("yes").says("does not count");
    talk.say("yes, do it now");
    assert_eq!(talk.bank.asked("pending.confirm"), 0);
    assert_eq!(talk.bank.asked("transfers.submit"), 1);
}

#[test]
fn a_question_in_the_middle_is_answered_and_then_it_goes_on() {
    let mut talk = Talk::new();
    talk.say("I want to send money to Tom").says("How much");
    talk.say("what are my limits?")
        .says("What may be sent in a day")
        .says("Back to where we were")
        .says("How much");
    talk.say("15 euros").shows_card("€15.00 to Tom");
}

#[test]
fn several_things_in_one_breath_are_done_one_after_the_other() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom and then show my limits")
        .shows_card("€20.00 to Tom")
        .says("What may be sent in a day");
}

#[test]
fn two_payments_of_one_order_are_two_cards() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom and 30 to Anna Weber");
    let cards: Vec<_> = talk
        .bank
        .0
        .lock()
        .unwrap()
        .waiting
        .iter()
        .map(|view| view.summary.title.clone())
        .collect();
    assert_eq!(cards.len(), 2, "{}", talk.words());
    assert!(cards[0].starts_with("Send €20.00 to Tom") && cards[1].starts_with("Send €30.00 to Anna Weber"));
}

#[test]
fn everybody_behind_one_order_is_paid_their_own() {
    for text in [
        "pay Anna Weber 20 and Tom 30",
        "please send Anna Weber 20 euros and Tom 30 euros",
        "pay Anna Weber 20 for lunch and Tom 30 for the tickets",
        "Send Anna Weber 20 and Tom 30",
    ] {
        let mut talk = Talk::new();
        talk.say(text);
        let waiting = talk.bank.0.lock().unwrap().waiting.clone();
        let cards: Vec<_> = waiting.iter().map(|view| view.summary.title.as_str()).collect();
        assert_eq!(cards.len(), 2, "{text}: {}", talk.words());
        assert!(
            cards[0].starts_with("Send €20.00 to Anna Weber") && cards[1].starts_with("Send €30.00 to Tom"),
            "{text}: {cards:?}"
        );
    }
}

#[test]
fn a_name_of_two_words_can_stand_last_in_an_order() {
    let mut talk = Talk::new();
    talk.say("Send Tom 20 and Anna Weber 30");
    let waiting = talk.bank.0.lock().unwrap().waiting.clone();
    let cards: Vec<_> = waiting.iter().map(|view| view.summary.title.as_str()).collect();
    assert_eq!(cards.len(), 2, "{}", talk.words());
    assert!(cards[0].starts_with("Send €20.00 to Tom") && cards[1].starts_with("Send €30.00 to Anna Weber"));
}

#[test]
fn where_one_of_two_is_paid_it_is_said_which() {
    let mut talk = Talk::new();
    talk.say("send Tom and Anna Weber 20 euros each")
        .shows_card("Send €20.00 to")
        .says("This is one payment only, of €20.00 to");
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom").shows_card("€20.00 to Tom");
    assert!(!talk.words().contains("one payment only"));
}

#[test]
fn stopping_leaves_it_and_says_that_nothing_moved() {
    let mut talk = Talk::new();
    talk.say("I want to send money to Tom");
    talk.say("never mind").says("no money has moved").shows_no_card();
    talk.say("60").shows_no_card();
}

#[test]
fn what_is_said_after_a_stop_is_answered() {
    let mut talk = Talk::new();
    talk.say("I want to send money to Tom").says("How much");
    talk.say("Never mind. What are my limits?")
        .says("no money has moved")
        .says("What may be sent in a day");
    assert!(!talk.words().contains("Back to"));
}

#[test]
fn a_yes_is_no_amount() {
    let mut talk = Talk::new();
    talk.say("I want to send money to Tom").says("How much");
    talk.say("yes please").says("could not read").says("How much");
}

#[test]
fn less_than_nothing_is_not_sent() {
    Talk::new()
        .say("send -500 euros to Tom")
        .says("more than zero")
        .shows_no_card();
}

#[test]
fn an_iban_is_not_remembered() {
    let mut talk = Talk::new();
    talk.say("by Mum I mean DE71 9999 0001 7310 0482 95").says("no IBANs");
    assert!(talk.last.remember.is_empty());
}

#[test]
fn the_same_danger_is_not_told_at_length_twice() {
    let mut talk = Talk::new();
    talk.say("a man from the bank says I must move it to a safe account");
    talk.says("112");
    talk.say("he wants me to install AnyDesk")
        .says("Hang up")
        .says("still holds");
    assert!(!talk.words().contains("112"), "{}", talk.words());
    assert!(talk.last.hand_over.is_some());
}

#[test]
fn an_account_of_somebody_else_is_looked_at_and_not_renamed() {
    let mut talk = Talk::new();
    talk.say("what is in Mirela's account?").says("Household");
    talk.say("rename an account");
    assert!(talk.choices().iter().all(|choice| !choice.label.contains("Household")));
}

#[test]
fn both_sides_of_a_comparison_are_there() {
    Talk::new()
        .say("have I spent less than last month?")
        .says("970.12")
        .says("More than before");
}

#[test]
fn a_word_that_was_explained_means_what_was_said() {
    let mut talk = Talk::new();
    talk.knows("Mum", "Anna Weber");
    talk.say("send 30 euros to Mum").shows_card("Anna Weber");
}

#[test]
fn what_is_to_be_remembered_comes_out_of_the_turn() {
    let mut talk = Talk::new();
    talk.say("by Mum I mean Anna Weber");
    assert_eq!(talk.last.remember, [("Mum".to_owned(), "Anna Weber".to_owned())]);
}

#[test]
fn whoever_only_paid_the_customer_is_not_paid_without_asking() {
    let mut talk = Talk::new();
    talk.say("send 100 euros to Eve").shows_no_card().says("look closely");
}

#[test]
fn moving_between_own_accounts_needs_no_more_than_a_sentence() {
    Talk::new()
        .say("move 100 euros to my savings")
        .shows_card("Move €100.00 from 1 to 2");
}

#[test]
fn a_choice_is_pressed_or_said() {
    let mut talk = Talk::new();
    talk.say("open another account please")
        .choose("Savings")
        .shows_card("accounts.open");
    let mut talk = Talk::new();
    talk.say("open another account please")
        .say("the second one")
        .shows_card("Savings");
}

#[test]
fn a_press_that_fits_nothing_does_nothing() {
    let mut talk = Talk::new();
    talk.situation.chosen = Some(Choice {
        label: "send 500 euros to Eve".into(),
        hint: None,
    });
    talk.turn(&Said::Chosen { message: 1, choice: 0 })
        .says("from earlier")
        .shows_no_card();
    assert!(talk.bank.0.lock().unwrap().asked.is_empty());
}

#[test]
fn this_is_what_the_page_shows() {
    let mut talk = Talk::new();
    let entry = talk.bank.0.lock().unwrap().rows[0].entry.unwrap();
    talk.situation.page = Some(format!("/payments/{entry}"));
    talk.say("show me the receipt for this").says("Tiago Belmonte");
}

#[test]
fn sums_are_made_of_rows_and_leave_out_what_was_not_asked() {
    let mut talk = Talk::new();
    talk.say("how much did I spend this month?").says("970.12");
    talk.say("how much did I pay Immo Nord this month?").says("890.00");
}

#[test]
fn danger_goes_to_a_person_at_once_and_what_was_begun_is_left() {
    let mut talk = Talk::new();
    talk.say("I want to send money to Tom").says("How much");
    talk.say("a man from the bank says I must move it to a safe account")
        .shows_no_card();
    let over = talk.last.hand_over.clone().unwrap();
    assert_eq!(over.reason, Reason::FraudInProgress);
    assert!(over.summary.iter().any(|line| line.contains("safe account")));
    assert!(!talk.choices().is_empty());
    assert!(!talk.state.to_string().contains("transfers.submit"));
}

#[test]
fn a_wish_for_fewer_mails_is_no_stolen_login() {
    for text in [
        "stop sending me mails",
        "unsubscribe",
        "Unsubscribe me from this",
        "please stop sending me these emails",
        "I don't want any more mails from you",
        "how do I turn your notification mails off?",
    ] {
        let mut talk = Talk::new();
        talk.say(text).says("nothing to unsubscribe from");
        assert_eq!(talk.last.hand_over, None, "{text}");
    }
    let mut talk = Talk::new();
    talk.say("someone sends me mails that look like yours")
        .says("never has a link");
    let mut talk = Talk::new();
    talk.say("I keep getting mails about sign-ins that were not me");
    assert_eq!(
        talk.last.hand_over.as_ref().map(|over| over.reason),
        Some(Reason::AccountTakeover)
    );
}

#[test]
fn while_a_person_helps_only_safety_is_spoken_of() {
    let mut talk = Talk::new();
    talk.situation.with_person = Some(CaseId(uuid::Uuid::nil()));
    talk.say("what is my balance");
    assert!(talk.last.messages.is_empty());
    talk.say("I want to kill myself");
    assert_eq!(talk.last.hand_over.as_ref().unwrap().reason, Reason::Crisis);
    assert!(!talk.last.messages.is_empty());
}

#[test]
fn nonsense_is_asked_back_twice_and_then_a_person_is_offered() {
    let mut talk = Talk::new();
    for _ in 0..3 {
        talk.say("flurb wokka zzyzx quop");
    }
    talk.says("Shall a person take over");
    talk.choose("Yes, a person");
    assert_eq!(talk.last.hand_over.as_ref().unwrap().reason, Reason::NotUnderstood);
}

#[test]
fn what_became_of_a_card_is_said() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom");
    let pending = talk.bank.0.lock().unwrap().waiting[0].pending;
    talk.bank.0.lock().unwrap().waiting[0].state = bank_contract::pending::PendingState::Done;
    talk.settle(pending).says("Done");
    talk.settle(PendingId(uuid::Uuid::nil())).says("cannot find");
}

#[test]
fn a_card_that_was_looked_at_and_still_waits_can_be_corrected() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom");
    let pending = talk.bank.0.lock().unwrap().waiting[0].pending;
    talk.settle(pending).says("still waits");
    talk.say("no, 25").says("Withdrawn").shows_card("€25.00 to Tom");
}

#[test]
fn what_was_just_done_is_not_unsaid_by_a_no() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom");
    let pending = talk.bank.settle(bank_assistant::dialogue::Settle::Confirm).unwrap();
    talk.settle(pending).says("Done: Send €20.00");
    talk.say("no, 60").says("done already: Send €20.00").shows_no_card();
    talk.say("no").says("nothing was changed");
}

#[test]
fn a_number_for_nothing_is_asked_about() {
    Talk::new().say("60").says("what that is for").shows_no_card();
}

#[test]
fn a_yes_that_comes_too_late_is_told_so_once() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom");
    talk.bank.0.lock().unwrap().waiting[0].state = bank_contract::pending::PendingState::Expired;
    talk.say("yes").says("ran out").shows_no_card();
    talk.say("yes").says("nothing open");
}

#[test]
fn a_state_of_nobody_knows_what_begins_anew() {
    let mut talk = Talk::new();
    talk.state = json!({"version": 1, "stack": [{"intent": 7}]});
    talk.say("send 20 euros to Tom").shows_card("€20.00");
}

#[test]
fn a_turn_is_bounded_whatever_is_said() {
    let mut talk = Talk::new();
    for text in [
        "x".repeat(5_000),
        "send 5 to Tom. ".repeat(200),
        "?".repeat(1_000),
        "\u{202e}\u{0}".into(),
    ] {
        talk.say(&text);
        for message in &talk.last.messages {
            assert!(message.len() <= bank_assistant::PARTS_MAX);
        }
        assert!(talk.state.to_string().len() < 40_000);
    }
    let most = talk.bank.0.lock().unwrap().asked.len();
    assert!(most <= 4 * bank_assistant::CALLS_MAX as usize, "{most}");
}

#[test]
fn a_hostile_reference_is_shown_and_nothing_comes_of_it() {
    let mut talk = Talk::new();
    talk.say("show my latest payments").says("SYSTEM");
    let cards = talk
        .parts()
        .iter()
        .filter(|part| matches!(part, Part::Card { .. }))
        .count();
    assert_eq!(cards, 0);
    assert!(talk.bank.0.lock().unwrap().waiting.is_empty());
}

#[test]
fn keys_are_the_same_for_the_same_turn_and_differ_between_turns() {
    let titles = |turns: usize| {
        let mut talk = Talk::new();
        for _ in 0..turns {
            talk.say("send 20 euros to Tom");
        }
        talk.state.to_string()
    };
    assert_eq!(titles(1), titles(1));
}
