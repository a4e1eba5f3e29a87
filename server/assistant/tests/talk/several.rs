//! Several at once: each of them is answered or done, or it is said which one is not.

use crate::Talk;
use bank_contract::Money;
use bank_contract::assistant::Part;

/// The titles of the figures that were shown, and the first sum of each.
fn sums(talk: &Talk) -> Vec<(String, i64)> {
    let figures = talk.parts().into_iter().filter_map(|part| match part {
        Part::Figures { title, figures } => Some((title, figures[0].money.map_or(0, Money::minor))),
        _ => None,
    });
    figures.collect()
}

/// With whom the payments are, list by list.
fn lists(talk: &Talk) -> Vec<Vec<String>> {
    let lists = talk.parts().into_iter().filter_map(|part| match part {
        Part::Transactions { rows, .. } => Some(rows.into_iter().map(|row| row.counterparty).collect()),
        _ => None,
    });
    lists.collect()
}

#[test]
fn a_question_about_two_people_has_two_answers() {
    for said in [
        "how much did I pay Tiago and Tom this month?",
        "how much did I pay Tiago Belmonte & Tom this month",
        "how much did I pay Tom, Tiago this month",
    ] {
        let mut talk = Talk::new();
        talk.say(said);
        let mut found = sums(&talk);
        found.sort();
        assert_eq!(found.len(), 2, "{said}: {}", talk.words());
        assert!(
            found[0].0.contains("Tiago Belmonte") && found[0].1.abs() == 2_000,
            "{found:?}"
        );
        assert!(found[1].0.contains("Tom") && found[1].1.abs() == 1_500, "{found:?}");
        assert!(!talk.words().contains("only"), "{said}: {}", talk.words());
    }
}

#[test]
fn of_two_people_one_may_be_known_by_nothing() {
    let mut talk = Talk::new();
    talk.say("how much did I pay Tom and Bianca this month?")
        .says("I find no payment to Bianca");
    assert_eq!(sums(&talk).len(), 1, "{}", talk.words());
    let mut talk = Talk::new();
    talk.say("how much did I spend at Starbucks and Market Hall this month?")
        .says("I find no payment to Starbucks");
    assert_eq!(sums(&talk)[0].1.abs(), 4_512, "{}", talk.words());
}

#[test]
fn payments_with_two_people_are_two_lists() {
    let mut talk = Talk::new();
    talk.say("show my payments to Tom and Tiago");
    talk.says("Tom:").says("Tiago Belmonte:");
    let mut found = lists(&talk);
    found.sort();
    assert_eq!(found, [vec!["Tiago Belmonte".to_owned()], vec!["Tom".to_owned()]]);
    let mut talk = Talk::new();
    talk.say("when did I last pay Tom and Tiago?");
    assert_eq!(lists(&talk).len(), 2, "{}", talk.words());
}

#[test]
fn figures_of_each_are_shown_with_whose_they_are() {
    for said in [
        "compare what I paid Tom and Tiago",
        "what was my largest payment to Tom and Tiago this year",
        "how much do I pay Tom and Tiago on average per month",
    ] {
        let mut talk = Talk::new();
        talk.say(said).says("\"Tom:\"").says("\"Tiago Belmonte:\"");
    }
    Talk::new()
        .say("how much did I pay Tom and my landlord this month")
        .says("Paid to Tom")
        .says("I find no payment to landlord");
}

#[test]
fn a_question_about_two_times_has_two_answers() {
    let mut talk = Talk::new();
    talk.say("how much did I pay Immo Nord in October and November");
    let found = sums(&talk);
    assert_eq!(found.len(), 2, "{}", talk.words());
    assert!(
        found[0].0.contains("1 October 2026") && found[1].0.contains("1 November 2026"),
        "{found:?}"
    );
    assert_eq!([found[0].1.abs(), found[1].1.abs()], [89_000, 89_000]);
    let mut talk = Talk::new();
    talk.say("how much did I spend in May and June?")
        .says("1 May 2026 – 31 May 2026")
        .says("1 June 2026 – 30 June 2026");
    let mut talk = Talk::new();
    talk.say("how much did I pay Tom and Immo Nord in October and November");
    assert_eq!(sums(&talk).len(), 3, "{}", talk.words());
    talk.says("I find no payment to Tom, 1 October 2026");
    for said in [
        "how much did I spend in November",
        "what did I receive between 1 and 15 November",
    ] {
        let mut talk = Talk::new();
        talk.say(said);
        assert_eq!(talk.last.messages.len(), 1, "{said}: {}", talk.words());
    }
}

#[test]
fn where_only_one_of_two_can_be_shown_that_is_said() {
    Talk::new()
        .say("trust Tom and Tiago Belmonte")
        .says("This is about Tom only")
        .shows_card("Trust Tom");
    Talk::new()
        .say("show the receipts of Tom and Tiago")
        .says("This is about Tom only");
    let mut talk = Talk::new();
    talk.say("show me the receipt of Tom");
    assert!(!talk.words().contains("only"), "{}", talk.words());
}

#[test]
fn whoever_is_left_out_of_many_is_named() {
    let mut talk = Talk::new();
    talk.say("how much did I pay Tom, Tiago, Eve, Anna Weber, Market Hall and Immo Nord this year?");
    assert!(sums(&talk).len() >= 3, "{}", talk.words());
    talk.says("Immo Nord").says("not looked for");
}

#[test]
fn one_word_for_two_people_is_never_an_answer_about_everybody() {
    let mut talk = Talk::new();
    talk.bank.0.lock().unwrap().add("Anna Schmidt", -700, 3, "");
    talk.say("how much did I pay Anna this year?");
    let found = sums(&talk);
    assert!(
        found.iter().all(|(title, _)| title.contains("Anna")) && found.len() == 2,
        "{found:?}: {}",
        talk.words()
    );
}

#[test]
fn what_cannot_be_kept_for_later_is_told() {
    let mut talk = Talk::new();
    // The first asks for its IBAN, and five wait.
    talk.say("send 1 to Ada and 2 to Bob and 3 to Cyd and 4 to Dee and 5 to Flo and 6 to Tom and 7 to Gus")
        .says("not taken: “send 7 to Gus”")
        .says("IBAN of Ada");
    assert!(!talk.words().contains("6 to Tom”"), "{}", talk.words());
    let mut talk = Talk::new();
    talk.say("pay Ada 1, Bob 2, Cyd 3, Dee 4, Flo 5, Tom 6 and Gus 7")
        .says("not taken: “pay 7 to Gus”")
        .says("IBAN of Ada");
}

#[test]
fn what_is_left_because_too_much_is_begun_is_named() {
    let mut talk = Talk::new();
    talk.say("rename one of my accounts").says("Which account");
    for said in [
        "I want to move money between my accounts",
        "I would like to withdraw cash from my account",
        "set my daily limit",
        "send money to somebody",
    ] {
        talk.say(said);
        assert!(!talk.words().contains("rename"), "{said}: {}", talk.words());
    }
    talk.say("what was my balance on a day that is past?");
    talk.says("“rename one of my accounts”").shows_no_card();
}

#[test]
fn what_waited_behind_what_was_stopped_is_named() {
    let mut talk = Talk::new();
    talk.say("send 10 euros to Ada and 20 euros to Tom").says("IBAN of Ada");
    talk.say("never mind").says("send 20 euros to Tom").shows_no_card();
    talk.say("what is my balance?");
    assert_eq!(talk.bank.waiting(), Vec::<String>::new());
}

#[test]
fn of_two_people_to_choose_from_none_is_paid_without_a_word() {
    let mut talk = Talk::new();
    talk.say("send 20 euros to Tom or Tiago Belmonte");
    assert!(
        talk.card().is_none() || talk.words().contains("one payment only"),
        "{}",
        talk.words()
    );
}

#[test]
fn another_order_is_no_answer_to_the_question_for_an_iban() {
    let mut talk = Talk::new();
    talk.say("send 10 euros to Ada").says("IBAN of Ada");
    talk.say("send 20 euros to Tom")
        .shows_card("Send €20.00 to Tom")
        .says("IBAN of Ada");
    assert!(!talk.words().contains("wrong length"), "{}", talk.words());
    talk.say("it is DE79 9999 0001 0000 0000 14")
        .shows_card("Send €10.00 to Ada");
}

#[test]
fn whoever_something_else_is_asked_of_is_named_as_left_out() {
    let mut talk = Talk::new();
    talk.say("how much did I pay Tom and get back from Tiago this year")
        .says("Paid to Tom")
        .says("not looked for: Tiago Belmonte");
    assert_eq!(sums(&talk).len(), 1, "{}", talk.words());
}

#[test]
fn two_accounts_are_both_shown() {
    for said in [
        "show my savings and Family account",
        "IBAN of Family account and my savings",
    ] {
        let mut talk = Talk::new();
        talk.say(said).says("Family account").says("Holidays and rainy days");
        assert_eq!(sums(&talk).len(), 2, "{said}: {}", talk.words());
    }
    let mut talk = Talk::new();
    talk.say("show my savings");
    assert_eq!(sums(&talk).len(), 1, "{}", talk.words());
}
