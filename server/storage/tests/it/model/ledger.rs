//! What the ledger should do, in plain memory: one entry after the other, each judged by itself.

use super::words::{Account, Entry, Hold, Line, Order, Refusal, SenderLimits, Usage};
use bank_contract::{Currency, EntryId};
use bank_storage::engine::Posted;
use bank_storage::ledger::{HoldEnd, LedgerStatus};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(super) struct Ledger {
    pub(super) accounts: Vec<Account>,
    pub(super) entries: BTreeMap<EntryId, Entry>,
    keys: BTreeMap<Uuid, EntryId>,
    reversed: BTreeSet<EntryId>,
    pub(super) holds: BTreeMap<Uuid, Hold>,
    pub(super) usage: BTreeMap<(usize, Currency), Usage>,
    pub(super) today: NaiveDate,
    closed_until: NaiveDate,
}

impl Ledger {
    pub(super) fn new(accounts: Vec<Account>, today: NaiveDate) -> Self {
        Self {
            accounts,
            entries: BTreeMap::new(),
            keys: BTreeMap::new(),
            reversed: BTreeSet::new(),
            holds: BTreeMap::new(),
            usage: BTreeMap::new(),
            today,
            closed_until: NaiveDate::MIN,
        }
    }

    /// Several entries with one call of the engine, in their order.
    pub(super) fn post_batch(&mut self, orders: &[Order]) -> Vec<Result<Posted, Refusal>> {
        let at = orders.iter().map(|order| order.at).max().unwrap_or_default();
        let mut met = BTreeSet::new();
        let mut accepted = Vec::new();
        let mut verdicts = Vec::new();
        for order in orders {
            let first = order.key.filter(|(key, _)| !self.keys.contains_key(key));
            let verdict = match self.refusal(order, at, &met) {
                None => {
                    self.accept(order, at);
                    accepted.push(order.entry);
                    Ok(())
                }
                // The very same entry, sent again: it is told what became of it.
                Some(Refusal::PostedBefore(before)) if before == order.entry => Ok(()),
                Some(refusal) => Err(refusal),
            };
            met.extend(first.map(|(key, _)| key));
            verdicts.push(verdict.map(|()| order.entry));
        }
        self.date(&accepted, at);
        let told = |entry: EntryId| self.entries[&entry].told();
        verdicts.into_iter().map(|verdict| verdict.map(told)).collect()
    }

    /// One entry in a database transaction of its own.
    pub(super) fn post_single(&mut self, order: &Order) -> Result<i64, Refusal> {
        if let Some(refusal) = self.refusal(order, order.at, &BTreeSet::new()) {
            return Err(refusal);
        }
        self.accept(order, order.at);
        self.date(&[order.entry], order.at);
        Ok(self.entries[&order.entry].after[0])
    }

    fn refusal(&self, order: &Order, at: DateTime<Utc>, met: &BTreeSet<Uuid>) -> Option<Refusal> {
        self.seen_before(order, met)
            .or_else(|| self.unfit_account(order))
            .or_else(|| {
                let (booking, value) = self.dates(order);
                (booking.min(value) <= self.closed_until).then_some(Refusal::PeriodClosed)
            })
            .or_else(|| {
                let again = order.reverses.is_some_and(|entry| self.reversed.contains(&entry));
                again.then_some(Refusal::AlreadyReversed)
            })
            .or_else(|| self.short_account(order))
            .or_else(|| self.over_the_limits(order, at))
    }

    fn seen_before(&self, order: &Order, met: &BTreeSet<Uuid>) -> Option<Refusal> {
        let Some((key, hash)) = order.key else {
            return self
                .entries
                .contains_key(&order.entry)
                .then_some(Refusal::PostedBefore(order.entry));
        };
        // Within a batch, the second is told to wait for the first, whatever becomes of that.
        if met.contains(&key) {
            return Some(Refusal::StillRunning);
        }
        let before = *self.keys.get(&key)?;
        let same = self.entries[&before].order.key == Some((key, hash));
        Some(if same {
            Refusal::PostedBefore(before)
        } else {
            Refusal::KeyReused
        })
    }

    fn unfit_account(&self, order: &Order) -> Option<Refusal> {
        let known: Option<Vec<_>> = order
            .lines
            .iter()
            .map(|line| Some((self.accounts.get(line.account)?, line)))
            .collect();
        let Some(lines) = known else {
            return Some(Refusal::AccountUnknown);
        };
        let with = |wrong: &dyn Fn(&Account, &Line) -> bool| lines.iter().any(|(account, line)| wrong(account, line));
        if with(&|account, line| account.currency != line.currency) {
            Some(Refusal::CurrencyMismatch)
        } else if with(&|account, _| account.status == LedgerStatus::Closed) {
            Some(Refusal::AccountClosed)
        } else if with(&|account, line| account.status == LedgerStatus::Blocked && line.amount < 0) {
            Some(Refusal::AccountBlocked)
        } else {
            None
        }
    }

    /// Only what leaves an account can run into its floor: the sum over the entry counts.
    fn short_account(&self, order: &Order) -> Option<Refusal> {
        order.lines.iter().filter(|line| line.amount < 0).find_map(|line| {
            let same = order.lines.iter().filter(|other| other.account == line.account);
            let net: i64 = same.map(|other| other.amount).sum();
            let available = self.accounts[line.account].available()?;
            (net < 0 && available + net < 0).then_some(Refusal::InsufficientFunds(available))
        })
    }

    fn over_the_limits(&self, order: &Order, at: DateTime<Utc>) -> Option<Refusal> {
        let limits = order.limits?;
        let used = self.usage_now(order, limits, at);
        if used.sent - order.lines[0].amount > limits.day_max {
            Some(Refusal::LimitReached((limits.day_max - used.sent).max(0)))
        } else if used.hour_count >= limits.hourly_max {
            Some(Refusal::TooManyPayments(limits.hourly_max.unsigned_abs()))
        } else {
            None
        }
    }

    /// What counts of what was sent: today's, and the hour that began with its first payment.
    fn usage_now(&self, order: &Order, limits: SenderLimits, at: DateTime<Utc>) -> Usage {
        let found = self.usage.get(&(limits.customer, order.lines[0].currency));
        let hour = found.filter(|used| used.hour_from > at - TimeDelta::hours(1));
        Usage {
            day: self.today,
            sent: found.filter(|used| used.day == self.today).map_or(0, |used| used.sent),
            hour_from: hour.map_or(at, |used| used.hour_from),
            hour_count: hour.map_or(0, |used| used.hour_count),
        }
    }

    fn dates(&self, order: &Order) -> (NaiveDate, NaiveDate) {
        (order.booking.unwrap_or(self.today), order.value.unwrap_or(self.today))
    }

    fn accept(&mut self, order: &Order, at: DateTime<Utc>) {
        if let Some(limits) = order.limits {
            let mut used = self.usage_now(order, limits, at);
            used.sent -= order.lines[0].amount;
            used.hour_count += 1;
            self.usage.insert((limits.customer, order.lines[0].currency), used);
        }
        let mut after = Vec::new();
        for line in &order.lines {
            let account = &mut self.accounts[line.account];
            account.booked += line.amount;
            after.push(account.booked);
        }
        self.reversed.extend(order.reverses);
        self.keys.extend(order.key.map(|(key, _)| (key, order.entry)));
        let (booking, value) = self.dates(order);
        let entry = Entry {
            order: order.clone(),
            booking,
            value,
            at,
            after,
        };
        self.entries.insert(order.entry, entry);
    }

    /// What was posted together has one time, and the times of an account's postings never go back.
    fn date(&mut self, posted: &[EntryId], at: DateTime<Utc>) {
        let lines = posted.iter().flat_map(|entry| &self.entries[entry].order.lines);
        let touched: BTreeSet<usize> = lines.map(|line| line.account).collect();
        let moved = touched
            .iter()
            .filter_map(|account| self.accounts[*account].history.last());
        let at = moved.map(|(moved_at, _)| *moved_at).fold(at, DateTime::max);
        for account in touched {
            let account = &mut self.accounts[account];
            account.history.push((at, account.booked));
        }
        for entry in posted {
            self.entries.get_mut(entry).expect("it was posted").at = at;
        }
    }

    pub(super) fn place_hold(
        &mut self,
        id: Uuid,
        account: usize,
        amount: i64,
        until: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let held = self.accounts.get_mut(account).ok_or(Refusal::AccountUnknown)?;
        match (held.status, held.available()) {
            (LedgerStatus::Closed, _) => return Err(Refusal::AccountClosed),
            (LedgerStatus::Blocked, _) => return Err(Refusal::AccountBlocked),
            (_, Some(available)) if available < amount => return Err(Refusal::InsufficientFunds(available)),
            _ => held.held += amount,
        }
        let placed = Hold {
            account,
            amount,
            until,
            state: "placed",
            captured: None,
        };
        self.holds.insert(id, placed);
        Ok(())
    }

    pub(super) fn end_hold(&mut self, id: Uuid, how: HoldEnd) -> Result<(), Refusal> {
        let hold = self.holds.get_mut(&id).ok_or(Refusal::HoldEnded)?;
        let (state, captured) = match how {
            HoldEnd::Captured(amount) if amount > hold.amount => return Err(Refusal::HoldTooSmall(hold.amount)),
            HoldEnd::Captured(amount) => ("captured", Some(amount)),
            HoldEnd::Released => ("released", None),
        };
        if hold.state != "placed" {
            return Err(Refusal::HoldEnded);
        }
        (hold.state, hold.captured) = (state, captured);
        self.accounts[hold.account].held -= hold.amount;
        Ok(())
    }

    pub(super) fn expire_holds(&mut self, now: DateTime<Utc>) -> u64 {
        let mut ended = 0;
        for hold in self
            .holds
            .values_mut()
            .filter(|hold| hold.state == "placed" && hold.until <= now)
        {
            hold.state = "expired";
            self.accounts[hold.account].held -= hold.amount;
            ended += 1;
        }
        ended
    }

    pub(super) fn set_status(&mut self, account: usize, status: LedgerStatus) -> Result<(), Refusal> {
        let account = self.accounts.get_mut(account).ok_or(Refusal::AccountUnknown)?;
        if account.status == LedgerStatus::Closed {
            return Err(Refusal::AccountClosed);
        }
        if status == LedgerStatus::Closed && (account.booked, account.held) != (0, 0) {
            return Err(Refusal::NotEmpty(account.booked));
        }
        account.status = status;
        Ok(())
    }

    pub(super) fn close_until(&mut self, day: NaiveDate) -> Result<(), Refusal> {
        if day < self.closed_until {
            return Err(Refusal::PeriodClosed);
        }
        self.closed_until = day;
        Ok(())
    }
}
