//! Tables of what people type, on Thursday, the 26th of November 2026: amounts and days here.

use super::*;

mod answers;
mod any_text;
mod people;

fn today() -> NaiveDate {
    day(2026, 11, 26)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn known(kind: Kind, name: &str, also: &[&str], digits: Option<&str>) -> Known {
    Known {
        kind,
        name: name.to_owned(),
        also: also.iter().map(|one| (*one).to_owned()).collect(),
        digits: digits.map(str::to_owned),
    }
}

fn people() -> Vec<Known> {
    vec![
        known(
            Kind::Account,
            "Everyday",
            &["current account", "checking"],
            Some("DE02999900010000004711"),
        ),
        known(Kind::Account, "Rainy day", &["savings"], Some("DE02999900010000000815")),
        known(Kind::Payee, "Anna Schmidt", &[], None),
        known(Kind::Payee, "Anna Berger", &[], None),
        known(Kind::Payee, "Benjamin Okafor", &["Ben"], None),
        known(Kind::Merchant, "Netflix.com", &[], None),
        known(Kind::Merchant, "REWE Markt GmbH", &[], None),
        known(Kind::Payee, "Zoë Müller", &[], None),
        known(Kind::Merchant, "H&M", &[], None),
        known(Kind::Merchant, "Stadtwerke", &[], None),
    ]
}

fn all(text: &str) -> Vec<Found> {
    let known = people();
    let context = Context {
        today: today(),
        currency: Currency::Eur,
        known: &known,
    };
    extract(text, &context)
}

/// The best amount: minor units, currency, whether stated.
fn amount(text: &str) -> Option<(i64, Currency, bool)> {
    best(text, |value| match value {
        Value::Amount { money, stated } => Some((money.minor(), money.currency(), *stated)),
        _ => None,
    })
}

fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    best(text, |value| match value {
        Value::Days { from, until } => Some((*from, *until)),
        _ => None,
    })
}

fn best<T>(text: &str, pick: impl Fn(&Value) -> Option<T>) -> Option<T> {
    let mut found: Vec<Found> = all(text);
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.iter().find_map(|one| pick(&one.value))
}

fn names(text: &str) -> Vec<String> {
    let people = people();
    let mut found: Vec<Found> = all(text);
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let named = found.iter().filter_map(|one| match one.value {
        Value::Named(at) => Some(people[at].name.clone()),
        _ => None,
    });
    named.collect()
}

#[test]
fn amounts_are_read_as_people_type_and_say_them() {
    use Currency::{Chf, Eur, Gbp, Jpy, Usd};
    for (text, minor, currency, stated) in [
        ("50", 5_000, Eur, false),
        ("send 50 euros to anna", 5_000, Eur, true),
        ("€1.2k", 120_000, Eur, true),
        ("1,5k", 150_000, Eur, false),
        ("twelve fifty", 1_250, Eur, false),
        ("twelve fifty euros", 1_250, Eur, true),
        ("a hundred and twenty", 12_000, Eur, false),
        ("1.234,56", 123_456, Eur, false),
        ("1,234.56 eur", 123_456, Eur, true),
        ("20 quid", 2_000, Gbp, true),
        ("£20.50 please", 2_050, Gbp, true),
        ("$5", 500, Usd, true),
        ("5 bucks", 500, Usd, true),
        ("12 euros 50", 1_250, Eur, true),
        ("12 euros 50 to Tom", 1_250, Eur, true),
        ("12 euros 50, please", 1_250, Eur, true),
        ("50 euros 24 hours from now", 5_000, Eur, true),
        ("50 euros 24h", 5_000, Eur, true),
        ("50 euros 10 percent", 5_000, Eur, true),
        ("20 euros 3 times", 2_000, Eur, true),
        ("12 euros and 50 cents", 1_250, Eur, true),
        ("50 cents", 50, Eur, true),
        ("20p", 20, Gbp, true),
        ("two grand", 200_000, Eur, false),
        ("two thousand euros", 200_000, Eur, true),
        ("3 thousand", 300_000, Eur, false),
        ("a tenner", 1_000, Eur, false),
        ("CHF 80", 8_000, Chf, true),
        ("1500 yen", 1_500, Jpy, true),
        ("make it 80", 8_000, Eur, false),
        ("no, 60", 6_000, Eur, false),
        ("20 eruos", 2_000, Eur, true),
        ("50€ to ben", 5_000, Eur, true),
        ("pay 25,- to ben", 2_500, Eur, false),
        ("twenty-five euros", 2_500, Eur, true),
        ("2 hundred thousand euros", 20_000_000, Eur, true),
        ("five k", 500_000, Eur, false),
        ("1.5 mio eur", 150_000_000, Eur, true),
        ("3 billion euros", 300_000_000_000, Eur, true),
        ("two thousand million yen", 2_000_000_000, Jpy, true),
        ("1 500 euros", 150_000, Eur, true),
        ("send Tom 1 500", 150_000, Eur, false),
        ("1\u{202f}500,50 €", 150_050, Eur, true),
        ("€12\u{a0}500", 1_250_000, Eur, true),
        ("1'500 CHF", 150_000, Chf, true),
    ] {
        assert_eq!(amount(text), Some((minor, currency, stated)), "{text}: {:?}", all(text));
    }
}

#[test]
fn numbers_that_are_no_amounts_are_left_alone() {
    for text in [
        "",
        "the last 3 payments",
        "in 5 days",
        "for 3 months",
        "on the 15th",
        "on 3 march 2025",
        "12/03/2026",
        "12.03.2026",
        "account ending 4711",
        "5 percent",
        "7%",
        "the second one",
        "DE89 3704 0044 0532 0130 00",
        "24h",
        "anna99@example.org",
    ] {
        assert_eq!(amount(text), None, "{text}: {:?}", all(text));
    }
}

#[test]
fn an_amount_that_is_too_large_to_count_is_none_and_no_part_of_it_is_one() {
    let hundreds = "hundred ".repeat(11);
    for text in [
        "99999999999999999999 euros",
        "9223372036854775807",
        "9223372036854775807k",
        "999999999999 million",
        "999999999999 million euros",
        "€9 trillion million billion",
        "5 thousand thousand thousand thousand thousand thousand thousand",
        &format!("a {hundreds}euros"),
        &hundreds,
        "nine trillion trillion trillion euros",
        &format!("€{}", "9".repeat(1_900)),
        &format!("{} million", "9".repeat(1_900)),
        "1.2345 euros",
        "1.500 euros",
        "€1.000",
    ] {
        assert_eq!(amount(text), None, "{text}: {:?}", all(text));
    }
}

#[test]
fn an_amount_with_its_currency_beats_a_bare_number_and_a_year_is_hardly_one() {
    assert_eq!(amount("2 of them, 30 euros"), Some((3_000, Currency::Eur, true)));
    for said in [
        "did I receive 2000 from Tom?",
        "have I paid 2000 to Tom",
        "send 2000 to Tom",
        "pay Tom 2000",
        "transfer Tom Baker 2000 please",
    ] {
        assert_eq!(amount(said), Some((200_000, Currency::Eur, false)), "{said}");
    }
    for said in [
        "what did I spend in 2025",
        "how much did I pay Tom in march 2025",
        "how much did I spend 2025",
        "did I pay Tom since 2025",
        "did I pay Tom between 2020 and 2025",
        "show the payments of 2025",
    ] {
        let found = all(said);
        let likely = |one: &Found| matches!(one.value, Value::Amount { .. }) && one.score > 0.4;
        assert!(!found.iter().any(likely), "{said}: {found:?}");
    }
    assert_eq!(amount("2025 or 40"), Some((4_000, Currency::Eur, false)));
}

#[test]
fn days_and_spans_are_counted_from_the_business_date() {
    let month = |m: u32, last: u32| (day(2026, m, 1), day(2026, m, last));
    let one = |y, m, d| (day(y, m, d), day(y, m, d));
    for (text, expected) in [
        ("today", one(2026, 11, 26)),
        ("yesterday", one(2026, 11, 25)),
        ("tomorrow", one(2026, 11, 27)),
        ("the day before yesterday", one(2026, 11, 24)),
        ("last friday", one(2026, 11, 20)),
        ("last thursday", one(2026, 11, 19)),
        ("this friday", one(2026, 11, 27)),
        ("next monday", one(2026, 11, 30)),
        ("next friday", one(2026, 11, 27)),
        ("on tuesday", one(2026, 11, 24)),
        ("end of the month", one(2026, 11, 30)),
        ("at the end of next month", one(2026, 12, 31)),
        ("beginning of the year", one(2026, 1, 1)),
        ("3rd of march", one(2026, 3, 3)),
        ("the third of march 2025", one(2025, 3, 3)),
        ("march 3rd", one(2026, 3, 3)),
        ("3 dec", one(2025, 12, 3)),
        ("26 november", one(2026, 11, 26)),
        ("Feb 29, 2024", one(2024, 2, 29)),
        ("2026-03-12", one(2026, 3, 12)),
        ("12.03.2026", one(2026, 3, 12)),
        ("12/3/26", one(2026, 3, 12)),
        ("3/25/2026", one(2026, 3, 25)),
        ("in march", month(3, 31)),
        ("in december", (day(2025, 12, 1), day(2025, 12, 31))),
        ("march 2025", (day(2025, 3, 1), day(2025, 3, 31))),
        ("last november", (day(2025, 11, 1), day(2025, 11, 30))),
        ("past 30 days", (day(2026, 10, 28), day(2026, 11, 26))),
        ("the last three months", (day(2026, 8, 27), day(2026, 11, 26))),
        ("last month", month(10, 31)),
        ("this month", month(11, 30)),
        ("next month", month(12, 31)),
        ("this year", (day(2026, 1, 1), day(2026, 12, 31))),
        ("last year", (day(2025, 1, 1), day(2025, 12, 31))),
        ("last week", (day(2026, 11, 16), day(2026, 11, 22))),
        ("this week", (day(2026, 11, 23), day(2026, 11, 29))),
        ("last weekend", (day(2026, 11, 21), day(2026, 11, 22))),
        ("at the weekend", (day(2026, 11, 21), day(2026, 11, 22))),
        ("over the weekend", (day(2026, 11, 21), day(2026, 11, 22))),
        ("on the last weekend", (day(2026, 11, 21), day(2026, 11, 22))),
        ("this weekend", (day(2026, 11, 28), day(2026, 11, 29))),
        ("two weeks ago", one(2026, 11, 12)),
        ("a couple of days ago", one(2026, 11, 24)),
        ("in 5 days", one(2026, 12, 1)),
        ("3 days from now", one(2026, 11, 29)),
        ("since march", (day(2026, 3, 1), day(2026, 11, 26))),
        ("since last friday", (day(2026, 11, 20), day(2026, 11, 26))),
        ("year to date", (day(2026, 1, 1), day(2026, 11, 26))),
        ("so far this month", (day(2026, 11, 1), day(2026, 11, 26))),
        ("in 2025", (day(2025, 1, 1), day(2025, 12, 31))),
        ("last quarter", (day(2026, 7, 1), day(2026, 9, 30))),
        ("q1 2026", (day(2026, 1, 1), day(2026, 3, 31))),
        ("q4", (day(2026, 10, 1), day(2026, 12, 31))),
        ("from march to may", (day(2026, 3, 1), day(2026, 5, 31))),
        (
            "between the 1st and the 5th of march",
            (day(2026, 3, 1), day(2026, 3, 5)),
        ),
        ("from 1 march to 15 april", (day(2026, 3, 1), day(2026, 4, 15))),
        ("between 1 and 15 november", (day(2026, 11, 1), day(2026, 11, 15))),
        ("the 15th", one(2026, 11, 15)),
    ] {
        assert_eq!(days(text), Some(expected), "{text}: {:?}", all(text));
    }
}

#[test]
fn what_can_be_past_or_to_come_is_found_as_both() {
    let readings = |text: &str| {
        let found = all(text);
        let days = found.iter().filter_map(|one| match one.value {
            Value::Days { from, .. } => Some(from),
            _ => None,
        });
        days.collect::<Vec<_>>()
    };
    assert_eq!(readings("in march"), [day(2026, 3, 1), day(2027, 3, 1)]);
    assert_eq!(readings("on the 1st"), [day(2026, 11, 1), day(2026, 12, 1)]);
    assert_eq!(readings("friday"), [day(2026, 11, 20), day(2026, 11, 27)]);
    assert_eq!(readings("at the weekend"), [day(2026, 11, 21), day(2026, 11, 28)]);
    assert_eq!(readings("03/04/2026"), [day(2026, 4, 3), day(2026, 3, 4)]);
}

#[test]
fn words_that_only_look_like_days_are_none() {
    for text in [
        "may i pay anna",
        "i sat there",
        "the sun",
        "march on",
        "31.02.2026",
        "13/13/2026",
        "in 99999 days",
        "second card",
        "1st",
    ] {
        assert_eq!(days(text), None, "{text}: {:?}", all(text));
    }
}

#[test]
fn the_end_of_february_and_of_the_year_hold() {
    let on = |today: NaiveDate, text: &str| {
        let context = Context {
            today,
            currency: Currency::Eur,
            known: &[],
        };
        let found = extract(text, &context);
        found.into_iter().find_map(|one| match one.value {
            Value::Days { from, until } => Some((from, until)),
            _ => None,
        })
    };
    assert_eq!(
        on(day(2026, 3, 31), "last month"),
        Some((day(2026, 2, 1), day(2026, 2, 28)))
    );
    assert_eq!(
        on(day(2028, 3, 31), "end of last month"),
        Some((day(2028, 2, 29), day(2028, 2, 29)))
    );
    assert_eq!(
        on(day(2026, 1, 1), "yesterday"),
        Some((day(2025, 12, 31), day(2025, 12, 31)))
    );
    assert_eq!(
        on(day(2026, 1, 5), "last week"),
        Some((day(2025, 12, 29), day(2026, 1, 4)))
    );
    assert_eq!(
        on(day(2028, 2, 29), "last year"),
        Some((day(2027, 1, 1), day(2027, 12, 31)))
    );
}

#[test]
fn a_day_that_no_month_has_is_neither_the_month_nor_another_day() {
    for (text, wanted) in [
        ("on 31 february", (31, 2, None)),
        ("the 31st of april", (31, 4, None)),
        ("since february 30", (30, 2, None)),
        ("29 february 2026", (29, 2, Some(2026))),
        ("on the 32nd of march", (32, 3, None)),
        ("june 31, 2025", (31, 6, Some(2025))),
    ] {
        let found = best(text, |value| match value {
            Value::NoDay { day, month, year } => Some((*day, *month, *year)),
            _ => None,
        });
        assert_eq!(found, Some(wanted), "{text}");
        assert_eq!(days(text), None, "{text}");
        assert_eq!(amount(text), None, "{text}");
    }
    assert_eq!(days("29 february"), Some((day(2024, 2, 29), day(2024, 2, 29))));
    assert_eq!(days("29 february 2024"), Some((day(2024, 2, 29), day(2024, 2, 29))));
}
