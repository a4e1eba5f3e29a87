//! Whom payments are looked for by, where nobody known is called so: "at Starbucks", "to Dr Weber", "has Jonas sent me".
//!
//! An answer about everything would be a wrong figure for whoever asked about one name. So a name counts also where
//! nobody was ever paid under it.

mod words;

use crate::pronouns::{WHOSE, says_whose};
use crate::tasks::kinds::only_kinds;
use crate::written::{Reading, name_at};
use bank_understanding::extract::{Found, currency_word};
use words::{SORTS, is_no_name};

/// What stands before a name; what tells most comes first.
const BEFORE: &[&str] = &[
    " at ", " to ", " paid ", " pay ", " give ", " given ", " gave ", " sent ", " from ", " with ", " by ",
];
/// In a question for a sum as well.
const IN_SUMS: &[&str] = &[" send ", " on ", " in "];

/// What can stand between that and the name.
const SKIPPED: &[&str] = &[
    "my", "our", "the", "this", "that", "a", "an", "mr", "mrs", "ms", "only", "just", "same", "wrong",
];

/// In a search: "payments of Tomas".
const IN_SEARCHES: &[&str] = &[" payments of ", " transactions of ", " transfers of ", " entries of "];

/// Whether an intent adds up: there, a kind of payments has an answer of its own.
pub(crate) fn adds_up(intent: &str) -> bool {
    intent.starts_with("money.") && !matches!(intent, "money.last-payment" | "money.explain")
}

/// Who is looked for, as the customer wrote the name.
pub(crate) fn sought(intent: &str, said: &str, found: &[Found]) -> Option<String> {
    let searches = matches!(intent, "accounts.transactions" | "money.last-payment");
    let one = matches!(
        intent,
        "money.explain" | "transfers.receipt" | "transfers.reverse" | "transfers.repeat" | "pending.show-proof"
    );
    let sums = adds_up(intent);
    if !(searches || one || sums) {
        return None;
    }
    let fits = |name: &String| !(sums && only_kinds(name));
    // "Her mother" is looked for as the mother, and never as whoever was spoken of.
    let skipped: Vec<&str> = if says_whose(said) {
        SKIPPED.iter().chain(WHOSE).copied().collect()
    } else {
        SKIPPED.to_vec()
    };
    let reading = Reading {
        skipped: &skipped,
        no_name: is_no_name,
        accounts: true,
    };
    let padded = format!(" {} ", said.to_ascii_lowercase());
    // "In Berlin", but not "in total" or "in Euros": a place stands in the names of many shops.
    let is_place = |name: &str| name.starts_with(char::is_uppercase) && currency_word(&name.to_lowercase()).is_none();
    let more = if sums { IN_SUMS } else { &[] };
    let more = more.iter().chain(if searches { IN_SEARCHES } else { &[] });
    for start in BEFORE.iter().chain(more) {
        for (at, _) in padded.match_indices(start) {
            let from = (at + start.len()).saturating_sub(1);
            let name = name_at(said, from, found, &reading).filter(fits);
            if let Some(name) = name.filter(|name| *start != " in " || is_place(name)) {
                return Some(name);
            }
        }
    }
    let quoted = said
        .split(['"', '“', '”'])
        .nth(1)
        .filter(|_| searches)
        .map(str::to_owned);
    let whose = || whose(said, found).filter(|_| searches);
    who_paid(said, found).filter(fits).or(quoted).or_else(whose)
}

/// The name that begins at a place in a question, where one does.
pub(crate) fn name_behind(said: &str, from: usize, found: &[Found]) -> Option<String> {
    let reading = Reading {
        skipped: SKIPPED,
        no_name: is_no_name,
        accounts: false,
    };
    name_at(said, from, found, &reading).filter(|name| !only_kinds(name))
}

/// "All amazon payments", "last netflix payment".
fn whose(said: &str, found: &[Found]) -> Option<String> {
    let mut at = 0;
    let mut before: Option<(usize, &str)> = None;
    for word in said.split(' ') {
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
        let lower = plain.to_ascii_lowercase();
        let paid = matches!(
            lower.as_str(),
            "payment" | "payments" | "transaction" | "transactions" | "transfers"
        );
        if let (true, Some((place, name))) = (paid, before) {
            let lower = name.to_ascii_lowercase();
            let is = |of: &[&str]| of.contains(&lower.as_str());
            let valued = found
                .iter()
                .any(|one| one.span.contains(&place) && one.score >= crate::fill::LIKELY);
            let none = is(SORTS) || is_no_name(&lower) || is(SKIPPED) || valued || lower.ends_with("est");
            return (!none && place > 0 && name.chars().all(char::is_alphabetic)).then(|| name.to_owned());
        }
        before = (!plain.is_empty()).then_some((at, plain));
        at += word.len() + 1;
    }
    None
}

/// Deeds of whoever stands before them: "has Jonas sent me".
const DEEDS: &[&str] = &[
    "sent",
    "send",
    "sends",
    "paid",
    "pay",
    "pays",
    "gave",
    "give",
    "gives",
    "given",
    "transferred",
    "transfer",
    "transfers",
    "wired",
    "owe",
    "owes",
];
/// Between who did it and what was done.
const ADVERBS: &[&str] = &[
    "last", "already", "ever", "recently", "just", "to", "has", "had", "have", "usually", "normally", "also",
];
/// Before whoever did it.
const ASKING: &[&str] = &[
    "has", "have", "had", "did", "does", "do", "will", "would", "that", "when", "whether", "and", "since",
];
const NOBODY: &[&str] = &[
    "it", "you", "somebody", "someone", "anybody", "anyone", "who", "whom", "bank", "us", "me", "money", "he'd",
    "she'd", "they'd", "said",
];

fn who_paid(said: &str, found: &[Found]) -> Option<String> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for word in said.split(' ') {
        words.push((at, word.trim_matches(|c: char| !c.is_alphanumeric())));
        at += word.len() + 1;
    }
    let is = |word: &str, of: &[&str]| of.contains(&word.to_ascii_lowercase().as_str());
    let me = words.iter().rposition(|(_, word)| is(word, &["me", "us"]))?;
    let mut next = me.checked_sub(1)?;
    if !is(words[next].1, DEEDS) {
        return None;
    }
    let mut name: Vec<&str> = Vec::new();
    while let Some(before) = next.checked_sub(1) {
        next = before;
        let (place, word) = words[before];
        let valued = found
            .iter()
            .any(|one| one.span.contains(&place) && one.score >= crate::fill::LIKELY);
        if name.is_empty() && is(word, ADVERBS) {
            continue;
        }
        if word.is_empty()
            || valued
            || is(word, ASKING)
            || is(word, SKIPPED)
            || is_no_name(&word.to_ascii_lowercase())
            || name.len() >= 4
        {
            break;
        }
        name.insert(0, word);
    }
    let fits = !name.is_empty() && !name.iter().any(|word| is(word, NOBODY) || is(word, DEEDS));
    fits.then(|| name.join(" "))
}

/// Whether somebody's name has all the words that are looked for.
pub(crate) fn has_words(name: &str, sought: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let there = words(name);
    words(sought).iter().all(|word| there.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;
    use bank_understanding::extract::{Context, Kind, Known, extract};

    fn name(intent: &str, said: &str) -> Option<String> {
        let savings = Known {
            kind: Kind::Account,
            name: "Savings".into(),
            also: Vec::new(),
            digits: None,
        };
        let context = Context {
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            currency: Currency::Eur,
            known: &[savings],
        };
        sought(intent, said, &extract(said, &context))
    }

    #[test]
    fn a_name_that_nobody_known_has_is_looked_for_all_the_same() {
        for (said, wanted) in [
            ("how much did I spend at Starbucks", "Starbucks"),
            ("how much did i spend at starbucks last month", "starbucks"),
            ("spent at IKEA?", "IKEA"),
            ("when did I last pay Dr Weber", "Dr Weber"),
            ("when did I last pay Dr. Weber?", "Dr Weber"),
            ("when did I last pay the dentist", "dentist"),
            ("what's gone to Amazon so far", "Amazon"),
            (
                "how much have I paid to the kindergarten since September",
                "kindergarten",
            ),
            ("total paid to Vodafone since january", "Vodafone"),
            ("How much has Jonas sent me so far?", "Jonas"),
            ("what did the job centre pay me in October", "job centre"),
            ("when was the last time Lars Nilsson sent me money", "Lars Nilsson"),
            ("last money from dad", "dad"),
            ("how much do I spend on Netflix a month", "Netflix"),
            ("what did I pay at Corner Coffee", "Corner Coffee"),
            ("how much did I spend in Berlin this month", "Berlin"),
            ("check if my boss has paid me", "boss"),
            ("has May sent me", "May"),
            ("how much did we pay the nursery from the household account", "nursery"),
            ("how much did I spend from the household account", "household account"),
        ] {
            assert_eq!(name("money.spent", said).as_deref(), Some(wanted), "{said}");
        }
        for (said, wanted) in [
            ("show payments to Xavier Bell", Some("Xavier Bell")),
            ("show the payments of Tomas this year", Some("Tomas")),
            ("all amazon payments this year", Some("amazon")),
            ("find \"plumber\"", Some("plumber")),
            ("show my latest payments", None),
            ("the five biggest payments", None),
            ("payments of 10 euros", None),
            ("any payments over 100 euros in June?", None),
        ] {
            assert_eq!(name("accounts.transactions", said).as_deref(), wanted, "{said}");
        }
        assert_eq!(
            name("money.last-payment", "when did I last pay the rent").as_deref(),
            Some("rent")
        );
    }

    #[test]
    fn days_accounts_amounts_and_kinds_are_no_names() {
        for said in [
            "how much did I spend this month",
            "how much did I pay from Monday to Friday",
            "what did I spend from my savings",
            "how much went to savings",
            "payments from 10 to 50 euros",
            "what have I paid since the 1st of June",
            "how much have I spent to date",
            "did I spend more than 1000 last month? How much exactly?",
            "how much did I spend on groceries",
            "how much do I spend at restaurants",
            "what do I pay at most in a day",
            "when was I last paid",
            "how much did they pay me",
            "did somebody pay me today",
            "how much did I pay by card",
            "how much was spent on average",
            "how much did I spend in total",
            "how much did I spend in Euros",
            "what did I pay in October",
            "how much money came into my account today",
            "how much went out from my account at night",
            "I need to work out how much I spend",
        ] {
            assert_eq!(name("money.spent", said), None, "{said}");
        }
        assert_eq!(name("transfers.submit", "send 5 to Tom"), None);
    }

    #[test]
    fn a_name_is_found_among_the_words_of_a_longer_one() {
        assert!(has_words("STARBUCKS Berlin 0123", "Starbucks"));
        assert!(has_words("Praxis Dr. Weber", "dr weber"));
        assert!(!has_words("Tomas", "Tom"));
        assert!(!has_words("Dr. Meyer", "Dr Weber"));
    }
}
