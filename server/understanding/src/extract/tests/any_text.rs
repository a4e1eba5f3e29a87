//! What holds for any text, however hostile.

use super::*;
use proptest::prelude::*;

/// Pieces that rules look at, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("last"),
        Just("the"),
        Just("of"),
        Just("end"),
        Just("march"),
        Just("may"),
        Just("friday"),
        Just("12"),
        Just("31"),
        Just("9999999999999999999999"),
        Just("2026"),
        Just("."),
        Just(","),
        Just("-"),
        Just("/"),
        Just("€"),
        Just("k"),
        Just("million"),
        Just("trillion"),
        Just("hundred"),
        Just("hundred hundred hundred hundred hundred hundred"),
        Just("9223372036854775807"),
        Just("not"),
        Just("don't"),
        Just("do it"),
        Just("cancel"),
        Just("?"),
        Just("and"),
        Just("a"),
        Just("thousand"),
        Just("days"),
        Just("ago"),
        Just("in"),
        Just("from"),
        Just("to"),
        Just("between"),
        Just("since"),
        Just("next"),
        Just("second"),
        Just("one"),
        Just("th"),
        Just("@"),
        Just("DE89"),
        Just("3704"),
        Just("anna"),
        Just("ending"),
        Just("no"),
        Just("q"),
        Just("weekend"),
        Just("year"),
        Just("couple"),
        Just("0"),
        Just("00"),
        Just("ﷺ"),
        Just("e\u{301}"),
        Just("İ"),
    ];
    let spaced = (piece, prop_oneof![Just(""), Just(" ")]).prop_map(|(piece, space)| format!("{piece}{space}"));
    proptest::collection::vec(spaced, 0..40).prop_map(|pieces| pieces.concat())
}

fn check(text: &str, today: NaiveDate) {
    let known = people();
    let context = Context {
        today,
        currency: Currency::Eur,
        known: &known,
    };
    for found in extract(text, &context) {
        assert!(
            text.get(found.span.clone()).is_some_and(|part| !part.is_empty()),
            "{found:?}"
        );
        assert!((0.0..=1.0).contains(&found.score), "{found:?}");
        match found.value {
            Value::Days { from, until } => assert!(from <= until, "{found:?}"),
            Value::Named(at) => assert!(at < known.len()),
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_spans_hold(text in ".{0,200}") {
        check(&text, today());
    }

    #[test]
    fn no_order_of_telling_words_makes_it_panic(text in pieces(), offset in 0_i64..2_000) {
        check(&text, day(2025, 1, 1) + chrono::TimeDelta::days(offset));
    }

    #[test]
    fn every_amount_that_is_shown_is_read_back(minor in 0_i64..1_000_000_000) {
        let money = Money::from_minor(minor, Currency::Eur).unwrap();
        prop_assert_eq!(amount(&format!("send {money} now")), Some((minor, Currency::Eur, true)));
    }

    #[test]
    fn every_day_that_is_written_is_read_back(offset in 0_u64..10_000) {
        let date = day(2000, 1, 1).checked_add_days(chrono::Days::new(offset)).unwrap();
        prop_assert_eq!(days(&date.to_string()), Some((date, date)));
        prop_assert_eq!(days(&date.format("on %-d %B %Y").to_string()), Some((date, date)));
    }
}

#[test]
fn hostile_texts_of_two_thousand_characters_end_in_bounded_work() {
    let known: Vec<Known> = (0..2_000)
        .map(|n| known(Kind::Payee, &format!("Anna Annabel Annamaria {n}"), &[], None))
        .collect();
    let context = Context {
        today: today(),
        currency: Currency::Eur,
        known: &known,
    };
    for piece in [
        "annabell ",
        "1",
        "1,",
        "and ",
        "a hundred and ",
        "hundred ",
        "trillion ",
        "don't ",
        "not do it ",
        "@",
        "last ",
        "march to ",
        "€",
        "de ",
        "🦒",
        "\u{301}",
    ] {
        let text: String = piece.chars().cycle().take(4_000).collect();
        let found = extract(&text, &context);
        assert!(found.iter().all(|one| text.get(one.span.clone()).is_some()), "{piece}");
        // No more finds than words and names allow.
        assert!(found.len() <= TOKENS_MAX * (KNOWN_MAX + 4), "{piece}");
    }
}
