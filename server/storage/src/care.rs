//! Cases: conversations into which a person has been asked.

use crate::vault::{DataKey, ERASED, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::care::Reason;
use bank_contract::{CaseId, ConversationId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, raw_sql};
use uuid::Uuid;

/// Lines of a summary that are kept.
pub const SUMMARY_MAX: usize = 60;

/// Cases that one user can have open at once. With more, one person could keep everybody else's out of sight.
pub const OPEN_MAX: i64 = 3;

/// All reasons, the most urgent first.
const REASONS: [(Reason, &str); 12] = [
    (Reason::Crisis, "crisis"),
    (Reason::FraudInProgress, "fraud-in-progress"),
    (Reason::AccountTakeover, "account-takeover"),
    (Reason::Scammed, "scammed"),
    (Reason::Abuse, "abuse"),
    (Reason::Vulnerable, "vulnerable"),
    (Reason::Bereavement, "bereavement"),
    (Reason::Gambling, "gambling"),
    (Reason::MoneyWorries, "money-worries"),
    (Reason::Complaint, "complaint"),
    (Reason::Person, "person"),
    (Reason::NotUnderstood, "not-understood"),
];

/// Its code, and how urgent it is: 0 the most.
fn code(reason: Reason) -> StorageResult<(&'static str, i16)> {
    let found = REASONS.iter().zip(0_i16..).find(|((one, _), _)| *one == reason);
    let ((_, code), urgency) = found.ok_or(StorageError::Unreadable("reason"))?;
    Ok((code, urgency))
}

#[derive(FromQueryResult)]
struct Sealed {
    id: Uuid,
    conversation_id: Uuid,
    user_id: Uuid,
    reason: String,
    summary: Vec<u8>,
    waits: bool,
    opened_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

#[derive(Clone)]
pub struct CaseRow {
    pub case: CaseId,
    pub conversation: ConversationId,
    pub user: UserId,
    pub reason: Reason,
    pub summary: Vec<String>,
    /// The customer wrote last.
    pub waits: bool,
    pub opened_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub open: bool,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Sealed {
    fn open(self, key: &DataKey) -> StorageResult<CaseRow> {
        let reason = REASONS.iter().find(|(_, code)| *code == self.reason);
        let (reason, _) = reason.ok_or(StorageError::Unreadable("reason"))?;
        let summary = match key.open_json(field::CASE_SUMMARY, self.id.as_bytes(), &self.summary) {
            Err(StorageError::Erased) => vec![ERASED.to_owned()],
            opened => opened?,
        };
        Ok(CaseRow {
            case: CaseId(self.id),
            conversation: ConversationId(self.conversation_id),
            user: UserId(self.user_id),
            reason: *reason,
            summary,
            waits: self.waits,
            opened_at: self.opened_at,
            last_at: self.last_at,
            open: self.closed_at.is_none(),
            closed_at: self.closed_at,
        })
    }
}

async fn one(db: &impl Sealing, statement: Statement) -> StorageResult<Option<CaseRow>> {
    let Some(row) = Sealed::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().of_user(db, UserId(row.user_id)).await?;
    row.open(&key).map(Some)
}

/// Opens a case in a conversation that has none open.
pub async fn insert(
    db: &impl Sealing,
    case: CaseId,
    at: (ConversationId, UserId),
    reason: Reason,
    summary: &[String],
    now: DateTime<Utc>,
) -> StorageResult<()> {
    let (id, conversation, user) = (case.0, at.0.0, at.1.0);
    let (reason, urgency) = code(reason)?;
    let key = db.vault().of_user(db, at.1).await?;
    let summary = key.seal_json(field::CASE_SUMMARY, id.as_bytes(), &summary)?;
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO cases (id, conversation_id, user_id, reason, urgency, summary, opened_at, last_at)
          VALUES ({id}, {conversation}, {user}, {reason}, {urgency}, {summary}, {now}, {now})"
    ))
    .await?;
    Ok(())
}

/// The case that is open in a conversation.
pub async fn open_in(db: &impl Sealing, conversation: ConversationId) -> StorageResult<Option<CaseRow>> {
    let id = conversation.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT * FROM cases WHERE conversation_id = {id} AND closed_at IS NULL"
    );
    one(db, statement).await
}

/// The newest case, locked, of a user who has as many open as there may be.
pub async fn newest_of_many(db: &impl Sealing, user: UserId) -> StorageResult<Option<CaseRow>> {
    let (user, most) = (user.0, OPEN_MAX);
    let statement = raw_sql!(
        Postgres,
        r"SELECT * FROM cases WHERE user_id = {user} AND closed_at IS NULL
            AND (SELECT count(*) FROM cases WHERE user_id = {user} AND closed_at IS NULL) >= {most}
          ORDER BY opened_at DESC, id DESC LIMIT 1 FOR UPDATE"
    );
    one(db, statement).await
}

pub async fn find(db: &impl Sealing, case: CaseId) -> StorageResult<Option<CaseRow>> {
    let id = case.0;
    one(db, raw_sql!(Postgres, "SELECT * FROM cases WHERE id = {id}")).await
}

/// The customer wrote again, and there may be more to know, or a better reason to hurry. False when it was closed meanwhile.
pub async fn add(
    db: &impl Sealing,
    row: &CaseRow,
    reason: Reason,
    summary: &[String],
    now: DateTime<Utc>,
) -> StorageResult<bool> {
    let id = row.case.0;
    let (reason, urgency) = code(reason)?;
    let key = db.vault().of_user(db, row.user).await?;
    let summary = key.seal_json(field::CASE_SUMMARY, id.as_bytes(), &summary)?;
    let statement = raw_sql!(
        Postgres,
        r"UPDATE cases SET reason = {reason}, urgency = {urgency}, summary = {summary}, waits = true, last_at = {now}
          WHERE id = {id} AND closed_at IS NULL"
    );
    Ok(db.execute_raw(statement).await?.rows_affected() > 0)
}

/// Cases that are open: those that wait first, then the most urgent and the oldest.
pub async fn all_open(db: &impl Sealing, most: i64) -> StorageResult<Vec<CaseRow>> {
    let statement = raw_sql!(
        Postgres,
        "SELECT * FROM cases WHERE closed_at IS NULL ORDER BY waits DESC, urgency, opened_at, id LIMIT {most}"
    );
    let mut rows = Vec::new();
    for sealed in Sealed::find_by_statement(statement).all(db).await? {
        let key = db.vault().of_user(db, UserId(sealed.user_id)).await?;
        rows.push(sealed.open(&key)?);
    }
    Ok(rows)
}

/// A person has answered.
pub async fn answered(db: &impl ConnectionTrait, case: CaseId, now: DateTime<Utc>) -> StorageResult<()> {
    let id = case.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE cases SET waits = false, last_at = {now} WHERE id = {id} AND closed_at IS NULL"
    ))
    .await?;
    Ok(())
}

/// False when it was closed before.
pub async fn close(db: &impl ConnectionTrait, case: CaseId, now: DateTime<Utc>) -> StorageResult<bool> {
    let id = case.0;
    let statement = raw_sql!(
        Postgres,
        "UPDATE cases SET waits = false, closed_at = {now} WHERE id = {id} AND closed_at IS NULL"
    );
    Ok(db.execute_raw(statement).await?.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stand_in_the_order_of_their_urgency() {
        assert!(REASONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (place, (reason, name)) in REASONS.iter().enumerate() {
            assert_eq!(code(*reason).unwrap(), (*name, i16::try_from(place).unwrap()));
            assert_eq!(serde_json::to_value(reason).unwrap(), *name);
        }
    }
}
