//! What is known about a customer's payments: for limits, and for receipts.

use crate::accounts::open_name;
use crate::vault::Line;
use crate::{Sealing, StorageResult};
use bank_contract::{CustomerId, EntryId, Iban};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct SentRow {
    today: i64,
    last_hour: i32,
    hour_from: Option<DateTime<Utc>>,
    paid_before: bool,
}

impl SentRow {
    /// What the look at this moment found; nothing of somebody who has sent nothing.
    fn sent(self, now: DateTime<Utc>) -> Sent {
        let hour_over = self.hour_from.map(|from| from + HOUR);
        let left = hour_over.map_or(0, |over| (over - now).num_seconds() + 1);
        Sent {
            today: self.today,
            last_hour: u32::try_from(self.last_hour).unwrap_or(0),
            hour_left_s: u32::try_from(left).unwrap_or(0),
            paid_before: self.paid_before,
        }
    }
}

/// How long payments are counted together, from the first of them.
const HOUR: TimeDelta = TimeDelta::hours(1);

/// What a customer has sent to others in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// On this business date, in minor units; what was reversed counts too.
    pub today: i64,
    /// In the hour that began with the first of them.
    pub last_hour: u32,
    /// Until that hour is over, in seconds.
    pub hour_left_s: u32,
    /// The customer has paid this IBAN before, and said yes to it.
    pub paid_before: bool,
}

/// What the engine has counted, and whether the payee is known. A first look, for the review: the engine
/// counts again under its locks.
pub async fn sent(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    currency: &str,
    payee: &Iban,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> StorageResult<Sent> {
    let (id, payee) = (customer.0, payee.as_str());
    let hour_ago = now - HOUR;
    let statement = raw_sql!(
        Postgres,
        r"SELECT coalesce(max(sent) FILTER (WHERE day = {day}), 0) AS today,
                 coalesce(max(hour_count) FILTER (WHERE hour_from > {hour_ago}), 0) AS last_hour,
                 max(hour_from) FILTER (WHERE hour_from > {hour_ago}) AS hour_from,
                 EXISTS (SELECT FROM paid_payees WHERE customer_id = {id} AND iban = {payee}) AS paid_before
          FROM sent_usage WHERE customer_id = {id} AND currency = {currency}"
    );
    let row = SentRow::find_by_statement(statement).one(db).await?;
    Ok(row.map_or_else(Sent::default, |row| row.sent(now)))
}

/// The same for whoever pays for a customer by a mandate. Whom the customer has paid is not theirs to know, and no reason
/// to ask them less.
pub async fn sent_of_grantor(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    currency: &str,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> StorageResult<Sent> {
    let (id, hour_ago) = (customer.0, now - HOUR);
    let statement = raw_sql!(
        Postgres,
        r"SELECT coalesce(max(sent) FILTER (WHERE day = {day}), 0) AS today,
                 coalesce(max(hour_count) FILTER (WHERE hour_from > {hour_ago}), 0) AS last_hour,
                 max(hour_from) FILTER (WHERE hour_from > {hour_ago}) AS hour_from,
                 false AS paid_before
          FROM grantor_sent({id}, {currency})"
    );
    let row = SentRow::find_by_statement(statement).one(db).await?;
    Ok(row.map_or_else(Sent::default, |row| row.sent(now)))
}

/// Remembers whom a customer has paid with their own yes.
pub async fn note_payee(db: &impl ConnectionTrait, customer: CustomerId, payee: &Iban) -> StorageResult<()> {
    let (customer, payee) = (customer.0, payee.as_str());
    db.execute_raw(raw_sql!(
        Postgres,
        "INSERT INTO paid_payees (customer_id, iban) VALUES ({customer}, {payee}) ON CONFLICT DO NOTHING"
    ))
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct SealedSide {
    account_id: Uuid,
    account_name: Option<Vec<u8>>,
    currency: String,
    line: i16,
    amount: i64,
    balance_after: i64,
    counterparty: String,
    counterparty_iban: Option<String>,
    reference: String,
}

/// One side of an entry, as one of the customer's accounts saw it.
#[derive(Clone, Debug)]
pub struct SideRow {
    pub account_id: Uuid,
    pub account_name: String,
    pub currency: String,
    pub amount: i64,
    pub balance_after: i64,
    pub counterparty: String,
    pub counterparty_iban: Option<String>,
    pub reference: String,
}

/// The customer's sides of an entry, what went out first: two when it moved between their own accounts.
pub async fn sides(db: &impl Sealing, entry: EntryId, customer: CustomerId) -> StorageResult<Vec<SideRow>> {
    let (id, owner) = (entry.0, customer.0);
    let statement = raw_sql!(
        Postgres,
        r"SELECT a.id AS account_id, a.name AS account_name, a.currency, p.line, p.amount, p.balance_after,
                 p.counterparty, p.counterparty_iban, e.reference
          FROM postings p JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
          JOIN journal_entries e ON e.id = p.entry_id
          WHERE p.entry_id = {id} AND a.customer_id = {owner} ORDER BY p.amount, p.line"
    );
    let rows = SealedSide::find_by_statement(statement).all(db).await?;
    let key = db.vault().of(db, Some(customer)).await?;
    rows.into_iter()
        .map(|row| {
            let at = Line { entry, line: row.line };
            let words = key.open_words(at, &row.counterparty, row.reference)?;
            Ok(SideRow {
                account_name: open_name(&key, row.account_id, row.account_name.as_deref())?,
                account_id: row.account_id,
                currency: row.currency,
                amount: row.amount,
                balance_after: row.balance_after,
                counterparty: words.counterparty,
                counterparty_iban: row.counterparty_iban,
                reference: words.reference,
            })
        })
        .collect()
}
