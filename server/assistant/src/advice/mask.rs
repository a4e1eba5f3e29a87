//! What of a sentence may leave the bank: common words. Names, figures, days and whatever is not on the list of
//! `data/plain-words.txt` stay here, and a mark says what stood there.

use bank_understanding::extract::{Found, Value};
use std::collections::HashSet;
use std::sync::LazyLock;

const PLAIN_WORDS: &str = include_str!("../../data/plain-words.txt");
/// Words and marks that go out at most.
const LENGTH_MAX: usize = 60;
/// Common words that are written in capitals.
const CAPITALS: &[&str] = &[
    "IBAN", "BIC", "PIN", "ATM", "API", "SEPA", "SWIFT", "ID", "EUR", "USD", "GBP", "CHF", "US", "UK", "EU", "OK",
];
/// With fewer common words than this, there is nothing to ask about.
const PLAIN_MIN: usize = 2;
/// From here on, a find is taken for what it seems to be.
const LIKELY: f32 = 0.3;

static PLAIN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = PLAIN_WORDS.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// The sentence with everything masked that is not a common word; nothing when too little is left of it.
pub(super) fn masked(text: &str, found: &[Found]) -> Option<String> {
    let mut out: Vec<&str> = Vec::new();
    let mut plain = 0;
    for (at, word) in words(text) {
        let piece = match mark(at, word.len(), found) {
            Some(mark) => mark,
            None if is_name_like(text, at, word) => "[word]",
            None => match PLAIN.get(word.to_lowercase().replace('’', "'").as_str()) {
                Some(word) => {
                    plain += 1;
                    word
                }
                None if word.chars().any(char::is_numeric) => "[number]",
                None => "[word]",
            },
        };
        let again = piece.starts_with('[') && out.last() == Some(&piece);
        if !again {
            out.push(piece);
        }
    }
    out.truncate(LENGTH_MAX);
    (plain >= PLAIN_MIN).then(|| out.join(" "))
}

/// Written large where a common word would not be: "can Mark see it". Short forms in capitals are known ones or none.
fn is_name_like(text: &str, at: usize, word: &str) -> bool {
    let large = word.chars().next().is_some_and(char::is_uppercase);
    let before = text.get(..at).unwrap_or_default().trim_end();
    let begins = before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n']);
    let one_self = word == "I" || word.starts_with("I'") || word.starts_with("I’");
    let rest_is_small = !word.chars().skip(1).any(char::is_uppercase);
    let as_usual = one_self || CAPITALS.contains(&word) || (begins && rest_is_small);
    large && !as_usual
}

/// Words with where they begin, in bytes: runs of letters, digits and what joins them.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    let mut at = 0;
    text.split(move |c: char| !joins(c)).filter_map(move |run| {
        let begins = at;
        // What splits is one character.
        at += run.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        let word = run.trim_matches(['\'', '’']);
        (!word.is_empty()).then(|| (begins + run.find(word).unwrap_or(0), word))
    })
}

/// What a word is part of, when it is part of something of the customer's.
fn mark(at: usize, length: usize, found: &[Found]) -> Option<&'static str> {
    let covers = |one: &&Found| one.score >= LIKELY && one.span.start < at + length && at < one.span.end;
    found.iter().filter(covers).find_map(|one| match one.value {
        Value::Named(_) => Some("[name]"),
        Value::Amount { .. } => Some("[amount]"),
        Value::Iban(_) => Some("[account number]"),
        Value::Email(_) => Some("[address]"),
        Value::LastDigits(_) | Value::Count(_) => Some("[number]"),
        Value::Days { .. } | Value::NoDay { .. } => Some("[day]"),
        Value::Duration { .. } | Value::Card(_) | Value::Cue(_) | Value::Choice(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;
    use bank_understanding::extract::{Context, Kind, Known, extract};

    fn of(text: &str) -> Option<String> {
        let known = [Known {
            kind: Kind::Payee,
            name: "Will Grant".into(),
            also: Vec::new(),
            digits: None,
        }];
        let context = Context {
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            currency: Currency::Eur,
            known: &known,
        };
        masked(text, &extract(text, &context))
    }

    #[test]
    fn common_words_go_out_and_nothing_else_does() {
        for (text, expected) in [
            (
                "Could you wire 1,250.50 euros to Zebediah Quux at DE89370400440532013000 on Friday?",
                "could you wire [amount] to [word] at [account number] [day]",
            ),
            // A name that is a common word besides, of nobody whom the bank knows.
            ("Can Mark see my money, or Will?", "can [word] see my money or [word]"),
            ("I want my IBAN and my PIN", "i want my iban and my pin"),
            // A name that is made of common words, when the customer has somebody of that name.
            ("money for Will Grant please", "money for [name] please"),
            (
                "is my phone +49 170 5550123 known to you",
                "is my phone [amount] known to you",
            ),
            (
                "why does zebediah.quux@mail.example get my mail",
                "why does [address] get my mail",
            ),
            (
                "my password is hunter2 can you keep it",
                "my password is [number] can you keep it",
            ),
            // Letters of other scripts that look like ours.
            ("send mоney to my аccount", "send [word] to my [word]"),
            ("what’s up with my money", "what's up with my money"),
        ] {
            assert_eq!(of(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn with_too_little_left_nothing_goes_out() {
        for text in [
            "",
            "Zebediah Quux",
            "hunter2 money",
            "WHY DOES MARK SEE MY MONEY",
            "4929 1234 5678 9012",
            "¿¡…",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_but_listed_words_and_marks_ever_goes_out() {
        let marks = [
            "[name]",
            "[amount]",
            "[account",
            "number]",
            "[address]",
            "[number]",
            "[day]",
            "[word]",
        ];
        let mut seed = 7_u32;
        let alphabet = [
            "money ", "I", "\u{212a}", "İ", "ß", "'", "’", "x@y.z ", " 50€ ", "pay ", "\u{0}", "Ω ", "DE89 ",
        ];
        for _ in 0..2_000 {
            let mut text = String::from("send money ");
            for _ in 0..12 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(alphabet[(seed >> 16) as usize % alphabet.len()]);
            }
            let out = of(&text).unwrap_or_default();
            for word in out.split(' ').filter(|word| !word.is_empty()) {
                assert!(PLAIN.contains(word) || marks.contains(&word), "{word} of {text:?}");
            }
        }
    }

    #[test]
    fn the_list_has_words_and_no_figures() {
        assert!(PLAIN.len() > 1_000);
        for word in PLAIN.iter() {
            let plain = |c: char| c.is_ascii_lowercase() || c == '\'';
            assert!(word.chars().all(plain), "{word}");
        }
        for name in ["mark", "grant", "tom", "anna", "google", "amazon", "larch's"] {
            assert!(!PLAIN.contains(name), "{name}");
        }
    }
}
