//! Conversations with the assistant, and what it remembers. All words are sealed with the customer's data key.

mod facts;
mod messages;

pub use facts::{facts_of, forget, remember};
pub use messages::{MessageRow, NewMessage, append, messages_of};

use crate::vault::{DataKey, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::assistant::Rating;
use bank_contract::{ConversationId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, raw_sql};
use serde_json::Value;
use uuid::Uuid;

/// Conversations of one user that are kept; the oldest that no person helps in go.
pub const CONVERSATIONS_MAX: i64 = 50;

#[derive(FromQueryResult)]
struct Sealed {
    id: Uuid,
    user_id: Uuid,
    title: Vec<u8>,
    state: Vec<u8>,
    turns: i32,
    messages: i32,
    rating: Option<String>,
    begun_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    with_person: bool,
}

/// A conversation without its messages.
#[derive(Clone)]
pub struct ConversationRow {
    pub conversation: ConversationId,
    pub user: UserId,
    pub title: String,
    /// Where the assistant is; null where that cannot be read any more.
    pub state: Value,
    pub turns: i32,
    /// The number of the newest message.
    pub messages: i32,
    pub rating: Option<Rating>,
    pub begun_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    /// A case is open.
    pub with_person: bool,
}

impl Sealed {
    fn open(self, key: &DataKey) -> StorageResult<ConversationRow> {
        let row = *self.id.as_bytes();
        let state = match key.open_json(field::CONVERSATION_STATE, &row, &self.state) {
            Err(StorageError::Erased) => Value::Null,
            opened => opened?,
        };
        Ok(ConversationRow {
            conversation: ConversationId(self.id),
            user: UserId(self.user_id),
            title: key.open_text(field::CONVERSATION_TITLE, &row, &self.title)?,
            state,
            turns: self.turns,
            messages: self.messages,
            rating: self.rating.as_deref().map(read_rating).transpose()?,
            begun_at: self.begun_at,
            last_at: self.last_at,
            with_person: self.with_person,
        })
    }
}

const fn rating_code(rating: Rating) -> &'static str {
    match rating {
        Rating::Good => "good",
        Rating::Bad => "bad",
    }
}

fn read_rating(code: &str) -> StorageResult<Rating> {
    match code {
        "good" => Ok(Rating::Good),
        "bad" => Ok(Rating::Bad),
        _ => Err(StorageError::Unreadable("rating")),
    }
}

async fn one(db: &impl Sealing, statement: Statement) -> StorageResult<Option<ConversationRow>> {
    let Some(row) = Sealed::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().of_user(db, UserId(row.user_id)).await?;
    row.open(&key).map(Some)
}

/// A user's conversation, or whoever helps in it.
pub async fn find(db: &impl Sealing, conversation: ConversationId) -> StorageResult<Option<ConversationRow>> {
    let id = conversation.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT v.*, EXISTS (SELECT FROM cases c WHERE c.conversation_id = v.id AND c.closed_at IS NULL) AS with_person
          FROM conversations v WHERE v.id = {id}"
    );
    one(db, statement).await
}

/// Finds it and keeps others from adding to it meanwhile.
pub async fn find_locked(db: &impl Sealing, conversation: ConversationId) -> StorageResult<Option<ConversationRow>> {
    let id = conversation.0;
    // Locked first, so that the case is looked at as it is under the lock.
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM conversations WHERE id = {id} FOR UPDATE"
    ))
    .await?;
    find(db, conversation).await
}

/// The conversation in which a user was last.
pub async fn latest(db: &impl Sealing, user: UserId) -> StorageResult<Option<ConversationRow>> {
    let id = user.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT v.*, EXISTS (SELECT FROM cases c WHERE c.conversation_id = v.id AND c.closed_at IS NULL) AS with_person
          FROM conversations v WHERE v.user_id = {id} ORDER BY v.last_at DESC, v.id DESC LIMIT 1"
    );
    one(db, statement).await
}

/// A user's conversations, the latest first.
pub async fn of_user(db: &impl Sealing, user: UserId) -> StorageResult<Vec<ConversationRow>> {
    let (id, most) = (user.0, CONVERSATIONS_MAX);
    let statement = raw_sql!(
        Postgres,
        r"SELECT v.*, EXISTS (SELECT FROM cases c WHERE c.conversation_id = v.id AND c.closed_at IS NULL) AS with_person
          FROM conversations v WHERE v.user_id = {id} ORDER BY v.last_at DESC, v.id DESC LIMIT {most}"
    );
    let rows = Sealed::find_by_statement(statement).all(db).await?;
    let key = db.vault().of_user(db, user).await?;
    rows.into_iter().map(|row| row.open(&key)).collect()
}

/// Begins a conversation, and lets the oldest ones go that are too many.
pub async fn insert(
    db: &impl Sealing,
    conversation: ConversationId,
    user: UserId,
    title: &str,
    now: DateTime<Utc>,
) -> StorageResult<()> {
    let (id, owner) = (conversation.0, user.0);
    let key = db.vault().of_user(db, user).await?;
    let title = key.seal_text(field::CONVERSATION_TITLE, id.as_bytes(), title)?;
    let state = key.seal_json(field::CONVERSATION_STATE, id.as_bytes(), &Value::Null)?;
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO conversations (id, user_id, title, state, begun_at, last_at)
          VALUES ({id}, {owner}, {title}, {state}, {now}, {now})"
    ))
    .await?;
    let most = CONVERSATIONS_MAX;
    // Held first: a case that is being opened in one of them is seen by what deletes then.
    db.execute_raw(raw_sql!(
        Postgres,
        r"SELECT FROM conversations WHERE id IN (SELECT v.id FROM conversations v WHERE v.user_id = {owner} AND v.id <> {id}
            ORDER BY v.last_at DESC, v.id DESC OFFSET {most} - 1) ORDER BY id FOR UPDATE"
    ))
    .await?;
    db.execute_raw(raw_sql!(
        Postgres,
        r"DELETE FROM conversations WHERE id = ANY (ARRAY(
            SELECT v.id FROM conversations v WHERE v.user_id = {owner} AND v.id <> {id}
              AND NOT EXISTS (SELECT FROM cases c WHERE c.conversation_id = v.id AND c.closed_at IS NULL)
            ORDER BY v.last_at DESC, v.id DESC OFFSET {most} - 1))"
    ))
    .await?;
    Ok(())
}

/// Keeps where the assistant is after one more turn.
pub async fn keep_state(db: &impl Sealing, row: &ConversationRow, state: &Value) -> StorageResult<()> {
    let id = row.conversation.0;
    let key = db.vault().of_user(db, row.user).await?;
    let state = key.seal_json(field::CONVERSATION_STATE, id.as_bytes(), state)?;
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE conversations SET state = {state}, turns = turns + 1 WHERE id = {id}"
    ))
    .await?;
    Ok(())
}

pub async fn rate(db: &impl ConnectionTrait, conversation: ConversationId, rating: Rating) -> StorageResult<()> {
    let (id, rating) = (conversation.0, rating_code(rating));
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE conversations SET rating = {rating} WHERE id = {id}"
    ))
    .await?;
    Ok(())
}

/// Deletes it with its messages and its cases.
pub async fn delete(db: &impl ConnectionTrait, conversation: ConversationId) -> StorageResult<()> {
    let id = conversation.0;
    db.execute_raw(raw_sql!(Postgres, "DELETE FROM conversations WHERE id = {id}"))
        .await?;
    Ok(())
}
