//! How users prove who they are: passkeys, ceremonies, sessions.

use super::entities::{passkeys, sessions};
use crate::StorageResult;
use bank_contract::{CeremonyId, CustomerId, PasskeyId, SessionId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, Set, raw_sql,
};
use serde_json::Value;
use uuid::Uuid;

pub use passkeys::Model as Passkey;
pub use sessions::Model as Session;

pub async fn insert_passkey(db: &impl ConnectionTrait, passkey: Passkey) -> StorageResult<()> {
    let passkey: passkeys::ActiveModel = passkey.into();
    passkey.insert(db).await?;
    Ok(())
}

/// A user's passkeys, oldest first.
pub async fn passkeys_of(db: &impl ConnectionTrait, user: UserId) -> StorageResult<Vec<Passkey>> {
    let found = passkeys::Entity::find()
        .filter(passkeys::Column::UserId.eq(user.0))
        .order_by_asc(passkeys::Column::AddedAt)
        .all(db)
        .await?;
    Ok(found)
}

/// Counts a user's passkeys, and keeps others from changing their number meanwhile.
pub async fn count_passkeys_locked(db: &impl ConnectionTrait, user: UserId) -> StorageResult<u64> {
    let id = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM users WHERE id = {id} FOR NO KEY UPDATE"
    ))
    .await?;
    Ok(passkeys::Entity::find()
        .filter(passkeys::Column::UserId.eq(id))
        .count(db)
        .await?)
}

pub async fn rename_passkey(db: &impl ConnectionTrait, passkey: PasskeyId, name: &str) -> StorageResult<()> {
    let id = passkey.0;
    db.execute_raw(raw_sql!(Postgres, "UPDATE passkeys SET name = {name} WHERE id = {id}"))
        .await?;
    Ok(())
}

pub async fn delete_passkey(db: &impl ConnectionTrait, passkey: PasskeyId) -> StorageResult<()> {
    passkeys::Entity::delete_by_id(passkey.0).exec(db).await?;
    Ok(())
}

/// Keeps what a passkey's use changed: its counter, whether it is synced, and when.
pub async fn note_passkey_use(
    db: &impl ConnectionTrait,
    passkey: PasskeyId,
    credential: Value,
    synced: bool,
    now: DateTime<Utc>,
) -> StorageResult<()> {
    let change = passkeys::ActiveModel {
        id: Set(passkey.0),
        credential: Set(credential),
        synced: Set(synced),
        last_used_at: Set(Some(now)),
        ..Default::default()
    };
    change.update(db).await?;
    Ok(())
}

/// A ceremony that has begun.
#[derive(Clone, Debug)]
pub struct NewCeremony {
    pub ceremony: CeremonyId,
    pub purpose: &'static str,
    pub user: Option<UserId>,
    pub state: Value,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert_ceremony(db: &impl ConnectionTrait, new: NewCeremony) -> StorageResult<()> {
    let (id, purpose, user, state, until) = (
        new.ceremony.0,
        new.purpose,
        new.user.map(|user| user.0),
        new.state,
        new.expires_at,
    );
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO ceremonies (id, purpose, user_id, state, expires_at)
          VALUES ({id}, {purpose}, {user}, {state}, {until})"
    ))
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct StateRow {
    state: Value,
}

/// Takes a ceremony out, so that it serves once. None when it is unknown, used, somebody else's,
/// made for something else, or too old.
pub async fn take_ceremony(
    db: &impl ConnectionTrait,
    ceremony: CeremonyId,
    purpose: &'static str,
    user: Option<UserId>,
    now: DateTime<Utc>,
) -> StorageResult<Option<Value>> {
    let (id, user) = (ceremony.0, user.map(|user| user.0));
    let statement = raw_sql!(
        Postgres,
        "SELECT state FROM ceremony_take({id}, {purpose}, {user}::uuid, {now})"
    );
    Ok(StateRow::find_by_statement(statement)
        .one(db)
        .await?
        .map(|row| row.state))
}

/// Ends a stranger's ceremony, or one of whoever the database transaction is for.
pub async fn delete_ceremony(db: &impl ConnectionTrait, ceremony: CeremonyId) -> StorageResult<()> {
    let id = ceremony.0;
    db.execute_raw(raw_sql!(Postgres, "SELECT ceremony_end({id})")).await?;
    Ok(())
}

/// As [`delete_ceremony`], for one that belongs to a user.
pub async fn delete_ceremony_of(db: &impl ConnectionTrait, ceremony: CeremonyId, user: UserId) -> StorageResult<()> {
    let (id, user) = (ceremony.0, user.0);
    db.execute_raw(raw_sql!(
        Postgres,
        "DELETE FROM ceremonies WHERE id = {id} AND user_id = {user}"
    ))
    .await?;
    Ok(())
}

pub async fn insert_session(db: &impl ConnectionTrait, session: Session) -> StorageResult<()> {
    let session: sessions::ActiveModel = session.into();
    session.insert(db).await?;
    Ok(())
}

/// A session with whose it is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SessionRow {
    pub id: Uuid,
    pub user_id: Uuid,
    pub customer_id: Uuid,
    pub last_seen_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

impl SessionRow {
    pub fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    pub fn customer(&self) -> CustomerId {
        CustomerId(self.customer_id)
    }
}

pub async fn find_session(db: &impl ConnectionTrait, token_hash: &[u8]) -> StorageResult<Option<SessionRow>> {
    let hash = token_hash.to_vec();
    let statement = raw_sql!(
        Postgres,
        "SELECT id, user_id, customer_id, last_seen_at, ends_at FROM session_by_hash({hash})"
    );
    Ok(SessionRow::find_by_statement(statement).one(db).await?)
}

pub async fn note_session_seen(db: &impl ConnectionTrait, session: SessionId, now: DateTime<Utc>) -> StorageResult<()> {
    let id = session.0;
    db.execute_raw(raw_sql!(Postgres, "SELECT session_seen({id}, {now})"))
        .await?;
    Ok(())
}

/// A user's sessions that have not ended, last used first.
pub async fn sessions_of(
    db: &impl ConnectionTrait,
    user: UserId,
    seen_after: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StorageResult<Vec<Session>> {
    let found = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.0))
        .filter(sessions::Column::LastSeenAt.gt(seen_after))
        .filter(sessions::Column::EndsAt.gt(now))
        .order_by_desc(sessions::Column::LastSeenAt)
        .all(db)
        .await?;
    Ok(found)
}

pub async fn end_session(db: &impl ConnectionTrait, session: SessionId) -> StorageResult<()> {
    sessions::Entity::delete_by_id(session.0).exec(db).await?;
    Ok(())
}

pub async fn end_sessions_of(db: &impl ConnectionTrait, user: UserId) -> StorageResult<u64> {
    let ended = sessions::Entity::delete_many()
        .filter(sessions::Column::UserId.eq(user.0))
        .exec(db)
        .await?;
    Ok(ended.rows_affected)
}

pub async fn end_all_sessions(db: &impl ConnectionTrait) -> StorageResult<u64> {
    let ended = sessions::Entity::delete_many().exec(db).await?;
    Ok(ended.rows_affected)
}

/// Ends a user's oldest sessions beyond so many.
pub async fn end_oldest_sessions(db: &impl ConnectionTrait, user: UserId, most: u32) -> StorageResult<()> {
    let (user, most) = (user.0, i64::from(most));
    db.execute_raw(raw_sql!(
        Postgres,
        r"DELETE FROM sessions WHERE id IN (
            SELECT id FROM sessions WHERE user_id = {user} ORDER BY started_at DESC, id DESC OFFSET {most})"
    ))
    .await?;
    Ok(())
}

/// Deletes sessions and ceremonies that have run out.
pub async fn sweep(db: &impl ConnectionTrait, seen_before: DateTime<Utc>, now: DateTime<Utc>) -> StorageResult<u64> {
    let sessions = raw_sql!(
        Postgres,
        "DELETE FROM sessions WHERE last_seen_at <= {seen_before} OR ends_at <= {now}"
    );
    let ceremonies = raw_sql!(Postgres, "DELETE FROM ceremonies WHERE expires_at <= {now}");
    let ended = db.execute_raw(sessions).await?.rows_affected() + db.execute_raw(ceremonies).await?.rows_affected();
    Ok(ended)
}
