//! Payments added up, by currency. Figures come from rows, and only from them.

use crate::state::Span;
use bank_contract::accounts::TransactionView;
use bank_contract::{Currency, Money};
use chrono::{Datelike, Days, NaiveDate};

/// What came in, or what went out, for each currency, as positive amounts.
pub(super) fn totals(rows: &[TransactionView], came_in: bool) -> Vec<Money> {
    let mut sums: Vec<(Currency, i64)> = Vec::new();
    for row in rows
        .iter()
        .filter(|row| row.amount.is_positive() == came_in && row.amount.minor() != 0)
    {
        let money = row.amount.abs();
        match sums.iter_mut().find(|(currency, _)| *currency == money.currency()) {
            Some((_, sum)) => *sum += money.minor(),
            None => sums.push((money.currency(), money.minor())),
        }
    }
    sums.into_iter()
        .filter_map(|(currency, minor)| Money::from_minor(minor, currency).ok())
        .collect()
}

/// The month that runs, up to today.
pub(super) fn this_month(today: NaiveDate) -> Span {
    Span {
        from: today.with_day(1).unwrap_or(today),
        until: today,
    }
}

/// The span of the same kind before: the month before a month, or as many days before.
pub(super) fn before(span: Span) -> Span {
    let last = span.from.checked_sub_days(Days::new(1)).unwrap_or(span.from);
    if span.from.day() == 1 {
        let from = last.with_day(1).unwrap_or(last);
        // A month that runs is compared with as many days of the one before.
        let whole = span
            .until
            .checked_add_days(Days::new(1))
            .is_some_and(|next| next.day() == 1);
        let until = if whole || span.until.month() != span.from.month() {
            last
        } else {
            from.with_day(span.until.day()).unwrap_or(last)
        };
        return Span { from, until };
    }
    let days = days(span);
    Span {
        from: span.from.checked_sub_days(Days::new(days)).unwrap_or(span.from),
        until: last,
    }
}

/// Days in a span, both ends included.
pub(super) fn days(span: Span) -> u64 {
    u64::try_from((span.until - span.from).num_days() + 1)
        .unwrap_or(1)
        .max(1)
}

/// A sum over some days as one for so many: rounded down to a whole minor unit.
pub(super) fn average(sum: Money, span: Span, per_days: u64) -> Option<Money> {
    let days = i128::from(days(span));
    let minor = i128::from(sum.minor()) * i128::from(per_days) / days;
    Money::from_minor(i64::try_from(minor).ok()?, sum.currency()).ok()
}

/// For how long an average is wanted: "per week", "a typical month", "daily". Whatever time it is taken over is another matter,
/// so "in the last two weeks" says nothing of it.
pub(super) fn unit_of_average(plain: &str) -> (u64, &'static str) {
    const BEFORE: &[&str] = &[
        "per",
        "a",
        "an",
        "each",
        "every",
        "one",
        "average",
        "typical",
        "typically",
        "normal",
        "usual",
        "ordinary",
        "single",
        "any",
    ];
    let mut before = "";
    for word in plain.split_whitespace() {
        let counted = BEFORE.contains(&before);
        match word {
            "daily" => return DAY,
            "day" if counted => return DAY,
            "weekly" => return WEEK,
            "week" | "weekend" if counted => return WEEK,
            "monthly" => return MONTH,
            "month" if counted => return MONTH,
            "yearly" | "annual" | "annually" => return YEAR,
            "year" if counted => return YEAR,
            _ => {}
        }
        before = word;
    }
    MONTH
}

const DAY: (u64, &str) = (1, "average.day");
const WEEK: (u64, &str) = (7, "average.week");
const MONTH: (u64, &str) = (30, "average.month");
const YEAR: (u64, &str) = (365, "average.year");

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn span(from: NaiveDate, until: NaiveDate) -> Span {
        Span { from, until }
    }

    #[test]
    fn a_running_month_is_compared_with_as_many_days_of_the_one_before() {
        let running = this_month(day(2026, 11, 26));
        assert_eq!(before(running), span(day(2026, 10, 1), day(2026, 10, 26)));
        let whole = span(day(2026, 3, 1), day(2026, 3, 31));
        assert_eq!(before(whole), span(day(2026, 2, 1), day(2026, 2, 28)));
        let running = span(day(2026, 3, 1), day(2026, 3, 30));
        assert_eq!(before(running), span(day(2026, 2, 1), day(2026, 2, 28)));
        let week = span(day(2026, 11, 16), day(2026, 11, 22));
        assert_eq!(before(week), span(day(2026, 11, 9), day(2026, 11, 15)));
    }

    #[test]
    fn an_average_is_never_more_than_its_parts() {
        let sum = Money::from_minor(10_000, Currency::Eur).unwrap();
        let ninety = span(day(2026, 1, 1), day(2026, 3, 31));
        assert_eq!(days(ninety), 90);
        assert_eq!(average(sum, ninety, 30).unwrap().minor(), 3_333);
    }

    #[test]
    fn an_average_is_for_what_was_asked_and_not_for_the_time_that_it_is_taken_over() {
        for (text, wanted) in [
            ("what do i spend on average per month in the last 2 weeks", MONTH),
            ("average per week this month", WEEK),
            ("average weekly spending since january", WEEK),
            ("how much do we go through in an average week", WEEK),
            ("average spend per day last month", DAY),
            ("what does a usual month cost me", MONTH),
            ("average of today and yesterday", MONTH),
            ("what do i spend a year on average", YEAR),
            ("average spending last week", MONTH),
        ] {
            assert_eq!(unit_of_average(text), wanted, "{text}");
        }
    }
}
