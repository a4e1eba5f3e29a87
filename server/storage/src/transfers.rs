//! What is known about a customer's payments: for limits, and for receipts.

use crate::StorageResult;
use bank_contract::{CustomerId, EntryId, Iban};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct SentRow {
    today: i64,
    last_hour: i64,
    paid_before: bool,
}

/// What a customer has sent to others in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// On this business date, in minor units; what was reversed counts too.
    pub today: i64,
    pub last_hour: u32,
    /// This IBAN was paid before.
    pub paid_before: bool,
}

/// Looks no further back than two days for the sums; the customer's rows are locked meanwhile, so that
/// two payments at once cannot both fit under the limit.
pub async fn sent(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    currency: &str,
    payee: &Iban,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> StorageResult<Sent> {
    let (id, payee) = (customer.0, payee.as_str());
    let hour_ago = now - chrono::TimeDelta::hours(1);
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM customers WHERE id = {id} FOR NO KEY UPDATE"
    ))
    .await?;
    let statement = raw_sql!(
        Postgres,
        r"WITH out AS (
            SELECT p.amount, e.booking_date, e.created_at
            FROM accounts a
            JOIN postings p ON p.ledger_account_id = a.ledger_account_id AND p.amount < 0 AND p.currency = {currency}
            JOIN journal_entries e ON e.id = p.entry_id AND e.kind = 'transfer' AND e.operation = 'transfers.submit'
            WHERE a.customer_id = {id} AND e.booking_date >= {day}::date - 1
          )
          SELECT coalesce(-sum(amount) FILTER (WHERE booking_date = {day}), 0)::bigint AS today,
                 count(*) FILTER (WHERE created_at > {hour_ago}) AS last_hour,
                 EXISTS (SELECT FROM accounts a JOIN postings p ON p.ledger_account_id = a.ledger_account_id
                         WHERE a.customer_id = {id} AND p.amount < 0 AND p.counterparty_iban = {payee}) AS paid_before
          FROM out"
    );
    let row = SentRow::find_by_statement(statement).one(db).await?;
    Ok(row.map_or(
        Sent {
            today: 0,
            last_hour: 0,
            paid_before: false,
        },
        |row| Sent {
            today: row.today,
            last_hour: u32::try_from(row.last_hour).unwrap_or(u32::MAX),
            paid_before: row.paid_before,
        },
    ))
}

/// One side of an entry, as one of the customer's accounts saw it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SideRow {
    pub account_id: Uuid,
    pub account_name: String,
    pub currency: String,
    pub amount: i64,
    pub balance_after: i64,
    pub counterparty: String,
    pub counterparty_iban: Option<String>,
}

/// The customer's sides of an entry, what went out first: two when it moved between their own accounts.
pub async fn sides(db: &impl ConnectionTrait, entry: EntryId, customer: CustomerId) -> StorageResult<Vec<SideRow>> {
    let (entry, customer) = (entry.0, customer.0);
    let statement = raw_sql!(
        Postgres,
        r"SELECT a.id AS account_id, a.name AS account_name, a.currency, p.amount, p.balance_after, p.counterparty,
                 p.counterparty_iban
          FROM postings p JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
          WHERE p.entry_id = {entry} AND a.customer_id = {customer} ORDER BY p.amount"
    );
    Ok(SideRow::find_by_statement(statement).all(db).await?)
}
