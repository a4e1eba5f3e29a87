//! Days and spans by the calendar: pure arithmetic that never leaves the years the bank can know.

use super::Unit;
use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

/// First and last day.
pub(super) type Span = (NaiveDate, NaiveDate);

pub(super) fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    (1_990..2_100)
        .contains(&year)
        .then(|| NaiveDate::from_ymd_opt(year, month, day))?
}

pub(super) fn month(year: i32, month: u32) -> Option<Span> {
    let first = day(year, month, 1)?;
    Some((first, last_of_month(first)?))
}

pub(super) fn year(year: i32) -> Option<Span> {
    Some((day(year, 1, 1)?, day(year, 12, 31)?))
}

pub(super) fn quarter(year: i32, quarter: u32) -> Option<Span> {
    let first = day(year, quarter.checked_mul(3)?.checked_sub(2)?, 1)?;
    Some((first, last_of_month(shifted(first, 2, Unit::Months)?)?))
}

/// Monday to Sunday.
pub(super) fn week(of: NaiveDate) -> Option<Span> {
    let monday = of.checked_sub_days(Days::new(u64::from(of.weekday().num_days_from_monday())))?;
    Some((monday, monday.checked_add_days(Days::new(6))?))
}

/// Saturday and Sunday of a day's week.
pub(super) fn weekend(of: NaiveDate) -> Option<Span> {
    let (_, sunday) = week(of)?;
    Some((sunday.pred_opt()?, sunday))
}

pub(super) fn last_of_month(of: NaiveDate) -> Option<NaiveDate> {
    of.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// So many units later; earlier, when negative.
pub(super) fn shifted(from: NaiveDate, count: i32, unit: Unit) -> Option<NaiveDate> {
    let size = count.unsigned_abs();
    let days = |days: u64| {
        let days = Days::new(days);
        if count < 0 {
            from.checked_sub_days(days)
        } else {
            from.checked_add_days(days)
        }
    };
    let months = |months: u32| {
        let months = Months::new(months);
        if count < 0 {
            from.checked_sub_months(months)
        } else {
            from.checked_add_months(months)
        }
    };
    let moved = match unit {
        Unit::Days => days(u64::from(size)),
        Unit::Weeks => days(u64::from(size) * 7),
        Unit::Months => months(size),
        Unit::Years => months(size.checked_mul(12)?),
    };
    moved.filter(|day| (1_990..2_100).contains(&day.year()))
}

/// The whole week, month or year that lies so many from this one.
pub(super) fn period(today: NaiveDate, away: i32, unit: Unit) -> Option<Span> {
    let inside = match unit {
        // From the first of the month, so that the 31st does not matter.
        Unit::Months | Unit::Years => shifted(today.with_day(1)?, away, unit)?,
        _ => shifted(today, away, unit)?,
    };
    match unit {
        Unit::Days => Some((inside, inside)),
        Unit::Weeks => week(inside),
        Unit::Months => month(inside.year(), inside.month()),
        Unit::Years => year(inside.year()),
    }
}

/// The next such day after a day.
pub(super) fn next(weekday: Weekday, after: NaiveDate) -> Option<NaiveDate> {
    let ahead = (weekday.num_days_from_monday() + 7 - after.weekday().num_days_from_monday()) % 7;
    after.checked_add_days(Days::new(u64::from(if ahead == 0 { 7 } else { ahead })))
}

/// The last such day before a day.
pub(super) fn previous(weekday: Weekday, before: NaiveDate) -> Option<NaiveDate> {
    next(weekday, before)?.checked_sub_days(Days::new(if weekday == before.weekday() { 14 } else { 7 }))
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let found = match word {
        "monday" | "mondays" | "mon" => Weekday::Mon,
        "tuesday" | "tuesdays" | "tue" | "tues" => Weekday::Tue,
        "wednesday" | "wednesdays" | "wed" | "wensday" | "wendesday" => Weekday::Wed,
        "thursday" | "thursdays" | "thu" | "thur" | "thurs" => Weekday::Thu,
        "friday" | "fridays" | "fri" => Weekday::Fri,
        "saturday" | "saturdays" | "sat" => Weekday::Sat,
        "sunday" | "sundays" | "sun" => Weekday::Sun,
        _ => return None,
    };
    Some(found)
}

/// 1 to 12, and whether the word is nothing else ("may" and "march" are).
pub(super) fn month_name(word: &str) -> Option<(u32, bool)> {
    const NAMES: [(&str, &str); 12] = [
        ("january", "jan"),
        ("february", "feb"),
        ("march", "mar"),
        ("april", "apr"),
        ("may", "may"),
        ("june", "jun"),
        ("july", "jul"),
        ("august", "aug"),
        ("september", "sep"),
        ("october", "oct"),
        ("november", "nov"),
        ("december", "dec"),
    ];
    let word = match word {
        "sept" => "sep",
        "febuary" => "feb",
        other => other,
    };
    let number = (1..)
        .zip(NAMES)
        .find(|(_, (long, short))| word == *long || word == *short)
        .map(|(number, _)| number)?;
    let sure = NAMES.iter().any(|(long, _)| *long == word) && !matches!(word, "may" | "march");
    Some((number, sure))
}

pub(super) fn unit(word: &str) -> Option<Unit> {
    match word {
        "day" | "days" => Some(Unit::Days),
        "week" | "weeks" | "wk" | "wks" => Some(Unit::Weeks),
        "month" | "months" | "mth" | "mths" => Some(Unit::Months),
        "year" | "years" | "yr" | "yrs" => Some(Unit::Years),
        _ => None,
    }
}
