//! Walks through everybody's intents in the order of time, as the bank would: works out what they
//! come to, books what is covered, declines what is not.

use super::calendar;
use super::life::{Amount, End, Intent, Mark, WhenShort};
use super::people::Account;
use bank_contract::accounts::EntryKind;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// What a person leaves in the account when nothing presses, in minor units.
const CUSHION: i64 = 3_500;

/// Why a payment was declined, as the customer reads it.
pub(super) const NOT_ENOUGH: &str = "There was not enough money in the account.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Booked,
    /// Booked, and undoes the event at this place in the list.
    SendsBack(usize),
    /// Nothing moved.
    Declined,
}

/// Something that happened, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: DateTime<Utc>,
    /// The bank's own date of it.
    pub(super) on: NaiveDate,
    pub(super) kind: EntryKind,
    pub(super) from: End,
    pub(super) to: End,
    /// Minor units, above zero.
    pub(super) amount: i64,
    pub(super) reference: String,
    pub(super) outcome: Outcome,
}

/// An account as the till sees it.
struct Purse {
    opened: NaiveDateTime,
    balance: i64,
    /// Balances times the days they lasted, since interest was last paid.
    minor_days: i128,
    counted_until: NaiveDate,
}

impl Purse {
    fn change(&mut self, by: i64, on: NaiveDate) {
        self.count(on);
        self.balance += by;
    }

    fn count(&mut self, until: NaiveDate) {
        let days = (until - self.counted_until).num_days();
        self.minor_days += i128::from(self.balance) * i128::from(days);
        self.counted_until = until;
    }

    /// Actual days over 365, rounded half up to whole minor units.
    fn interest(&mut self, rate_bps: i64, on: NaiveDate) -> i64 {
        const YEAR_BPS: i128 = 365 * 10_000;
        self.count(on);
        let earned = (self.minor_days * i128::from(rate_bps) + YEAR_BPS / 2) / YEAR_BPS;
        self.minor_days = 0;
        i64::try_from(earned).unwrap_or(0)
    }
}

pub(super) struct Till {
    purses: BTreeMap<Account, Purse>,
    events: Vec<Event>,
    /// Where the payments are that will be sent back.
    marked: BTreeMap<&'static str, usize>,
}

impl Till {
    pub(super) fn new(opened: &BTreeMap<Account, NaiveDateTime>) -> Self {
        let purse = |opened: &NaiveDateTime| Purse {
            opened: *opened,
            balance: 0,
            minor_days: 0,
            counted_until: opened.date(),
        };
        Self {
            purses: opened.iter().map(|(account, at)| (*account, purse(at))).collect(),
            events: Vec::new(),
            marked: BTreeMap::new(),
        }
    }

    /// Everything up to a moment; intents after it are forgotten.
    pub(super) fn settle(mut self, intents: Vec<Intent>, now: DateTime<Utc>, zone: Tz) -> Vec<Event> {
        let mut timed: Vec<(DateTime<Utc>, Intent)> = intents
            .into_iter()
            .map(|intent| (calendar::to_utc(intent.at, zone), intent))
            .filter(|(at, _)| *at <= now)
            .collect();
        timed.sort_by_key(|(at, _)| *at);
        for (at, intent) in timed {
            self.take(at, intent);
        }
        self.events
    }

    fn take(&mut self, at: DateTime<Utc>, intent: Intent) {
        if !self.is_open(intent.from, intent.at) || !self.is_open(intent.to, intent.at) {
            return;
        }
        if let Some(Mark::SendsBack(name)) = intent.mark {
            self.send_back(at, &intent, name);
            return;
        }
        let on = intent.at.date();
        let amount = self.work_out(&intent, on);
        if amount <= 0 {
            return;
        }
        let outcome = match (self.covers(intent.from, amount, intent.when_short), intent.when_short) {
            (true, _) => Outcome::Booked,
            (false, WhenShort::Declined) => Outcome::Declined,
            (false, WhenShort::DoneWithout) => return,
        };
        if let Some(Mark::SentBackLater(name)) = intent.mark {
            self.marked.insert(name, self.events.len());
        }
        self.write(Event {
            at,
            on,
            kind: intent.kind,
            from: intent.from,
            to: intent.to,
            amount,
            reference: intent.words,
            outcome,
        });
    }

    fn send_back(&mut self, at: DateTime<Utc>, intent: &Intent, name: &str) {
        let Some(place) = self.marked.remove(name) else {
            return;
        };
        let Some(first) = self.events.get(place).cloned() else {
            return;
        };
        if self.covers(first.to, first.amount, WhenShort::Declined) {
            self.write(Event {
                at,
                on: intent.at.date(),
                kind: EntryKind::Reversal,
                from: first.to,
                to: first.from,
                outcome: Outcome::SendsBack(place),
                ..first
            });
        }
    }

    fn write(&mut self, event: Event) {
        if event.outcome != Outcome::Declined {
            self.change(event.from, -event.amount, event.on);
            self.change(event.to, event.amount, event.on);
        }
        self.events.push(event);
    }

    fn change(&mut self, end: End, by: i64, on: NaiveDate) {
        if let End::Ours(account) = end
            && let Some(purse) = self.purses.get_mut(&account)
        {
            purse.change(by, on);
        }
    }

    fn is_open(&self, end: End, at: NaiveDateTime) -> bool {
        match end {
            End::Ours(account) => self.purses.get(&account).is_some_and(|purse| purse.opened <= at),
            End::Outside(_) | End::CashDesk | End::Bank => true,
        }
    }

    /// None for those whose money the bank does not count.
    fn balance(&self, end: End) -> Option<i64> {
        match end {
            End::Ours(account) => self.purses.get(&account).map(|purse| purse.balance),
            End::Outside(_) | End::CashDesk | End::Bank => None,
        }
    }

    fn covers(&self, end: End, amount: i64, when_short: WhenShort) -> bool {
        let cushion = match when_short {
            WhenShort::Declined => 0,
            WhenShort::DoneWithout => CUSHION,
        };
        self.balance(end).is_none_or(|balance| balance - amount >= cushion)
    }

    fn work_out(&mut self, intent: &Intent, on: NaiveDate) -> i64 {
        match (intent.amount, intent.to) {
            (Amount::Exactly(minor), _) => minor,
            (Amount::Beyond { keep, step }, _) => {
                let beyond = self.balance(intent.from).unwrap_or(0) - keep;
                beyond.div_euclid(step) * step
            }
            (Amount::UpTo { have, step }, to) => {
                let lacking = have - self.balance(to).unwrap_or(have);
                -(-lacking).div_euclid(step) * step
            }
            (Amount::Interest { rate_bps }, End::Ours(account)) => self
                .purses
                .get_mut(&account)
                .map_or(0, |purse| purse.interest(rate_bps, on)),
            // What is drawn by chance has been drawn by the diary.
            (Amount::Interest { .. } | Amount::Between(..) | Amount::OneOf(_), _) => 0,
        }
    }
}
