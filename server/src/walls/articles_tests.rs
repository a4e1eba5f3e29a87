//! The help's articles tell what the bank does. What they lead to has to be there, their figures are those of the rules
//! and of the shipped settings, and what they say is not there must not have come meanwhile.

use super::{root, sources};
use crate::Arguments;
use crate::config::tests::shipped_with;
use bank_contract::{Consent, Facts, each_operation};
use bank_rules::{accounts, identity, limits, reversal, sca};
use clap::CommandFactory as _;
use std::collections::HashSet;
use std::fs;

/// Each article's name, and its text on one line.
fn articles() -> Vec<(String, String)> {
    let folder = root().join("server/assistant/articles");
    let mut articles = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        articles.push((name, text.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    assert!(articles.len() >= 39, "{}", articles.len());
    articles
}

fn article(name: &str) -> String {
    let found = articles().into_iter().find(|(other, _)| other == name);
    found.unwrap_or_else(|| panic!("there is no article {name}")).1
}

macro_rules! facts {
    ($($operation:ty,)+) => { vec![$(Facts::of::<$operation>()),+] };
}

fn operations() -> Vec<Facts> {
    each_operation!(facts)
}

/// Every text that stands in the app's sources by itself: headings, buttons, names of fields.
fn labels() -> HashSet<String> {
    let mut labels = HashSet::new();
    for (_, text) in sources("app/src", &[".rs"]) {
        for line in text.lines() {
            labels.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    labels
}

/// What browsers and telephones call their own.
const NOT_OURS: [&str; 2] = ["Share", "Install app"];

/// What is led to, as it is written: up to the next mark, or to where it is said under what it stands. All of it has to be
/// there: "Send" is not "Send it back".
fn led_to(rest: &str) -> &str {
    let clause = rest
        .split([',', '.', ';', ':', '?', '!', ')'])
        .next()
        .unwrap_or_default();
    clause.split(" under ").next().unwrap_or_default()
}

#[test]
fn every_place_and_button_that_an_article_leads_to_is_in_the_app() {
    let labels = labels();
    let leads = [
        "press ",
        "choose ",
        "open ",
        "under profile, ",
        "under home, ",
        "under pay, ",
    ];
    let mut led = 0;
    for (name, text) in articles() {
        let lower = text.to_ascii_lowercase();
        for lead in leads {
            for (at, _) in lower.match_indices(lead) {
                let rest = &text[at + lead.len()..];
                if !rest.starts_with(char::is_uppercase) || NOT_OURS.iter().any(|other| rest.starts_with(other)) {
                    continue;
                }
                let label = led_to(rest);
                assert!(
                    labels.contains(label),
                    "{name} leads to something that is not in the app: {label}"
                );
                led += 1;
            }
        }
    }
    assert!(led > 20, "{led} are led to");
}

#[test]
fn every_address_and_command_that_an_article_names_is_there() {
    let pages = fs::read_to_string(root().join("app/src/lib.rs")).unwrap();
    let doors = sources("server/src/doors", &[".rs"]);
    let line = Arguments::command();
    let (mut addresses, mut commands) = (0, 0);
    for (name, text) in articles() {
        let words: Vec<&str> = text
            .split(' ')
            .map(|word| word.trim_end_matches(['.', ',', ':', ';', ')']))
            .collect();
        for (at, word) in words.iter().enumerate() {
            if word.len() > 1 && word.starts_with('/') {
                let page = pages.contains(&format!("path!(\"{word}\")"));
                let door = doors.iter().any(|(_, text)| text.contains(&format!("\"{word}\"")));
                assert!(page || door, "{name}: {word}");
                addresses += 1;
            }
            if *word == "larch" {
                assert!(
                    line.find_subcommand(words[at + 1]).is_some(),
                    "{name}: {}",
                    words[at + 1]
                );
                commands += 1;
            }
        }
    }
    assert!(addresses > 0 && commands > 0);
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    match digits.len() {
        0..=3 => digits,
        length => format!("{},{}", &digits[..length - 3], &digits[length - 3..]),
    }
}

fn spelled(number: i64) -> &'static str {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    WORDS[usize::try_from(number).unwrap()]
}

#[test]
fn the_figures_of_the_articles_are_those_of_the_settings_and_of_the_rules() {
    let bank = shipped_with(&[]).bank;
    let (most, sessions) = (bank.limits, bank.sessions);
    let by_code = grouped(most.sent_daily_max / 10);
    let blocks: Vec<i64> = identity::tries::BLOCKS_S.to_vec();
    assert_eq!(blocks[..], [60, 300, 900, 3_600, 14_400, 43_200, 86_400]);
    let waits = bank.pending_lasts.num_minutes();
    let said = [
        ("help-limits", format!("up to {} a day", grouped(most.sent_daily_max))),
        ("help-limits", format!("up to {}, under Profile", grouped(most.sent_daily_ceiling))),
        ("help-limits", format!("counts {} hours later", limits::COOL_OFF.num_hours())),
        ("help-limits", format!("up to {} payments to others within an hour", most.sent_hourly_count_max)),
        ("help-limits", format!("pay in up to {} at a time", grouped(most.deposit_max))),
        ("help-limits", format!("taking out more than {} is confirmed", most.withdraw_confirm_over)),
        ("help-limits", format!("up to {by_code} within 24 hours")),
        ("help-signatures", format!("up to {by_code} in all within 24 hours")),
        ("help-signatures", format!("up to €{}.00", sca::LOW_VALUE_MAX / 100)),
        ("help-signatures", format!("more than €{}.00 since", sca::LOW_VALUE_SUM_MAX / 100)),
        ("help-signatures", format!("After {} of these", spelled(sca::LOW_VALUE_COUNT_MAX.into()))),
        ("transfer-failed", format!("up to {by_code} within 24 hours")),
        ("transfer-failed", format!("more than {} characters", bank_contract::text::REFERENCE_MAX)),
        ("transfer-failed", format!("good for {} minutes", spelled(identity::CEREMONY_LASTS.num_minutes()))),
        ("transfer-declined", format!("more than {} payments within an hour", most.sent_hourly_count_max)),
        ("transfer-pending", format!("waits for {waits} minutes")),
        ("transfer-timing", format!("waits for {waits} minutes")),
        ("help-undo", format!("up to {waits} minutes")),
        ("help-undo", format!("for {} seconds", spelled(reversal::UNDO_WITHIN.num_seconds()))),
        ("help-programs", format!("for {waits} minutes")),
        ("help-programs", format!("have up to {}", bank_contract::tokens::TOKENS_MAX)),
        ("help-references", format!("{} characters", bank_contract::text::REFERENCE_MAX)),
        ("help-trusted-payees", format!("up to {} payees", bank_contract::payees::TRUSTED_MAX)),
        ("transfer-receiving", format!("have up to {}", accounts::ACCOUNTS_MAX)),
        ("help-passkeys", format!("have up to {}", identity::PASSKEYS_MAX)),
        ("help-signed-out", format!("up to {} devices", identity::SESSIONS_MAX)),
        ("help-signed-out", format!("after {} minutes", spelled(sessions.idle.num_minutes()))),
        ("help-signed-out", format!("after {} hours", sessions.absolute.num_hours())),
        ("help-blocked", format!("After {} wrong tries", spelled(identity::tries::BLOCKS_FROM.into()))),
        ("help-blocked", "one minute. Each further wrong try closes them for longer: 5 minutes, 15 minutes, 1 hour, 4 hours, 12 hours, and then a day".to_owned()),
        ("help-blocked", format!("{} days without a try", spelled(identity::tries::FORGOTTEN_AFTER.num_days()))),
        ("help-blocked", format!("good for {} minutes", spelled(identity::codes::MAILED_LASTS.num_minutes()))),
        ("help-recovery-codes", format!("get {} of them", spelled(bank_contract::identity::factors::RECOVERY_CODES.try_into().unwrap()))),
        ("help-recovery-codes", format!("last {} minutes", spelled(identity::FRESH_FOR.num_minutes()))),
    ];
    for (name, words) in said {
        assert!(article(name).contains(&words), "{name} does not say: {words}");
    }
    assert_eq!(bank_contract::mandates::OFFER_DAYS, 7);
    assert!(article("help-mandates").contains("open for a week"));
    assert_eq!(bank_contract::tokens::DAYS_MAX, 365);
    assert!(article("help-programs").contains("lasts up to a year"));
    assert_eq!(bank.zone.name(), "Europe/Berlin");
    assert!(article("help-languages").contains("set to Berlin"));
}

#[test]
fn everything_that_is_signed_is_named_where_signatures_are_explained() {
    let words = [
        ("identity.set-email", "change your e-mail address"),
        ("identity.start-totp", "set up an app for codes"),
        ("identity.turn-off", "turn it or your password off"),
        ("identity.revoke-session", "sign another device out"),
        ("identity.start-adding-passkey", "add or remove a passkey"),
        ("identity.remove-passkey", "add or remove a passkey"),
        ("payees.trust", "trust a payee"),
        ("tokens.create", "let a program in"),
        ("mandates.grant", "give a mandate"),
    ];
    let text = article("help-signatures");
    for facts in operations() {
        if facts.consent == Consent::Sign {
            let name = facts.named.name;
            let told = words.iter().find(|(other, _)| *other == name);
            let (_, told) =
                told.unwrap_or_else(|| panic!("say in help-signatures that {name} is signed, and here how"));
            assert!(text.contains(told), "help-signatures does not say: {told}");
        }
    }
    let all = operations();
    for (name, _) in words {
        assert!(
            all.iter().any(|facts| facts.named.name == name),
            "{name} is no operation"
        );
    }
}

#[test]
fn what_the_articles_say_is_not_there_has_not_come_meanwhile() {
    let absent = [
        (
            "transfer-timing",
            "there are no standing orders yet",
            &["standing", "scheduled"][..],
        ),
        ("person-age", "There are no cards here", &["cards"]),
        ("transfer-declined", "money is not exchanged", &["exchange", "fx"]),
        (
            "help-available-balance",
            "There is no overdraft",
            &["overdraft", "loans", "credit"],
        ),
        (
            "help-privacy",
            "no button yet to export all your data",
            &["privacy", "export"],
        ),
        (
            "help-languages",
            "There is no setting for another language",
            &["languages"],
        ),
    ];
    for (name, words, slices) in absent {
        assert!(article(name).contains(words), "{name} does not say any more: {words}");
        for facts in operations() {
            let there = slices.iter().find(|slice| facts.slice().starts_with(**slice));
            assert_eq!(there, None, "{name} says “{words}”, and there is {}", facts.named.name);
        }
    }
}

#[test]
fn what_a_related_line_names_is_an_article() {
    let names: HashSet<String> = articles().into_iter().map(|(name, _)| name).collect();
    for (name, text) in articles() {
        let related = text.split("related: ").nth(1).unwrap().split(" ---").next().unwrap();
        for other in related.split(", ") {
            assert!(names.contains(other) && other != name, "{name}: {other}");
        }
    }
}
