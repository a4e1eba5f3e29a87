//! People who work at the bank, and their sessions.

use crate::StorageResult;
use bank_contract::StaffId;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

/// Somebody who is let in.
#[derive(FromQueryResult)]
pub struct StaffRow {
    id: Uuid,
    pub name: String,
    pub invited_at: DateTime<Utc>,
    pub code_ends_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
}

impl StaffRow {
    pub fn staff(&self) -> StaffId {
        StaffId(self.id)
    }
}

/// A session, as its token finds it.
#[derive(FromQueryResult)]
pub struct StaffSession {
    id: Uuid,
    pub name: String,
    pub last_seen_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

impl StaffSession {
    pub fn staff(&self) -> StaffId {
        StaffId(self.id)
    }
}

#[derive(FromQueryResult)]
struct Entered {
    id: Uuid,
    name: String,
}

pub async fn invite(
    db: &impl ConnectionTrait,
    (staff, name): (StaffId, &str),
    code_hash: &[u8],
    now: DateTime<Utc>,
    code_ends_at: DateTime<Utc>,
) -> StorageResult<()> {
    let (id, code) = (staff.0, code_hash.to_vec());
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO staff (id, name, code_hash, code_ends_at, invited_at)
          VALUES ({id}, {name}, {code}, {code_ends_at}, {now})"
    ))
    .await?;
    Ok(())
}

/// Turns a code into a session. None when there is no such code now.
pub async fn enter(
    db: &impl ConnectionTrait,
    code_hash: &[u8],
    token_hash: &[u8],
    now: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> StorageResult<Option<(StaffId, String)>> {
    let (code, token) = (code_hash.to_vec(), token_hash.to_vec());
    let statement = raw_sql!(
        Postgres,
        "SELECT id, name FROM staff_enter({code}, {token}, {now}, {ends_at})"
    );
    let row = Entered::find_by_statement(statement).one(db).await?;
    Ok(row.map(|row| (StaffId(row.id), row.name)))
}

/// Whose session a token is of. Whether it is still alive is for whoever asks.
pub async fn find(db: &impl ConnectionTrait, token_hash: &[u8]) -> StorageResult<Option<StaffSession>> {
    let hash = token_hash.to_vec();
    let statement = raw_sql!(
        Postgres,
        "SELECT id, name, last_seen_at, ends_at FROM staff_by_hash({hash})"
    );
    Ok(StaffSession::find_by_statement(statement).one(db).await?)
}

pub async fn note_seen(db: &impl ConnectionTrait, staff: StaffId, now: DateTime<Utc>) -> StorageResult<()> {
    let id = staff.0;
    db.execute_raw(raw_sql!(Postgres, "SELECT staff_seen({id}, {now})"))
        .await?;
    Ok(())
}

/// Whether there was somebody to end.
pub async fn end(db: &impl ConnectionTrait, staff: StaffId, now: DateTime<Utc>) -> StorageResult<bool> {
    let id = staff.0;
    let ended = db
        .execute_raw(raw_sql!(
            Postgres,
            "UPDATE staff SET code_hash = NULL, ended_at = {now} WHERE id = {id} AND ended_at IS NULL"
        ))
        .await?;
    Ok(ended.rows_affected() > 0)
}

/// Those whose session or code has not run out, the newest first.
pub async fn all(
    db: &impl ConnectionTrait,
    seen_after: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StorageResult<Vec<StaffRow>> {
    let statement = raw_sql!(
        Postgres,
        r"SELECT id, name, invited_at, code_ends_at, last_seen_at, ends_at FROM staff
          WHERE ended_at IS NULL AND (code_hash IS NOT NULL AND code_ends_at > {now}
            OR ends_at > {now} AND last_seen_at > {seen_after})
          ORDER BY invited_at DESC LIMIT 200"
    );
    Ok(StaffRow::find_by_statement(statement).all(db).await?)
}
