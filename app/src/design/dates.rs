//! Dates in words. All of them come from the bank; nothing here asks the machine for the time.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

fn month(date: NaiveDate) -> &'static str {
    MONTHS.get(date.month0() as usize).copied().unwrap_or_default()
}

fn weekday(date: NaiveDate) -> &'static str {
    let index = date.weekday().num_days_from_monday() as usize;
    WEEKDAYS.get(index).copied().unwrap_or_default()
}

/// "16 November 2026".
pub fn day(date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// "Today", "Yesterday", "Monday 16 November", and with its year when it was not this year.
pub fn day_heading(date: NaiveDate, today: NaiveDate) -> String {
    if date == today {
        return "Today".into();
    }
    if date.succ_opt() == Some(today) {
        return "Yesterday".into();
    }
    let day = format!("{} {} {}", weekday(date), date.day(), month(date));
    if date.year() == today.year() {
        day
    } else {
        format!("{day} {}", date.year())
    }
}

/// "16 Nov 2026, 14:05".
pub fn moment(at: NaiveDateTime) -> String {
    let date = at.date();
    let month = month(date).get(..3).unwrap_or_default();
    format!("{} {month} {}, {}", date.day(), date.year(), time(at))
}

/// "14:05".
pub fn time(at: NaiveDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn days_read_like_a_calendar() {
        assert_eq!(day(date("2026-11-16")), "16 November 2026");
        let today = date("2026-11-17");
        assert_eq!(day_heading(today, today), "Today");
        assert_eq!(day_heading(date("2026-11-16"), today), "Yesterday");
        assert_eq!(day_heading(date("2026-11-15"), today), "Sunday 15 November");
        assert_eq!(day_heading(date("2025-12-31"), today), "Wednesday 31 December 2025");
        assert_eq!(day_heading(date("2026-11-18"), today), "Wednesday 18 November");
    }

    #[test]
    fn moments_keep_their_zeros() {
        let at = date("2026-03-05").and_hms_opt(4, 7, 59).unwrap_or_default();
        assert_eq!(moment(at), "5 Mar 2026, 04:07");
    }
}
