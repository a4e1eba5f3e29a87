//! Operations that wait.

use crate::vault::{DataKey, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::pending::{PendingState, PendingView, Summary};
use bank_contract::{Consent, MandateId, PendingId, UserId};
use bank_rules::bankday;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, raw_sql};
use serde_json::Value;
use std::fmt::Write as _;
use uuid::Uuid;

/// An operation that is about to wait.
#[derive(Clone, Debug)]
pub struct NewPending {
    pub pending: PendingId,
    pub operation: &'static str,
    pub input: Value,
    pub hash: [u8; 32],
    pub user: UserId,
    pub summary: Summary,
    pub missing: Consent,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The assistant asked for it, for its customer.
    pub by_assistant: bool,
}

const fn consent_code(consent: Consent) -> &'static str {
    match consent {
        Consent::None => "none",
        Consent::Confirm => "confirm",
        Consent::Sign => "sign",
    }
}

#[derive(FromQueryResult)]
struct Sealed {
    id: Uuid,
    operation: String,
    input: Vec<u8>,
    hash: Vec<u8>,
    user_id: Uuid,
    summary: Vec<u8>,
    missing: String,
    state: String,
    output: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    asked_by: Option<Uuid>,
    by_assistant: bool,
}

impl Sealed {
    fn open(self, key: &DataKey) -> StorageResult<PendingRow> {
        let row = *self.id.as_bytes();
        Ok(PendingRow {
            input: key.open_json(field::PENDING_INPUT, &row, &self.input)?,
            summary: key.open_json(field::PENDING_SUMMARY, &row, &self.summary)?,
            output: key.open_json_if(field::PENDING_OUTPUT, &row, self.output.as_deref())?,
            id: self.id,
            operation: self.operation,
            hash: self.hash,
            user_id: self.user_id,
            missing: self.missing,
            state: self.state,
            created_at: self.created_at,
            expires_at: self.expires_at,
            asked_by: self.asked_by,
            by_assistant: self.by_assistant,
        })
    }
}

#[derive(Clone, Debug)]
pub struct PendingRow {
    id: Uuid,
    operation: String,
    input: Value,
    hash: Vec<u8>,
    user_id: Uuid,
    summary: Value,
    missing: String,
    state: String,
    output: Option<Value>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    asked_by: Option<Uuid>,
    by_assistant: bool,
}

impl PendingRow {
    /// The assistant asked for it, for its customer.
    pub fn by_assistant(&self) -> bool {
        self.by_assistant
    }

    /// Who asked for it, where that is not whose it is.
    pub fn asked_by(&self) -> Option<UserId> {
        self.asked_by.map(UserId)
    }

    pub fn pending(&self) -> PendingId {
        PendingId(self.id)
    }

    pub fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    pub fn asked_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// What it waits for.
    pub fn missing(&self) -> StorageResult<Consent> {
        match self.missing.as_str() {
            "none" => Ok(Consent::None),
            "confirm" => Ok(Consent::Confirm),
            "sign" => Ok(Consent::Sign),
            _ => Err(StorageError::Unreadable("consent")),
        }
    }

    /// As the customer was shown it.
    pub fn summary(&self) -> StorageResult<Summary> {
        serde_json::from_value(self.summary.clone()).map_err(|_| StorageError::Unreadable("summary"))
    }

    pub fn operation(&self) -> &str {
        &self.operation
    }

    pub fn input(&self) -> &Value {
        &self.input
    }

    pub fn hash(&self) -> &[u8] {
        &self.hash
    }

    pub fn output(&self) -> Option<&Value> {
        self.output.as_ref()
    }

    pub fn hash_hex(&self) -> String {
        hex(&self.hash)
    }

    /// Where it stands now; what waited too long has expired, swept or not.
    pub fn state(&self, now: DateTime<Utc>) -> StorageResult<PendingState> {
        Ok(match self.state.as_str() {
            "waiting" if self.expires_at <= now => PendingState::Expired,
            "waiting" => PendingState::Waiting,
            "done" => PendingState::Done,
            "cancelled" => PendingState::Cancelled,
            "expired" => PendingState::Expired,
            "refused" => PendingState::Refused,
            _ => return Err(StorageError::Unreadable("pending state")),
        })
    }

    pub fn view(&self, now: DateTime<Utc>, zone: Tz) -> StorageResult<PendingView> {
        Ok(PendingView {
            pending: self.pending(),
            operation: self.operation.clone(),
            summary: self.summary()?,
            missing: self.missing()?,
            state: self.state(now)?,
            expires_at: bankday::local(self.expires_at, zone),
            hash: self.hash_hex(),
            decided_by_other: false,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

pub async fn insert(db: &impl Sealing, new: &NewPending) -> StorageResult<()> {
    let (id, operation, hash, user) = (new.pending.0, new.operation, new.hash.to_vec(), new.user.0);
    let key = db.vault().of_user(db, new.user).await?;
    let input = key.seal_json(field::PENDING_INPUT, id.as_bytes(), &new.input)?;
    let summary = key.seal_json(field::PENDING_SUMMARY, id.as_bytes(), &new.summary)?;
    let (missing, at, until) = (consent_code(new.missing), new.at, new.expires_at);
    let assistants = new.by_assistant;
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO pending_operations (id, operation, input, hash, user_id, summary, missing, created_at, expires_at,
            by_assistant)
          VALUES ({id}, {operation}, {input}, {hash}, {user}, {summary}, {missing}, {at}, {until}, {assistants})"
    ))
    .await?;
    Ok(())
}

/// Puts a request before the one who granted a mandate, sealed with the grantor's key: `new.user` is who asks. False when
/// the mandate does not let its holder ask, or too much waits already.
pub async fn ask_grantor(
    db: &impl Sealing,
    new: &NewPending,
    mandate: MandateId,
    grantor: bank_contract::CustomerId,
) -> StorageResult<bool> {
    #[derive(FromQueryResult)]
    struct Asked {
        asked: bool,
    }
    let (id, operation, hash, mandate) = (new.pending.0, new.operation, new.hash.to_vec(), mandate.0);
    let key = db.vault().of(db, Some(grantor)).await?;
    let input = key.seal_json(field::PENDING_INPUT, id.as_bytes(), &new.input)?;
    let summary = key.seal_json(field::PENDING_SUMMARY, id.as_bytes(), &new.summary)?;
    let (missing, at, until) = (consent_code(new.missing), new.at, new.expires_at);
    let statement = raw_sql!(
        Postgres,
        r"SELECT mandate_ask({mandate}, {id}, {operation}, {input}, {hash}, {summary}, {missing}, {at}, {until}) AS asked"
    );
    let row = Asked::find_by_statement(statement).one(db).await?;
    Ok(row.is_some_and(|row| row.asked))
}

/// The same request that a user put before somebody else, whatever became of it.
pub async fn find_asked(db: &impl Sealing, by: UserId, hash: &[u8; 32]) -> StorageResult<Option<PendingRow>> {
    let (by, hash) = (by.0, hash.to_vec());
    let statement = raw_sql!(
        Postgres,
        r"SELECT * FROM pending_operations WHERE asked_by = {by} AND hash = {hash} ORDER BY created_at DESC LIMIT 1"
    );
    one(db, statement).await
}

/// Whether something else that was asked by a mandate waits for its grantor.
pub async fn others_asked(
    db: &impl ConnectionTrait,
    mandate: MandateId,
    but: PendingId,
    now: DateTime<Utc>,
) -> StorageResult<bool> {
    #[derive(FromQueryResult)]
    struct Row {
        waits: bool,
    }
    let (mandate, but) = (mandate.0, but.0);
    let statement = raw_sql!(
        Postgres,
        r"SELECT EXISTS (SELECT FROM pending_operations
            WHERE mandate_id = {mandate} AND id <> {but} AND state = 'waiting' AND expires_at > {now}) AS waits"
    );
    let row = Row::find_by_statement(statement).one(db).await?;
    Ok(row.is_some_and(|row| row.waits))
}

async fn one(db: &impl Sealing, statement: Statement) -> StorageResult<Option<PendingRow>> {
    let Some(row) = Sealed::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().of_user(db, UserId(row.user_id)).await?;
    row.open(&key).map(Some)
}

pub async fn find(db: &impl Sealing, pending: PendingId) -> StorageResult<Option<PendingRow>> {
    let id = pending.0;
    one(
        db,
        raw_sql!(Postgres, "SELECT * FROM pending_operations WHERE id = {id}"),
    )
    .await
}

/// Several of them, in no order. What is not there is left out.
pub async fn find_all(db: &impl Sealing, wanted: &[PendingId]) -> StorageResult<Vec<PendingRow>> {
    let ids: Vec<Uuid> = wanted.iter().map(|pending| pending.0).collect();
    let statement = raw_sql!(Postgres, "SELECT * FROM pending_operations WHERE id = ANY ({ids})");
    let mut found = Vec::new();
    for row in Sealed::find_by_statement(statement).all(db).await? {
        let key = db.vault().of_user(db, UserId(row.user_id)).await?;
        found.push(row.open(&key)?);
    }
    Ok(found)
}

/// Finds it and keeps others from deciding it meanwhile.
pub async fn find_locked(db: &impl Sealing, pending: PendingId) -> StorageResult<Option<PendingRow>> {
    let id = pending.0;
    one(
        db,
        raw_sql!(Postgres, "SELECT * FROM pending_operations WHERE id = {id} FOR UPDATE"),
    )
    .await
}

/// What waits for a user now, newest first; 50 at most.
pub async fn waiting_for(db: &impl Sealing, user: UserId, now: DateTime<Utc>) -> StorageResult<Vec<PendingRow>> {
    let id = user.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT * FROM pending_operations WHERE user_id = {id} AND state = 'waiting' AND expires_at > {now}
          ORDER BY created_at DESC LIMIT 50"
    );
    let rows = Sealed::find_by_statement(statement).all(db).await?;
    let key = db.vault().of_user(db, user).await?;
    rows.into_iter().map(|row| row.open(&key)).collect()
}

/// Ends a waiting operation: once, as the database sees to.
///
/// # Errors
/// [`StorageError::AlreadyDecided`].
pub async fn end(
    db: &impl Sealing,
    row: &PendingRow,
    state: PendingState,
    output: Option<Value>,
    refusal: Option<Value>,
    now: DateTime<Utc>,
) -> StorageResult<()> {
    let state = match state {
        PendingState::Done => "done",
        PendingState::Cancelled => "cancelled",
        PendingState::Expired => "expired",
        PendingState::Refused => "refused",
        PendingState::Waiting => return Err(StorageError::Unreadable("pending state")),
    };
    let id = row.id;
    let key = db.vault().of_user(db, row.user()).await?;
    let seal = |field, value: Option<Value>| {
        value
            .map(|value| key.seal_json(field, id.as_bytes(), &value))
            .transpose()
    };
    let (output, refusal) = (
        seal(field::PENDING_OUTPUT, output)?,
        seal(field::PENDING_REFUSAL, refusal)?,
    );
    db.execute_raw(raw_sql!(
        Postgres,
        r"UPDATE pending_operations SET state = {state}, output = {output}, refusal = {refusal}, ended_at = {now}
          WHERE id = {id}"
    ))
    .await?;
    Ok(())
}

pub async fn expire(db: &impl ConnectionTrait, now: DateTime<Utc>) -> StorageResult<u64> {
    let statement = raw_sql!(
        Postgres,
        r"UPDATE pending_operations SET state = 'expired', ended_at = {now}
          WHERE state = 'waiting' AND expires_at <= {now}"
    );
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// The same request of the same user: while it waits, or also when it has ended.
pub async fn find_same(
    db: &impl Sealing,
    user: UserId,
    hash: &[u8; 32],
    now: DateTime<Utc>,
    ended_too: bool,
) -> StorageResult<Option<PendingRow>> {
    let (user, hash) = (user.0, hash.to_vec());
    let statement = raw_sql!(
        Postgres,
        r"SELECT * FROM pending_operations
          WHERE user_id = {user} AND hash = {hash} AND ({ended_too} OR (state = 'waiting' AND expires_at > {now}))
          ORDER BY created_at DESC LIMIT 1"
    );
    one(db, statement).await
}
