//! A batch of entries as the arrays that the posting function takes, and its verdicts.

use super::Job;
use crate::ledger::UNSAID;
use crate::{StorageError, StorageResult};
use bank_contract::EntryId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What became of one entry.
pub(super) enum Verdict {
    /// With the balance of its first posting's account, in minor units.
    Posted {
        balance_after: i64,
    },
    /// The request was posted before, as this entry.
    Known(EntryId),
    Refused(StorageError),
}

pub(super) struct Verdicts {
    pub(super) each: Vec<Verdict>,
    pub(super) at: DateTime<Utc>,
    pub(super) booked_on: NaiveDate,
}

#[derive(FromQueryResult)]
struct Row {
    code: Vec<String>,
    detail: Vec<i64>,
    entry: Vec<Uuid>,
    after: Vec<i64>,
    at: DateTime<Utc>,
    booked_on: NaiveDate,
}

/// Numbers things from 1, each once.
struct Numbered<K>(BTreeMap<K, i32>);

impl<K: Ord + Clone> Numbered<K> {
    fn of(keys: impl Iterator<Item = K>) -> Self {
        let mut map: BTreeMap<K, i32> = keys.map(|key| (key, 0)).collect();
        for (place, (_, number)) in (1..).zip(map.iter_mut()) {
            *number = place;
        }
        Self(map)
    }

    /// 0 for what is not there.
    fn get(&self, key: &K) -> i32 {
        self.0.get(key).copied().unwrap_or(0)
    }

    fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }
}

/// Posts the entries with one call, in their order.
///
/// # Errors
/// When the database refuses the batch as a whole, or the answer is lost.
pub(super) async fn call(db: &impl ConnectionTrait, jobs: &[Job]) -> StorageResult<Verdicts> {
    let Some(first) = jobs.first() else {
        return Err(StorageError::Unreadable("batch: it is empty"));
    };
    let row = Row::find_by_statement(statement(jobs, first.entry.as_entry().at))
        .one(db)
        .await?;
    let row = row.ok_or(StorageError::Unreadable("verdicts"))?;
    if row.code.len() != jobs.len() {
        return Err(StorageError::Unreadable("verdicts"));
    }
    let each = row.code.iter().zip(row.detail).zip(row.entry).zip(row.after);
    Ok(Verdicts {
        each: each
            .map(|(((code, detail), entry), after)| verdict(code, detail, EntryId(entry), after))
            .collect(),
        at: row.at,
        booked_on: row.booked_on,
    })
}

fn statement(jobs: &[Job], at_least: DateTime<Utc>) -> sea_orm::Statement {
    let entries = || jobs.iter().map(|job| job.entry.as_entry());
    let at = entries().map(|entry| entry.at).max().unwrap_or(at_least);
    let today = at.date_naive();
    let entry: Vec<Uuid> = entries().map(|e| e.entry.0).collect();
    let kind: Vec<String> = entries().map(|e| e.kind.code().to_owned()).collect();
    let booking: Vec<NaiveDate> = entries().map(|e| e.booking_date.unwrap_or(UNSAID)).collect();
    let value: Vec<NaiveDate> = entries().map(|e| e.value_date.unwrap_or(UNSAID)).collect();
    let reference: Vec<String> = entries().map(|e| e.reference.clone()).collect();
    let operation: Vec<String> = entries().map(|e| e.operation.to_owned()).collect();
    let caller: Vec<Uuid> = entries().map(|e| e.caller.map_or(Uuid::nil(), |user| user.0)).collect();
    let reverses: Vec<Uuid> = entries().map(|e| e.reverses.map_or(Uuid::nil(), |it| it.0)).collect();
    let key: Vec<Uuid> = entries()
        .map(|e| e.request.map_or(Uuid::nil(), |mark| mark.key))
        .collect();
    let hash: Vec<Vec<u8>> = entries()
        .map(|e| e.request.map_or(Vec::new(), |mark| mark.hash.to_vec()))
        .collect();
    let token: Vec<Uuid> = jobs
        .iter()
        .map(|job| job.token.map_or(Uuid::nil(), |token| token.0))
        .collect();

    let sender = |e: &crate::ledger::NewEntry| {
        let currency = e.postings.first()?.currency;
        Some((e.limits?.customer.0, currency.code()))
    };
    let senders = Numbered::of(entries().filter_map(sender));
    let usage: Vec<i32> = entries()
        .map(|e| sender(e).map_or(0, |sender| senders.get(&sender)))
        .collect();
    let day_max: Vec<i64> = entries().map(|e| e.limits.map_or(0, |limits| limits.day_max)).collect();
    let hourly_max: Vec<i32> = entries()
        .map(|e| e.limits.map_or(0, |limits| limits.hourly_max))
        .collect();
    let user: Vec<Uuid> = senders.keys().map(|(customer, _)| *customer).collect();
    let user_currency: Vec<String> = senders.keys().map(|(_, currency)| (*currency).to_owned()).collect();
    let door: Vec<String> = jobs
        .iter()
        .map(|job| job.audit.map_or("", |audit| audit.door).to_owned())
        .collect();
    let caller_kind: Vec<String> = jobs
        .iter()
        .map(|job| job.audit.map_or("", |audit| audit.caller).to_owned())
        .collect();

    let lines = || {
        (1..)
            .zip(entries())
            .flat_map(|(job, e)| (1..).zip(&e.postings).map(move |(line, posting)| (job, line, posting)))
    };
    let accounts = Numbered::of(lines().map(|(_, _, posting)| (posting.account.0, posting.currency.code())));
    let account: Vec<i64> = accounts.keys().map(|(account, _)| *account).collect();
    let account_currency: Vec<String> = accounts.keys().map(|(_, currency)| (*currency).to_owned()).collect();
    let job: Vec<i32> = lines().map(|(job, _, _)| job).collect();
    let line: Vec<i16> = lines().map(|(_, line, _)| line).collect();
    let index: Vec<i32> = lines()
        .map(|(_, _, p)| accounts.get(&(p.account.0, p.currency.code())))
        .collect();
    let amount: Vec<i64> = lines().map(|(_, _, posting)| posting.amount).collect();
    let counterparty: Vec<String> = lines().map(|(_, _, posting)| posting.counterparty.clone()).collect();
    let iban: Vec<String> = lines()
        .map(|(_, _, p)| p.counterparty_iban.clone().unwrap_or_default())
        .collect();
    raw_sql!(
        Postgres,
        r"SELECT code, detail, entry, after, at, booked_on FROM ledger_post_batch({at}, {today},
            {entry}, {kind}, {booking}, {value}, {reference}, {operation}, {caller}, {reverses}, {key}, {hash}, {token},
            {usage}, {day_max}, {hourly_max}, {door}, {caller_kind}, {user}, {user_currency}, {account}, {account_currency},
            {job}, {line}, {index}, {amount}, {counterparty}, {iban})"
    )
}

fn verdict(code: &str, detail: i64, entry: EntryId, balance_after: i64) -> Verdict {
    Verdict::Refused(match code {
        "" => return Verdict::Posted { balance_after },
        "known" => return Verdict::Known(entry),
        "insufficient_funds" => StorageError::InsufficientFunds { available: detail },
        "limit_exceeded" => StorageError::LimitReached { left: detail },
        "too_many" => StorageError::TooManyPayments {
            most: u32::try_from(detail).unwrap_or(0),
        },
        "account_closed" => StorageError::AccountClosed,
        "account_blocked" => StorageError::AccountBlocked,
        "currency_mismatch" => StorageError::CurrencyMismatch,
        "already_reversed" => StorageError::AlreadyReversed,
        "period_closed" => StorageError::PeriodClosed,
        "key_reused" => StorageError::KeyReused,
        "still_running" => StorageError::StillRunning,
        "not_signed_in" => StorageError::TokenEnded,
        "not_found" => StorageError::AccountUnknown,
        _ => StorageError::Unreadable("verdict"),
    })
}
