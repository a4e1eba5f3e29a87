//! The whole year on paper, before anything is written: pure, and the same for the same moment.

use super::lives;
use super::people::{Account, Who};
use super::till::{Event, Till};
use bank_rules::bankday;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

pub(super) struct Plan {
    pub(super) zone: Tz,
    /// The bank's date at the moment the plan is made for.
    pub(super) today: NaiveDate,
    /// When everybody signed up, and when accounts were opened, on the bank's wall clock.
    pub(super) joined: BTreeMap<Who, NaiveDateTime>,
    pub(super) opened: BTreeMap<Account, NaiveDateTime>,
    /// In the order of time.
    pub(super) events: Vec<Event>,
}

/// Plans a year that ends now. What is drawn depends on the date alone: a later hour of the same
/// day only adds to the end.
pub(super) fn plan(now: DateTime<Utc>, zone: Tz) -> Plan {
    let today = bankday::local(now, zone).date();
    let opened = lives::opened(today);
    let events = Till::new(&opened).settle(lives::told(today), now, zone);
    Plan {
        zone,
        today,
        joined: Who::ALL.map(|who| (who, lives::joined(who, today))).into(),
        opened,
        events,
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
