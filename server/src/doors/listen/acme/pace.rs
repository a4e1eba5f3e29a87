//! When a certificate has to be made, and how long to wait after it could not be.

use super::super::leaf::Leaf;
use super::line::WAIT_MAX;
use bank_operations::Chance;
use chrono::{DateTime, Utc};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Now,
    Later,
}

/// With a third of its life left a certificate is renewed, as its authority has it from everybody: 30 of 90 days. Without
/// one, or with one for other hosts, it is time as well.
pub(super) fn due(held: Option<&Leaf>, hosts: &[String], now: DateTime<Utc>) -> Due {
    let Some(leaf) = held else { return Due::Now };
    let renewal = leaf.until - (leaf.until - leaf.from) / 3;
    if leaf.is_for(hosts) && now < renewal {
        Due::Later
    } else {
        Due::Now
    }
}

/// How long nothing is asked after a certificate was made: half of what it has to live. Renewal comes later than that,
/// but for one whose life was almost over from the beginning, which would be asked for again and again.
pub(super) fn pause(until: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    ((until - now) / 2).to_std().unwrap_or_default()
}

/// How often is looked and how long is waited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How often it is looked whether it is time.
    pub(super) look: Duration,
    /// For one attempt, with all that is asked and waited for in it.
    pub(super) attempt_max: Duration,
    /// After the first failure. After each other one in a row it is twice as long.
    pub(super) first: Duration,
    pub(super) most: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: Duration::from_mins(1),
            attempt_max: Duration::from_mins(5),
            first: Duration::from_mins(2),
            most: Duration::from_hours(6),
        }
    }
}

impl Pace {
    /// How long to wait after one more failure than these: three to five quarters of it, so that banks that failed
    /// together do not come back together, and never less than the authority asked for.
    pub(super) fn wait(&self, failures: u32, asked: Option<Duration>, chance: &Chance) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.min(31)));
        let full = doubled.min(self.most);
        let half_ms = u64::try_from(full.as_millis() / 2).unwrap_or(u64::MAX);
        let wait = full * 3 / 4 + Duration::from_millis(chance.below(half_ms.saturating_add(1)));
        wait.max(asked.unwrap_or_default().min(WAIT_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_certificate_is_renewed_with_a_third_of_its_life_left_or_when_it_is_for_others() {
        let leaf = Leaf {
            from: at("2026-10-01T00:00:00Z"),
            until: at("2026-12-30T00:00:00Z"),
            names: vec!["bank.example".to_owned()],
        };
        let own = ["bank.example".to_owned()];
        let more = ["bank.example".to_owned(), "www.bank.example".to_owned()];
        for (held, hosts, now, expected) in [
            (None, &own[..], "2026-10-02T00:00:00Z", Due::Now),
            (Some(&leaf), &own[..], "2026-10-02T00:00:00Z", Due::Later),
            (Some(&leaf), &own[..], "2026-11-29T23:59:59Z", Due::Later),
            (Some(&leaf), &own[..], "2026-11-30T00:00:00Z", Due::Now),
            (Some(&leaf), &own[..], "2027-01-01T00:00:00Z", Due::Now),
            (Some(&leaf), &more[..], "2026-10-02T00:00:00Z", Due::Now),
        ] {
            assert_eq!(due(held, hosts, at(now)), expected, "{now} {hosts:?}");
        }
    }

    #[test]
    fn after_a_new_certificate_nothing_is_asked_for_half_of_its_life_and_that_is_before_its_renewal() {
        let now = at("2026-10-01T01:00:00Z");
        for (from, until, days) in [
            ("2026-10-01T00:00:00Z", "2026-12-30T01:00:00Z", 45),
            ("2026-10-01T00:00:00Z", "2026-10-07T01:00:00Z", 3),
            ("2026-01-01T00:00:00Z", "2026-10-03T01:00:00Z", 1),
            ("2026-01-01T00:00:00Z", "2026-09-01T00:00:00Z", 0),
        ] {
            let leaf = Leaf {
                from: at(from),
                until: at(until),
                names: vec![],
            };
            let pause = pause(leaf.until, now);
            assert_eq!(pause, Duration::from_hours(24 * days), "{until}");
            if days > 1 {
                assert_eq!(due(Some(&leaf), &[], now + pause), Due::Later, "{until}");
            }
        }
    }

    #[test]
    fn each_failure_doubles_the_wait_up_to_six_hours_give_or_take_a_quarter() {
        let (pace, chance) = (Pace::default(), Chance::from_seed([7; 32]));
        for (failures, minutes) in [
            (0, 2),
            (1, 4),
            (2, 8),
            (5, 64),
            (7, 256),
            (8, 360),
            (100, 360),
            (u32::MAX, 360),
        ] {
            let full = Duration::from_mins(minutes);
            let waits: Vec<_> = (0..50).map(|_| pace.wait(failures, None, &chance)).collect();
            assert!(
                waits.iter().all(|wait| (full * 3 / 4..=full * 5 / 4).contains(wait)),
                "{failures}: {waits:?}"
            );
            assert!(
                waits.iter().any(|wait| wait != &waits[0]),
                "nobody comes at the same time"
            );
        }
    }

    #[test]
    fn an_authority_is_left_alone_as_long_as_it_asks_but_no_longer_than_a_day() {
        let (pace, chance) = (Pace::default(), Chance::from_seed([7; 32]));
        let asked = |hours| pace.wait(0, Some(Duration::from_hours(hours)), &chance);
        assert_eq!(asked(3), Duration::from_hours(3));
        assert_eq!(asked(1_000), Duration::from_hours(24));
        assert!(asked(0) >= Duration::from_secs(90), "it is never sooner than without");
    }
}
