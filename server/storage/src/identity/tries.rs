//! Wrong tries in a row. Each try counts as a failure from the moment it begins, and is taken back
//! when it was right: so that many at once cannot all be judged before the first is counted.

use crate::StorageResult;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};

/// Whether a try may be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    MayGoOn,
    BlockedUntil(DateTime<Utc>),
}

#[derive(FromQueryResult)]
struct Begun {
    blocked_until: Option<DateTime<Utc>>,
    may: bool,
}

/// Counts a try, in one statement, whoever it is. `blocks_s` is how long each failure from `from` on closes the way.
pub async fn begin(
    db: &impl ConnectionTrait,
    subject: &str,
    from: u32,
    blocks_s: &[i64],
    forgotten_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StorageResult<Try> {
    let (from, blocks) = (i32::try_from(from).unwrap_or(i32::MAX), blocks_s.to_vec());
    let statement = raw_sql!(
        Postgres,
        "SELECT blocked_until, may FROM try_begins({subject}, {from}, {blocks}, {forgotten_before}, {now})"
    );
    let begun = Begun::find_by_statement(statement).one(db).await?;
    Ok(match begun {
        Some(Begun {
            may: false,
            blocked_until: Some(until),
        }) if until > now => Try::BlockedUntil(until),
        // Its row changed between the two looks of the statement: somebody else was counted just now.
        None | Some(Begun { may: false, .. }) => Try::BlockedUntil(now),
        Some(_) => Try::MayGoOn,
    })
}

/// Takes one try back: it was right, and more is asked.
pub async fn take_back(db: &impl ConnectionTrait, subject: &str) -> StorageResult<()> {
    db.execute_raw(raw_sql!(
        Postgres,
        r"UPDATE tries SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE subject = {subject}"
    ))
    .await?;
    Ok(())
}

/// Forgets all failures: whoever it is has proven everything.
pub async fn forget(db: &impl ConnectionTrait, subject: &str) -> StorageResult<()> {
    db.execute_raw(raw_sql!(Postgres, "DELETE FROM tries WHERE subject = {subject}"))
        .await?;
    Ok(())
}

/// True once for each block that is new: then somebody has to be told.
pub async fn is_news(db: &impl ConnectionTrait, subject: &str, now: DateTime<Utc>) -> StorageResult<bool> {
    #[derive(FromQueryResult)]
    struct Row {
        news: bool,
    }
    let statement = raw_sql!(Postgres, "SELECT try_is_news({subject}, {now}) AS news");
    let row = Row::find_by_statement(statement).one(db).await?;
    Ok(row.is_some_and(|row| row.news))
}

/// Deletes what is older than any block.
pub async fn sweep(db: &impl ConnectionTrait, before: DateTime<Utc>) -> StorageResult<u64> {
    let swept = db
        .execute_raw(raw_sql!(Postgres, "DELETE FROM tries WHERE last_at < {before}"))
        .await?;
    Ok(swept.rows_affected())
}
