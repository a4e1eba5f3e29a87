//! The outbox and the mails that come of it.

use crate::hallway::notice_row;
use crate::identity::open_name;
use crate::vault::field;
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::{CeremonyId, CustomerId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use serde_json::Value;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct SealedNotice {
    topic: String,
    customer_id: Uuid,
    sealed: Vec<u8>,
    at: DateTime<Utc>,
}

/// A notice that has left the outbox.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    pub topic: String,
    pub customer: CustomerId,
    pub payload: Value,
    pub at: DateTime<Utc>,
}

/// Takes notices out of the outbox, oldest first. Two at once take different ones; what is taken
/// comes back when the database transaction does not end well. What nobody can open any more is left out, so that the
/// others do not wait behind it.
pub async fn take(db: &impl Sealing, most: u64) -> StorageResult<Vec<NoticeRow>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let statement = raw_sql!(
        Postgres,
        r"WITH taken AS (
            DELETE FROM outbox WHERE id = ANY (ARRAY(
              SELECT id FROM outbox WHERE customer_id IS NOT NULL ORDER BY id LIMIT {most} FOR UPDATE SKIP LOCKED))
            RETURNING id, topic, customer_id, sealed, at)
          SELECT topic, customer_id, sealed, at FROM taken ORDER BY id"
    );
    let rows = SealedNotice::find_by_statement(statement).all(db).await?;
    let keys = db
        .vault()
        .of_all(db, rows.iter().map(|row| Some(CustomerId(row.customer_id))))
        .await?;
    let mut notices = Vec::with_capacity(rows.len());
    for row in rows {
        let customer = CustomerId(row.customer_id);
        let key = keys.get(&customer).ok_or(StorageError::Unreadable("data key"));
        let opened = key.and_then(|key| key.open_json(field::NOTICE, &notice_row(&row.topic, row.at), &row.sealed));
        match opened {
            Ok(payload) => notices.push(NoticeRow {
                topic: row.topic,
                customer,
                payload,
                at: row.at,
            }),
            Err(error) => tracing::warn!(topic = row.topic, %error, "a notice cannot be opened and is left out"),
        }
    }
    Ok(notices)
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

#[derive(FromQueryResult)]
struct SealedReceiver {
    user_id: Uuid,
    name: Option<Vec<u8>>,
    address: Option<Vec<u8>>,
}

/// Whom a notice is for.
#[derive(Clone, Debug)]
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
pub async fn receivers(db: &impl Sealing, customer: CustomerId) -> StorageResult<Vec<ReceiverRow>> {
    let id = customer.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT u.id AS user_id, c.name, e.address
          FROM users u JOIN customers c ON c.id = u.customer_id LEFT JOIN user_emails e ON e.user_id = u.id
          WHERE u.customer_id = {id} ORDER BY u.created_at LIMIT 20"
    );
    let rows = SealedReceiver::find_by_statement(statement).all(db).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = db.vault().of(db, Some(customer)).await?;
    rows.into_iter()
        .map(|row| {
            Ok(ReceiverRow {
                name: open_name(&key, row.name.as_deref())?,
                address: key.open_text_if(field::EMAIL, row.user_id.as_bytes(), row.address.as_deref())?,
                user_id: row.user_id,
            })
        })
        .collect()
}

/// Whose a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailOf {
    User(UserId),
    /// Somebody who wants to become a customer, and is known by this ceremony only.
    Applicant(CeremonyId),
}

/// A mail that is about to exist.
#[derive(Clone, Debug)]
pub struct NewMail {
    pub id: Uuid,
    pub of: MailOf,
    pub address: Option<String>,
    pub topic: String,
    pub subject: String,
    pub body: String,
    pub at: DateTime<Utc>,
    /// It goes out; otherwise it is only kept for the demo's mailbox.
    pub goes_out: bool,
}

pub async fn insert(db: &impl Sealing, new: &NewMail) -> StorageResult<()> {
    let state = if new.goes_out { "waiting" } else { "kept" };
    let (id, topic, at) = (new.id, &new.topic, new.at);
    let (key, user, ceremony) = match new.of {
        MailOf::User(user) => (db.vault().of_user(db, user).await?, Some(user.0), None),
        MailOf::Applicant(ceremony) => (db.vault().bank().clone(), None, Some(ceremony.0)),
    };
    let seal = |field, text: &str| key.seal_text(field, id.as_bytes(), text);
    let address = new
        .address
        .as_ref()
        .map(|address| seal(field::MAIL_ADDRESS, address))
        .transpose()?;
    let (subject, body) = (
        seal(field::MAIL_SUBJECT, &new.subject)?,
        seal(field::MAIL_BODY, &new.body)?,
    );
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO mails (id, user_id, ceremony_id, address, topic, subject, body, at, state, next_try_at)
          VALUES ({id}, {user}, {ceremony}, {address}, {topic}, {subject}, {body}, {at}, {state}, {at})"
    ))
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct SealedMail {
    id: Uuid,
    customer_id: Uuid,
    address: Option<Vec<u8>>,
    subject: Vec<u8>,
    body: Option<Vec<u8>>,
    at: DateTime<Utc>,
    failures: i32,
}

async fn open_mails(db: &impl Sealing, rows: Vec<SealedMail>) -> StorageResult<Vec<MailRow>> {
    let keys = db
        .vault()
        .of_all(db, rows.iter().map(|row| Some(CustomerId(row.customer_id))))
        .await?;
    rows.into_iter()
        .map(|row| {
            let key = keys
                .get(&CustomerId(row.customer_id))
                .ok_or(StorageError::Unreadable("data key"))?;
            let open = |field, sealed: Option<&[u8]>| key.open_text_if(field, row.id.as_bytes(), sealed);
            Ok(MailRow {
                address: open(field::MAIL_ADDRESS, row.address.as_deref())?,
                subject: open(field::MAIL_SUBJECT, Some(&row.subject))?.unwrap_or_default(),
                body: open(field::MAIL_BODY, row.body.as_deref())?.unwrap_or_default(),
                id: row.id,
                at: row.at,
                failures: row.failures,
            })
        })
        .collect()
}

#[derive(Clone)]
pub struct MailRow {
    pub id: Uuid,
    pub address: Option<String>,
    pub subject: String,
    pub body: String,
    pub at: DateTime<Utc>,
    pub failures: i32,
}

/// The newest mails to a user.
pub async fn of_user(db: &impl Sealing, user: UserId, most: u64) -> StorageResult<Vec<MailRow>> {
    let (user, most) = (user.0, i64::try_from(most).unwrap_or(i64::MAX));
    let statement = raw_sql!(
        Postgres,
        r"SELECT m.id, u.customer_id, m.address, m.subject, m.body, m.at, m.failures
          FROM mails m JOIN users u ON u.id = m.user_id
          WHERE m.user_id = {user} ORDER BY m.at DESC, m.id DESC LIMIT {most}"
    );
    open_mails(db, SealedMail::find_by_statement(statement).all(db).await?).await
}

/// The mails to whoever began a ceremony before they were a customer.
pub async fn of_ceremony(db: &impl Sealing, ceremony: CeremonyId) -> StorageResult<Vec<MailRow>> {
    let id = ceremony.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT id, customer_id, address, subject, body, at, failures FROM mails_of_ceremony({id})"
    );
    open_mails(db, SealedMail::find_by_statement(statement).all(db).await?).await
}

/// Mails whose time to be sent has come, held until the database transaction ends.
pub async fn due(db: &impl Sealing, most: u64, now: DateTime<Utc>) -> StorageResult<Vec<MailRow>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let statement = raw_sql!(
        Postgres,
        r"SELECT m.id, coalesce(u.customer_id, '00000000-0000-0000-0000-000000000000'::uuid) AS customer_id,
                 m.address, m.subject, m.body, m.at, m.failures
          FROM mails m LEFT JOIN users u ON u.id = m.user_id
          WHERE m.state = 'waiting' AND m.next_try_at <= {now}
          ORDER BY m.next_try_at LIMIT {most} FOR UPDATE OF m SKIP LOCKED"
    );
    open_mails(db, SealedMail::find_by_statement(statement).all(db).await?).await
}

/// Notes that a mail is sent. Its words go, unless the demo's mailbox shows them.
pub async fn note_sent(db: &impl ConnectionTrait, mail: Uuid, keep_words: bool) -> StorageResult<()> {
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE mails SET state = 'sent', body = CASE WHEN {keep_words} THEN body END WHERE id = {mail}"
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
            body = CASE WHEN {again_at}::timestamptz IS NOT NULL THEN body END,
            next_try_at = coalesce({again_at}::timestamptz, next_try_at)
          WHERE id = {mail}"
    ))
    .await?;
    Ok(())
}

/// Deletes mails of before, and earlier those to people who did not become customers.
pub async fn sweep(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    applicants_before: DateTime<Utc>,
) -> StorageResult<u64> {
    let swept = db
        .execute_raw(raw_sql!(
            Postgres,
            r"DELETE FROM mails WHERE (at < {before} AND state <> 'waiting')
              OR (user_id IS NULL AND at < {applicants_before})"
        ))
        .await?;
    Ok(swept.rows_affected())
}
