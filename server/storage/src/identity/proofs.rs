//! How users prove who they are: passkeys, ceremonies, sessions.

use super::entities::{passkeys, sessions};
use crate::vault::field;
use crate::{Sealing, StorageResult};
use bank_contract::{CeremonyId, CustomerId, PasskeyId, SessionId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, Set, raw_sql,
};
use serde_json::Value;
use uuid::Uuid;

/// A passkey, with its name in the plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: Uuid,
    pub user_id: Uuid,
    pub credential_id: Vec<u8>,
    pub credential: Value,
    pub name: String,
    pub synced: bool,
    pub added_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    /// The network, in the plain.
    pub last_used_from: Option<String>,
}

/// A session, with its device in the plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: Uuid,
    pub token_hash: Vec<u8>,
    pub user_id: Uuid,
    pub device: String,
    pub network: Option<String>,
    pub started_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub proven_by: String,
}

pub async fn insert_passkey(db: &impl Sealing, passkey: Passkey) -> StorageResult<()> {
    let key = db.vault().of_user(db, UserId(passkey.user_id)).await?;
    let row = passkeys::Model {
        name: key.seal_text(field::PASSKEY_NAME, passkey.id.as_bytes(), &passkey.name)?,
        last_used_from: passkey
            .last_used_from
            .map(|network| key.seal_text(field::PASSKEY_NETWORK, passkey.id.as_bytes(), &network))
            .transpose()?,
        id: passkey.id,
        user_id: passkey.user_id,
        credential_id: passkey.credential_id,
        credential: passkey.credential,
        synced: passkey.synced,
        added_at: passkey.added_at,
        last_used_at: passkey.last_used_at,
    };
    let row: passkeys::ActiveModel = row.into();
    row.insert(db).await?;
    Ok(())
}

/// A user's passkeys, oldest first.
pub async fn passkeys_of(db: &impl Sealing, user: UserId) -> StorageResult<Vec<Passkey>> {
    let found = passkeys::Entity::find()
        .filter(passkeys::Column::UserId.eq(user.0))
        .order_by_asc(passkeys::Column::AddedAt)
        .all(db)
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let key = db.vault().of_user(db, user).await?;
    found
        .into_iter()
        .map(|row| {
            Ok(Passkey {
                name: key.open_text(field::PASSKEY_NAME, row.id.as_bytes(), &row.name)?,
                last_used_from: key.open_text_if(
                    field::PASSKEY_NETWORK,
                    row.id.as_bytes(),
                    row.last_used_from.as_deref(),
                )?,
                id: row.id,
                user_id: row.user_id,
                credential_id: row.credential_id,
                credential: row.credential,
                synced: row.synced,
                added_at: row.added_at,
                last_used_at: row.last_used_at,
            })
        })
        .collect()
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

pub async fn rename_passkey(db: &impl Sealing, user: UserId, passkey: PasskeyId, name: &str) -> StorageResult<()> {
    let id = passkey.0;
    let key = db.vault().of_user(db, user).await?;
    let name = key.seal_text(field::PASSKEY_NAME, id.as_bytes(), name)?;
    db.execute_raw(raw_sql!(Postgres, "UPDATE passkeys SET name = {name} WHERE id = {id}"))
        .await?;
    Ok(())
}

pub async fn delete_passkey(db: &impl ConnectionTrait, passkey: PasskeyId) -> StorageResult<()> {
    passkeys::Entity::delete_by_id(passkey.0).exec(db).await?;
    Ok(())
}

/// A passkey's use.
#[derive(Clone, Debug)]
pub struct PasskeyUse {
    pub passkey: PasskeyId,
    pub user: UserId,
    /// With the counter that it sent.
    pub credential: Value,
    pub synced: bool,
    /// From which network.
    pub from: Option<String>,
    pub at: DateTime<Utc>,
}

/// Keeps what a passkey's use changed.
pub async fn note_passkey_use(db: &impl Sealing, used: PasskeyUse) -> StorageResult<()> {
    let id = used.passkey.0;
    let from = match used.from {
        Some(network) => {
            let key = db.vault().of_user(db, used.user).await?;
            Some(key.seal_text(field::PASSKEY_NETWORK, id.as_bytes(), &network)?)
        }
        None => None,
    };
    let change = passkeys::ActiveModel {
        id: Set(id),
        credential: Set(used.credential),
        synced: Set(used.synced),
        last_used_at: Set(Some(used.at)),
        last_used_from: Set(from),
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

/// Sealed with the bank's key: it lasts for minutes, and not everybody who begins one is a customer.
pub async fn insert_ceremony(db: &impl Sealing, new: NewCeremony) -> StorageResult<()> {
    let (id, purpose, user, until) = (new.ceremony.0, new.purpose, new.user.map(|user| user.0), new.expires_at);
    let state = db
        .vault()
        .bank()
        .seal_json(field::CEREMONY_STATE, id.as_bytes(), &new.state)?;
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
    state: Vec<u8>,
}

/// Takes a ceremony out, so that it serves once. None when it is unknown, used, somebody else's,
/// made for something else, or too old.
pub async fn take_ceremony(
    db: &impl Sealing,
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
    let row = StateRow::find_by_statement(statement).one(db).await?;
    let bank = db.vault().bank();
    row.map(|row| bank.open_json(field::CEREMONY_STATE, id.as_bytes(), &row.state))
        .transpose()
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

pub async fn insert_session(db: &impl Sealing, session: Session) -> StorageResult<()> {
    let key = db.vault().of_user(db, UserId(session.user_id)).await?;
    let row = sessions::Model {
        device: key.seal_text(field::SESSION_DEVICE, session.id.as_bytes(), &session.device)?,
        network: session
            .network
            .map(|network| key.seal_text(field::SESSION_NETWORK, session.id.as_bytes(), &network))
            .transpose()?,
        id: session.id,
        token_hash: session.token_hash,
        user_id: session.user_id,
        started_at: session.started_at,
        last_seen_at: session.last_seen_at,
        ends_at: session.ends_at,
        proven_by: session.proven_by,
    };
    let row: sessions::ActiveModel = row.into();
    row.insert(db).await?;
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
    db: &impl Sealing,
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
    let key = db.vault().of_user(db, user).await?;
    found
        .into_iter()
        .map(|row| {
            Ok(Session {
                device: key.open_text(field::SESSION_DEVICE, row.id.as_bytes(), &row.device)?,
                network: key.open_text_if(field::SESSION_NETWORK, row.id.as_bytes(), row.network.as_deref())?,
                id: row.id,
                token_hash: row.token_hash,
                user_id: row.user_id,
                started_at: row.started_at,
                last_seen_at: row.last_seen_at,
                ends_at: row.ends_at,
                proven_by: row.proven_by,
            })
        })
        .collect()
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
