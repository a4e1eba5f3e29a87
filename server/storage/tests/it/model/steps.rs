//! Plans turned into steps: what exactly is asked of the real ledger, and what it should answer.

use super::ledger::Ledger;
use super::orders::own;
use super::plan::{Amount, Plan, Take, Transition};
use super::words::{Account, Order, Refusal};
use crate::bank::{first_day, noon};
use bank_contract::Currency;
use bank_storage::engine::Posted;
use bank_storage::ledger::{HoldEnd, LedgerStatus};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::fmt;
use uuid::Uuid;

/// In this order: customers' accounts, then the bank's own, in euros and dollars by turns.
pub(super) const FLOORS: &[(Currency, i64)] = &[
    (Currency::Eur, 0),
    (Currency::Eur, -5_000),
    (Currency::Eur, 0),
    (Currency::Eur, 0),
    (Currency::Usd, 0),
    (Currency::Usd, -1_000),
];
pub(super) const CUSTOMERS: usize = FLOORS.len();
pub(super) const CASH: usize = CUSTOMERS;
pub(super) const FEES: usize = CASH + 2;
pub(super) const POSITION: usize = FEES + 2;
pub(super) const ACCOUNTS: usize = POSITION + 2;

/// What is asked, and the answer that is expected.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Nothing,
    Batch(Vec<Order>, Vec<Result<Posted, Refusal>>),
    Single(Order, Result<i64, Refusal>),
    PlaceHold {
        id: Uuid,
        account: usize,
        amount: i64,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
        told: Result<(), Refusal>,
    },
    EndHold(Uuid, HoldEnd, DateTime<Utc>, Result<(), Refusal>),
    /// The hold ends and its money is posted, in one database transaction.
    Capture(Uuid, i64, Order, Result<i64, Refusal>),
    ExpireHolds(DateTime<Utc>, u64),
    SetStatus(usize, LedgerStatus, Result<(), Refusal>),
    ClosePeriod(NaiveDate, Result<(), Refusal>),
    OpenDay(NaiveDate),
    LookBack(usize, DateTime<Utc>, i64),
}

/// The ledger, the time, and what has been sent so far.
#[derive(Clone)]
pub(super) struct World {
    pub(super) ledger: Ledger,
    pub(super) step: Step,
    pub(super) now: DateTime<Utc>,
    pub(super) sent: Vec<Order>,
    pub(super) made: u64,
}

/// Only what it was made from, so that a failure shows its steps and not every balance.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let booked = self
            .ledger
            .accounts
            .iter()
            .take(CUSTOMERS)
            .map(|account| account.booked);
        f.debug_tuple("World").field(&booked.collect::<Vec<_>>()).finish()
    }
}

impl World {
    /// Customers with some money, paid in by the first step.
    pub(super) fn new(money: &[i64]) -> Self {
        let mut accounts: Vec<Account> = FLOORS.iter().map(|(c, floor)| Account::new(*c, Some(*floor))).collect();
        for _ in CUSTOMERS..ACCOUNTS {
            let currency = if accounts.len() % 2 == CASH % 2 {
                Currency::Eur
            } else {
                Currency::Usd
            };
            accounts.push(Account::new(currency, None));
        }
        let mut world = Self {
            ledger: Ledger::new(accounts, first_day()),
            step: Step::Nothing,
            now: noon(),
            sent: Vec::new(),
            made: 0,
        };
        let paid_in = |(to, minor): (usize, &i64)| (*minor > 0).then_some((to, *minor));
        let deposits: Vec<_> = money.iter().enumerate().filter_map(paid_in).collect();
        let orders = deposits.into_iter().map(|(to, minor)| {
            let cash = own(CASH, FLOORS[to].0);
            let lines = world.lines(&[(cash, -minor), (to, minor)]);
            world.order(lines, None)
        });
        let orders: Vec<Order> = orders.collect();
        world.step = world.batch(orders);
        world
    }

    pub(super) fn apply(mut self, transition: &Transition) -> Self {
        self.now += TimeDelta::seconds(1);
        self.step = match transition {
            Transition::Batch { plans, behind_s } => self.plan_batch(plans, *behind_s),
            Transition::Single(plan) => match self.resolve(plan, &[]) {
                Some(order) => {
                    let told = self.ledger.post_single(&order);
                    Step::Single(order, told)
                }
                None => Step::Nothing,
            },
            Transition::Hold {
                account,
                amount,
                minutes,
            } => self.plan_hold(*account, *amount, *minutes),
            Transition::EndHold { hold, take } => match self.ledger.holds.len() {
                0 => Step::Nothing,
                holds => self.plan_end(hold.index(holds), *take),
            },
            Transition::Expire => Step::ExpireHolds(self.now, self.ledger.expire_holds(self.now)),
            Transition::Status(account, status) => {
                Step::SetStatus(*account, *status, self.ledger.set_status(*account, *status))
            }
            Transition::ClosePeriod { back } => {
                let day = self.ledger.today - TimeDelta::days(*back);
                Step::ClosePeriod(day, self.ledger.close_until(day))
            }
            Transition::OpenDay { days } => {
                self.ledger.today += TimeDelta::days(*days);
                Step::OpenDay(self.ledger.today)
            }
            Transition::Wait { minutes } => {
                self.now += TimeDelta::minutes(*minutes);
                Step::Nothing
            }
            Transition::LookBack { account, seconds } => {
                let moment = self.now - TimeDelta::seconds(*seconds);
                Step::LookBack(*account, moment, self.ledger.accounts[*account].booked_at(moment))
            }
        };
        self
    }

    fn batch(&mut self, orders: Vec<Order>) -> Step {
        let told = self.ledger.post_batch(&orders);
        Step::Batch(orders, told)
    }

    fn plan_batch(&mut self, plans: &[Plan], behind_s: i64) -> Step {
        let mut orders: Vec<Order> = Vec::with_capacity(plans.len());
        for plan in plans {
            if let Some(order) = self.resolve(plan, &orders) {
                orders.push(order);
            }
        }
        // From a server whose clock is behind. Limits count by the clock, so only where there are none.
        if orders.iter().all(|order| order.limits.is_none()) {
            for order in &mut orders {
                order.at -= TimeDelta::seconds(behind_s);
            }
        }
        if orders.is_empty() {
            Step::Nothing
        } else {
            self.batch(orders)
        }
    }

    fn plan_hold(&mut self, account: usize, amount: Amount, minutes: i64) -> Step {
        let minor = if account < ACCOUNTS {
            self.amount(account, amount, None)
        } else {
            1
        };
        let (id, at, until) = (self.next_id(3), self.now, self.now + TimeDelta::minutes(minutes));
        let told = self.ledger.place_hold(id, account, minor, until);
        Step::PlaceHold {
            id,
            account,
            amount: minor,
            at,
            until,
            told,
        }
    }

    fn plan_end(&mut self, which: usize, take: Take) -> Step {
        let found = self
            .ledger
            .holds
            .iter()
            .nth(which)
            .map(|(id, hold)| (*id, hold.account, hold.amount));
        let Some((id, account, amount)) = found else {
            return Step::Nothing;
        };
        let (captured, posts) = match take {
            Take::Nothing => {
                return Step::EndHold(
                    id,
                    HoldEnd::Released,
                    self.now,
                    self.ledger.end_hold(id, HoldEnd::Released),
                );
            }
            Take::Whole { posts } => (amount, posts),
            Take::Part { posts } => (amount.div_euclid(2).max(1), posts),
            Take::TooMuch => (amount + 1, false),
        };
        let how = HoldEnd::Captured(captured);
        if !posts {
            return Step::EndHold(id, how, self.now, self.ledger.end_hold(id, how));
        }
        let cash = own(CASH, self.ledger.accounts[account].currency);
        let lines = self.lines(&[(account, -captured), (cash, captured)]);
        let order = self.order(lines, None);
        // Both happen, or nothing.
        let mut after = self.ledger.clone();
        let told = after.end_hold(id, how).and_then(|()| after.post_single(&order));
        if told.is_ok() {
            self.ledger = after;
        }
        Step::Capture(id, captured, order, told)
    }
}
