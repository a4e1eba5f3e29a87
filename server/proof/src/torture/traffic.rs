//! What all clients share: whom they pay, their journal, and when it is over.

use super::journal::{Journal, Order};
use crate::error::ProofResult;
use crate::people::{Account, People, random_id};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::watch;

/// Customers with one account, who pay each other.
pub(crate) const PAYERS: usize = 100;
/// Customers who move money among their own accounts only: what they have together never changes.
pub(crate) const MOVERS: usize = 4;
pub(crate) const ACCOUNTS_EACH: usize = 5;
/// What every account begins with, in cents: little, so that many payments are refused.
pub(crate) const FUNDS: i64 = 5_000;
const CENTS_MAX: i64 = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Running,
    /// Nothing new is begun; what is open may still be settled until then.
    Draining(Instant),
    Over,
}

#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Answers of "busy, nothing was moved".
    pub(crate) busy: AtomicU64,
    /// Acknowledged by a later request with the same key, as what the first one had done.
    pub(crate) replayed: AtomicU64,
    /// Asked again and again, and never settled although the bank was well.
    pub(crate) unsettled: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct Traffic {
    pub(crate) address: SocketAddr,
    pub(crate) people: Arc<People>,
    pub(crate) journal: Journal,
    pub(crate) counts: Counts,
    /// Every change cuts every connection that waits for an answer.
    pub(crate) cut: watch::Sender<u64>,
    phase: watch::Sender<Phase>,
    /// Begins the reference of every order.
    prefix: String,
    placed: AtomicU64,
}

/// An order, and the request's body for it.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) order: Order,
    pub(crate) body: String,
    /// Index of who sends it.
    pub(crate) holder: usize,
}

impl Traffic {
    pub(crate) fn new(address: SocketAddr, people: Arc<People>, journal: &Path, prefix: &str) -> ProofResult<Self> {
        Ok(Self {
            address,
            people,
            journal: Journal::create(journal)?,
            counts: Counts::default(),
            cut: watch::Sender::new(0),
            phase: watch::Sender::new(Phase::Running),
            prefix: prefix.to_owned(),
            placed: AtomicU64::new(0),
        })
    }

    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    pub(crate) fn is_running(&self) -> bool {
        self.phase() == Phase::Running
    }

    /// Whether an open question may be asked once more.
    pub(crate) fn may_ask_again(&self) -> bool {
        match self.phase() {
            Phase::Running => true,
            Phase::Draining(until) => Instant::now() < until,
            Phase::Over => false,
        }
    }

    pub(crate) fn cut_all(&self) {
        self.cut.send_modify(|times| *times += 1);
    }

    /// The next order: a mover's among their own accounts, or a payer's to another; the first payer is popular.
    pub(crate) fn place(&self, chance: &mut ChaCha8Rng) -> Placed {
        let (first, count) = if chance.random_range(0..4) == 0 {
            (PAYERS + ACCOUNTS_EACH * chance.random_range(0..MOVERS), ACCOUNTS_EACH)
        } else {
            (0, PAYERS)
        };
        let from = chance.random_range(0..count);
        let popular = count == PAYERS && from != 0 && chance.random_range(0..4) == 0;
        let to = if popular {
            0
        } else {
            (from + chance.random_range(1..count)) % count
        };
        let accounts = &self.people.accounts;
        self.order(&accounts[first + from], &accounts[first + to], chance)
    }

    fn order(&self, from: &Account, to: &Account, chance: &mut ChaCha8Rng) -> Placed {
        let number = self.placed.fetch_add(1, Ordering::Relaxed);
        let order = Order {
            key: random_id(chance),
            reference: format!("{}{number}", self.prefix),
            from: from.ledger,
            to: to.ledger,
            cents: chance.random_range(1..=CENTS_MAX),
        };
        Placed {
            body: self.people.body(from, to, order.cents, &order.reference),
            order,
            holder: from.holder,
        }
    }
}

/// How many accounts each customer has.
pub(crate) fn accounts_each() -> Vec<usize> {
    std::iter::repeat_n(1, PAYERS)
        .chain(std::iter::repeat_n(ACCOUNTS_EACH, MOVERS))
        .collect()
}
