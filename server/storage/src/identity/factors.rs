//! The ways in beside passkeys: e-mail addresses, passwords, apps for codes, recovery codes, and the
//! count of wrong tries.

use super::people::open_name;
use crate::vault::{KeyRow, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::{CeremonyId, CustomerId, SessionId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

#[derive(FromQueryResult)]
struct SealedLogin {
    user_id: Uuid,
    customer_id: Uuid,
    name: Option<Vec<u8>>,
    address: Option<Vec<u8>>,
    phc: Option<String>,
    password_set_at: Option<DateTime<Utc>>,
    codes_set_at: Option<DateTime<Utc>>,
    recovery_left: i64,
    #[sea_orm(nested)]
    key: KeyRow,
}

/// What is known of a user's ways in.
#[derive(Clone, Debug)]
pub struct LoginRow {
    pub user_id: Uuid,
    pub customer_id: Uuid,
    pub name: String,
    pub address: Option<String>,
    /// In the form of the Password Hashing Competition; carries its own parameters.
    pub phc: Option<String>,
    pub password_set_at: Option<DateTime<Utc>>,
    pub codes_set_at: Option<DateTime<Utc>>,
    pub recovery_left: i64,
}

impl LoginRow {
    pub fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    pub fn customer(&self) -> CustomerId {
        CustomerId(self.customer_id)
    }

    /// Whether they can sign in without a passkey.
    pub fn is_complete(&self) -> bool {
        self.address.is_some() && self.phc.is_some() && self.codes_set_at.is_some()
    }
}

/// A user's ways in.
pub async fn login_of(db: &impl Sealing, user: UserId) -> StorageResult<Option<LoginRow>> {
    let id = user.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT u.id AS user_id, u.customer_id, c.name, e.address, p.phc, p.set_at AS password_set_at,
                 t.set_at AS codes_set_at,
                 (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id AND r.used_at IS NULL) AS recovery_left,
                 k.owner_id, k.wrapped, k.master_key_id
          FROM users u JOIN customers c ON c.id = u.customer_id
          CROSS JOIN LATERAL data_keys_of(ARRAY[c.id]) k
          LEFT JOIN user_emails e ON e.user_id = u.id
          LEFT JOIN passwords p ON p.user_id = u.id
          LEFT JOIN totp_secrets t ON t.user_id = u.id
          WHERE u.id = {id}"
    );
    let Some(row) = SealedLogin::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    // The key comes along: one look more for those who are with us would be noticed.
    let key = db.vault().keep(&row.key)?;
    Ok(Some(LoginRow {
        name: open_name(&key, row.name.as_deref())?,
        address: key.open_text_if(field::EMAIL, row.user_id.as_bytes(), row.address.as_deref())?,
        user_id: row.user_id,
        customer_id: row.customer_id,
        phc: row.phc,
        password_set_at: row.password_set_at,
        codes_set_at: row.codes_set_at,
        recovery_left: row.recovery_left,
    }))
}

/// What addresses are found by.
const BY_ADDRESS: &str = "user_emails";

/// Whom an address belongs to.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct AddressRow {
    user_id: Uuid,
    customer_id: Uuid,
}

impl AddressRow {
    pub fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    pub fn customer(&self) -> CustomerId {
        CustomerId(self.customer_id)
    }
}

/// Whom an address belongs to, for whoever asks.
pub async fn owner_of_address(db: &impl Sealing, address_key: &str) -> StorageResult<Option<AddressRow>> {
    let key = db.vault().index(BY_ADDRESS, address_key).to_vec();
    let statement = raw_sql!(Postgres, "SELECT user_id, customer_id FROM user_by_address({key})");
    Ok(AddressRow::find_by_statement(statement).one(db).await?)
}

/// Gives a user an address. False when it is somebody else's.
pub async fn set_email(
    db: &impl Sealing,
    user: UserId,
    address: &str,
    key: &str,
    now: DateTime<Utc>,
) -> StorageResult<bool> {
    let sealing = db.vault().of_user(db, user).await?;
    let user = user.0;
    let address = sealing.seal_text(field::EMAIL, user.as_bytes(), address)?;
    let key = db.vault().index(BY_ADDRESS, key).to_vec();
    let done = db
        .execute_raw(raw_sql!(
            Postgres,
            r"INSERT INTO user_emails (user_id, address, address_key, verified_at)
              SELECT {user}, {address}, {key}, {now}
              WHERE NOT EXISTS (SELECT FROM user_emails WHERE address_key = {key} AND user_id <> {user})
              ON CONFLICT (user_id) DO UPDATE
              SET address = excluded.address, address_key = excluded.address_key, verified_at = excluded.verified_at"
        ))
        .await
        .map_err(StorageError::from);
    match done {
        Ok(done) => Ok(done.rows_affected() == 1),
        // Somebody else has taken it since we looked.
        Err(StorageError::Duplicate(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

pub async fn set_password(db: &impl ConnectionTrait, user: UserId, phc: &str, now: DateTime<Utc>) -> StorageResult<()> {
    let user = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO passwords (user_id, phc, set_at) VALUES ({user}, {phc}, {now})
          ON CONFLICT (user_id) DO UPDATE SET phc = excluded.phc, set_at = excluded.set_at"
    ))
    .await?;
    Ok(())
}

/// Puts the hash of the same password, made with other parameters, in the place of the one before. Nothing when the
/// password was changed meanwhile.
pub async fn renew_hash(db: &impl ConnectionTrait, user: UserId, before: &str, phc: &str) -> StorageResult<()> {
    let user = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE passwords SET phc = {phc} WHERE user_id = {user} AND phc = {before}"
    ))
    .await?;
    Ok(())
}

pub async fn delete_password(db: &impl ConnectionTrait, user: UserId) -> StorageResult<()> {
    let user = user.0;
    db.execute_raw(raw_sql!(Postgres, "DELETE FROM passwords WHERE user_id = {user}"))
        .await?;
    Ok(())
}

/// Forgets a user's app, and the recovery codes with it.
pub async fn delete_totp(db: &impl ConnectionTrait, user: UserId) -> StorageResult<()> {
    let user = user.0;
    db.execute_raw(raw_sql!(Postgres, "DELETE FROM recovery_codes WHERE user_id = {user}"))
        .await?;
    db.execute_raw(raw_sql!(Postgres, "DELETE FROM totp_secrets WHERE user_id = {user}"))
        .await?;
    Ok(())
}

/// Takes an app's secret, with the step of the code that confirmed it.
pub async fn set_totp(
    db: &impl Sealing,
    user: UserId,
    secret: &[u8],
    step: i64,
    now: DateTime<Utc>,
) -> StorageResult<()> {
    let secret = db
        .vault()
        .of_user(db, user)
        .await?
        .seal(field::TOTP_SECRET, user.0.as_bytes(), secret)?;
    let user = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO totp_secrets (user_id, secret, last_step, set_at) VALUES ({user}, {secret}, {step}, {now})
          ON CONFLICT (user_id) DO UPDATE
          SET secret = excluded.secret, last_step = excluded.last_step, set_at = excluded.set_at"
    ))
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct SecretRow {
    secret: Vec<u8>,
}

/// An app's secret.
pub async fn totp_secret(db: &impl Sealing, user: UserId) -> StorageResult<Option<Zeroizing<Vec<u8>>>> {
    let id = user.0;
    let statement = raw_sql!(Postgres, "SELECT secret FROM totp_secrets WHERE user_id = {id}");
    let Some(row) = SecretRow::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().of_user(db, user).await?;
    key.open(field::TOTP_SECRET, id.as_bytes(), &row.secret).map(Some)
}

/// Spends a step of the app: true once for each step, and never for one before the last.
pub async fn spend_step(db: &impl ConnectionTrait, user: UserId, step: i64) -> StorageResult<bool> {
    let user = user.0;
    let spent = db
        .execute_raw(raw_sql!(
            Postgres,
            "UPDATE totp_secrets SET last_step = {step} WHERE user_id = {user} AND last_step < {step}"
        ))
        .await?;
    Ok(spent.rows_affected() == 1)
}

/// Puts a new set of recovery codes in the place of the one before.
pub async fn set_recovery_codes(db: &impl ConnectionTrait, user: UserId, hashes: Vec<Vec<u8>>) -> StorageResult<()> {
    let user = user.0;
    db.execute_raw(raw_sql!(Postgres, "DELETE FROM recovery_codes WHERE user_id = {user}"))
        .await?;
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO recovery_codes (user_id, code_hash) SELECT {user}, c.hash FROM unnest({hashes}) AS c (hash)"
    ))
    .await?;
    Ok(())
}

/// Spends a recovery code: true once.
pub async fn spend_recovery_code(
    db: &impl ConnectionTrait,
    user: UserId,
    hash: &[u8],
    now: DateTime<Utc>,
) -> StorageResult<bool> {
    let (user, hash) = (user.0, hash.to_vec());
    let spent = db
        .execute_raw(raw_sql!(
            Postgres,
            r"UPDATE recovery_codes SET used_at = {now}
              WHERE user_id = {user} AND code_hash = {hash} AND used_at IS NULL"
        ))
        .await?;
    Ok(spent.rows_affected() == 1)
}

#[derive(FromQueryResult)]
struct CeremonyRow {
    user_id: Option<Uuid>,
    state: Vec<u8>,
}

/// Looks at a ceremony without taking it.
pub async fn peek_ceremony(
    db: &impl Sealing,
    ceremony: CeremonyId,
    purpose: &'static str,
    now: DateTime<Utc>,
) -> StorageResult<Option<(Option<UserId>, Value)>> {
    let id = ceremony.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT user_id, state FROM ceremony_look({id}, {purpose}, {now})"
    );
    let Some(row) = CeremonyRow::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let state = db
        .vault()
        .bank()
        .open_json(field::CEREMONY_STATE, id.as_bytes(), &row.state)?;
    Ok(Some((row.user_id.map(UserId), state)))
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Ceremonies of one kind that a user has open, while others are kept from beginning more.
pub async fn count_ceremonies_locked(
    db: &impl ConnectionTrait,
    user: UserId,
    purpose: &'static str,
    now: DateTime<Utc>,
) -> StorageResult<u64> {
    let user = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM users WHERE id = {user} FOR NO KEY UPDATE"
    ))
    .await?;
    let statement = raw_sql!(
        Postgres,
        r"SELECT count(*) AS count FROM ceremonies
          WHERE user_id = {user} AND purpose = {purpose} AND expires_at > {now}"
    );
    let row = Count::find_by_statement(statement).one(db).await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}

/// How a session was begun, and when.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BegunRow {
    pub proven_by: String,
    pub started_at: DateTime<Utc>,
}

pub async fn session_begun(db: &impl ConnectionTrait, session: SessionId) -> StorageResult<Option<BegunRow>> {
    let id = session.0;
    let statement = raw_sql!(Postgres, "SELECT proven_by, started_at FROM sessions WHERE id = {id}");
    Ok(BegunRow::find_by_statement(statement).one(db).await?)
}

/// Gives a session another token. The one before is dead.
pub async fn rotate_session(db: &impl ConnectionTrait, session: SessionId, token_hash: &[u8]) -> StorageResult<()> {
    let (id, hash) = (session.0, token_hash.to_vec());
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE sessions SET token_hash = {hash} WHERE id = {id}"
    ))
    .await?;
    Ok(())
}

/// Ends all sessions of a user but this one.
pub async fn end_other_sessions(db: &impl ConnectionTrait, user: UserId, this: SessionId) -> StorageResult<u64> {
    let (user, this) = (user.0, this.0);
    let ended = db
        .execute_raw(raw_sql!(
            Postgres,
            "DELETE FROM sessions WHERE user_id = {user} AND id <> {this}"
        ))
        .await?;
    Ok(ended.rows_affected())
}
