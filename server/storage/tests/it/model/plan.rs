//! What may happen to a ledger, drawn by lot.

use super::steps::{ACCOUNTS, CUSTOMERS};
use bank_storage::ledger::LedgerStatus;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

/// Accounts that money may go to: the customers' and the cash desk's.
const PAYABLE: usize = CUSTOMERS + 2;

#[derive(Clone, Copy, Debug)]
pub(super) enum Amount {
    Exactly(i64),
    /// All that is available, and so much more.
    All(i64),
    /// All that the sender may still send today, and so much more.
    Left(i64),
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Pay {
        from: usize,
        to: usize,
        amount: Amount,
    },
    /// With the fee in the same line, or in lines of its own.
    WithFee {
        from: usize,
        to: usize,
        amount: Amount,
        fee: i64,
        apart: bool,
    },
    /// There and back between the same two.
    Round {
        from: usize,
        to: usize,
        there: Amount,
        back: i64,
    },
    /// Through the position accounts; the rate in hundredths.
    Exchange {
        from: usize,
        to: usize,
        amount: Amount,
        rate: i64,
    },
    /// To an account that is not there.
    Strange {
        from: usize,
        minor: i64,
    },
    Reverse(Index),
    Again(Index),
}

#[derive(Clone, Debug)]
pub(super) enum KeyPlan {
    Fresh,
    Without,
    /// One that was sent before, posted or not, with the same hash or another.
    Used {
        of: Index,
        hash: u8,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) what: What,
    pub(super) key: KeyPlan,
    /// Days from the business date.
    pub(super) booking: Option<i64>,
    pub(super) value: Option<i64>,
    /// Whose limits count.
    pub(super) sender: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Take {
    Nothing,
    Whole { posts: bool },
    Part { posts: bool },
    TooMuch,
}

#[derive(Clone, Debug)]
pub(super) enum Transition {
    Batch {
        plans: Vec<Plan>,
        behind_s: i64,
    },
    Single(Plan),
    Hold {
        account: usize,
        amount: Amount,
        minutes: i64,
    },
    EndHold {
        hold: Index,
        take: Take,
    },
    Expire,
    Status(usize, LedgerStatus),
    ClosePeriod {
        back: i64,
    },
    OpenDay {
        days: i64,
    },
    Wait {
        minutes: i64,
    },
    LookBack {
        account: usize,
        seconds: i64,
    },
}

fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        6 => (1..=900_i64).prop_map(Amount::Exactly),
        2 => (1_000..=8_000_i64).prop_map(Amount::Exactly),
        3 => (-1..=1_i64).prop_map(Amount::All),
        1 => (-1..=1_i64).prop_map(Amount::Left),
    ]
}

/// Mostly customers; the cash desk has no floor.
fn payer() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 0..CUSTOMERS, 1 => CUSTOMERS..PAYABLE]
}

/// Places of one currency: euros first, dollars last (see the floors), then the two cash desks.
fn pair() -> impl Strategy<Value = (usize, usize)> {
    let euros = || prop_oneof![8 => 0..4_usize, 1 => Just(CUSTOMERS)];
    let dollars = || prop_oneof![6 => 4..CUSTOMERS, 1 => Just(CUSTOMERS + 1)];
    prop_oneof![
        12 => (euros(), euros()),
        5 => (dollars(), dollars()),
        1 => (payer(), 0..PAYABLE),
    ]
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        10 => (pair(), amount()).prop_map(|((from, to), amount)| What::Pay { from, to, amount }),
        3 => (pair(), amount(), 1..=40_i64, any::<bool>())
            .prop_map(|((from, to), amount, fee, apart)| What::WithFee { from, to, amount, fee, apart }),
        2 => (pair(), amount(), 1..=2_000_i64).prop_map(|((from, to), there, back)| What::Round { from, to, there, back }),
        2 => (0..4_usize, 4..CUSTOMERS, amount(), 50..=200_i64, any::<bool>()).prop_map(|(euro, dollar, amount, rate, other)| {
            let (from, to) = if other { (dollar, euro) } else { (euro, dollar) };
            What::Exchange { from, to, amount, rate }
        }),
        1 => (payer(), 1..=900_i64).prop_map(|(from, minor)| What::Strange { from, minor }),
        3 => any::<Index>().prop_map(What::Reverse),
        2 => any::<Index>().prop_map(What::Again),
    ]
}

fn key() -> impl Strategy<Value = KeyPlan> {
    prop_oneof![
        12 => Just(KeyPlan::Fresh),
        3 => Just(KeyPlan::Without),
        1 => (any::<Index>(), prop_oneof![3 => Just(0_u8), 1 => Just(1_u8)]).prop_map(|(of, hash)| KeyPlan::Used { of, hash }),
    ]
}

/// The days of booking and of value: mostly the business date's.
fn days() -> impl Strategy<Value = (Option<i64>, Option<i64>)> {
    prop_oneof![
        12 => Just((None, None)),
        2 => (-4..=3_i64).prop_map(|day| (Some(day), Some(day))),
        3 => (option::of(-4..=3_i64), option::of(-4..=3_i64)),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    (what(), key(), days(), option::weighted(0.25, 0..2_usize)).prop_map(|(what, key, (booking, value), sender)| Plan {
        what,
        key,
        booking,
        value,
        sender,
    })
}

/// Nothing odd about it but its amount, so that a batch of them is often accepted as a whole.
fn plain() -> impl Strategy<Value = Plan> {
    (pair(), amount(), option::weighted(0.3, 0..2_usize)).prop_map(|((from, to), amount, sender)| Plan {
        what: What::Pay { from, to, amount },
        key: KeyPlan::Fresh,
        booking: None,
        value: None,
        sender,
    })
}

fn take() -> impl Strategy<Value = Take> {
    prop_oneof![
        3 => Just(Take::Nothing),
        3 => any::<bool>().prop_map(|posts| Take::Whole { posts }),
        3 => any::<bool>().prop_map(|posts| Take::Part { posts }),
        1 => Just(Take::TooMuch),
    ]
}

fn status() -> impl Strategy<Value = LedgerStatus> {
    prop_oneof![
        3 => Just(LedgerStatus::Open),
        2 => Just(LedgerStatus::Blocked),
        2 => Just(LedgerStatus::Closed),
    ]
}

pub(super) fn transition() -> impl Strategy<Value = Transition> {
    let behind = prop_oneof![4 => Just(0_i64), 1 => 1..=300_i64];
    let back = prop_oneof![6 => 2..=5_i64, 2 => Just(1_i64), 3 => Just(0_i64)];
    let plans = prop_oneof![3 => vec(plan(), 1..=20), 2 => vec(plain(), 1..=5)];
    prop_oneof![
        24 => (plans, behind).prop_map(|(plans, behind_s)| Transition::Batch { plans, behind_s }),
        6 => prop_oneof![plan(), plain()].prop_map(Transition::Single),
        9 => (0..PAYABLE, amount(), 1..=90_i64)
            .prop_map(|(account, amount, minutes)| Transition::Hold { account, amount, minutes }),
        5 => (any::<Index>(), take()).prop_map(|(hold, take)| Transition::EndHold { hold, take }),
        2 => Just(Transition::Expire),
        3 => (0..CUSTOMERS, status()).prop_map(|(account, status)| Transition::Status(account, status)),
        2 => back.prop_map(|back| Transition::ClosePeriod { back }),
        3 => (1..=2_i64).prop_map(|days| Transition::OpenDay { days }),
        3 => (1..=70_i64).prop_map(|minutes| Transition::Wait { minutes }),
        2 => (0..ACCOUNTS, 0..7_200_i64).prop_map(|(account, seconds)| Transition::LookBack { account, seconds }),
    ]
}
