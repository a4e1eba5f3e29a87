//! The bank's day: a date in the bank's own time zone, whatever clock the machine keeps.

use crate::audit::canonical;
use bank_contract::bankday::DayReport;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The wall clock at the bank.
pub fn local(at: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// The moment of a wall clock's time at the bank. What the clocks skip in spring is the moment they skip to; what
/// they show twice in autumn is the first of the two.
pub fn utc(at: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    let found = zone
        .from_local_datetime(&at)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(at + hour)).earliest());
    found.map_or(at.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// The business date that should be open: the bank's calendar date, and never one before the date
/// that is open already.
pub fn date_to_open(open_now: NaiveDate, at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    local(at, zone).date().max(open_now)
}

/// The hash of a day's report: over its canonical form without the hash itself, in hexadecimal.
pub fn report_hash(report: &DayReport) -> Option<String> {
    let mut value = serde_json::to_value(report).ok()?;
    value.as_object_mut()?.remove("hash");
    let mut hasher = Sha256::new();
    hasher.update(b"larch day report v1\0");
    hasher.update(canonical(&value).as_bytes());
    let hash = hasher.finalize();
    Some(hash.iter().fold(String::with_capacity(64), |mut out, byte| {
        // Writing to a text does not fail.
        let _ = write!(out, "{byte:02x}");
        out
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_begins_at_midnight_at_the_bank() {
        for (now, expected) in [
            ("2026-11-22T22:59:59Z", "2026-11-22"),
            ("2026-11-22T23:00:00Z", "2026-11-23"),
            ("2026-07-01T21:59:59Z", "2026-07-01"),
            ("2026-07-01T22:00:00Z", "2026-07-02"),
        ] {
            assert_eq!(
                date_to_open(date("2026-01-01"), at(now), Berlin),
                date(expected),
                "{now}"
            );
        }
    }

    #[test]
    fn a_wall_clock_time_is_one_moment_also_when_the_clocks_change() {
        for (local, expected) in [
            ("2026-11-23T12:00:00", "2026-11-23T11:00:00Z"),
            ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(utc(local.parse().unwrap(), Berlin), at(expected), "{local}");
        }
    }

    #[test]
    fn a_clock_set_back_does_not_reopen_a_day() {
        assert_eq!(
            date_to_open(date("2026-11-23"), at("2026-11-20T12:00:00Z"), Berlin),
            date("2026-11-23")
        );
    }
}
