//! Days and spans, relative to the business date: "last friday", "end of the month", "3rd of march", "past 30 days".
//!
//! "In march" is the last March that has begun, and with a lower score the next one: a question about the past and a
//! plan for the future sound alike.

mod fixed;
mod relative;

use super::calendar::{self, Span};
use super::{Search, Value};
use chrono::NaiveDate;

/// What some tokens can mean: their number, and each meaning with its score.
pub(super) struct Meant {
    pub(super) length: usize,
    pub(super) readings: Vec<(Span, f32)>,
}

const SURE: f32 = 0.95;

impl Meant {
    fn one(length: usize, span: Option<Span>) -> Option<Self> {
        let readings = vec![(span?, SURE)];
        Some(Self { length, readings })
    }

    fn day(length: usize, day: Option<NaiveDate>) -> Option<Self> {
        Self::one(length, day.map(|day| (day, day)))
    }

    /// What lies in the past first; in the future, with less score.
    fn either(
        length: usize,
        past: Option<Span>,
        future: Option<Span>,
        past_score: f32,
        future_score: f32,
    ) -> Option<Self> {
        let readings: Vec<_> = [(past, past_score), (future, future_score)]
            .into_iter()
            .filter_map(|(span, score)| Some((span?, score)))
            .collect();
        (!readings.is_empty()).then_some(Self { length, readings })
    }
}

pub(super) fn find(search: &mut Search<'_>) {
    let mut at = 0;
    while at < search.tokens.len() {
        let no_day = no_day_at(search, at);
        let step = no_day
            .or_else(|| range_at(search, at))
            .or_else(|| single_at(search, at));
        let step = step.unwrap_or(1);
        at += step.max(1);
    }
}

/// "On the 31st of april": noted as what it is, so that it is not read as the month alone.
fn no_day_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let led = usize::from(matches!(
        search.word(at),
        "on" | "since" | "from" | "until" | "till" | "by" | "before" | "after" | "between" | "of" | "for"
    ));
    let begin = at + led + usize::from(search.word(at + led) == "the");
    let (value, length) = fixed::no_day(search, begin)?;
    let end = begin + length;
    search.free(at..end).then(|| {
        search.take(at..end, value, SURE);
        end - at
    })
}

fn meant_at(search: &Search<'_>, at: usize) -> Option<Meant> {
    let meant = relative::at(search, at).or_else(|| fixed::at(search, at))?;
    search.free(at..at + meant.length).then_some(meant)
}

fn single_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let since = matches!(search.word(at), "since");
    let begin = at + usize::from(since);
    let meant = meant_at(search, begin)?;
    let end = begin + meant.length;
    for ((from, until), score) in meant.readings {
        if !since {
            search.take(at..end, Value::Days { from, until }, score);
        } else if from <= search.context.today {
            let until = search.context.today;
            search.take(at..end, Value::Days { from, until }, score);
        }
    }
    Some(end - at)
}

/// "from monday to friday", "between the 1st and the 5th of march".
fn range_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let opened = matches!(search.word(at), "from" | "between");
    let begin = at + usize::from(opened);
    // "Between the 1st and the 5th of march": the month stands once.
    let first = bare_day_at(search, begin);
    let (first_length, first_meant) = if let Some((day, length)) = first {
        (length, Err(day))
    } else {
        let meant = meant_at(search, begin)?;
        (meant.length, Ok(meant))
    };
    let middle = begin + first_length;
    let joined = match search.word(middle) {
        "to" | "until" | "till" | "through" | "and" => opened,
        "-" | "–" => true,
        _ => false,
    };
    if !joined {
        return None;
    }
    let second = meant_at(search, middle + 1)?;
    let end = middle + 1 + second.length;
    let ((second_from, until), score) = *second.readings.first()?;
    let from = match first_meant {
        Err(day) => same_month(second_from, day)?,
        Ok(meant) => nearest_before(&meant, until)?,
    };
    (from <= until).then(|| {
        search.take(at..end, Value::Days { from, until }, score);
        end - at
    })
}

/// A day without its month: "the 1st", "3".
fn bare_day_at(search: &Search<'_>, at: usize) -> Option<(u32, usize)> {
    let skipped = usize::from(search.word(at) == "the");
    let plain = || fixed::plain_day(search, at + skipped).filter(|_| a_date_follows(search, at + skipped + 1));
    let (day, length) = super::numerals::ordinal_at(search.tokens, at + skipped).or_else(plain)?;
    let month_follows = fixed::month_at(search, at + skipped + length).is_some();
    (day <= 31 && !month_follows).then_some((day, skipped + length))
}

/// "Between 1 and 15 november": a number is a day where another day, with its month, is the other end.
fn a_date_follows(search: &Search<'_>, at: usize) -> bool {
    let joint = matches!(search.word(at), "to" | "until" | "till" | "through" | "and" | "-" | "–");
    let day = |meant: Meant| meant.readings.iter().all(|((from, until), _)| from == until);
    let next = at + 1 + usize::from(search.word(at + 1) == "the");
    let dated = fixed::plain_day(search, next).is_some() || super::numerals::ordinal_at(search.tokens, next).is_some();
    joint && dated && fixed::at(search, at + 1).is_some_and(day)
}

fn same_month(of: NaiveDate, day: u32) -> Option<NaiveDate> {
    use chrono::Datelike as _;
    calendar::day(of.year(), of.month(), day)
}

/// The meaning that ends last before the end of the span.
fn nearest_before(meant: &Meant, until: NaiveDate) -> Option<NaiveDate> {
    meant
        .readings
        .iter()
        .map(|((from, _), _)| *from)
        .filter(|from| *from <= until)
        .max()
}
