//! "Pay Anna 20 and Tom 30": an order that stands once, and several people behind it, each with their own amount.

use crate::fill::LIKELY;
use crate::names::{Names, Thing};
use bank_understanding::extract::{Found, Value, currency_word};
use std::ops::Range;

/// Words that an order to pay somebody begins with.
pub(crate) const ORDERS: &[&str] = &["send", "pay", "transfer", "give", "wire"];
/// Before the order, nothing but these.
pub(crate) const BEFORE: &[&str] = &[
    "please", "pls", "can", "could", "would", "you", "i", "want", "to", "need", "id", "i'd", "i’d", "like", "and",
    "ok", "okay", "hi", "hello", "now", "just", "let's", "must", "have", "should",
];
/// What a name is not, and does not have in it.
const NO_NAME: &[&str] = &[
    "to",
    "for",
    "from",
    "on",
    "in",
    "at",
    "by",
    "with",
    "the",
    "a",
    "an",
    "and",
    "or",
    "of",
    "each",
    "both",
    "more",
    "another",
    "same",
    "that",
    "this",
    "it",
    "them",
    "cents",
    "cent",
    "then",
    "also",
    "days",
    "weeks",
    "months",
    "times",
    "reference",
    "ref",
    "who",
    "which",
    "is",
    "are",
    "my",
    "savings",
];
/// Words of a name.
pub(crate) const NAME_MAX: usize = 4;

/// One of those who are paid.
struct Share {
    name: String,
    amount: String,
    /// "for the tickets": what stands behind both.
    rest: String,
}

impl Share {
    /// "Tom 30", "30 euros to Tom", "to Tom 30 for the tickets".
    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (head, rest) = match words
            .iter()
            .position(|word| matches!(*word, "for" | "as" | "with" | "because"))
        {
            Some(at) => words.split_at(at),
            None => (words.as_slice(), &[][..]),
        };
        let head: Vec<&str> = head
            .iter()
            .map(|word| word.trim_end_matches(['.', '!', '?', ';', ',']))
            .collect();
        let first = head.iter().position(|word| is_amount(word))?;
        let next = first + 1;
        let currency = head.get(next).is_some_and(|word| is_currency(word));
        let end = next + usize::from(currency);
        let amount = head[first..end].join(" ");
        let ((["to", name @ ..] | name, []) | ([], ["to", name @ ..])) = (&head[..first], &head[end..]) else {
            return None;
        };
        let fits = |word: &&str| word.chars().any(char::is_alphabetic) && !is_amount(word) && !is_no_name(word);
        let named = !name.is_empty() && name.len() <= NAME_MAX && name.iter().all(fits);
        named.then(|| Self {
            name: name.join(" "),
            amount,
            rest: rest.join(" "),
        })
    }

    fn large(&self) -> bool {
        self.name.starts_with(char::is_uppercase)
    }
}

pub(crate) fn is_amount(word: &str) -> bool {
    let bare = word
        .trim_start_matches(['€', '£', '$'])
        .trim_end_matches(['€', '£', '$']);
    bare.starts_with(|c: char| c.is_ascii_digit()) && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

pub(crate) fn is_currency(word: &str) -> bool {
    currency_word(&word.to_lowercase()).is_some()
}

pub(crate) fn is_no_name(word: &str) -> bool {
    NO_NAME.contains(&word.to_lowercase().as_str()) || is_currency(word)
}

/// Each of them as an order of its own, "send 20 to Anna"; at most so many. Empty where it is nothing like that, or where one
/// of them is not plain: then nobody is paid by halves of a sentence.
pub(crate) fn orders(text: &str, most: usize) -> Vec<String> {
    let mut words = text.split_whitespace();
    let mut skipped = words
        .by_ref()
        .skip_while(|word| BEFORE.contains(&word.trim_end_matches(',').to_lowercase().as_str()));
    let Some(order) = skipped.next().map(str::to_lowercase) else {
        return Vec::new();
    };
    if !ORDERS.contains(&order.as_str()) {
        return Vec::new();
    }
    let behind = words.collect::<Vec<_>>().join(" ");
    let joined = behind
        .replace(", and ", " and ")
        .replace(" and then ", " and ")
        .replace(" and also ", " and ")
        .replace(" then ", " and ")
        .replace(", ", " and ")
        .replace(" and and ", " and ");
    let parts: Vec<&str> = joined.split(" and ").collect();
    if parts.len() < 2 || parts.len() > most {
        return Vec::new();
    }
    let Some(shares) = parts.into_iter().map(Share::read).collect::<Option<Vec<Share>>>() else {
        return Vec::new();
    };
    // "Pay Tom 20 for a chair and table 5": what stands behind a purpose is only somebody where it is written like a name.
    let purposes = shares
        .windows(2)
        .any(|pair| !pair[0].rest.is_empty() && !pair[1].large());
    if purposes {
        return Vec::new();
    }
    let whole = |share: Share| {
        let rest = if share.rest.is_empty() {
            String::new()
        } else {
            format!(" {}", share.rest)
        };
        format!("{order} {} to {}{rest}", share.amount, share.name)
    };
    shares.into_iter().map(whole).collect()
}

/// Whether a sentence for one payment to somebody has somebody else in it, or another amount, joined to the first. Then it is
/// said which one is made, so that nobody believes that all of it is.
pub(crate) fn more_than_one(text: &str, name: &str, found: &[Found], names: &Names) -> bool {
    let likely = || found.iter().filter(|one| one.score >= LIKELY);
    let people = likely().filter_map(|one| match one.value {
        Value::Named(at) => match names.things.get(at) {
            Some(Thing::Payee(payee)) => Some((&one.span, payee.name.to_lowercase())),
            _ => None,
        },
        _ => None,
    });
    let amounts = likely().filter_map(|one| match one.value {
        Value::Amount { money, .. } => Some((&one.span, money.to_string())),
        _ => None,
    });
    let people: Vec<_> = people.collect();
    let mut ends = people.iter().map(|(span, _)| span.end).chain(end_of(text, name));
    joined(text, &people) || joined(text, &amounts.collect::<Vec<_>>()) || ends.any(|end| goes_on(text, end))
}

/// Where a name ends that stands in a text as it is written.
pub(crate) fn end_of(text: &str, name: &str) -> Option<usize> {
    let at = text.to_ascii_lowercase().find(&name.to_ascii_lowercase())?;
    Some(at + name.len())
}

/// "Tom and Bianca", "Tom & Zoë": right behind a name comes another word, which may be somebody whom nobody knows.
fn goes_on(text: &str, end: usize) -> bool {
    behind_joint(text, end).is_some()
}

/// In a question: where the next name begins. It is written as this one is: "Tom and Starbucks", "tom and starbucks", but not
/// "Tom and how much".
pub(crate) fn next_name(text: &str, end: usize) -> Option<usize> {
    let next = behind_joint(text, end)?;
    let word = text.get(..end)?.split_whitespace().next_back()?;
    let large = |word: &str| word.starts_with(char::is_uppercase);
    let there = text.get(next..)?;
    let whose = ["my ", "our ", "the "].iter().any(|whose| there.starts_with(whose));
    (large(there) || !large(word) || whose).then_some(next)
}

/// Where the word begins that is joined to what ends here.
fn behind_joint(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let large = |rest: &&str| rest.starts_with(char::is_uppercase);
    let behind = ["and", "&", "plus"].iter().find_map(|joint| {
        let rest = rest
            .strip_prefix(' ')
            .or(rest.strip_prefix(", "))?
            .strip_prefix(joint)?;
        rest.strip_prefix(' ')
    });
    // Behind a comma or an "or", only what is written like a name: "Tom, please", "Tom or so".
    let named = behind.or_else(|| rest.strip_prefix(" or ").or(rest.strip_prefix(", ")).filter(large));
    let named = named.filter(|rest| rest.starts_with(char::is_alphabetic))?;
    Some(text.len() - named.len())
}

/// Two of them that are not the same, with an "and", an "or" or a comma between them.
pub(crate) fn joined(text: &str, all: &[(&Range<usize>, String)]) -> bool {
    let between = |from: usize, until: usize| {
        let words = text.get(from..until).unwrap_or_default().to_lowercase();
        words.contains([',', '&', '+'])
            || words
                .split_whitespace()
                .any(|word| matches!(word, "and" | "or" | "plus" | "also"))
    };
    all.iter().enumerate().any(|(at, (span, what))| {
        all[at + 1..]
            .iter()
            .any(|(next, other)| next.start >= span.end && other != what && between(span.end, next.start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_behind_an_order_has_one_of_their_own() {
        for (text, wanted) in [
            ("pay Anna 20 and Tom 30", &["pay 20 to Anna", "pay 30 to Tom"][..]),
            (
                "please send Tom 20 euros and Anna Weber 30 euros",
                &["send 20 euros to Tom", "send 30 euros to Anna Weber"],
            ),
            (
                "Can you pay Tom 20, Anna €30 and 12.50 to Zoë?",
                &["pay 20 to Tom", "pay €30 to Anna", "pay 12.50 to Zoë"],
            ),
            (
                "pay Anna 20 for lunch and Tom 30 for dinner",
                &["pay 20 to Anna for lunch", "pay 30 to Tom for dinner"],
            ),
            (
                "pay Anna 20 dinars and Tom 30 €",
                &["pay 20 dinars to Anna", "pay 30 € to Tom"],
            ),
            ("send 20 to anna and tom 30", &["send 20 to anna", "send 30 to tom"]),
            ("pay anna 20, then tom 30", &["pay 20 to anna", "pay 30 to tom"]),
            ("pay anna 20 and also tom 30", &["pay 20 to anna", "pay 30 to tom"]),
        ] {
            assert_eq!(orders(text, 5), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_one_order_stays_one() {
        for text in [
            "pay 12.50 to Ben and Jerry",
            "send 20 euros and 50 cents to Tom",
            "pay Tom 20 euros and 50 cents",
            "pay Tom 20 for a chair and table 5",
            "did I pay Anna 20 and Tom 30?",
            "how much did I pay Tom in May and June",
            "pay Anna and Tom 20 each",
            "send 20 to Tom and then show my limits",
            "pay",
            "",
        ] {
            assert!(orders(text, 5).is_empty(), "{text}");
        }
        assert!(orders("pay A 1, B 2, C 3, D 4, E 5, F 6", 5).is_empty());
    }

    #[test]
    fn somebody_right_behind_a_name_is_somebody_else() {
        let more = |text: &str| more_than_one(text, "Tom", &[], &Names::default());
        for text in [
            "send 20 to Tom and Bianca",
            "send 20 to tom & zoe",
            "send Tom, Bianca and Zoe 20",
        ] {
            assert!(more(text), "{text}");
        }
        for text in [
            "send 20 to Tom",
            "send 20 to Tom, please",
            "send 20 to Tom for bread and milk",
        ] {
            assert!(!more(text), "{text}");
        }
    }
}
