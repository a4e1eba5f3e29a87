//! What the calendar names: "3rd of march", "march 2025", "12/03/2026", "the 15th", "2025".

use super::super::calendar::{self, Span};
use super::super::{Search, Value, numerals};
use super::Meant;
use chrono::{Datelike as _, NaiveDate};

pub(super) fn at(search: &Search<'_>, at: usize) -> Option<Meant> {
    let today = search.context.today;
    written(search, at)
        .or_else(|| day_and_month(search, at, today))
        .or_else(|| month_and_day(search, at, today))
        .or_else(|| month(search, at, today))
        .or_else(|| day_of_month(search, at, today))
        .or_else(|| year(search, at))
        .or_else(|| quarter(search, at, today))
}

/// The month at a token: 1 to 12, and one token.
pub(super) fn month_at(search: &Search<'_>, at: usize) -> Option<(u32, usize)> {
    let (month, _) = calendar::month_name(search.word(at))?;
    Some((month, 1))
}

/// The last such month that has begun, and the next one.
pub(super) fn month_near(today: NaiveDate, month: u32) -> Option<(Span, Span)> {
    let begun = if month <= today.month() {
        today.year()
    } else {
        today.year() - 1
    };
    Some((calendar::month(begun, month)?, calendar::month(begun + 1, month)?))
}

/// "2026-03-12", "12.03.2026", "12/3/26".
fn written(search: &Search<'_>, at: usize) -> Option<Meant> {
    let (parts, length) = number_parts(search, at)?;
    let value = |text: &str| text.parse::<u32>().ok();
    let (first, second, third) = (value(&parts[0])?, value(&parts[1])?, value(&parts[2])?);
    if parts[0].len() == 4 {
        return Meant::day(length, calendar::day(i32::try_from(first).ok()?, second, third));
    }
    let full_year = match parts[2].len() {
        4 => i32::try_from(third).ok()?,
        2 => 2_000 + i32::try_from(third).ok()?,
        _ => return None,
    };
    if parts[0].len() > 2 || parts[1].len() > 2 {
        return None;
    }
    let as_span = |day: Option<NaiveDate>| day.map(|day| (day, day));
    let day_first = as_span(calendar::day(full_year, second, first));
    let month_first = as_span(calendar::day(full_year, first, second)).filter(|other| Some(*other) != day_first);
    match (day_first, month_first) {
        // Most of our customers write the day first.
        (Some(_), Some(_)) => Meant::either(length, day_first, month_first, 0.9, 0.4),
        (one, other) => Meant::one(length, one.or(other)),
    }
}

/// Three numbers with the same mark between them, in one token ("12.03.2026") or five.
fn number_parts(search: &Search<'_>, at: usize) -> Option<([String; 3], usize)> {
    let token = search.tokens.get(at).filter(|token| token.is_number())?;
    let parts: Vec<&str> = token.text.split('.').collect();
    if let [one, two, three] = parts[..] {
        let plain = [one, two, three].iter().all(|part| !part.contains(','));
        return plain.then(|| ([one, two, three].map(str::to_owned), 1));
    }
    let mark = search.word(at + 1);
    if !matches!(mark, "-" | "/" | "–") || search.word(at + 3) != mark {
        return None;
    }
    let tight = (1..5).all(|step| search.tokens.get(at + step).is_some_and(|token| token.glued));
    let numbers = [at, at + 2, at + 4].map(|at| search.tokens.get(at).filter(|token| token.is_number()));
    let [Some(one), Some(two), Some(three)] = numbers else {
        return None;
    };
    tight.then(|| ([one, two, three].map(|token| token.text.clone()), 5))
}

/// "3rd of march", "3 march 2025", "the third of May".
fn day_and_month(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let mut next = at + usize::from(search.word(at) == "on");
    next += usize::from(search.word(next) == "the");
    let (day, length) = numerals::ordinal_at(search.tokens, next).or_else(|| plain_day(search, next))?;
    next += length;
    next += usize::from(search.word(next) == "of");
    let (month, length) = month_at(search, next)?;
    next += length;
    dated(search, at, next, day, month, today)
}

/// "march 3", "March 3rd, 2025".
fn month_and_day(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let mut next = at + usize::from(search.word(at) == "on");
    let (month, length) = month_at(search, next)?;
    next += length;
    next += usize::from(search.word(next) == "the");
    let (day, length) = numerals::ordinal_at(search.tokens, next).or_else(|| plain_day(search, next))?;
    dated(search, at, next + length, day, month, today)
}

/// "31 february", "the 31st of april", "february 30, 2026": a day that there is in no such month, or not in that year.
pub(super) fn no_day(search: &Search<'_>, at: usize) -> Option<(Value, usize)> {
    let day_at = |at: usize| numerals::ordinal_at(search.tokens, at).or_else(|| plain_day(search, at));
    let day_first = || {
        let (day, length) = day_at(at)?;
        let of = at + length + usize::from(search.word(at + length) == "of");
        let (month, named) = month_at(search, of)?;
        Some((day, month, of + named))
    };
    let month_first = || {
        let (month, named) = month_at(search, at)?;
        let the = at + named + usize::from(search.word(at + named) == "the");
        let (day, length) = day_at(the)?;
        Some((day, month, the + length))
    };
    let (day, month, next) = day_first().or_else(month_first)?;
    let comma = usize::from(search.word(next) == ",");
    let year = year_at(search, next + comma);
    // Of any year, a leap one has all the days that there are.
    if (1..=99).contains(&day) && calendar::day(year.unwrap_or(2_000), month, day).is_none() {
        let end = if year.is_some() { next + comma + 1 } else { next };
        return Some((Value::NoDay { day, month, year }, end - at));
    }
    None
}

/// With its year, if that follows; else the last such day, or the next one.
fn dated(search: &Search<'_>, at: usize, next: usize, day: u32, month: u32, today: NaiveDate) -> Option<Meant> {
    let comma = usize::from(search.word(next) == ",");
    if let Some(year) = year_at(search, next + comma) {
        return Meant::day(next + comma + 1 - at, calendar::day(year, month, day));
    }
    let in_year = |year: i32| calendar::day(year, month, day).map(|day| (day, day));
    let this = in_year(today.year());
    if this == Some((today, today)) {
        return Meant::day(next - at, Some(today));
    }
    // The 29th of February is not in every year, but in one of nine.
    let gone = |span: &Span| span.0 <= today;
    let past = (0..9).find_map(|back| in_year(today.year() - back).filter(gone));
    let future = (0..9).find_map(|ahead| in_year(today.year() + ahead).filter(|span| !gone(span)));
    Meant::either(next - at, past, future, 0.8, 0.75)
}

pub(super) fn plain_day(search: &Search<'_>, at: usize) -> Option<(u32, usize)> {
    let token = search.tokens.get(at).filter(|token| token.is_number())?;
    let day = token.text.trim_end_matches('.').parse().ok()?;
    (1..=31).contains(&day).then_some((day, 1))
}

/// "in march", "march 2025", "last march", "this may".
fn month(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let lead = search.word(at);
    let opened = matches!(
        lead,
        "in" | "last" | "this" | "next" | "since" | "for" | "during" | "of" | "by" | "until" | "from"
    );
    let begin = at + usize::from(opened);
    let (month, sure) = calendar::month_name(search.word(begin))?;
    let before = at.checked_sub(1).map_or("", |before| search.word(before));
    let led_before = matches!(
        before,
        "since" | "from" | "to" | "until" | "between" | "and" | "of" | "-"
    );
    let end = begin + 1;
    if let Some(year) = year_at(search, end) {
        return Meant::one(end + 1 - at, calendar::month(year, month));
    }
    if !sure && !opened && !led_before {
        return None;
    }
    let (past, future) = month_near(today, month)?;
    match lead {
        "last" if today.month() == month => Meant::one(end - at, calendar::month(today.year() - 1, month)),
        "last" => Meant::one(end - at, Some(past)),
        "next" => Meant::one(end - at, Some(future)),
        "this" => Meant::one(end - at, calendar::month(today.year(), month)),
        _ => Meant::either(end - at, Some(past), Some(future), 0.8, 0.6),
    }
}

/// "the 15th", "on the 1st".
fn day_of_month(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let on = usize::from(search.word(at) == "on");
    let the = usize::from(search.word(at + on) == "the");
    let first = at + on + the;
    let (day, length) = numerals::ordinal_at(search.tokens, first)?;
    // "The second" is rather a choice; "the 2nd one" too.
    let in_digits = search
        .tokens
        .get(first)
        .is_some_and(super::super::tokens::Token::is_number);
    if the + on == 0
        || !in_digits
        || day > 31
        || matches!(search.word(first + length), "one" | "payment" | "card" | "account")
    {
        return None;
    }
    let of_this = calendar::day(today.year(), today.month(), day);
    let of = |away: i32| {
        let month = calendar::shifted(today.with_day(1)?, away, super::super::Unit::Months)?;
        calendar::day(month.year(), month.month(), day).map(|day| (day, day))
    };
    let (past, future) = match of_this {
        Some(this) if this > today => (of(-1), of(0)),
        _ => (of(0), of(1)),
    };
    Meant::either(on + the + length, past, future, 0.7, 0.7)
}

/// "in 2025", "since 2025".
fn year(search: &Search<'_>, at: usize) -> Option<Meant> {
    let opened = matches!(search.word(at), "in" | "during" | "for" | "of");
    let since = at.checked_sub(1).is_some_and(|before| search.word(before) == "since");
    let year = year_at(search, at + usize::from(opened))?;
    // Alone, it can as well be an amount.
    (opened || since).then(|| Meant::one(1 + usize::from(opened), calendar::year(year)))?
}

fn year_at(search: &Search<'_>, at: usize) -> Option<i32> {
    let token = search
        .tokens
        .get(at)
        .filter(|token| token.is_number() && token.text.len() == 4)?;
    token.text.parse().ok().filter(|year| (1_990..2_100).contains(year))
}

/// "q3", "q1 2025".
fn quarter(search: &Search<'_>, at: usize, today: NaiveDate) -> Option<Meant> {
    let number = search
        .tokens
        .get(at + 1)
        .filter(|token| token.glued && search.word(at) == "q")?;
    let quarter: u32 = number.text.parse().ok().filter(|number| (1..=4).contains(number))?;
    if let Some(year) = year_at(search, at + 2) {
        return Meant::one(3, calendar::quarter(year, quarter));
    }
    let begun = if quarter <= today.month().div_ceil(3) {
        today.year()
    } else {
        today.year() - 1
    };
    Meant::one(2, calendar::quarter(begun, quarter))
}
