//! Dates as a bank keeps them. Banks settle with one another on the days of the euro area's
//! settlement system (TARGET), which rests at weekends and on six holidays a year.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// Easter Sunday by Gauss's rule, with the constants for 1900 to 2099.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let moon = (19 * (year % 19) + 24) % 30;
    let sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7;
    let late = (moon == 29 && sunday == 6) || (moon == 28 && sunday == 6 && year % 19 > 10);
    let days = moon + sunday - if late { 7 } else { 0 };
    NaiveDate::from_ymd_opt(year, 3, 22)?.checked_add_signed(TimeDelta::days(days.into()))
}

fn is_business_day(date: NaiveDate) -> bool {
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let fixed = matches!((date.month(), date.day()), (1 | 5, 1) | (12, 25 | 26));
    let easter = easter_sunday(date.year()).map(|sunday| (date - sunday).num_days());
    !weekend && !fixed && !matches!(easter, Some(-2 | 1))
}

/// The date itself when banks work, else the next one on which they do.
pub(super) fn following(date: NaiveDate) -> NaiveDate {
    date.iter_days().find(|day| is_business_day(*day)).unwrap_or(date)
}

/// The date itself when banks work, else the last one before on which they did.
pub(super) fn preceding(date: NaiveDate) -> NaiveDate {
    let mut days = std::iter::successors(Some(date), NaiveDate::pred_opt);
    days.find(|day| is_business_day(*day)).unwrap_or(date)
}

pub(super) fn days_before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(date)
}

pub(super) fn days_after(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

pub(super) fn months_before(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_sub_months(Months::new(months)).unwrap_or(date)
}

/// The first days of all months from one date's to another's.
pub(super) fn months(from: NaiveDate, until: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let next = |month: &NaiveDate| month.checked_add_months(Months::new(1));
    std::iter::successors(from.with_day(1), next).take_while(move |month| *month <= until)
}

/// A day of a month that is given by its first; its last day when it is shorter.
pub(super) fn day_of(month: NaiveDate, day: u32) -> NaiveDate {
    (1..=day).rev().find_map(|day| month.with_day(day)).unwrap_or(month)
}

/// "1st quarter 2026".
pub(super) fn quarter(date: NaiveDate) -> String {
    let nth = match date.month() {
        1..=3 => "1st",
        4..=6 => "2nd",
        7..=9 => "3rd",
        _ => "4th",
    };
    format!("{nth} quarter {}", date.year())
}

/// A moment on the bank's wall clock. In the hour that a change of the clocks leaves out, an hour
/// later; in the one that comes twice, the first time.
pub(super) fn to_utc(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let moment = |local: NaiveDateTime| zone.from_local_datetime(&local).earliest();
    moment(local)
        .or_else(|| moment(local + TimeDelta::hours(1)))
        .map_or_else(|| local.and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_is_when_the_almanac_says() {
        for sunday in [
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2049-04-18",
            "2076-04-19",
        ] {
            assert_eq!(easter_sunday(date(sunday).year()), Some(date(sunday)));
        }
    }

    #[test]
    fn banks_rest_at_weekends_and_on_six_holidays() {
        for (from, before, after) in [
            ("2026-11-23", "2026-11-23", "2026-11-23"),
            ("2026-11-22", "2026-11-20", "2026-11-23"),
            ("2026-04-03", "2026-04-02", "2026-04-07"),
            ("2026-12-25", "2026-12-24", "2026-12-28"),
            ("2027-01-01", "2026-12-31", "2027-01-04"),
            ("2026-05-01", "2026-04-30", "2026-05-04"),
        ] {
            assert_eq!(
                (preceding(date(from)), following(date(from))),
                (date(before), date(after))
            );
        }
    }

    #[test]
    fn the_31st_of_february_is_its_last_day() {
        assert_eq!(day_of(date("2027-02-01"), 31), date("2027-02-28"));
        assert_eq!(day_of(date("2028-02-01"), 31), date("2028-02-29"));
        assert_eq!(day_of(date("2027-02-01"), 3), date("2027-02-03"));
    }

    #[test]
    fn months_are_listed_from_the_first_to_the_last() {
        let listed: Vec<_> = months(date("2025-11-30"), date("2026-02-01")).collect();
        assert_eq!(listed.len(), 4);
        assert_eq!(listed.last(), Some(&date("2026-02-01")));
    }

    #[test]
    fn the_hour_that_the_clocks_leave_out_is_one_later() {
        let at = |text: &str| to_utc(text.parse().unwrap(), chrono_tz::Europe::Berlin).to_rfc3339();
        assert_eq!(at("2026-03-29T02:30:00"), "2026-03-29T01:30:00+00:00");
        assert_eq!(at("2026-10-25T02:30:00"), "2026-10-25T00:30:00+00:00");
        assert_eq!(at("2026-07-01T12:00:00"), "2026-07-01T10:00:00+00:00");
    }
}
