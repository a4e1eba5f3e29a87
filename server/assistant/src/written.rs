//! Names and texts that are written out in what somebody says, and known from nowhere else.

use crate::fill::LIKELY;
use bank_contract::text;
use bank_understanding::extract::{Found, Value};

/// Words after which a name ends.
pub(crate) const ENDS: &[&str] = &[
    "for",
    "with",
    "from",
    "reference",
    "ref",
    "on",
    "today",
    "tomorrow",
    "please",
    "pls",
    "and",
    "then",
    "because",
    "as",
    "saying",
    "using",
    "by",
    "now",
    "again",
    "at",
    "in",
    "via",
    "so",
    "asap",
    "thanks",
    "iban",
    "to",
    "a",
    "an",
    "the",
    "some",
    "money",
    "who",
    "that",
    "is",
    "about",
    "when",
    "account",
    "transfer",
    "payment",
    "it",
    "him",
    "her",
    "his",
    "their",
    "them",
    "somebody",
    "someone",
    "me",
    "you",
    "us",
    "this",
    "back",
    "off",
    "bill",
    "something",
    "anybody",
    "anyone",
    "pay",
    "send",
    "give",
    "make",
    "get",
    "have",
    "check",
    "trust",
    "know",
    "see",
    "be",
    "whom",
    "belongs",
    "belong",
    "fits",
    "fit",
    "holds",
    "owns",
];

/// "send 20 to Tom Miller for …": the name behind "to" or "pay".
pub(crate) fn written_name(said: &str, found: &[Found]) -> Option<String> {
    let lower = said.to_ascii_lowercase();
    let starts = [" to ", " pay ", " trust ", " name ", " meant ", " mean "];
    let padded = format!(" {lower} ");
    let mut best: Option<String> = None;
    for start in starts {
        for (at, _) in padded.match_indices(start) {
            let from = (at + start.len()).saturating_sub(1);
            // "450 to DE71 … first to release it": who it is for is the IBAN, and no name comes behind it.
            if found
                .iter()
                .any(|one| one.span.start == from && matches!(one.value, Value::Iban(_)))
            {
                break;
            }
            if let Some(name) = name_at(said, from, found, &Reading::of_payees()) {
                best.get_or_insert(name);
            }
        }
    }
    best
}

/// How a name is told from what stands around it.
pub(crate) struct Reading<'a> {
    /// What may stand before the name.
    pub(crate) skipped: &'a [&'a str],
    /// Whether a word in lower case ends it, besides [`ENDS`]; also with "'s" behind it.
    pub(crate) no_name: fn(&str) -> bool,
    /// Whether an account can be named as well.
    pub(crate) accounts: bool,
}

impl Reading<'_> {
    /// Of whom is paid.
    fn of_payees() -> Self {
        Self {
            skipped: &["my", "mr", "mrs", "ms"],
            no_name: |_| false,
            accounts: false,
        }
    }
}

/// A point behind these closes no sentence.
const SHORTENED: &[&str] = &["dr", "mr", "mrs", "ms", "prof", "st"];

/// The name that begins at a place, where one does.
pub(crate) fn name_at(said: &str, from: usize, found: &[Found], reading: &Reading<'_>) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    let mut at = from;
    for word in said.get(from..)?.split(' ') {
        let begin = at;
        at += word.len() + 1;
        let valued = found.iter().any(|one| {
            one.span.start <= begin
                && begin < one.span.end
                && match one.value {
                    Value::Amount { .. } | Value::Iban(_) | Value::Days { .. } | Value::Email(_) => true,
                    // Known people were looked for before, so this is an account.
                    Value::Named(_) => one.score >= LIKELY,
                    _ => false,
                }
        });
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
        let lower = plain.to_ascii_lowercase();
        let is = |of: &[&str]| of.contains(&lower.as_str());
        let skip = words.is_empty() && is(reading.skipped);
        if word.is_empty() || skip {
            continue;
        }
        // "Barley & Thyme".
        let joins = matches!(word, "&" | "+") && !words.is_empty();
        let no_name = (reading.no_name)(&lower) || (reading.no_name)(lower.trim_end_matches("'s"));
        // "From the household account": the account is what is looked at, where nothing is called so.
        if reading.accounts && lower == "account" && !words.is_empty() {
            words.push(plain);
            break;
        }
        let ends = (plain.is_empty() && !joins) || is(ENDS) || no_name;
        if valued || ends || word.chars().any(|c| c.is_ascii_digit()) || words.len() >= 5 {
            break;
        }
        words.push(if joins { word } else { plain });
        if word.ends_with([',', '.', '?', '!', ';', ':']) && !(word.ends_with('.') && is(SHORTENED)) {
            break;
        }
    }
    let name = words.join(" ");
    (!name.is_empty() && text::name(&name, &()).is_ok()).then_some(name)
}

/// Whole words behind which a reference stands.
const REFERENCES: &[&str] = &[
    "with the reference",
    "with reference",
    "reference",
    "ref",
    "saying",
    "memo",
];

/// The text behind "reference" or a like word, where there is one.
fn behind_reference(said: &str) -> Option<&str> {
    // Only letters of one byte change, so that a place found here is the same in the text.
    let lower = said.to_ascii_lowercase();
    let bounded = |at: usize, until: usize| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !letter(lower[..at].chars().next_back()) && !letter(lower[until..].chars().next())
    };
    let place = |phrase: &&str| {
        let mut places = lower.match_indices(phrase);
        places.find_map(|(at, phrase)| Some(at + phrase.len()).filter(|until| bounded(at, *until)))
    };
    let rest = said.get(REFERENCES.iter().find_map(place)?..)?;
    (!rest.trim().is_empty()).then_some(rest)
}

/// Where a reference begins, in bytes: what stands there is no part of the order.
pub(crate) fn reference_at(said: &str) -> Option<usize> {
    reference(said)?;
    behind_reference(said).map(|rest| said.len() - rest.len())
}

/// What stands behind "reference" or a like word.
pub(crate) fn reference(said: &str) -> Option<String> {
    let rest = behind_reference(said)?;
    let rest = rest
        .trim_start_matches([':', ' ', '"', '\'', '“'])
        .trim_start_matches("is ");
    let rest = rest
        .split(['"', '”', '\n'])
        .next()?
        .trim()
        .trim_end_matches(['.', '!', '?', '\'']);
    let rest: String = rest.chars().take(text::REFERENCE_MAX).collect();
    (!rest.is_empty() && text::reference(&rest, &()).is_ok()).then_some(rest)
}

/// The rest of a text behind the first of some phrases that stands in it.
pub(crate) fn behind<'a>(said: &'a str, phrases: &[&str]) -> Option<&'a str> {
    // Only letters of one byte change, so that a place found here is the same in the text.
    let lower = said.to_ascii_lowercase();
    phrases
        .iter()
        .find_map(|phrase| lower.find(phrase).map(|at| at + phrase.len()))
        .and_then(|at| said.get(at..))
        .filter(|rest| !rest.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_where_something_else_begins() {
        for (said, name) in [
            ("send 20 euros to Tom", Some("Tom")),
            ("send 30 to Lena Maier for the tickets", Some("Lena Maier")),
            ("pay my landlord please", Some("landlord")),
            ("please pay Stadtwerke, 85.40", Some("Stadtwerke")),
            ("I need to pay a bill", None),
            ("send money", None),
            ("Send 20 euros to Barley & Thyme Café.", Some("Barley & Thyme Café")),
            ("I meant Anna", Some("Anna")),
            ("pay Dr. Weber 20 euros", Some("Dr Weber")),
            ("send 5 to \u{130}\u{212A} for \u{130}", Some("\u{130}\u{212A}")),
        ] {
            assert_eq!(written_name(said, &[]).as_deref(), name, "{said}");
        }
    }

    #[test]
    fn a_reference_is_what_stands_behind_the_word() {
        assert_eq!(
            reference("pay 85 to X with the reference 4471-22."),
            Some("4471-22".into())
        );
        assert_eq!(reference("reference: Rent November"), Some("Rent November".into()));
        for none in [
            "send 5 to Tom",
            "pay 50 to the Memorial Hospital",
            "my preference is Tom",
        ] {
            assert_eq!(reference(none), None, "{none}");
        }
        let said = "pay the rent 890 to Immo Nord next Friday, reference rent";
        assert_eq!(reference_at(said), Some(said.len() - " rent".len()));
    }
}
