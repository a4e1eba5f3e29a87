//! "Send her 20" and "pay her rent": a word that stands for somebody, or that tells whose something is.

use crate::plain::{is_month, is_weekday, plain};
use bank_understanding::extract::currency_word;

/// Whose something is, where it is neither the customer's nor the bank's.
pub(crate) const WHOSE: &[&str] = &["her", "his", "their"];

/// Behind "her", where it stands for somebody: a figure, or what cannot be hers.
const BEHIND: &[&str] = &[
    // How much.
    "a",
    "an",
    "another",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "fifteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "half",
    "twice",
    "double",
    "more",
    "less",
    "some",
    "all",
    "everything",
    "something",
    "nothing",
    "money",
    "cash",
    "whatever",
    "what",
    "it",
    "that",
    "this",
    "these",
    "those",
    "the",
    "my",
    "our",
    "your",
    "too",
    "enough",
    // To what, for what, with what.
    "to",
    "for",
    "from",
    "on",
    "in",
    "into",
    "at",
    "by",
    "with",
    "via",
    "of",
    "off",
    "over",
    "under",
    "about",
    "around",
    "until",
    "till",
    "before",
    "after",
    "since",
    "between",
    "during",
    "within",
    "up",
    "per",
    "as",
    "using",
    "through",
    // When, and how often.
    "now",
    "again",
    "back",
    "today",
    "tomorrow",
    "tonight",
    "yesterday",
    "last",
    "next",
    "first",
    "then",
    "later",
    "soon",
    "once",
    "every",
    "each",
    "monthly",
    "weekly",
    "daily",
    "yearly",
    "lately",
    "recently",
    "already",
    "ever",
    "so",
    "yet",
    "immediately",
    "asap",
    "right",
    "directly",
    "straight",
    "instead",
    "also",
    "altogether",
    "total",
    "usually",
    "normally",
    "typically",
    "together",
    "only",
    "just",
    "exactly",
    "roughly",
    "back",
    // What goes on.
    "and",
    "or",
    "but",
    "if",
    "when",
    "because",
    "who",
    "which",
    "how",
    "why",
    "where",
    "please",
    "pls",
    "plz",
    "thanks",
    "thank",
    "not",
    "no",
    "yes",
    "is",
    "was",
    "are",
    "were",
    "did",
    "do",
    "does",
    "has",
    "have",
    "had",
    "will",
    "would",
    "can",
    "could",
    "should",
    "i",
    "you",
    "we",
    "they",
    "he",
    "she",
    "me",
];

/// Whether somebody is meant who was spoken of before: "him", or "her" with nothing behind it that would be hers.
pub(crate) fn says_person(text: &str) -> bool {
    tells(text, |word, next| {
        word == "him" || (word == "her" && stands_alone(next))
    })
}

/// Whether something is said to be of somebody else: "her mother", "their rent".
pub(crate) fn says_whose(text: &str) -> bool {
    tells(text, |word, next| match word {
        "her" => !stands_alone(next),
        _ => WHOSE.contains(&word),
    })
}

fn tells(text: &str, is: impl Fn(&str, Option<&str>) -> bool) -> bool {
    let plain = plain(text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut each = words.iter().enumerate();
    each.any(|(at, word)| is(word, words.get(at + 1).copied()))
}

fn stands_alone(next: Option<&str>) -> bool {
    next.is_none_or(|next| {
        next.starts_with(|c: char| c.is_ascii_digit())
            || BEHIND.contains(&next)
            || is_month(next)
            || is_weekday(next)
            || currency_word(next).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn her_stands_for_somebody_or_tells_whose_something_is() {
        for text in [
            "send her 20",
            "pay her",
            "pay her, please",
            "send 20 to her instead",
            "give her €20",
            "send her twenty euros",
            "how much did I pay her in May",
            "pay her Monday",
            "send him the same again",
        ] {
            assert!(says_person(text) && !says_whose(text), "{text}");
        }
        for text in [
            "send 20 to her mother",
            "pay her rent",
            "pay his landlord",
            "their rent is due, pay it",
            "how much did I pay her mother this year",
        ] {
            assert!(!says_person(text) && says_whose(text), "{text}");
        }
        for text in ["send 20 to Tom", "there", "this"] {
            assert!(!says_person(text) && !says_whose(text), "{text}");
        }
        assert!(says_person("send him 20 for her mother"));
    }
}
