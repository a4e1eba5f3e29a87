//! What the assistant remembers of a user.

use crate::vault::{DataKey, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::assistant::{FACTS_MAX, FactView};
use bank_contract::{FactId, UserId};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Sealed {
    id: Uuid,
    word: Vec<u8>,
    meaning: Vec<u8>,
    since: NaiveDate,
}

impl Sealed {
    fn open(self, key: &DataKey) -> StorageResult<FactView> {
        let row = *self.id.as_bytes();
        Ok(FactView {
            fact: FactId(self.id),
            word: key.open_text(field::FACT_WORD, &row, &self.word)?,
            meaning: key.open_text(field::FACT_MEANING, &row, &self.meaning)?,
            since: self.since,
        })
    }
}

/// All that is remembered of a user, by word.
pub async fn facts_of(db: &impl Sealing, user: UserId) -> StorageResult<Vec<FactView>> {
    let (id, most) = (user.0, i64::try_from(FACTS_MAX).unwrap_or(i64::MAX));
    let statement = raw_sql!(
        Postgres,
        "SELECT id, word, meaning, since FROM assistant_facts WHERE user_id = {id} ORDER BY id LIMIT {most}"
    );
    let rows = Sealed::find_by_statement(statement).all(db).await?;
    let key = db.vault().of_user(db, user).await?;
    let mut facts: Vec<FactView> = rows.into_iter().map(|row| row.open(&key)).collect::<Result<_, _>>()?;
    facts.sort_by_cached_key(|fact| fact.word.to_lowercase());
    Ok(facts)
}

/// Remembers what a word means; the same word again is a new meaning of the same fact. None when there is no room for
/// one more.
pub async fn remember(
    db: &impl Sealing,
    user: UserId,
    new: FactId,
    word: &str,
    meaning: &str,
    since: NaiveDate,
) -> StorageResult<Option<FactView>> {
    let owner = user.0;
    let word_key = db
        .vault()
        .index("assistant_facts.word", &format!("{owner}\n{}", word.to_lowercase()))
        .to_vec();
    // One at a time for each user, so that two at once do not fit together where only one does.
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT pg_advisory_xact_lock(hashtextextended({owner}::uuid::text, 43))"
    ))
    .await?;
    let known = facts_of(db, user).await?;
    let same = raw_sql!(
        Postgres,
        "SELECT id, word, meaning, since FROM assistant_facts WHERE user_id = {owner} AND word_key = {word_key}"
    );
    let same = Sealed::find_by_statement(same).one(db).await?;
    if same.is_none() && known.len() >= FACTS_MAX {
        return Ok(None);
    }
    let id = same.map_or(new.0, |row| row.id);
    let key = db.vault().of_user(db, user).await?;
    let word = key.seal_text(field::FACT_WORD, id.as_bytes(), word)?;
    let meaning = key.seal_text(field::FACT_MEANING, id.as_bytes(), meaning)?;
    let statement = raw_sql!(
        Postgres,
        r"INSERT INTO assistant_facts (id, user_id, word_key, word, meaning, since)
          VALUES ({id}, {owner}, {word_key}, {word}, {meaning}, {since})
          ON CONFLICT (user_id, word_key)
            DO UPDATE SET word = excluded.word, meaning = excluded.meaning, since = excluded.since
          RETURNING id, word, meaning, since"
    );
    let row = Sealed::find_by_statement(statement).one(db).await?;
    row.ok_or(StorageError::Unreadable("fact"))?.open(&key).map(Some)
}

pub async fn forget(db: &impl ConnectionTrait, fact: FactId) -> StorageResult<()> {
    let id = fact.0;
    db.execute_raw(raw_sql!(Postgres, "DELETE FROM assistant_facts WHERE id = {id}"))
        .await?;
    Ok(())
}
