//! Amounts that are not said in figures: "everything except 100", "half of what is there", "20 or 30 euros". A figure that stands
//! in such words is not the amount, so none is taken and the customer is asked.

use crate::fill::LIKELY;
use crate::plain::plain;
use crate::written::reference_at;
use bank_understanding::extract::{Found, Value};

/// Words that make an amount of something else.
const RECKONED: &[&str] = &[
    "everything",
    "half",
    "rest",
    "remainder",
    "remaining",
    "percent",
    "except",
    "whatever",
    "halve",
    "triple",
    "all but",
    "all of it",
    "all of that",
    "all my money",
    "all the money",
    "all of my money",
    "all the cash",
    "all my savings",
    "what is left",
    "whats left",
    "what is there",
    "apart from",
    "other than",
    "double the",
    "double what",
    "double my",
    "double it",
    "twice as",
    "twice the",
    "twice what",
    "as much as",
];
/// Before a figure, it is what stays, or what is reached.
const BEFORE: &[&str] = &[
    "except",
    "leave",
    "leaving",
    "keep",
    "keeping",
    "minus",
    "without",
    "besides",
    "down to",
    "plus",
    "except for",
];
/// With "up" they make of "to 500" what is reached: "top my savings up to 500".
const FILLS: &[&str] = &["top", "fill", "bring", "bump"];
/// Between two figures, either can be meant.
const EITHER: &[&str] = &["or", "to", "-", "–", "—", "/", "or maybe", "or even"];
/// From here on, an amount has its currency beside it.
const STATED: f32 = 0.9;

fn takes_an_amount(intent: &str) -> bool {
    matches!(
        intent,
        "transfers.submit"
            | "transfers.move"
            | "transfers.deposit"
            | "transfers.withdraw"
            | "transfers.repeat"
            | "limits.set"
    )
}

pub(crate) fn is_vague(intent: &str, said: &str, found: &[Found]) -> bool {
    if !takes_an_amount(intent) {
        return false;
    }
    let until = reference_at(said).unwrap_or(said.len());
    let order = said.get(..until).unwrap_or(said);
    // "20 euros for the other half of the pizza" says what it is for.
    let words = plain(order.split(" for ").next().unwrap_or(order));
    let has = |any: &[&str]| any.iter().any(|one| words.contains(&format!(" {one} ")));
    if has(RECKONED) || order.contains('%') {
        return true;
    }
    let is_amount = |one: &&Found| one.score >= LIKELY && matches!(one.value, Value::Amount { .. });
    let amounts: Vec<&Found> = found
        .iter()
        .filter(|one| is_amount(one) && one.span.start < until && !is_to(said, one, found))
        .collect();
    if amounts.is_empty() && order.split_whitespace().any(is_either_thousand) {
        return true;
    }
    let before = |one: &Found| plain(said.get(..one.span.start).unwrap_or_default());
    let ends = |one: &Found, any: &[&str]| {
        let before = before(one);
        any.iter().any(|word| before.ends_with(&format!(" {word} ")))
    };
    let fills = has(FILLS) && has(&["up"]);
    if amounts
        .iter()
        .any(|one| ends(one, BEFORE) || (fills && ends(one, &["to"])))
    {
        return true;
    }
    amounts.windows(2).any(|two| {
        let between = said.get(two[0].span.end..two[1].span.start).unwrap_or_default().trim();
        let range = between.eq_ignore_ascii_case("and") && ends(two[0], &["between"]);
        let both = two[0].value != two[1].value && two[0].score >= STATED && two[1].score >= STATED;
        // "12 50" may be one amount, or two.
        let beside = between.is_empty();
        // "15 of the 20 euros"
        let parts = plain(between).starts_with(" of ") || plain(between).starts_with(" out of ");
        EITHER.iter().any(|either| between.eq_ignore_ascii_case(either)) || range || both || beside || parts
    })
}

/// "20 euros 2 Tom": a figure that is a word, right before a name and behind an amount.
fn is_to(said: &str, one: &Found, found: &[Found]) -> bool {
    let named = |other: &Found| matches!(other.value, Value::Named(_)) && other.span.start == one.span.end + 1;
    let amount = |other: &Found| matches!(other.value, Value::Amount { .. }) && other.span.end < one.span.start;
    said.get(one.span.clone()) == Some("2") && found.iter().any(named) && found.iter().any(amount)
}

/// "1.500" is fifteen hundred for some, and one and a half for others.
fn is_either_thousand(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_ascii_digit());
    bare.split_once('.').is_some_and(|(whole, rest)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (1..=3).contains(&whole.len()) && rest.len() == 3 && digits(whole) && digits(rest)
    })
}

/// Between "by" and a figure.
const FILLERS: &[&str] = &[
    "another",
    "an",
    "extra",
    "additional",
    "about",
    "only",
    "just",
    "exactly",
];

/// Whether a figure is the difference to what was there: "by 500", "another 500", "500 more".
pub(crate) fn is_difference(lower: &str, at: &std::ops::Range<usize>) -> bool {
    let before = plain(lower.get(..at.start).unwrap_or_default());
    let behind = plain(lower.get(at.end..).unwrap_or_default());
    let before: Vec<&str> = before.split_whitespace().collect();
    let led = before.iter().rev().find(|word| !FILLERS.contains(word));
    let more = before
        .last()
        .is_some_and(|word| matches!(*word, "another" | "extra" | "additional"));
    let next = behind.split_whitespace().next().unwrap_or_default();
    let behind = matches!(next, "more" | "less" | "higher" | "lower" | "extra");
    more || behind || led.is_some_and(|word| matches!(*word, "by" | "add"))
}

/// Whether something is to go up, or down; none where it is not plain which.
pub(crate) fn direction(said: &str) -> Option<bool> {
    let words = plain(said);
    let has = |any: &[&str]| any.iter().any(|one| words.contains(&format!(" {one} ")));
    let up = has(&[
        "raise",
        "increase",
        "higher",
        "up",
        "more",
        "add",
        "lift",
        "extend",
        "boost",
        "rise",
        "raised",
        "increased",
        "bump",
    ]);
    let down = has(&[
        "lower",
        "reduce",
        "decrease",
        "cut",
        "down",
        "less",
        "drop",
        "lowered",
        "reduced",
        "decreased",
        "shrink",
    ]);
    (up != down).then_some(up)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;
    use bank_understanding::extract::{Context, extract};

    fn vague(intent: &str, said: &str) -> bool {
        let context = Context {
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            currency: Currency::Eur,
            known: &[],
        };
        is_vague(intent, said, &extract(said, &context))
    }

    #[test]
    fn an_amount_that_would_have_to_be_reckoned_is_vague() {
        for said in [
            "move everything except 100 to my savings",
            "move all but 100 euros to my savings",
            "move half of what is there to my savings",
            "move the rest to my savings",
            "send Tom 5% of 300",
            "keep 200 and move it to my savings",
            "send Tom 20 or 30 euros",
            "send Tom 20-30 euros",
            "send Tom between 20 and 30 euros",
            "top my savings up to 500",
            "send Tom 20 euros and 30 euros",
            "take out one and a half thousand",
            "send Tom 50 plus 10",
            "send Tom 12 50",
        ] {
            assert!(vague("transfers.move", said), "{said}");
        }
        assert!(vague("limits.set", "double my limit"));
    }

    #[test]
    fn one_figure_is_plain() {
        for said in [
            "send 20 euros to Tom",
            "send up to 20 euros to Tom",
            "send 12 euros 50 to Tom",
            "send 20 euros to Tom with the reference everything for the party",
            "top up my savings with 50",
            "he paid me twice, so send Tom 12.50",
            "pay the invoice 4471 to Tom, 20 euros",
            "send Tom 20 euros. 20 euros, yes",
            "raise the limit by 500",
            "pay Tom the same again but 30",
        ] {
            assert!(!vague("transfers.submit", said), "{said}");
        }
        assert!(!vague("accounts.transactions", "payments between 20 and 30 euros"));
    }

    #[test]
    fn a_limit_goes_up_or_down() {
        assert_eq!(direction("raise the limit by 500"), Some(true));
        assert_eq!(
            direction("I want my limit 500 lower, please reduce it by that"),
            Some(false)
        );
        assert_eq!(direction("change the limit by 500"), None);
    }
}
