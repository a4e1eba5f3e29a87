//! What is counted from today.

use super::super::calendar::{self, Span};
use super::super::{Search, Unit, numerals};
use super::Meant;
use chrono::{Datelike as _, Days, NaiveDate, Weekday};

pub(super) fn at(search: &Search<'_>, at: usize) -> Option<Meant> {
    let today = search.context.today;
    named(search, at, today)
        .or_else(|| edge(search, at, today))
        .or_else(|| counted(search, at, today))
        .or_else(|| neighbouring(search, at, today))
        .or_else(|| the_weekend(search, at, today))
        .or_else(|| weekday(search, at, today))
}

/// "today", "the day before yesterday", "year to date".
fn named(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let skipped = usize::from(search.word(at) == "the");
    let words = |from: usize| (search.word(from), search.word(from + 1), search.word(from + 2));
    let shifted = |days: i32| calendar::shifted(today, days, Unit::Days);
    match words(at + skipped) {
        ("day", "before", "yesterday") => return Meant::day(3 + skipped, shifted(-2)),
        ("day", "after", "tomorrow") => return Meant::day(3 + skipped, shifted(2)),
        ("other", "day", _) if skipped == 1 => return Meant::one(3, shifted(-7).zip(Some(today))),
        _ => {}
    }
    match words(at) {
        ("today" | "tonight" | "now", ..) => Meant::day(1, Some(today)),
        ("yesterday" | "yday" | "yesteday" | "yesterdays", ..) => Meant::day(1, shifted(-1)),
        ("tomorrow" | "tmrw" | "tomorow" | "tommorow" | "tomorrows", ..) => Meant::day(1, shifted(1)),
        ("year", "to", "date") => Meant::one(3, calendar::day(today.year(), 1, 1).zip(Some(today))),
        ("so", "far", "this") => {
            let unit = calendar::unit(search.word(at + 3))?;
            let (from, _) = calendar::period(today, 0, unit)?;
            Meant::one(4, Some((from, today)))
        }
        _ => None,
    }
}

/// "end of the month", "beginning of next year".
fn edge(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let skipped = usize::from(search.word(at) == "the");
    let last = match search.word(at + skipped) {
        "end" => true,
        "start" | "beginning" | "first" => false,
        _ => return None,
    };
    let mut next = at + skipped + 1;
    // "The last day of the month" is its end; "the first of" alone is not a day of anything counted here.
    if search.word(next) == "day" {
        next += 1;
    }
    if search.word(next) != "of" {
        return None;
    }
    next += 1;
    let away = match search.word(next) {
        "the" | "this" => Some(0),
        "next" => Some(1),
        "last" => Some(-1),
        _ => None,
    };
    let length = next + usize::from(away.is_some()) - at;
    let unit = calendar::unit(search.word(at + length));
    if let Some(unit) = unit.filter(|unit| *unit != Unit::Days) {
        let (from, until) = calendar::period(today, away.unwrap_or(0), unit)?;
        return Meant::day(length + 1, Some(if last { until } else { from }));
    }
    let (month, named) = super::fixed::month_at(search, next)?;
    let meant = super::fixed::month_near(today, month)?;
    let pick = |(from, until): Span| if last { (until, until) } else { (from, from) };
    Meant::either(next + named - at, Some(pick(meant.0)), Some(pick(meant.1)), 0.8, 0.7)
}

/// "past 30 days", "last 3 months", "2 weeks ago", "in 5 days", "5 days from now", "next 7 days".
fn counted(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let skipped = usize::from(search.word(at) == "the");
    let lead = search.word(at + skipped);
    let back = matches!(lead, "past" | "last" | "previous");
    let ahead = matches!(lead, "next" | "coming" | "following");
    let within = lead == "in";
    let opened = usize::from(back || ahead || within);
    let begin = at + if opened == 1 { skipped + 1 } else { 0 };
    let couple = usize::from(search.word(begin) == "a" && search.word(begin + 1) == "couple");
    let (count, counted) = numerals::count_at(search.tokens, begin + couple)?;
    let of = usize::from(search.word(begin + couple + counted) == "of");
    let unit_at = begin + couple + counted + of;
    let unit = calendar::unit(search.word(unit_at))?;
    let count = i32::try_from(count).ok().filter(|count| (1..=4_000).contains(count))?;
    let end = unit_at + 1;
    if back {
        // The last 30 days end today, and have 30 days.
        let from = calendar::shifted(today, -count, unit)?.succ_opt()?;
        return Meant::one(end - at, Some((from, today)));
    }
    if ahead {
        return Meant::one(end - at, Some((today, calendar::shifted(today, count, unit)?)));
    }
    if within {
        return Meant::day(end - at, calendar::shifted(today, count, unit));
    }
    match (search.word(end), search.word(end + 1)) {
        ("ago", _) => Meant::day(end + 1 - at, calendar::shifted(today, -count, unit)),
        ("from", "now" | "today") => Meant::day(end + 2 - at, calendar::shifted(today, count, unit)),
        _ => None,
    }
}

/// "last month", "this year", "next week", "past week", "last quarter", "this weekend".
fn neighbouring(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let skipped = usize::from(search.word(at) == "the");
    let lead = search.word(at + skipped);
    let away = match lead {
        "last" | "previous" | "past" => -1,
        "this" | "current" => 0,
        "next" | "coming" | "following" => 1,
        _ => return None,
    };
    let word = search.word(at + skipped + 1);
    let length = skipped + 2;
    if word == "quarter" {
        let shifted = calendar::shifted(today.with_day(1)?, away * 3, Unit::Months)?;
        return Meant::one(length, calendar::quarter(shifted.year(), shifted.month().div_ceil(3)));
    }
    if word == "weekend" {
        return weekend(today, away, length);
    }
    if word == "night" && away < 0 {
        return Meant::day(length, today.pred_opt());
    }
    if matches!(word, "morning" | "afternoon" | "evening") && away == 0 {
        return Meant::day(length, Some(today));
    }
    let unit = calendar::unit(word).filter(|unit| *unit != Unit::Days)?;
    if lead == "past" {
        let from = calendar::shifted(today, -1, unit)?.succ_opt()?;
        return Meant::one(length, Some((from, today)));
    }
    Meant::one(length, calendar::period(today, away, unit))
}

/// On a weekend, "last weekend" is the one before.
fn weekend(today: NaiveDate, away: i32, length: usize) -> Option<Meant> {
    Meant::one(length, calendar::weekend(calendar::shifted(today, away, Unit::Weeks)?))
}

/// "The weekend", "at the weekend": the one that runs; else the one that is gone, or the one to come.
fn the_weekend(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let led = usize::from(matches!(search.word(at), "at" | "on" | "over" | "during"));
    if (search.word(at + led), search.word(at + led + 1)) != ("the", "weekend") {
        return None;
    }
    let length = led + 2;
    let (saturday, sunday) = calendar::weekend(today)?;
    if today >= saturday {
        return Meant::one(length, Some((saturday, sunday)));
    }
    let gone = calendar::weekend(calendar::shifted(today, -1, Unit::Weeks)?);
    Meant::either(length, gone, Some((saturday, sunday)), 0.7, 0.65)
}

/// "friday", "last friday", "next friday", "this friday".
fn weekday(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let lead = search.word(at);
    let opened = matches!(lead, "last" | "past" | "previous" | "this" | "next" | "coming" | "on");
    let word = search.word(at + usize::from(opened));
    let weekday = calendar::weekday(word)?;
    // "sat", "sun" and "wed" are words of their own.
    if word.len() <= 3 && !opened {
        return None;
    }
    let length = 1 + usize::from(opened);
    let previous = calendar::previous(weekday, today);
    let next = calendar::next(weekday, today);
    let as_span = |day: Option<NaiveDate>| day.map(|day| (day, day));
    match lead {
        "last" | "past" | "previous" => Meant::day(length, previous),
        "coming" => Meant::day(length, next),
        "this" => Meant::day(length, within_week(today, weekday)),
        "next" => {
            // Some mean the nearest one, some the one of the next week.
            let later = within_week(calendar::shifted(today, 1, Unit::Weeks)?, weekday);
            if later == next {
                return Meant::day(length, next);
            }
            Meant::either(length, as_span(next), as_span(later), 0.7, 0.6)
        }
        _ => Meant::either(length, as_span(previous), as_span(next), 0.7, 0.65),
    }
}

fn within_week(of: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let (monday, _) = calendar::week(of)?;
    monday.checked_add_days(Days::new(u64::from(weekday.num_days_from_monday())))
}
