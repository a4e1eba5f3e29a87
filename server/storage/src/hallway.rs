//! What the hallway itself needs: whose an object is, answers given before, audit lines, the outbox.

use crate::vault::field;
use crate::{Sealing, StorageResult};
use bank_contract::{ConversationId, CustomerId, FactId, Object, PasskeyId, Relation, SessionId, TokenId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, raw_sql};
use serde_json::Value;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Found {
    found: bool,
}

async fn found(db: &impl ConnectionTrait, statement: Statement) -> StorageResult<bool> {
    Ok(Found::find_by_statement(statement)
        .one(db)
        .await?
        .is_some_and(|row| row.found))
}

/// What belongs to one login and to nobody else: whether this one is its owner. None for anything that others can have to do with.
fn of_login(object: Object, user: Uuid) -> Option<Statement> {
    Some(match object {
        Object::Passkey(PasskeyId(id)) => raw_sql!(
            Postgres,
            "SELECT EXISTS (SELECT FROM passkeys WHERE id = {id} AND user_id = {user}) AS found"
        ),
        Object::Session(SessionId(id)) => raw_sql!(
            Postgres,
            "SELECT EXISTS (SELECT FROM sessions WHERE id = {id} AND user_id = {user}) AS found"
        ),
        Object::Token(TokenId(id)) => raw_sql!(
            Postgres,
            "SELECT EXISTS (SELECT FROM api_tokens WHERE id = {id} AND user_id = {user}) AS found"
        ),
        Object::Conversation(ConversationId(id)) => raw_sql!(
            Postgres,
            "SELECT EXISTS (SELECT FROM conversations WHERE id = {id} AND user_id = {user}) AS found"
        ),
        Object::Fact(FactId(id)) => raw_sql!(
            Postgres,
            "SELECT EXISTS (SELECT FROM assistant_facts WHERE id = {id} AND user_id = {user}) AS found"
        ),
        Object::Account(..) | Object::Entry(..) | Object::Pending(..) | Object::Mandate(..) => return None,
    })
}

/// Whether an object is the caller's own. What they hold a mandate for is not: see [`crate::mandates`].
pub async fn is_theirs(
    db: &impl ConnectionTrait,
    object: Object,
    user: UserId,
    customer: CustomerId,
) -> StorageResult<bool> {
    let (user, customer) = (user.0, customer.0);
    if let Some(statement) = of_login(object, user) {
        return found(db, statement).await;
    }
    let statement = match object {
        Object::Account(account, _) => {
            let id = account.0;
            raw_sql!(
                Postgres,
                "SELECT EXISTS (SELECT FROM accounts WHERE id = {id} AND customer_id = {customer}) AS found"
            )
        }
        Object::Entry(entry, _) => {
            let id = entry.0;
            raw_sql!(
                Postgres,
                r"SELECT EXISTS (SELECT FROM postings p JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
                  WHERE p.entry_id = {id} AND a.customer_id = {customer}) AS found"
            )
        }
        Object::Pending(pending, relation) => {
            // Who asked another for it may look, and decides nothing.
            let (id, looks) = (pending.0, relation == Relation::View);
            raw_sql!(
                Postgres,
                r"SELECT EXISTS (SELECT FROM pending_operations
                  WHERE id = {id} AND (user_id = {user} OR ({looks} AND asked_by = {user}))) AS found"
            )
        }
        Object::Mandate(mandate, relation) => {
            let (id, either) = (mandate.0, relation != Relation::Own);
            raw_sql!(
                Postgres,
                r"SELECT EXISTS (SELECT FROM mandates WHERE id = {id} AND (grantor_id = {customer} OR ({either}
                    AND (holder_user = {user} OR (offered_to = {user} AND accepted_at IS NULL))))) AS found"
            )
        }
        Object::Passkey(_) | Object::Session(_) | Object::Token(_) | Object::Conversation(_) | Object::Fact(_) => {
            return Ok(false);
        }
    };
    found(db, statement).await
}

#[derive(FromQueryResult)]
struct SealedAnswer {
    request_hash: Vec<u8>,
    answer: Vec<u8>,
}

/// An answer that was given before.
#[derive(Clone, Debug)]
pub struct GivenAnswer {
    pub request_hash: Vec<u8>,
    pub answer: Value,
}

/// A caller, an operation and a key: what makes two requests the same.
#[derive(Clone, Debug)]
pub struct AnswerKey {
    pub customer: Option<CustomerId>,
    pub caller: String,
    pub operation: &'static str,
    pub key: Uuid,
}

impl AnswerKey {
    fn name(&self) -> String {
        format!("{}\n{}\n{}", self.caller, self.operation, self.key)
    }
}

/// Keeps everybody else with the same key out until this database transaction ends.
/// False when somebody is at work on it already.
pub async fn claim_key(db: &impl ConnectionTrait, at: &AnswerKey) -> StorageResult<bool> {
    let name = at.name();
    found(
        db,
        raw_sql!(
            Postgres,
            "SELECT pg_try_advisory_xact_lock(hashtextextended({name}, 41)) AS found"
        ),
    )
    .await
}

pub async fn given_answer(db: &impl Sealing, at: &AnswerKey) -> StorageResult<Option<GivenAnswer>> {
    let (caller, operation, key) = (&at.caller, at.operation, at.key);
    let statement = raw_sql!(
        Postgres,
        r"SELECT request_hash, answer FROM idempotency
          WHERE caller = {caller} AND operation = {operation} AND key = {key}"
    );
    let Some(row) = SealedAnswer::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let sealing = db.vault().of(db, at.customer).await?;
    Ok(Some(GivenAnswer {
        answer: sealing.open_json(field::ANSWER, at.name().as_bytes(), &row.answer)?,
        request_hash: row.request_hash,
    }))
}

pub async fn keep_answer(
    db: &impl Sealing,
    at: &AnswerKey,
    request_hash: &[u8],
    answer: Value,
    now: DateTime<Utc>,
) -> StorageResult<()> {
    let sealing = db.vault().of(db, at.customer).await?;
    let answer = sealing.seal_json(field::ANSWER, at.name().as_bytes(), &answer)?;
    let (caller, operation, key, request_hash) = (&at.caller, at.operation, at.key, request_hash.to_vec());
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO idempotency (caller, operation, key, request_hash, answer, created_at)
          VALUES ({caller}, {operation}, {key}, {request_hash}, {answer}, {now})"
    ))
    .await?;
    Ok(())
}

/// A line of the audit, before it is chained.
#[derive(Clone, Debug)]
pub struct AuditLine {
    pub at: DateTime<Utc>,
    pub door: &'static str,
    pub caller: &'static str,
    pub user: Option<UserId>,
    pub operation: &'static str,
    pub outcome: &'static str,
    pub input_hash: [u8; 32],
    /// Whose accounts the user acted on, where they were not the user's own.
    pub for_customer: Option<CustomerId>,
}

pub async fn write_audit(db: &impl ConnectionTrait, lines: &[AuditLine]) -> StorageResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let at: Vec<DateTime<Utc>> = lines.iter().map(|line| line.at).collect();
    let text = |pick: fn(&AuditLine) -> &'static str| lines.iter().map(|l| pick(l).to_owned()).collect::<Vec<String>>();
    let door = text(|line| line.door);
    let caller = text(|line| line.caller);
    let operation = text(|line| line.operation);
    let outcome = text(|line| line.outcome);
    let user: Vec<String> = lines
        .iter()
        .map(|line| line.user.map(|user| user.to_string()).unwrap_or_default())
        .collect();
    let hash: Vec<Vec<u8>> = lines.iter().map(|line| line.input_hash.to_vec()).collect();
    let whose: Vec<String> = lines
        .iter()
        .map(|line| {
            line.for_customer
                .map(|customer| customer.to_string())
                .unwrap_or_default()
        })
        .collect();
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO audit_lines (at, door, caller, user_id, operation, outcome, input_hash, for_customer)
          SELECT l.at, l.door, l.caller, nullif(l.user_id, '')::uuid, l.operation, l.outcome, l.input_hash,
                 nullif(l.for_customer, '')::uuid
          FROM unnest({at}, {door}, {caller}, {user}, {operation}, {outcome}, {hash}, {whose})
            AS l (at, door, caller, user_id, operation, outcome, input_hash, for_customer)"
    ))
    .await?;
    Ok(())
}

/// Something that somebody must be told, written with the change itself and delivered later.
#[derive(Clone, Debug)]
pub struct Notice {
    pub topic: &'static str,
    pub customer: CustomerId,
    pub payload: Value,
}

/// Which notice: its number is not known before it is there.
pub(crate) fn notice_row(topic: &str, at: DateTime<Utc>) -> Vec<u8> {
    [topic.as_bytes(), &at.timestamp_micros().to_be_bytes()].concat()
}

/// Writes down who must be told of what. Whoever has been erased is told nothing, and keeps nobody else from what they do.
pub async fn write_outbox(db: &impl Sealing, notices: &[Notice], now: DateTime<Utc>) -> StorageResult<()> {
    for notice in notices {
        let (topic, customer) = (notice.topic, notice.customer.0);
        let key = db.vault().of(db, Some(notice.customer)).await?;
        if key.is_erased() {
            continue;
        }
        let sealed = key.seal_json(field::NOTICE, &notice_row(topic, now), &notice.payload)?;
        db.execute_raw(raw_sql!(
            Postgres,
            r"INSERT INTO outbox (topic, customer_id, sealed, at) VALUES ({topic}, {customer}, {sealed}, {now})"
        ))
        .await?;
    }
    Ok(())
}
