//! Names, forms of their own, choices and answers.

use super::*;

#[test]
fn names_are_found_with_slips_and_with_honest_ambiguity() {
    for (text, expected) in [
        ("send 20 to Anna Schmidt", vec!["Anna Schmidt"]),
        ("send 20 to anna", vec!["Anna Schmidt", "Anna Berger"]),
        ("anna bergers share", vec!["Anna Berger"]),
        ("what did i pay ben", vec!["Benjamin Okafor"]),
        ("benjmain", vec!["Benjamin Okafor"]),
        ("how much for netflix", vec!["Netflix.com"]),
        ("how much for netflx", vec!["Netflix.com"]),
        ("spent at rewe", vec!["REWE Markt GmbH"]),
        ("pay zoe", vec!["Zoë Müller"]),
        ("zoë muller", vec!["Zoë Müller"]),
        ("stadtwekre bill", vec!["Stadtwerke"]),
        ("bought at h&m", vec!["H&M"]),
        ("move it to my savings", vec!["Rainy day"]),
        ("from everyday to rainy day", vec!["Everyday", "Rainy day"]),
        ("my current account", vec!["Everyday"]),
        ("the account ending 4711", vec!["Everyday"]),
        ("the one that ends in 0815", vec!["Rainy day"]),
        ("how many payments", vec![]),
        ("please help me", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(names(text), expected, "{text}: {:?}", all(text));
    }
}

#[test]
fn a_slip_costs_score() {
    let score = |text: &str| {
        all(text)
            .iter()
            .filter(|one| matches!(one.value, Value::Named(_)))
            .map(|one| one.score)
            .fold(0.0, f32::max)
    };
    assert!(score("netflix") > score("netflx"));
    assert!(score("anna schmidt") > score("anna"));
    assert!(score("anna schmidt") > score("ana schmidt"));
}

#[test]
fn forms_of_their_own_are_found_where_they_stand() {
    let text = "pay to DE89 3704 0044 0532 0130 00, mail Anna.B@Example.org.";
    let found = all(text);
    let iban = found.iter().find(|one| matches!(one.value, Value::Iban(_))).unwrap();
    assert_eq!(&text[iban.span.clone()], "DE89 3704 0044 0532 0130 00");
    let mail = found.iter().find(|one| matches!(one.value, Value::Email(_))).unwrap();
    assert_eq!(mail.value, Value::Email("anna.b@example.org".to_owned()));
    assert_eq!(&text[mail.span.clone()], "Anna.B@Example.org");
    for text in ["DE89 3704 0044 0532 0130 01", "de", "a@b", "@", "me at home"] {
        let found = all(text);
        let any = found
            .iter()
            .any(|one| matches!(one.value, Value::Iban(_) | Value::Email(_)));
        assert!(!any, "{text}: {found:?}");
    }
    assert!(
        all("de89370400440532013000")
            .iter()
            .any(|one| matches!(one.value, Value::Iban(_)))
    );
}

#[test]
fn durations_counts_choices_and_cards_are_read() {
    let first = |text: &str| {
        best(text, |value| match value {
            Value::Duration { .. } | Value::Count(_) | Value::Choice(_) | Value::Card(_) | Value::LastDigits(_) => {
                Some(value.clone())
            }
            _ => None,
        })
    };
    for (text, expected) in [
        (
            "for 3 months",
            Value::Duration {
                count: 3,
                unit: Unit::Months,
            },
        ),
        (
            "two weeks",
            Value::Duration {
                count: 2,
                unit: Unit::Weeks,
            },
        ),
        (
            "a year",
            Value::Duration {
                count: 1,
                unit: Unit::Years,
            },
        ),
        ("my last five transactions", Value::Count(5)),
        ("10 payments", Value::Count(10)),
        ("the second one", Value::Choice(Choice::Nth(2))),
        ("2nd one", Value::Choice(Choice::Nth(2))),
        ("second", Value::Choice(Choice::Nth(2))),
        ("the last one", Value::Choice(Choice::Last)),
        ("option 3", Value::Choice(Choice::Nth(3))),
        ("number two please", Value::Choice(Choice::Nth(2))),
        ("2", Value::Choice(Choice::Nth(2))),
        ("freeze my debit card", Value::Card(CardWord::Debit)),
        ("the virtual one", Value::Card(CardWord::Virtual)),
        ("card ending in 9999", Value::LastDigits("9999".to_owned())),
    ] {
        assert_eq!(first(text), Some(expected), "{text}: {:?}", all(text));
    }
    assert_eq!(first("direct debit"), None);
}

#[test]
fn answers_are_heard_and_a_wish_is_no_answer() {
    let cue = |text: &str| {
        let mut found = all(text);
        found.retain(|one| matches!(one.value, Value::Cue(_)) && one.score > 0.7);
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.first().map(|one| match one.value {
            Value::Cue(cue) => cue,
            _ => unreachable!(),
        })
    };
    for (text, expected) in [
        ("yes", Some(Cue::Yes)),
        ("Yes please!", Some(Cue::Yes)),
        ("ok, do it", Some(Cue::Yes)),
        ("sure, go ahead", Some(Cue::Yes)),
        ("no", Some(Cue::No)),
        ("no thanks", Some(Cue::No)),
        ("cancel", Some(Cue::Cancel)),
        ("cancel that please", Some(Cue::Cancel)),
        ("never mind", Some(Cue::Cancel)),
        ("cancel my standing order to anna", None),
        ("stop my card from working abroad", None),
        ("i meant anna", Some(Cue::Correction)),
        ("make it 80", Some(Cue::Correction)),
        ("actually 30", Some(Cue::Correction)),
        ("where is my card", None),
        ("no payments arrived this week at all", None),
    ] {
        assert_eq!(cue(text), expected, "{text}: {:?}", all(text));
    }
    let corrected = all("no, 60");
    assert!(corrected.iter().any(|one| one.value == Value::Cue(Cue::Correction)));
    assert!(
        !all("no thanks")
            .iter()
            .any(|one| one.value == Value::Cue(Cue::Correction))
    );
}

#[test]
fn a_whole_sentence_gives_all_its_parts() {
    let text = "Please send €45.50 to Anna Schmidt from my savings on the 1st of December for 3 months";
    assert_eq!(amount(text), Some((4_550, Currency::Eur, true)));
    assert_eq!(names(text), ["Anna Schmidt", "Rainy day"]);
    let found = all(text);
    assert!(found.iter().any(|one| one.value
        == Value::Days {
            from: day(2026, 12, 1),
            until: day(2026, 12, 1)
        }));
    assert!(found.iter().any(|one| one.value
        == Value::Duration {
            count: 3,
            unit: Unit::Months
        }));
    assert!(found.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
}
