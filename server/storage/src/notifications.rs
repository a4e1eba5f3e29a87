//! The outbox and the mails that come of it.

use crate::StorageResult;
use bank_contract::{CustomerId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use serde_json::Value;
use uuid::Uuid;

/// A notice that has left the outbox.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NoticeRow {
    pub topic: String,
    pub customer_id: Option<Uuid>,
    pub payload: Value,
    pub at: DateTime<Utc>,
}

/// Takes notices out of the outbox, oldest first. Two at once take different ones; what is taken
/// comes back when the database transaction does not end well.
pub async fn take(db: &impl ConnectionTrait, most: u64) -> StorageResult<Vec<NoticeRow>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let statement = raw_sql!(
        Postgres,
        r"WITH taken AS (
            DELETE FROM outbox WHERE id = ANY (ARRAY(
              SELECT id FROM outbox WHERE customer_id IS NOT NULL ORDER BY id LIMIT {most} FOR UPDATE SKIP LOCKED))
            RETURNING id, topic, customer_id, payload, at)
          SELECT topic, customer_id, payload, at FROM taken ORDER BY id"
    );
    Ok(NoticeRow::find_by_statement(statement).all(db).await?)
}

/// Takes away what is nobody's: there is nobody to write to, and those who are written to must not wait behind it.
pub async fn pass_over(db: &impl ConnectionTrait, most: u64) -> StorageResult<()> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    db.execute_raw(raw_sql!(
        Postgres,
        r"DELETE FROM outbox WHERE id = ANY (ARRAY(
            SELECT id FROM outbox WHERE customer_id IS NULL ORDER BY id LIMIT {most} FOR UPDATE SKIP LOCKED))"
    ))
    .await?;
    Ok(())
}

/// Whom a notice is for.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReceiverRow {
    pub user_id: Uuid,
    pub name: String,
    pub address: Option<String>,
}

impl ReceiverRow {
    pub fn user(&self) -> UserId {
        UserId(self.user_id)
    }
}

/// The users of a customer.
pub async fn receivers(db: &impl ConnectionTrait, customer: CustomerId) -> StorageResult<Vec<ReceiverRow>> {
    let id = customer.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT u.id AS user_id, c.name, e.address
          FROM users u JOIN customers c ON c.id = u.customer_id LEFT JOIN user_emails e ON e.user_id = u.id
          WHERE u.customer_id = {id} ORDER BY u.created_at LIMIT 20"
    );
    Ok(ReceiverRow::find_by_statement(statement).all(db).await?)
}

/// A mail that is about to exist.
#[derive(Clone, Debug)]
pub struct NewMail {
    pub id: Uuid,
    pub user: UserId,
    pub address: Option<String>,
    pub topic: String,
    pub subject: String,
    pub body: String,
    pub at: DateTime<Utc>,
    /// It goes out; otherwise it is only kept for the demo's mailbox.
    pub goes_out: bool,
}

pub async fn insert(db: &impl ConnectionTrait, new: &NewMail) -> StorageResult<()> {
    let state = if new.goes_out { "waiting" } else { "kept" };
    let (id, user, address, at) = (new.id, new.user.0, new.address.clone(), new.at);
    let (topic, subject, body) = (&new.topic, &new.subject, &new.body);
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO mails (id, user_id, address, topic, subject, body, at, state, next_try_at)
          VALUES ({id}, {user}, {address}, {topic}, {subject}, {body}, {at}, {state}, {at})"
    ))
    .await?;
    Ok(())
}

#[derive(Clone, FromQueryResult)]
pub struct MailRow {
    pub id: Uuid,
    pub address: Option<String>,
    pub subject: String,
    pub body: String,
    pub at: DateTime<Utc>,
    pub failures: i32,
}

/// The newest mails to a user.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, most: u64) -> StorageResult<Vec<MailRow>> {
    let (user, most) = (user.0, i64::try_from(most).unwrap_or(i64::MAX));
    let statement = raw_sql!(
        Postgres,
        r"SELECT id, address, subject, body, at, failures FROM mails
          WHERE user_id = {user} ORDER BY at DESC, id DESC LIMIT {most}"
    );
    Ok(MailRow::find_by_statement(statement).all(db).await?)
}

/// Mails whose time to be sent has come, held until the database transaction ends.
pub async fn due(db: &impl ConnectionTrait, most: u64, now: DateTime<Utc>) -> StorageResult<Vec<MailRow>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let statement = raw_sql!(
        Postgres,
        r"SELECT id, address, subject, body, at, failures FROM mails
          WHERE state = 'waiting' AND next_try_at <= {now} ORDER BY next_try_at LIMIT {most} FOR UPDATE SKIP LOCKED"
    );
    Ok(MailRow::find_by_statement(statement).all(db).await?)
}

/// Notes that a mail is sent. Its words go, unless the demo's mailbox shows them.
pub async fn note_sent(db: &impl ConnectionTrait, mail: Uuid, keep_words: bool) -> StorageResult<()> {
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE mails SET state = 'sent', body = CASE WHEN {keep_words} THEN body ELSE '' END WHERE id = {mail}"
    ))
    .await?;
    Ok(())
}

/// Notes that a mail could not be sent: when to try again, or never.
pub async fn note_failed(db: &impl ConnectionTrait, mail: Uuid, again_at: Option<DateTime<Utc>>) -> StorageResult<()> {
    db.execute_raw(raw_sql!(
        Postgres,
        r"UPDATE mails SET failures = failures + 1,
            state = CASE WHEN {again_at}::timestamptz IS NULL THEN 'given_up' ELSE 'waiting' END,
            body = CASE WHEN {again_at}::timestamptz IS NULL THEN '' ELSE body END,
            next_try_at = coalesce({again_at}::timestamptz, next_try_at)
          WHERE id = {mail}"
    ))
    .await?;
    Ok(())
}

/// Deletes mails of before.
pub async fn sweep(db: &impl ConnectionTrait, before: DateTime<Utc>) -> StorageResult<u64> {
    let swept = db
        .execute_raw(raw_sql!(
            Postgres,
            "DELETE FROM mails WHERE at < {before} AND state <> 'waiting'"
        ))
        .await?;
    Ok(swept.rows_affected())
}
