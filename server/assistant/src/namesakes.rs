//! Somebody else of the same first or last name: "Lisa Weber" is not the Anna Weber who was paid before.

use crate::names::alike;
use crate::pronouns::WHOSE;
use crate::written::ENDS;
use bank_understanding::extract::{Found, Kind, Known, Value};

/// Words before a name that are no part of it.
const TITLES: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "my", "our", "the", "to", "pay", "paid", "from", "at", "with", "send", "sent",
    "give", "gave", "and", "or", "for", "of", "by", "trust", "mean", "meant", "is", "did", "has", "that", "when", "hi",
    "hello", "actually", "only", "just", "old", "dear", "no", "not", "yes",
];
/// Behind these, the next word begins a name, whether it is written large or not.
const BEGIN: &[&str] = &["to", "pay", "paid", "from", "trust", "give", "gave"];

/// Whether what was found is a part of a longer name that this one does not have.
pub(crate) fn is_other(said: &str, one: &Found, known: &Known, found: &[Found]) -> bool {
    let valued = |at: usize| {
        let others = found.iter().filter(|other| other.span.contains(&at));
        let mut values = others.map(|other| &other.value);
        values.any(|value| {
            matches!(
                value,
                Value::Amount { .. } | Value::Days { .. } | Value::Iban(_) | Value::Email(_)
            )
        })
    };
    if is_of_others(said, one, known) {
        return true;
    }
    // "Call my savings account Nest": what was said whole is the account, and a new name comes behind it.
    if known.kind == Kind::Account && is_whole(said.get(one.span.clone()).unwrap_or_default(), known) {
        return false;
    }
    let strange = |word: &str| !word.is_empty() && !has_word(known, word);
    if let Some((at, word)) = word_after(said, one.span.end) {
        let plain = word.to_ascii_lowercase();
        if is_large(word) && strange(word) && !valued(at) && !ENDS.contains(&plain.as_str()) {
            return true;
        }
    }
    let Some((at, word)) = word_before(said, one.span.start) else {
        return false;
    };
    let plain = word.to_ascii_lowercase();
    if !strange(word) || valued(at) || TITLES.contains(&plain.as_str()) || ENDS.contains(&plain.as_str()) {
        return false;
    }
    let led = word_before(said, at).is_some_and(|(_, word)| BEGIN.contains(&word.to_ascii_lowercase().as_str()));
    led || (is_large(word) && at > 0)
}

/// "Her mother" is not the customer's, and "his savings" are none of theirs.
fn is_of_others(said: &str, one: &Found, known: &Known) -> bool {
    let whose = |word: &str| WHOSE.contains(&word.to_ascii_lowercase().as_str());
    let part = said.get(one.span.clone()).unwrap_or_default();
    let is_word = part.starts_with(char::is_lowercase) || known.also.iter().any(|also| alike(also, part));
    is_word && word_before(said, one.span.start).is_some_and(|(_, word)| whose(word))
}

fn is_whole(part: &str, known: &Known) -> bool {
    let length = |name: &str| name.split_whitespace().count();
    std::iter::once(&known.name)
        .chain(&known.also)
        .any(|name| length(name) == length(part))
}

fn is_large(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

fn has_word(known: &Known, word: &str) -> bool {
    std::iter::once(&known.name)
        .chain(&known.also)
        .any(|name| crate::sought::has_words(name, word))
}

/// The word that stands right behind a place, with one space between.
fn word_after(said: &str, at: usize) -> Option<(usize, &str)> {
    let rest = said.get(at..)?.strip_prefix(' ')?;
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    Some((at + 1, rest.get(..end)?)).filter(|(_, word)| !word.is_empty())
}

/// The word that stands right before a place, with one space between.
fn word_before(said: &str, at: usize) -> Option<(usize, &str)> {
    let before = said.get(..at)?.strip_suffix(' ')?;
    let begin = before
        .rfind(|c: char| !c.is_alphabetic() && c != '\'')
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    Some((begin, before.get(begin..)?)).filter(|(_, word)| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;
    use bank_understanding::extract::{Context, extract};

    fn is_meant(said: &str) -> bool {
        let known = [Known {
            kind: Kind::Payee,
            name: "Anna Weber".into(),
            also: vec!["Mum".into()],
            digits: None,
        }];
        let context = Context {
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            currency: Currency::Eur,
            known: &known,
        };
        let found = extract(said, &context);
        let mut named = found.iter().filter(|one| matches!(one.value, Value::Named(_)));
        named.any(|one| !is_other(said, one, &known[0], &found))
    }

    #[test]
    fn a_part_of_another_name_is_somebody_else() {
        for said in [
            "send 20 to Lisa Weber",
            "send 20 to lisa weber",
            "pay Anna Schmidt 20",
            "how much did I pay Peter Weber",
            "Lisa, no: Anna Brandt",
        ] {
            assert!(!is_meant(said), "{said}");
        }
    }

    #[test]
    fn an_account_that_is_named_whole_is_meant_whatever_comes_behind_it() {
        let known = [Known {
            kind: Kind::Account,
            name: "Holiday fund".into(),
            also: vec!["savings account".into()],
            digits: None,
        }];
        let context = Context {
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            currency: Currency::Eur,
            known: &known,
        };
        for (said, other) in [
            ("call my savings account Nest", false),
            ("rename Holiday Fund Nest", false),
            ("send 50 to Holiday Inn", true),
        ] {
            let found = extract(said, &context);
            let named = found.iter().find(|one| matches!(one.value, Value::Named(_))).unwrap();
            assert_eq!(is_other(said, named, &known[0], &found), other, "{said}");
        }
    }

    #[test]
    fn a_first_or_last_name_alone_is_whoever_is_known() {
        for said in [
            "send 20 to Anna",
            "pay Anna 20 euros",
            "pay Anna EUR 20",
            "pay Anna Monday's share",
            "send Dr Weber 20",
            "send 20 to mum for the tickets",
            "Anna Weber",
            "Please pay Weber 20",
            "how much did I pay anna last month",
            "I owe Anna. Pay her 5",
        ] {
            assert!(is_meant(said), "{said}");
        }
    }
}
