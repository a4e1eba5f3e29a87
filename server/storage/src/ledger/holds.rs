//! Money set aside until it is captured or released.

use crate::StorageResult;
use bank_contract::HoldId;
use bank_rules::postings::LedgerAccountId;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};

#[derive(FromQueryResult)]
struct Ended {
    ended: i64,
}

/// A hold that is about to be placed.
#[derive(Clone, Debug)]
pub struct NewHold {
    pub hold: HoldId,
    pub account: LedgerAccountId,
    /// Minor units, above zero.
    pub amount: i64,
    pub reason: String,
    pub at: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Sets money aside.
///
/// # Errors
/// [`StorageError::InsufficientFunds`](crate::StorageError).
pub async fn place_hold(db: &impl ConnectionTrait, new: &NewHold) -> StorageResult<()> {
    let (hold, account, amount, reason, at, until) =
        (new.hold.0, new.account.0, new.amount, &new.reason, new.at, new.until);
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT hold_place({hold}, {account}, {amount}, {reason}, {at}, {until})"
    ))
    .await?;
    Ok(())
}

/// How a hold ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldEnd {
    /// So much of it is taken, in minor units above zero; the rest is released. The caller posts the money in
    /// the same database transaction.
    Captured(i64),
    Released,
}

/// # Errors
/// [`StorageError::HoldEnded`](crate::StorageError) the second time, [`StorageError::HoldTooSmall`](crate::StorageError) when more is taken than was held.
pub async fn end_hold(db: &impl ConnectionTrait, hold: HoldId, how: HoldEnd, now: DateTime<Utc>) -> StorageResult<()> {
    let (state, captured) = match how {
        HoldEnd::Captured(amount) => ("captured", Some(amount)),
        HoldEnd::Released => ("released", None),
    };
    let hold = hold.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT hold_end({hold}, {state}, {captured}, {now})"
    ))
    .await?;
    Ok(())
}

/// Releases holds whose time has passed, up to 500 at once. Gives how many.
pub async fn expire_holds(db: &impl ConnectionTrait, now: DateTime<Utc>) -> StorageResult<u64> {
    let row = Ended::find_by_statement(raw_sql!(Postgres, "SELECT holds_expire({now}, 500) AS ended"))
        .one(db)
        .await?;
    Ok(row.map_or(0, |row| row.ended.unsigned_abs()))
}
