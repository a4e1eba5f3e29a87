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

/// Counts a try, in one statement. `blocks_s` is how long each failure from `from` on closes the way.
pub async fn begin(
    db: &impl ConnectionTrait,
    subject: &str,
    from: u32,
    blocks_s: &[i64],
    forgotten_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StorageResult<Try> {
    let (from, blocks) = (i32::try_from(from).unwrap_or(i32::MAX), blocks_s.to_vec());
    let steps = i32::try_from(blocks.len()).unwrap_or(i32::MAX);
    let statement = raw_sql!(
        Postgres,
        r"WITH counted AS (
            INSERT INTO tries AS t (subject, failures, last_at) VALUES ({subject}, 1, {now})
            ON CONFLICT (subject) DO UPDATE SET
              failures = CASE WHEN t.last_at < {forgotten_before} THEN 1 ELSE t.failures + 1 END,
              told = CASE WHEN t.last_at < {forgotten_before} THEN 0 ELSE t.told END,
              last_at = {now},
              blocked_until = CASE
                WHEN t.last_at < {forgotten_before} OR t.failures + 1 < {from} THEN NULL
                ELSE {now} + make_interval(secs =>
                  (SELECT b.s FROM unnest({blocks}) WITH ORDINALITY AS b (s, n)
                   WHERE b.n = least(t.failures + 2 - {from}, {steps})))
              END
            WHERE t.blocked_until IS NULL OR t.blocked_until <= {now}
            RETURNING t.blocked_until
          )
          SELECT c.blocked_until, true AS may FROM counted c
          UNION ALL
          SELECT t.blocked_until, false FROM tries t
          WHERE t.subject = {subject} AND NOT EXISTS (SELECT FROM counted)"
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
    let told = db
        .execute_raw(raw_sql!(
            Postgres,
            r"UPDATE tries SET told = failures
              WHERE subject = {subject} AND blocked_until > {now} AND told < failures"
        ))
        .await?;
    Ok(told.rows_affected() == 1)
}

/// Deletes what is older than any block.
pub async fn sweep(db: &impl ConnectionTrait, before: DateTime<Utc>) -> StorageResult<u64> {
    let swept = db
        .execute_raw(raw_sql!(Postgres, "DELETE FROM tries WHERE last_at < {before}"))
        .await?;
    Ok(swept.rows_affected())
}
