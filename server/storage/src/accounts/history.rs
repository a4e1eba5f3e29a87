//! What happened in accounts. One indexed query a page, whatever the length of the history.

use crate::vault::{ERASED, Line, field};
use crate::{Sealing, StorageError, StorageResult, ledger};
use bank_contract::accounts::{EntryKind, TransactionStatus, TransactionView};
use bank_contract::{AccountId, Currency, CustomerId, EntryId, Money};
use bank_rules::bankday;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{FromQueryResult, raw_sql};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose history: one account's, or all of a customer's.
#[derive(Clone, Copy, Debug)]
pub enum HistoryOf {
    Account(AccountId),
    Customer(CustomerId),
}

impl HistoryOf {
    fn filters(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Account(account) => (Some(account.0), None),
            Self::Customer(customer) => (None, Some(customer.0)),
        }
    }
}

/// Where a page ended: the posting, and its time, also for what has no posting.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub posting: i64,
    pub at: DateTime<Utc>,
}

/// After everything: the last moment that PostgreSQL and we both can write.
const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(moment) => moment,
    None => DateTime::<Utc>::MIN_UTC,
};

#[derive(FromQueryResult)]
struct PostedRow {
    posting_id: i64,
    account_id: Uuid,
    customer_id: Uuid,
    currency: String,
    entry_id: Uuid,
    line: i16,
    kind: String,
    amount: i64,
    balance_after: i64,
    counterparty: String,
    reference: String,
    booking_date: NaiveDate,
    created_at: DateTime<Utc>,
    reversed: bool,
}

/// A row with its place in the list.
#[derive(Clone, Debug)]
pub struct Posted {
    pub posting_id: i64,
    pub at: DateTime<Utc>,
    pub view: TransactionView,
}

fn money(minor: i64, currency: &str) -> StorageResult<Money> {
    let currency: Currency = currency.parse().map_err(|_| StorageError::Unreadable("currency"))?;
    Money::from_minor(minor, currency).map_err(|_| StorageError::Unreadable("amount"))
}

/// Booked rows older than the cursor, newest first.
pub async fn posted(
    db: &impl Sealing,
    of: HistoryOf,
    before: Option<Place>,
    rows_max: i64,
    zone: Tz,
) -> StorageResult<Vec<Posted>> {
    let (account, customer) = of.filters();
    let at = before.map_or(LATEST, |place| place.at);
    let id = before.map_or(i64::MAX, |place| place.posting);
    let statement = raw_sql!(
        Postgres,
        r"SELECT p.posting_id, p.account_id, p.customer_id, p.currency, p.entry_id, p.line, e.kind, p.amount,
                 p.balance_after, p.counterparty, e.reference, e.booking_date, e.created_at,
                 EXISTS (SELECT FROM journal_entries r WHERE r.reverses = e.id) AS reversed
          FROM (
            SELECT p.id AS posting_id, a.id AS account_id, a.customer_id, a.currency, p.entry_id, p.line, p.amount,
                   p.balance_after, p.counterparty, p.at
            FROM accounts a
            CROSS JOIN LATERAL (
              SELECT * FROM postings p WHERE p.ledger_account_id = a.ledger_account_id AND (p.at, p.id) < ({at}, {id})
              ORDER BY p.at DESC, p.id DESC LIMIT {rows_max}
            ) p
            WHERE a.id = {account}::uuid OR a.customer_id = {customer}::uuid
            ORDER BY p.at DESC, p.id DESC LIMIT {rows_max}
          ) p
          JOIN journal_entries e ON e.id = p.entry_id
          ORDER BY p.at DESC, p.posting_id DESC"
    );
    let rows = PostedRow::find_by_statement(statement).all(db).await?;
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    // All of them are one customer's.
    let key = db.vault().of(db, Some(CustomerId(first.customer_id))).await?;
    rows.into_iter()
        .map(|row| {
            let at = Line {
                entry: EntryId(row.entry_id),
                line: row.line,
            };
            let words = key.open_words(at, &row.counterparty, row.reference)?;
            Ok(Posted {
                posting_id: row.posting_id,
                at: row.created_at,
                view: TransactionView {
                    entry: Some(EntryId(row.entry_id)),
                    account: AccountId(row.account_id),
                    kind: ledger::kind_from(&row.kind)?,
                    status: TransactionStatus::Booked,
                    counterparty: words.counterparty,
                    reference: words.reference,
                    amount: money(row.amount, &row.currency)?,
                    balance_after: Some(money(row.balance_after, &row.currency)?),
                    booked_on: row.booking_date,
                    at: bankday::local(row.created_at, zone),
                    reversed: row.reversed,
                    note: None,
                },
            })
        })
        .collect()
}

#[derive(FromQueryResult)]
struct DeclinedRow {
    account_id: Uuid,
    customer_id: Uuid,
    currency: String,
    kind: String,
    amount: i64,
    words: Vec<u8>,
    booking_date: NaiveDate,
    at: DateTime<Utc>,
}

/// What was declined between two moments (the later one excluded), newest first; 50 at most.
pub async fn declined(
    db: &impl Sealing,
    of: HistoryOf,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    zone: Tz,
) -> StorageResult<Vec<(DateTime<Utc>, TransactionView)>> {
    let (account, customer) = of.filters();
    let statement = raw_sql!(
        Postgres,
        r"SELECT d.account_id, a.customer_id, a.currency, d.kind, d.amount, d.words, d.booking_date, d.at
          FROM accounts a JOIN declines d ON d.account_id = a.id
          WHERE (a.id = {account}::uuid OR a.customer_id = {customer}::uuid)
            AND d.at >= coalesce({from}::timestamptz, '-infinity') AND d.at < coalesce({until}::timestamptz, 'infinity')
          ORDER BY d.at DESC LIMIT 50"
    );
    let rows = DeclinedRow::find_by_statement(statement).all(db).await?;
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let key = db.vault().of(db, Some(CustomerId(first.customer_id))).await?;
    rows.into_iter()
        .map(|row| {
            let opened = key.open_json(field::DECLINE_WORDS, &decline_row(row.account_id, row.at), &row.words);
            let words = match opened {
                Err(StorageError::Erased) => DeclineWords::erased(),
                words => words?,
            };
            let view = TransactionView {
                entry: None,
                account: AccountId(row.account_id),
                kind: ledger::kind_from(&row.kind)?,
                status: TransactionStatus::Declined,
                counterparty: words.counterparty,
                reference: words.reference,
                amount: money(row.amount, &row.currency)?,
                balance_after: None,
                booked_on: row.booking_date,
                at: bankday::local(row.at, zone),
                reversed: false,
                note: Some(words.reason),
            };
            Ok((row.at, view))
        })
        .collect()
}

/// What the customer reads of a payment that was refused.
#[derive(Serialize, Deserialize)]
struct DeclineWords {
    counterparty: String,
    reference: String,
    reason: String,
}

impl DeclineWords {
    fn erased() -> Self {
        Self {
            counterparty: ERASED.to_owned(),
            reference: ERASED.to_owned(),
            reason: ERASED.to_owned(),
        }
    }
}

/// Which decline: its number is not known before it is there.
fn decline_row(account: Uuid, at: DateTime<Utc>) -> Vec<u8> {
    [account.as_bytes().as_slice(), &at.timestamp_micros().to_be_bytes()].concat()
}

/// A payment that was refused, for the customer's eyes.
#[derive(Clone, Debug)]
pub struct NewDecline {
    pub customer: CustomerId,
    pub account: AccountId,
    pub kind: EntryKind,
    /// Signed, in minor units.
    pub amount: i64,
    pub counterparty: String,
    pub reference: String,
    pub reason: String,
    pub booking_date: NaiveDate,
    pub at: DateTime<Utc>,
}

pub async fn insert_decline(db: &impl Sealing, new: &NewDecline) -> StorageResult<()> {
    let (account, kind, amount) = (new.account.0, new.kind.code(), new.amount);
    let (booking_date, at) = (new.booking_date, new.at);
    let words = DeclineWords {
        counterparty: new.counterparty.clone(),
        reference: new.reference.clone(),
        reason: new.reason.clone(),
    };
    let key = db.vault().of(db, Some(new.customer)).await?;
    let words = key.seal_json(field::DECLINE_WORDS, &decline_row(account, at), &words)?;
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO declines (account_id, kind, amount, words, booking_date, at)
          VALUES ({account}, {kind}, {amount}, {words}, {booking_date}, {at})"
    ))
    .await?;
    Ok(())
}
