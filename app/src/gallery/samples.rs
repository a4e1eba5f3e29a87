//! What the gallery shows its parts with.

use bank_contract::accounts::{EntryKind, TransactionStatus, TransactionView};
use bank_contract::{AccountId, Currency, EntryId, Money};
use chrono::NaiveDate;

pub(super) const LONG_NAME: &str =
    "Versicherungsgesellschaft für landwirtschaftliche Betriebe und Forstwirtschaft Oberallgäu";

pub(super) fn money(minor: i64, currency: Currency) -> Money {
    Money::from_minor(minor, currency).unwrap_or(Money::zero(currency))
}

pub(super) fn euro(minor: i64) -> Money {
    money(minor, Currency::Eur)
}

pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 16).unwrap_or_default()
}

struct Sample {
    days_ago: u64,
    at: (u32, u32),
    kind: EntryKind,
    counterparty: &'static str,
    reference: &'static str,
    minor: i64,
    balance: i64,
}

/// Two weeks of somebody's account, newest first.
pub(super) fn transactions() -> Vec<TransactionView> {
    use EntryKind::{CardPayment, Deposit, DirectDebit, Fee, Incoming, Interest, Refund, Transfer};
    let rows = [
        (0, (18, 42), CardPayment, "Bäckerei Lindner", "", -480, 214_363),
        (0, (9, 5), Transfer, "Anna Weber", "Concert tickets", -6_400, 214_843),
        (
            0,
            (8, 0),
            Incoming,
            "Studio Nord GmbH",
            "Salary November",
            342_000,
            221_243,
        ),
        (
            1,
            (20, 17),
            DirectDebit,
            LONG_NAME,
            "Contract 4711-0815, instalment 11 of 12, thank you",
            -12_999,
            -120_757,
        ),
        (1, (12, 30), Refund, "Bergwerk Outdoor", "", 8_990, -107_758),
        (4, (7, 0), Deposit, "Cash desk", "", 50_000, -116_748),
        (4, (6, 0), Interest, "Larch", "October", 3, -166_748),
        (
            320,
            (23, 59),
            Fee,
            "Larch",
            "Card replacement",
            -999_999_999,
            1_000_000_000,
        ),
    ];
    rows.into_iter()
        .map(|(days_ago, at, kind, counterparty, reference, minor, balance)| {
            row(&Sample {
                days_ago,
                at,
                kind,
                counterparty,
                reference,
                minor,
                balance,
            })
        })
        .collect()
}

/// A declined payment and one that was sent back.
pub(super) fn troubled() -> Vec<TransactionView> {
    let mut rows: Vec<_> = transactions().into_iter().take(3).collect();
    if let Some(declined) = rows.first_mut() {
        declined.entry = None;
        declined.status = TransactionStatus::Declined;
        declined.balance_after = None;
        declined.note = Some("Not enough money in the account".into());
    }
    if let Some(reversed) = rows.get_mut(1) {
        reversed.reversed = true;
    }
    rows
}

fn row(sample: &Sample) -> TransactionView {
    let booked_on = today()
        .checked_sub_days(chrono::Days::new(sample.days_ago))
        .unwrap_or_default();
    let (hour, minute) = sample.at;
    TransactionView {
        entry: Some(EntryId(uuid::Uuid::nil())),
        account: AccountId(uuid::Uuid::nil()),
        kind: sample.kind,
        status: TransactionStatus::Booked,
        counterparty: sample.counterparty.into(),
        reference: sample.reference.into(),
        amount: euro(sample.minor),
        balance_after: Some(euro(sample.balance)),
        booked_on,
        at: booked_on.and_hms_opt(hour, minute, 0).unwrap_or_default(),
        reversed: false,
        note: None,
    }
}
