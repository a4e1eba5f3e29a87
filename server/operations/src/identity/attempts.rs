//! Wrong tries in a row, over passwords and codes of every kind. A try is counted before it is judged
//! ([`begin`], in the operation's `prepare`); what was right is taken back or forgotten with the
//! operation itself.

use crate::hallway::{Context, Hallway, Refusal};
use bank_contract::{BankError, UserId};
use bank_rules::identity::tries as rules;
use bank_storage::identity as people;
use bank_storage::identity::tries::{self as store, Try};
use chrono::TimeDelta;
use serde_json::json;

fn subject(user: UserId) -> String {
    format!("user:{user}")
}

/// Counts a try of a user.
///
/// # Errors
/// [`BankError::Blocked`] while the way is closed: nothing may be judged then.
pub(crate) async fn begin(bank: &Hallway, user: UserId) -> Result<(), Refusal> {
    count(bank, &subject(user)).await
}

/// Counts a try where there is no such user. Of what was typed, a keyed hash is kept.
///
/// # Errors
/// As [`begin`].
pub(crate) async fn begin_as_stranger(bank: &Hallway, key: &str) -> Result<(), Refusal> {
    let subject = hex::encode(bank.vault.index("tries", key));
    count(bank, &format!("stranger:{subject}")).await
}

async fn count(bank: &Hallway, subject: &str) -> Result<(), Refusal> {
    let now = bank.clock.now();
    let forgotten = now - rules::FORGOTTEN_AFTER;
    let db = bank.db.reader();
    match store::begin(db, subject, rules::BLOCKS_FROM, &rules::BLOCKS_S, forgotten, now).await? {
        Try::MayGoOn => Ok(()),
        Try::BlockedUntil(until) => {
            let left = (until - now + TimeDelta::milliseconds(999)).num_seconds().max(1);
            Err(BankError::Blocked {
                retry_after_s: u32::try_from(left).unwrap_or(u32::MAX),
            }
            .into())
        }
    }
}

/// One proof was right, and more may be asked: the try was none.
pub(crate) async fn take_back(cx: &Context<'_>, user: UserId) -> Result<(), Refusal> {
    Ok(store::take_back(cx.tx, &subject(user)).await?)
}

/// Everything was right: all failures are forgotten.
pub(crate) async fn forget(cx: &Context<'_>, user: UserId) -> Result<(), Refusal> {
    Ok(store::forget(cx.tx, &subject(user)).await?)
}

/// For an operation's `refused`: tells the user when this was the try that closed the way.
pub(crate) async fn tell_block(cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
    // Who is blocked already was told, and a fault of ours is nobody's wrong try.
    if matches!(
        why,
        BankError::Blocked { .. } | BankError::Busy { .. } | BankError::Internal { .. }
    ) {
        return Ok(());
    }
    let Some(user) = cx.prepared.filter(|prepared| prepared.counted).and_then(|p| p.user) else {
        return Ok(());
    };
    if !store::is_news(cx.tx, &subject(user), cx.now).await? {
        return Ok(());
    }
    if let Some(customer) = people::customer_of(cx.tx, user).await? {
        cx.tell("identity.blocked", customer, json!({}));
    }
    Ok(())
}
