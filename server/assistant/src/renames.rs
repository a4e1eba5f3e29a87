//! "Rename Bicycle to Bike and my savings to Rome": an order that stands once, and several accounts behind it, each with a name.

use crate::fill::LIKELY;
use crate::names::{Names, Thing};
use bank_understanding::extract::{Found, Value};

/// Between one account's new name and the next account.
const JOINTS: &[&str] = &[", and then ", " and then ", ", and ", " and ", ", ", "; "];
/// Before an account, and no part of its name.
const WHOSE: &[&str] = &["my ", "our ", "the ", "also "];

/// Each of them as an order of its own, at most so many. Empty where it is one: a name may have an "and" in it, so the next
/// account begins only where one of the customer's own stands right behind that, with a "to" of its own.
pub(crate) fn renames(text: &str, found: &[Found], names: &Names, most: usize) -> Vec<String> {
    // Places found here are used in the text: other letters may have another length in lower case.
    let lower = text.to_ascii_lowercase();
    let Some(verb) = lower.find("rename ") else {
        return Vec::new();
    };
    let account = |at: usize| {
        found.iter().any(|one| {
            let own =
                matches!(one.value, Value::Named(thing) if matches!(names.things.get(thing), Some(Thing::Account(_))));
            own && one.score >= LIKELY && one.span.start == at
        })
    };
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for joint in JOINTS {
        for (at, _) in lower.match_indices(joint).filter(|(at, _)| *at > verb) {
            let next = behind_whose(&lower, at + joint.len());
            let outside = text[..at].matches(['"', '“', '”']).count().is_multiple_of(2);
            let whole = lower[verb..at].contains(" to ") && lower[next..].contains(" to ");
            let known = cuts.iter().any(|(_, known)| *known == next);
            if outside && whole && !known && account(next) {
                cuts.push((at, next));
            }
        }
    }
    cuts.sort_unstable();
    cuts.truncate(most.saturating_sub(1));
    if cuts.is_empty() {
        return Vec::new();
    }
    let ends = cuts.iter().map(|(at, _)| *at).chain([text.len()]);
    let begins = [verb + "rename ".len()]
        .into_iter()
        .chain(cuts.iter().map(|(_, next)| *next));
    let orders = begins.zip(ends).filter_map(|(from, until)| text.get(from..until));
    orders.map(|order| format!("rename {}", order.trim())).collect()
}

fn behind_whose(lower: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(word) = WHOSE.iter().find(|word| lower[at..].starts_with(**word)) {
        at += word.len();
    }
    at
}
