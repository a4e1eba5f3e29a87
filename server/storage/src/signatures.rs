//! Signatures that customers gave, and small payments that needed none.

use crate::vault::field;
use crate::{Sealing, StorageResult};
use bank_contract::pending::Proof;
use bank_contract::{Currency, EntryId, Money, PasskeyId, PendingId, UserId};
use bank_rules::sca::Unsigned;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

/// A signature that was just given.
#[derive(Clone, Debug)]
pub struct NewSignature {
    pub pending: PendingId,
    pub user: UserId,
    pub passkey: PasskeyId,
    pub proof: Proof,
    pub at: DateTime<Utc>,
}

/// Keeps a signature, with the entry that came of it.
pub async fn insert(db: &impl Sealing, new: &NewSignature) -> StorageResult<()> {
    let key = db.vault().of_user(db, new.user).await?;
    let proof = key.seal_json(field::SIGNATURE_PROOF, new.pending.0.as_bytes(), &new.proof)?;
    let entry = new.proof.entry.map(|entry| entry.0);
    let (pending, user, passkey, at) = (new.pending.0, new.user.0, new.passkey.0, new.at);
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO signatures (pending_id, user_id, passkey_id, entry_id, proof, signed_at)
          VALUES ({pending}, {user}, {passkey}, {entry}, {proof}, {at})"
    ))
    .await?;
    Ok(())
}

/// A signature by a code of an app. Only the bank can vouch for it, so it is a record and no proof.
#[derive(Clone, Debug)]
pub struct NewCodeSignature {
    pub pending: PendingId,
    pub user: UserId,
    pub entry: Option<EntryId>,
    pub short_code: String,
    /// What was signed, in its canonical form.
    pub document: String,
    pub amount: Option<Money>,
    pub at: DateTime<Utc>,
}

/// Keeps a signature by a code.
pub async fn insert_by_code(db: &impl Sealing, new: NewCodeSignature) -> StorageResult<()> {
    let key = db.vault().of_user(db, new.user).await?;
    let document = key.seal_text(field::CODE_DOCUMENT, new.pending.0.as_bytes(), &new.document)?;
    let entry = new.entry.map(|entry| entry.0);
    let amount = new.amount.map(Money::minor);
    let currency = new.amount.map(|amount| amount.currency().code());
    let (pending, user, short_code, at) = (new.pending.0, new.user.0, new.short_code, new.at);
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO code_signatures (pending_id, user_id, entry_id, short_code, document, amount, currency, signed_at)
          VALUES ({pending}, {user}, {entry}, {short_code}, {document}, {amount}, {currency}, {at})"
    ))
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct SumRow {
    sum: i64,
}

/// What a user signed with codes after that moment, in minor units. Exact only below [`unsigned_locked`].
pub async fn signed_by_code_since(
    db: &impl ConnectionTrait,
    user: UserId,
    currency: Currency,
    since: DateTime<Utc>,
) -> StorageResult<i64> {
    let (user, currency) = (user.0, currency.code());
    let statement = raw_sql!(
        Postgres,
        r"SELECT coalesce(sum(amount), 0)::bigint AS sum FROM code_signatures
          WHERE user_id = {user} AND currency = {currency} AND signed_at > {since}"
    );
    let row = SumRow::find_by_statement(statement).one(db).await?;
    Ok(row.map_or(0, |row| row.sum))
}

#[derive(FromQueryResult)]
struct ProofRow {
    pending_id: Uuid,
    proof: Vec<u8>,
}

/// The signature that a user gave for an entry.
pub async fn find_by_entry(db: &impl Sealing, entry: EntryId, user: UserId) -> StorageResult<Option<Proof>> {
    let (entry, id) = (entry.0, user.0);
    let statement = raw_sql!(
        Postgres,
        "SELECT pending_id, proof FROM signatures WHERE entry_id = {entry} AND user_id = {id}"
    );
    let Some(row) = ProofRow::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().of_user(db, user).await?;
    key.open_json(field::SIGNATURE_PROOF, row.pending_id.as_bytes(), &row.proof)
        .map(Some)
}

#[derive(FromQueryResult)]
struct UnsignedRow {
    sum: i64,
    count: i32,
}

/// What a user paid without a signature since their last one. Others who ask wait until this database transaction
/// has ended, so that payments at once cannot fit under a bound together.
pub async fn unsigned_locked(db: &impl ConnectionTrait, user: UserId) -> StorageResult<Unsigned> {
    let id = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "INSERT INTO unsigned_usage (user_id) VALUES ({id}) ON CONFLICT DO NOTHING"
    ))
    .await?;
    let statement = raw_sql!(
        Postgres,
        "SELECT sum, count FROM unsigned_usage WHERE user_id = {id} FOR UPDATE"
    );
    let row = UnsignedRow::find_by_statement(statement).one(db).await?;
    Ok(row.map_or_else(Unsigned::default, |row| Unsigned {
        sum: row.sum,
        count: u32::try_from(row.count).unwrap_or(0),
    }))
}

/// One more small payment.
pub async fn count_unsigned(db: &impl ConnectionTrait, user: UserId, minor: i64) -> StorageResult<()> {
    let id = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE unsigned_usage SET sum = sum + {minor}, count = count + 1 WHERE user_id = {id}"
    ))
    .await?;
    Ok(())
}

/// The user has signed: counting begins anew.
pub async fn forget_unsigned(db: &impl ConnectionTrait, user: UserId) -> StorageResult<()> {
    let id = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE unsigned_usage SET sum = 0, count = 0 WHERE user_id = {id}"
    ))
    .await?;
    Ok(())
}
