//! A name that is given to something: "called Holidays", "rename it to Bills", or a bare name as an answer.

use bank_contract::text;
use bank_understanding::extract::currency_word;

/// Behind these, a name is given. What holds another one comes before it.
const NAMING: &[&str] = &[
    "rename it to",
    "rename it",
    "change it to",
    "set it to",
    "should be called",
    "to be called",
    "to be named",
    "call it",
    "name it",
    "label it",
    "by the name of",
    "with the name",
    "under the name",
    "titled",
    "labelled",
    "called",
    "named",
];
/// Behind these, "called" is no name: "I called yesterday".
const CALLERS: &[&str] = &[
    "i", "ive", "i've", "we", "you", "he", "she", "they", "who", "just", "have", "had", "has",
];
/// Between such a verb and the name stands "to".
const RENAMING: &[&str] = &[
    "rename", "renam", "name", "call", "change", "relabel", "label", "switch", "edit", "update", "alter", "set",
    "make", "turn",
];
/// Before the name, and no part of it.
const LEADS: &[&str] = &["be called ", "be named ", "call it ", "name it ", "be ", "just "];
/// Behind the name, and no part of it.
const TAILS: &[&str] = &[
    " please",
    " pls",
    " thanks",
    " thank you",
    " from now on",
    " instead",
    " then",
];

/// A new name in an order. `after` is where the old one ends, which may have a "to" of its own.
pub(crate) fn called(intent: &str, said: &str, after: usize) -> Option<String> {
    let renames = matches!(intent, "accounts.rename" | "identity.rename-passkey");
    let quoted: Vec<&str> = said.split(['"', '“', '”']).collect();
    let whole = quoted
        .iter()
        .enumerate()
        .filter(|(at, _)| at % 2 == 1 && at + 1 < quoted.len());
    let mut whole = whole.map(|(_, quoted)| *quoted);
    // "Rename “Car” to “New kitchen”" has both.
    let quoted = if renames { whole.next_back() } else { whole.next() };
    let found = match quoted {
        Some(quoted) => Some(quoted),
        None if renames => behind_verb(said, after).or_else(|| behind_naming(said)),
        None => behind_naming(said),
    };
    clean(found?)
}

/// A name as the answer to what something shall be called: it may have any words.
pub(crate) fn answered(said: &str) -> String {
    let quoted = said.split(['"', '“', '”']).nth(1);
    let whole = said.trim();
    let lower = whole.to_ascii_lowercase();
    let bare = if lower.starts_with("to ") {
        whole.get(3..).unwrap_or(whole)
    } else {
        whole
    };
    let name = quoted.or_else(|| behind_naming(said)).unwrap_or(bare);
    without_tails(name).to_owned()
}

fn behind_naming(said: &str) -> Option<&str> {
    let lower = said.to_ascii_lowercase();
    NAMING.iter().find_map(|phrase| {
        let mut places = lower.match_indices(phrase).map(|(at, _)| at);
        let at = places.find(|at| {
            let words = lower.get(..*at).unwrap_or_default().split_whitespace();
            let caller = words.last().is_some_and(|word| CALLERS.contains(&word));
            is_bounded(&lower, *at, phrase) && !(caller && matches!(*phrase, "called" | "named"))
        })?;
        until_mark(said.get(at + phrase.len()..)?)
    })
}

/// "Rename Household to Bills", "change the name of my savings account to Holiday".
fn behind_verb(said: &str, after: usize) -> Option<&str> {
    let lower = said.to_ascii_lowercase();
    let begins = |verb: &&str| {
        let mut places = lower.match_indices(*verb).map(|(at, _)| at);
        places.find(|at| is_bounded(&lower, *at, verb))
    };
    let verb = RENAMING.iter().filter_map(begins).min()?;
    let joint = |from: usize| lower.get(from..)?.find(" to ").map(|at| from + at + " to ".len());
    // "Call my savings Rome": right behind the account that is called so.
    let calls = ["call ", "name "]
        .iter()
        .any(|call| lower.get(verb..).is_some_and(|rest| rest.starts_with(call)));
    let bare = || (calls && after > verb).then_some(after);
    let at = joint(after.max(verb)).or_else(|| joint(verb)).or_else(bare)?;
    let rest = until_mark(said.get(at..)?)?;
    let lower = rest.to_ascii_lowercase();
    let lead = LEADS.iter().find(|lead| lower.starts_with(*lead));
    rest.get(lead.map_or(0, |lead| lead.len())..)
        .filter(|name| !name.starts_with("something"))
}

/// Whether a phrase stands for itself, and is no part of a word.
fn is_bounded(lower: &str, at: usize, phrase: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric();
    let before = lower.get(..at).and_then(|before| before.chars().next_back());
    let behind = lower.get(at + phrase.len()..).and_then(|behind| behind.chars().next());
    !before.is_some_and(letter) && !behind.is_some_and(letter)
}

fn until_mark(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches([' ', ':']);
    let ends = rest.find([',', ';', '!', '?', '\n']).into_iter().chain(rest.find(". "));
    let name = rest.get(..ends.min().unwrap_or(rest.len()))?.trim();
    (!name.is_empty()).then_some(name)
}

fn without_tails(name: &str) -> &str {
    let mut name = name.trim().trim_end_matches(['.', '!', '?', ',']).trim();
    loop {
        let lower = name.to_ascii_lowercase();
        let tail = TAILS.iter().find(|tail| lower.ends_with(*tail));
        let Some(shorter) = tail.and_then(|tail| name.get(..name.len() - tail.len())) else {
            return name;
        };
        name = shorter.trim_end_matches([',', ' ']);
    }
}

fn clean(name: &str) -> Option<String> {
    let mut name = without_tails(name);
    // "Called Trip in dollars".
    if let Some((bare, last)) = name.rsplit_once(" in ")
        && currency_word(&last.to_lowercase()).is_some()
    {
        name = bare;
    }
    text::name(name, &()).is_ok().then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_account_is_called_only_what_it_is_said_to_be_called() {
        for (said, name) in [
            ("open a savings account called Holidays", Some("Holidays")),
            (
                "open a savings account, call it Trip to Rome please",
                Some("Trip to Rome"),
            ),
            ("make a new savings account, name it rainy day", Some("rainy day")),
            ("create account \"Emergency\"", Some("Emergency")),
            ("open an account named Trip in dollars", Some("Trip")),
            ("open a savings account to save for a trip", None),
            ("I'd like to open a savings account", None),
            ("I called yesterday to open an account", None),
            ("I want to put money into an account to be safe", None),
            ("open an account", None),
        ] {
            assert_eq!(called("accounts.open", said, 0).as_deref(), name, "{said}");
        }
    }

    #[test]
    fn another_name_stands_behind_to() {
        for (said, name) in [
            ("rename Household to Bills", Some("Bills")),
            ("I'd like to rename Household to Bills please", Some("Bills")),
            ("change the name of my savings account to Holiday", Some("Holiday")),
            ("Can I rename \"Car\" to \"New kitchen\"?", Some("New kitchen")),
            ("rename it to \"Rainy days\" please", Some("Rainy days")),
            ("rename it to Rainy days", Some("Rainy days")),
            ("rename Household to Trip to Rome", Some("Trip to Rome")),
            (
                "I'd like my savings account to be named Rainy Day from now on.",
                Some("Rainy Day"),
            ),
            ("rename my account, I want to call it Fun", Some("Fun")),
            (
                "The account named Dog, please change it to Dog & Cat",
                Some("Dog & Cat"),
            ),
            ("I would like to rename my account", None),
            ("I want to give this account a different name", None),
        ] {
            assert_eq!(called("accounts.rename", said, 0).as_deref(), name, "{said}");
        }
        let said = "rename Trip to Rome to Bills";
        let after = "rename Trip to Rome".len();
        assert_eq!(called("accounts.rename", said, after).as_deref(), Some("Bills"));
    }

    #[test]
    fn an_answer_is_a_name_as_a_whole() {
        for (said, name) in [
            ("Trip to Rome", "Trip to Rome"),
            ("Into the blue.", "Into the blue"),
            ("to Bills", "Bills"),
            ("call it Trip to Rome please", "Trip to Rome"),
            ("it should be called Fun", "Fun"),
            ("“Rainy days”", "Rainy days"),
        ] {
            assert_eq!(answered(said), name, "{said}");
        }
    }
}
