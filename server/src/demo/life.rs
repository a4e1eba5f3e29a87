//! The words in which a life is told: bills, habits, and what happens once. All of it is data;
//! [`super::diary`] turns it into intents, and [`super::till`] into what the bank really books.

use super::people::Account;
use bank_contract::accounts::EntryKind;
use chrono::NaiveDateTime;

/// One end of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// An account of the demo's people.
    Ours(Account),
    /// Somebody whose account is at another bank.
    Outside(&'static str),
    CashDesk,
    /// The bank itself, paying interest.
    Bank,
}

/// How much, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Exactly(i64),
    /// Any amount from the first to the second; the smaller ones are more common.
    Between(i64, i64),
    /// One of a price list.
    OneOf(&'static [i64]),
    /// What the payer has beyond `keep`, in whole steps.
    Beyond {
        keep: i64,
        step: i64,
    },
    /// What the receiver lacks to have `have`, in whole steps.
    UpTo {
        have: i64,
        step: i64,
    },
    /// What the receiver's balance has earned since the last time.
    Interest {
        rate_bps: i64,
    },
}

/// Something that comes back on a day of the month. In its words, `{month}`, `{quarter}` and
/// `{nr}` stand for the month, the quarter, and a number that is never the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bill {
    pub(super) day: u32,
    /// 1 to 12; empty for all.
    pub(super) months: &'static [u32],
    pub(super) kind: EntryKind,
    pub(super) other: End,
    pub(super) amount: Amount,
    /// The price before it went up.
    pub(super) before_rise: Option<i64>,
    /// On a day when banks rest: a day early instead of late.
    pub(super) early: bool,
    pub(super) words: &'static str,
}

impl Bill {
    pub(super) const fn new(day: u32, kind: EntryKind, other: End, amount: Amount, words: &'static str) -> Self {
        Self {
            day,
            months: &[],
            kind,
            other,
            amount,
            before_rise: None,
            early: false,
            words,
        }
    }

    /// Interest on a savings account, at the end of each quarter.
    pub(super) const fn interest(rate_bps: i64) -> Self {
        let amount = Amount::Interest { rate_bps };
        Self::new(31, EntryKind::Interest, End::Bank, amount, "Interest, {quarter}").only_in(&[3, 6, 9, 12])
    }

    pub(super) const fn only_in(self, months: &'static [u32]) -> Self {
        Self { months, ..self }
    }

    pub(super) const fn risen_from(self, minor: i64) -> Self {
        Self {
            before_rise: Some(minor),
            ..self
        }
    }

    pub(super) const fn early(self) -> Self {
        Self { early: true, ..self }
    }
}

/// Something that happens on some days and not on others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habit {
    /// How likely it is on each day of the week, Monday first, in thousandths.
    pub(super) odds: [u32; 7],
    /// The first and the last hour in which it may begin.
    pub(super) hours: (u32, u32),
    pub(super) kind: EntryKind,
    /// One of these.
    pub(super) others: &'static [End],
    pub(super) amount: Amount,
    /// One of these; may be empty.
    pub(super) words: &'static [&'static str],
}

impl Habit {
    /// A card payment without words, as nearly all are.
    pub(super) const fn card(odds: [u32; 7], hours: (u32, u32), others: &'static [End], amount: Amount) -> Self {
        Self {
            odds,
            hours,
            kind: EntryKind::CardPayment,
            others,
            amount,
            words: &[],
        }
    }

    pub(super) const fn cash_out(odds: [u32; 7], notes: &'static [i64]) -> Self {
        let others = &[End::CashDesk];
        Self::card(odds, (9, 17), others, Amount::OneOf(notes)).of(EntryKind::Withdrawal, &[])
    }

    pub(super) const fn of(self, kind: EntryKind, words: &'static [&'static str]) -> Self {
        Self { kind, words, ..self }
    }
}

/// The same odds every day.
pub(super) const fn daily(odds: u32) -> [u32; 7] {
    [odds; 7]
}

/// When shops are open: not on Sundays.
pub(super) const fn shop_days(odds: u32) -> [u32; 7] {
    [odds, odds, odds, odds, odds, odds, 0]
}

/// From Monday to Friday.
pub(super) const fn weekdays(odds: u32) -> [u32; 7] {
    [odds, odds, odds, odds, odds, 0, 0]
}

/// On Saturday and Sunday.
pub(super) const fn weekends(odds: u32) -> [u32; 7] {
    [0, 0, 0, 0, 0, odds, odds]
}

/// Something that happened a number of days ago.
#[derive(Clone, Copy, Debug)]
pub(super) struct Once {
    pub(super) days_ago: u64,
    /// Hour and minute.
    pub(super) time: (u32, u32),
    pub(super) kind: EntryKind,
    pub(super) other: End,
    pub(super) amount: Amount,
    pub(super) words: &'static str,
    pub(super) mark: Option<Mark>,
}

impl Once {
    pub(super) const fn new(
        days_ago: u64,
        time: (u32, u32),
        kind: EntryKind,
        other: End,
        amount: Amount,
        words: &'static str,
    ) -> Self {
        Self {
            days_ago,
            time,
            kind,
            other,
            amount,
            words,
            mark: None,
        }
    }

    /// The receiver will send it back.
    pub(super) const fn to_be_sent_back(self, name: &'static str) -> Self {
        Self {
            mark: Some(Mark::SentBackLater(name)),
            ..self
        }
    }
}

/// Ties a payment to the one that sends it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    SentBackLater(&'static str),
    SendsBack(&'static str),
}

/// What happens when there is not enough money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenShort {
    /// It was meant to be paid, and the bank refuses it.
    Declined,
    /// Nobody tries: people see that money is getting short, and do without.
    DoneWithout,
}

/// What somebody means to do, at a moment on the bank's wall clock.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    pub(super) at: NaiveDateTime,
    pub(super) kind: EntryKind,
    pub(super) from: End,
    pub(super) to: End,
    pub(super) amount: Amount,
    pub(super) words: String,
    pub(super) when_short: WhenShort,
    pub(super) mark: Option<Mark>,
}
