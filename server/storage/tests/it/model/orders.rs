//! Plans turned into orders, by what the world is like when they come.

use super::plan::{Amount, KeyPlan, Plan, What};
use super::steps::{ACCOUNTS, FEES, POSITION, World};
use super::words::{Line, Order, SenderLimits};
use bank_contract::{Currency, EntryId};
use chrono::TimeDelta;
use uuid::Uuid;

/// What the customers may send in a day, and how often in an hour.
const LIMITS: &[(i64, i32)] = &[(3_000, 3), (10_000, 6)];

/// Euros have the even places among the bank's own accounts, dollars the odd ones.
pub(super) fn own(kind: usize, currency: Currency) -> usize {
    kind + usize::from(currency == Currency::Usd)
}

impl World {
    pub(super) fn next_id(&mut self, kind: u128) -> Uuid {
        self.made += 1;
        Uuid::from_u128(u128::from(self.made) << 64 | kind)
    }

    pub(super) fn order(&mut self, lines: Vec<Line>, reverses: Option<EntryId>) -> Order {
        Order {
            entry: EntryId(self.next_id(1)),
            key: Some((self.next_id(2), 0)),
            lines,
            booking: None,
            value: None,
            reverses,
            limits: None,
            at: self.now,
        }
    }

    /// Each in its account's own currency; strangers' lines are in euros.
    pub(super) fn lines(&self, moves: &[(usize, i64)]) -> Vec<Line> {
        let currency = |account: usize| self.ledger.accounts.get(account).map_or(Currency::Eur, |a| a.currency);
        let line = |(account, amount): &(usize, i64)| Line {
            account: *account,
            amount: *amount,
            currency: currency(*account),
        };
        moves.iter().map(line).collect()
    }

    pub(super) fn amount(&self, from: usize, amount: Amount, sender: Option<usize>) -> i64 {
        match amount {
            Amount::Exactly(minor) => minor,
            Amount::Left(more) => {
                let customer = sender.unwrap_or_default();
                let used = self.ledger.usage.get(&(customer, self.ledger.accounts[from].currency));
                let sent = used
                    .filter(|used| used.day == self.ledger.today)
                    .map_or(0, |used| used.sent);
                (LIMITS[customer].0 - sent + more).max(1)
            }
            Amount::All(more) => (self.ledger.accounts[from].available().unwrap_or(100) + more).max(1),
        }
    }

    /// The order that a plan comes to. None when there is nothing yet to send back or to send again.
    pub(super) fn resolve(&mut self, plan: &Plan, before: &[Order]) -> Option<Order> {
        let mut order = match &plan.what {
            What::Reverse(which) => {
                let posted: Vec<EntryId> = self.ledger.entries.keys().copied().collect();
                let entry = *posted.get(which.index(posted.len().max(1)))?;
                let mut lines = self.ledger.entries[&entry].order.lines.clone();
                for line in &mut lines {
                    line.amount = -line.amount;
                }
                self.order(lines, Some(entry))
            }
            What::Again(which) => return self.again(which.index(self.sent.len().max(1)), before),
            what => {
                let lines = self.moves(what, plan.sender);
                self.order(lines, None)
            }
        };
        order.key = match &plan.key {
            KeyPlan::Fresh => order.key,
            KeyPlan::Without => None,
            KeyPlan::Used { of, hash } => {
                let used: Vec<Uuid> = self
                    .sent
                    .iter()
                    .filter_map(|sent| sent.key.map(|(key, _)| key))
                    .collect();
                used.get(of.index(used.len().max(1)))
                    .map(|key| (*key, *hash))
                    .or(order.key)
            }
        };
        order.booking = plan.booking.map(|days| self.ledger.today + TimeDelta::days(days));
        order.value = plan.value.map(|days| self.ledger.today + TimeDelta::days(days));
        if order.reverses.is_none() {
            order.limits = plan.sender.map(|customer| SenderLimits {
                customer,
                day_max: LIMITS[customer].0,
                hourly_max: LIMITS[customer].1,
            });
        }
        self.sent.push(order.clone());
        Some(order)
    }

    /// The very same order once more: a retry whose first answer may have been lost.
    fn again(&self, which: usize, before: &[Order]) -> Option<Order> {
        let sent = self.sent.get(which)?;
        // Without a key, nothing tells two of them in one batch apart: no caller does that.
        let twice = sent.key.is_none() && before.iter().any(|order| order.entry == sent.entry);
        (!twice).then(|| Order {
            at: self.now,
            ..sent.clone()
        })
    }

    fn moves(&self, what: &What, sender: Option<usize>) -> Vec<Line> {
        let currency = |account: usize| self.ledger.accounts[account].currency;
        match what {
            What::Pay { from, to, amount } => {
                let minor = self.amount(*from, *amount, sender);
                let mut lines = self.lines(&[(*from, -minor), (*to, minor)]);
                // In the payer's currency, whatever the payee's is.
                lines[1].currency = lines[0].currency;
                lines
            }
            What::WithFee {
                from,
                to,
                amount,
                fee,
                apart,
            } => {
                let (minor, fees) = (self.amount(*from, *amount, sender), own(FEES, currency(*from)));
                let mut lines = if *apart {
                    self.lines(&[(*from, -minor), (*to, minor), (*from, -fee), (fees, *fee)])
                } else {
                    self.lines(&[(*from, -minor - fee), (*to, minor), (fees, *fee)])
                };
                lines[1].currency = lines[0].currency;
                lines
            }
            What::Round { from, to, there, back } => {
                let minor = self.amount(*from, *there, sender);
                let mut lines = self.lines(&[(*from, -minor), (*to, minor), (*to, -back), (*from, *back)]);
                let payers = lines[0].currency;
                for line in &mut lines {
                    line.currency = payers;
                }
                lines
            }
            What::Exchange { from, to, amount, rate } => {
                let bought = self.amount(*from, *amount, sender);
                let sold = (bought * rate / 100).max(1);
                let (from_position, to_position) = (own(POSITION, currency(*from)), own(POSITION, currency(*to)));
                self.lines(&[
                    (*from, -bought),
                    (from_position, bought),
                    (to_position, -sold),
                    (*to, sold),
                ])
            }
            What::Strange { from, minor } => {
                let mut lines = self.lines(&[(*from, -minor), (ACCOUNTS, *minor)]);
                lines[1].currency = lines[0].currency;
                lines
            }
            What::Reverse(_) | What::Again(_) => Vec::new(),
        }
    }
}
