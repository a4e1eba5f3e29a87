//! What the operator does with keys: another master key, and crypto-erasure. As the owner of the tables: the app may
//! neither change a key nor forget one.

use super::{KeyRow, MasterKeys, Vault, VaultError};
use crate::vault::cipher::Nonces;
use crate::{StorageError, StorageResult};
use bank_contract::CustomerId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

/// Rows taken at once.
const BATCH: i64 = 500;

/// How many data keys a master key has wrapped.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct KeyCount {
    pub master_key_id: String,
    pub count: i64,
}

/// By master key; those that are erased are left out.
pub async fn key_counts(db: &impl ConnectionTrait) -> StorageResult<Vec<KeyCount>> {
    let statement = raw_sql!(Postgres, "SELECT master_key_id, count FROM data_key_counts()");
    Ok(KeyCount::find_by_statement(statement).all(db).await?)
}

/// Wraps some data keys anew that are not under the next master key yet, in one database transaction of the caller's.
/// Gives how many: when that is none, the rotation is done. A key that was rewrapped opens under the next master key
/// only, so both are to be known until then.
///
/// # Errors
/// [`VaultError::WrongMasterKey`] for a data key that the current master key does not open.
pub async fn rotate_some(db: &impl ConnectionTrait, masters: &MasterKeys, seed: [u8; 32]) -> Result<u64, VaultError> {
    let nonces = Nonces::from_seed(seed);
    let next = masters.newest();
    let id = next.id();
    let statement = raw_sql!(
        Postgres,
        r"SELECT owner_id, wrapped, master_key_id FROM data_keys
          WHERE wrapped IS NOT NULL AND master_key_id <> {id} ORDER BY owner_id LIMIT {BATCH} FOR UPDATE"
    );
    let rows = KeyRow::find_by_statement(statement)
        .all(db)
        .await
        .map_err(StorageError::from)?;
    let (mut owners, mut wrapped) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in &rows {
        let key = super::unwrap(masters, row)?.ok_or_else(|| VaultError::WrongMasterKey {
            given: masters.current.id().to_owned(),
            wanted: row.master_key_id.clone(),
        })?;
        owners.push(row.owner_id);
        wrapped.push(next.wrap(row.owner_id, &key, &nonces)?);
    }
    db.execute_raw(raw_sql!(
        Postgres,
        r"UPDATE data_keys d SET wrapped = k.wrapped, master_key_id = {id}
          FROM unnest({owners}, {wrapped}) AS k (owner, wrapped) WHERE d.owner_id = k.owner"
    ))
    .await
    .map_err(StorageError::from)?;
    Ok(rows.len() as u64)
}

/// How many data keys none of the vault's master keys opens. Looks at all of them, in batches.
pub async fn unopened(db: &impl ConnectionTrait, vault: &Vault) -> StorageResult<u64> {
    let (mut after, mut broken) = (Uuid::nil(), 0);
    loop {
        let statement = raw_sql!(
            Postgres,
            r"SELECT owner_id, wrapped, master_key_id FROM data_keys
              WHERE wrapped IS NOT NULL AND owner_id > {after} ORDER BY owner_id LIMIT {BATCH}"
        );
        let rows = KeyRow::find_by_statement(statement).all(db).await?;
        let Some(last) = rows.last() else {
            return Ok(broken);
        };
        after = last.owner_id;
        for row in &rows {
            broken += u64::from(super::unwrap(vault.masters(), row)?.is_none());
        }
    }
}

/// Whether a customer may be erased, and what stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasable {
    Yes,
    Unknown,
    Already,
    /// There is money in an account, or held.
    HasMoney,
    /// An operation waits.
    Waits,
    /// Something was booked on that day, and the books have to be kept longer.
    Kept(NaiveDate),
}

#[derive(FromQueryResult)]
struct Standing {
    erased: bool,
    has_money: bool,
    waits: bool,
    last_booked: Option<NaiveDate>,
}

/// Looks at a customer, and keeps others from changing their accounts until the database transaction ends. What was
/// booked after `kept_since` is still to be kept.
pub async fn may_erase(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    kept_since: NaiveDate,
    now: DateTime<Utc>,
) -> StorageResult<Erasable> {
    let id = customer.0;
    db.execute_raw(raw_sql!(
        Postgres,
        r"SELECT FROM balances WHERE ledger_account_id IN (SELECT ledger_account_id FROM accounts WHERE customer_id = {id})
          ORDER BY ledger_account_id FOR UPDATE"
    ))
    .await?;
    let statement = raw_sql!(
        Postgres,
        r"SELECT k.wrapped IS NULL AS erased,
            EXISTS (SELECT FROM accounts a JOIN balances b USING (ledger_account_id)
                    WHERE a.customer_id = {id} AND (b.booked <> 0 OR b.held <> 0)) AS has_money,
            EXISTS (SELECT FROM pending_operations p JOIN users u ON u.id = p.user_id
                    WHERE u.customer_id = {id} AND p.state = 'waiting' AND p.expires_at > {now}) AS waits,
            (SELECT max(e.booking_date) FROM accounts a
             CROSS JOIN LATERAL (SELECT p.entry_id FROM postings p WHERE p.ledger_account_id = a.ledger_account_id
                                 ORDER BY p.at DESC, p.id DESC LIMIT 1) p
             JOIN journal_entries e ON e.id = p.entry_id WHERE a.customer_id = {id}) AS last_booked
          FROM data_keys k JOIN customers c ON c.id = k.owner_id WHERE k.owner_id = {id} FOR UPDATE OF k"
    );
    let Some(standing) = Standing::find_by_statement(statement).one(db).await? else {
        return Ok(Erasable::Unknown);
    };
    Ok(match standing.last_booked.filter(|day| *day > kept_since) {
        _ if standing.erased => Erasable::Already,
        _ if standing.has_money => Erasable::HasMoney,
        _ if standing.waits => Erasable::Waits,
        Some(day) => Erasable::Kept(day),
        None => Erasable::Yes,
    })
}

/// Forgets a customer's data key for good, closes their accounts, ends the mandates that they gave, hold or were offered,
/// and takes away every way in.
pub async fn erase(db: &impl ConnectionTrait, customer: CustomerId, now: DateTime<Utc>) -> StorageResult<()> {
    let id = customer.0;
    for statement in [
        raw_sql!(
            Postgres,
            "UPDATE data_keys SET wrapped = NULL, erased_at = {now} WHERE owner_id = {id}"
        ),
        raw_sql!(
            Postgres,
            "SELECT ledger_set_status(ledger_account_id, 'closed') FROM accounts WHERE customer_id = {id} AND status = 'open'"
        ),
        raw_sql!(
            Postgres,
            "UPDATE accounts SET status = 'closed' WHERE customer_id = {id}"
        ),
        raw_sql!(
            Postgres,
            r"UPDATE api_tokens SET revoked_at = {now}
              WHERE revoked_at IS NULL AND user_id IN (SELECT u.id FROM users u WHERE u.customer_id = {id})"
        ),
        // Demo people have no way in but their handle.
        raw_sql!(
            Postgres,
            "UPDATE users SET demo_handle = NULL, demo_about = NULL WHERE customer_id = {id}"
        ),
        raw_sql!(
            Postgres,
            r"UPDATE mandates SET ended_at = {now}, ended_by = CASE WHEN grantor_id = {id} THEN 'grantor' ELSE 'holder' END
              WHERE ended_at IS NULL AND (grantor_id = {id} OR holder_id = {id}
                OR offered_to IN (SELECT u.id FROM users u WHERE u.customer_id = {id}))"
        ),
        raw_sql!(Postgres, "DELETE FROM trusted_payees WHERE customer_id = {id}"),
        raw_sql!(Postgres, "DELETE FROM outbox WHERE customer_id = {id}"),
    ] {
        db.execute_raw(statement).await?;
    }
    end_logins(db, id).await
}

/// Takes every way in from the users of a customer, and what was written to them.
async fn end_logins(db: &impl ConnectionTrait, id: Uuid) -> StorageResult<()> {
    let theirs = [
        raw_sql!(
            Postgres,
            "DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
        raw_sql!(
            Postgres,
            "DELETE FROM passkeys WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
        raw_sql!(
            Postgres,
            "DELETE FROM ceremonies WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
        raw_sql!(
            Postgres,
            "DELETE FROM user_emails WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
        raw_sql!(
            Postgres,
            "DELETE FROM passwords WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
        raw_sql!(
            Postgres,
            "DELETE FROM totp_secrets WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
        raw_sql!(
            Postgres,
            "DELETE FROM recovery_codes WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
        raw_sql!(
            Postgres,
            "DELETE FROM mails WHERE user_id IN (SELECT id FROM users WHERE customer_id = {id})"
        ),
    ];
    for statement in theirs {
        db.execute_raw(statement).await?;
    }
    Ok(())
}
