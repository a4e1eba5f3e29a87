//! The messages of conversations.

use super::ConversationRow;
use crate::vault::{DataKey, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::ConversationId;
use bank_contract::assistant::{MESSAGES_MAX, Part, Speaker};
use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, raw_sql};

/// A message that is about to be kept.
#[derive(Clone)]
pub struct NewMessage {
    pub by: Speaker,
    pub parts: Vec<Part>,
}

/// A message as it is kept.
#[derive(Clone)]
pub struct MessageRow {
    pub number: u32,
    pub by: Speaker,
    pub at: DateTime<Utc>,
    pub parts: Vec<Part>,
}

#[derive(FromQueryResult)]
struct Sealed {
    number: i32,
    by: String,
    at: DateTime<Utc>,
    parts: Vec<u8>,
}

const fn code(by: Speaker) -> &'static str {
    match by {
        Speaker::Customer => "customer",
        Speaker::Assistant => "assistant",
        Speaker::Person => "person",
    }
}

fn read(code: &str) -> StorageResult<Speaker> {
    match code {
        "customer" => Ok(Speaker::Customer),
        "assistant" => Ok(Speaker::Assistant),
        "person" => Ok(Speaker::Person),
        _ => Err(StorageError::Unreadable("speaker")),
    }
}

/// What a message is bound to: its conversation and its number.
fn place(conversation: ConversationId, number: i32) -> Vec<u8> {
    [conversation.0.as_bytes().as_slice(), &number.to_be_bytes()].concat()
}

impl Sealed {
    fn open(self, conversation: ConversationId, key: &DataKey) -> StorageResult<MessageRow> {
        let opened = key.open_json(field::MESSAGE_PARTS, &place(conversation, self.number), &self.parts);
        Ok(MessageRow {
            number: u32::try_from(self.number).map_err(|_| StorageError::Unreadable("message number"))?,
            by: read(&self.by)?,
            at: self.at,
            parts: match opened {
                Err(StorageError::Erased) => Vec::new(),
                opened => opened?,
            },
        })
    }
}

/// The newest messages of a conversation, in their order.
pub async fn messages_of(db: &impl Sealing, row: &ConversationRow) -> StorageResult<Vec<MessageRow>> {
    let (id, most) = (row.conversation.0, i64::try_from(MESSAGES_MAX).unwrap_or(i64::MAX));
    let statement = raw_sql!(
        Postgres,
        r"SELECT number, by, at, parts FROM conversation_messages WHERE conversation_id = {id}
          ORDER BY number DESC LIMIT {most}"
    );
    let rows = Sealed::find_by_statement(statement).all(db).await?;
    let key = db.vault().of_user(db, row.user).await?;
    let opened = rows.into_iter().rev().map(|sealed| sealed.open(row.conversation, &key));
    opened.collect()
}

/// Adds messages to a conversation that is held, and lets the oldest ones go that are too many. Gives them with their
/// numbers.
pub async fn append(
    db: &impl Sealing,
    row: &ConversationRow,
    new: Vec<NewMessage>,
    now: DateTime<Utc>,
) -> StorageResult<Vec<MessageRow>> {
    let (id, user) = (row.conversation.0, row.user.0);
    let key = db.vault().of_user(db, row.user).await?;
    let mut number = row.messages;
    let mut kept = Vec::with_capacity(new.len());
    for message in new {
        number += 1;
        let parts = key.seal_json(field::MESSAGE_PARTS, &place(row.conversation, number), &message.parts)?;
        let by = code(message.by);
        db.execute_raw(raw_sql!(
            Postgres,
            r"INSERT INTO conversation_messages (conversation_id, user_id, number, by, at, parts)
              VALUES ({id}, {user}, {number}, {by}, {now}, {parts})"
        ))
        .await?;
        kept.push(MessageRow {
            number: u32::try_from(number).map_err(|_| StorageError::Unreadable("message number"))?,
            by: message.by,
            at: now,
            parts: message.parts,
        });
    }
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE conversations SET messages = {number}, last_at = {now} WHERE id = {id}"
    ))
    .await?;
    let gone = number - i32::try_from(MESSAGES_MAX).unwrap_or(i32::MAX);
    if gone > 0 {
        db.execute_raw(raw_sql!(
            Postgres,
            "DELETE FROM conversation_messages WHERE conversation_id = {id} AND number <= {gone}"
        ))
        .await?;
    }
    Ok(kept)
}
