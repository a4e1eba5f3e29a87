//! Limits that customers set themselves, and what their mandates have let out.

use crate::StorageResult;
use bank_contract::limits::Channel;
use bank_contract::{Currency, CustomerId};
use bank_rules::limits::OwnLimits;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use std::collections::HashMap;
use uuid::Uuid;

/// A limit that a customer has set, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct LimitRow {
    channel: String,
    pub daily_max: i64,
    pub next_max: Option<i64>,
    pub next_from: Option<DateTime<Utc>>,
}

/// What a customer has set, rises that have come about included.
pub async fn of_customer(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> StorageResult<Vec<LimitRow>> {
    let id = customer.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT channel, CASE WHEN next_from <= {now} THEN next_max ELSE daily_max END AS daily_max,
                 CASE WHEN next_from > {now} THEN next_max END AS next_max,
                 CASE WHEN next_from > {now} THEN next_from END AS next_from
          FROM customer_limits WHERE customer_id = {id}"
    );
    Ok(LimitRow::find_by_statement(statement).all(db).await?)
}

/// The same for whoever pays for a customer by a mandate.
pub async fn of_grantor(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> StorageResult<OwnLimits> {
    let id = customer.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT channel, CASE WHEN next_from <= {now} THEN next_max ELSE daily_max END AS daily_max,
                 next_max, next_from FROM grantor_limits({id})"
    );
    let rows = LimitRow::find_by_statement(statement).all(db).await?;
    let max = |channel| of_channel(&rows, channel).map(|row| row.daily_max);
    Ok(OwnLimits {
        everything: max(Channel::Everything),
        programs: max(Channel::Programs),
    })
}

/// The row of a channel among them.
pub fn of_channel(rows: &[LimitRow], channel: Channel) -> Option<&LimitRow> {
    rows.iter().find(|row| row.channel == channel.code())
}

/// What counts now.
pub async fn own(db: &impl ConnectionTrait, customer: CustomerId, now: DateTime<Utc>) -> StorageResult<OwnLimits> {
    let rows = of_customer(db, customer, now).await?;
    let max = |channel| of_channel(&rows, channel).map(|row| row.daily_max);
    Ok(OwnLimits {
        everything: max(Channel::Everything),
        programs: max(Channel::Programs),
    })
}

/// Keeps everybody else from changing a customer's limits until this database transaction has ended.
pub async fn lock(db: &impl ConnectionTrait, customer: CustomerId) -> StorageResult<()> {
    let id = customer.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM customers WHERE id = {id} FOR NO KEY UPDATE"
    ))
    .await?;
    Ok(())
}

/// Sets a limit: what counts now, and what counts from a moment on.
pub async fn set(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    channel: Channel,
    daily_max: i64,
    next: Option<(i64, DateTime<Utc>)>,
) -> StorageResult<()> {
    let (id, channel) = (customer.0, channel.code());
    let (next_max, next_from) = next.unzip();
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO customer_limits (customer_id, channel, daily_max, next_max, next_from)
          VALUES ({id}, {channel}, {daily_max}, {next_max}, {next_from})
          ON CONFLICT (customer_id, channel) DO UPDATE SET
            daily_max = excluded.daily_max, next_max = excluded.next_max, next_from = excluded.next_from"
    ))
    .await?;
    Ok(())
}

/// What a mandate has let out: of a token, or of a customer's programs.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    pub subject: Uuid,
    pub currency: Currency,
    /// Where its period began.
    pub period: NaiveDate,
}

#[derive(FromQueryResult)]
struct Spent {
    spent: i64,
}

/// What was spent in the period so far, in minor units. Others who ask wait until this database transaction has ended.
pub async fn spent_locked(db: &impl ConnectionTrait, of: &Counter) -> StorageResult<i64> {
    let (subject, currency, period) = (of.subject, of.currency.code(), of.period);
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO spending_counters (subject, currency, period, spent) VALUES ({subject}, {currency}, {period}, 0)
          ON CONFLICT DO NOTHING"
    ))
    .await?;
    let statement = raw_sql!(
        Postgres,
        r"SELECT CASE WHEN period = {period} THEN spent ELSE 0 END AS spent FROM spending_counters
          WHERE subject = {subject} AND currency = {currency} FOR UPDATE"
    );
    let row = Spent::find_by_statement(statement).one(db).await?;
    Ok(row.map_or(0, |row| row.spent))
}

#[derive(FromQueryResult)]
struct CounterRow {
    subject: Uuid,
    period: NaiveDate,
    spent: i64,
}

/// What several mandates have let out, each with where the period began that its sum is of. A look, without locks.
pub async fn spent_of(
    db: &impl ConnectionTrait,
    subjects: Vec<Uuid>,
) -> StorageResult<HashMap<Uuid, (NaiveDate, i64)>> {
    let statement = raw_sql!(
        Postgres,
        "SELECT subject, period, spent FROM spending_counters WHERE subject = ANY ({subjects})"
    );
    let rows = CounterRow::find_by_statement(statement).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.subject, (row.period, row.spent)))
        .collect())
}

/// One more payment. The counter was locked by [`spent_locked`].
pub async fn count(db: &impl ConnectionTrait, of: &Counter, minor: i64) -> StorageResult<()> {
    let (subject, currency, period) = (of.subject, of.currency.code(), of.period);
    db.execute_raw(raw_sql!(
        Postgres,
        r"UPDATE spending_counters SET spent = CASE WHEN period = {period} THEN spent ELSE 0 END + {minor}, period = {period}
          WHERE subject = {subject} AND currency = {currency}"
    ))
    .await?;
    Ok(())
}
