//! The words of a question with another time, name or account in place of those that it had.

use super::{Follow, Place, Told};
use crate::names::{Names, Thing};
use crate::state::{Span, Task};
use bank_contract::AccountId;
use bank_understanding::extract::Value;
use chrono::{Datelike, Days, Months, NaiveDate};

/// The question with the new time and the new name in place of those that it had.
pub(super) fn asked_of(follow: &Follow<'_>, days: &[Place], people: &[Place]) -> String {
    let (before, asked, now, names) = (follow.before, follow.asked, follow.now, follow.names);
    // What goes, and what stands there instead.
    let mut changes: Vec<(Place, &str)> = Vec::new();
    if !days.is_empty() {
        changes.extend(asked.days().into_iter().map(|span| (span, "")));
    }
    let mut behind = String::new();
    if let Some(span) = people.first() {
        let own = account_places(now, names).contains(span);
        let old = if own {
            account_places(asked, names)
        } else {
            people_places(before, asked, names)
        };
        if let Some(first) = old.into_iter().next() {
            changes.push((first, now.at(span)));
        } else {
            let joint = match before.intent.as_str() {
                _ if own => "in",
                "money.received" => "from",
                "accounts.transactions" => "with",
                _ => "to",
            };
            behind = format!(" {joint} {}", now.at(span));
        }
    }
    // From behind, so that the places before it stay where they are.
    changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = asked.text.to_owned();
    let mut until = text.len();
    for (span, instead) in changes {
        if span.end <= until {
            until = span.start;
            text.replace_range(span, instead);
        }
    }
    let text = text.trim().trim_end_matches(['?', '.', '!']).trim_end();
    let mut said = format!("{text}{behind}");
    for span in days {
        said.push(' ');
        said.push_str(now.at(span));
    }
    said
}

pub(super) fn account_places(told: Told<'_>, names: &Names) -> Vec<Place> {
    let account = |thing: Option<&Thing>| matches!(thing, Some(Thing::Account(_) | Thing::Other(..)));
    told.places(|value| matches!(value, Value::Named(at) if account(names.things.get(*at))))
}

/// Where somebody is named in the question, known or not.
fn people_places(before: &Task, asked: Told<'_>, names: &Names) -> Vec<Place> {
    let payee = |thing: Option<&Thing>| matches!(thing, Some(Thing::Payee(_)));
    let mut places = asked.places(|value| matches!(value, Value::Named(at) if payee(names.things.get(*at))));
    if let (true, Some(name)) = (places.is_empty(), &before.slots.sought) {
        places.extend(asked.text.find(name.as_str()).map(|at| at..at + name.len()));
    }
    places
}

/// "The month before": the time before the one that was asked about. Where none was said, it was the month that runs.
pub(super) fn earlier(before: &Task, rest: &str, today: NaiveDate) -> Option<Span> {
    let span = before.slots.span.unwrap_or(Span {
        from: today,
        until: today,
    });
    let unit = rest.trim_start_matches("in ").trim_start_matches("the ");
    let (from, next) = match unit.strip_suffix(" before")? {
        "day" => (span.from.checked_sub_days(Days::new(1))?, span.from),
        "week" => (span.from.checked_sub_days(Days::new(7))?, span.from),
        "month" => {
            let next = span.from.with_day(1)?;
            (next.checked_sub_months(Months::new(1))?, next)
        }
        "year" => {
            let next = span.from.with_day(1)?.with_month(1)?;
            (next.checked_sub_months(Months::new(12))?, next)
        }
        _ => return None,
    };
    let until = next.checked_sub_days(Days::new(1))?;
    Some(Span { from, until })
}

/// "In the other one", of two.
pub(super) fn other(before: &Task, rest: &str, own: &[AccountId]) -> Option<AccountId> {
    let bare = ["in ", "of ", "on "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    let says = matches!(
        bare,
        "the other one" | "the other" | "the other account" | "my other account" | "my other one"
    );
    let here = before.slots.account.filter(|_| says)?;
    match own {
        [one, two] if *one == here => Some(*two),
        [one, two] if *two == here => Some(*one),
        _ => None,
    }
}
