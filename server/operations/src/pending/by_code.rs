//! A signature by a code of the customer's app, for who has no passkey. The request's short code stands beside the
//! field, and the code serves for that request only. It reaches less far than a passkey: payments up to a sum a day, a
//! first passkey, another e-mail address, and the end of another session.

use super::signing::written;
use crate::hallway::{Context, Refusal};
use crate::identity::{attempts, totp};
use bank_contract::identity::email::SetEmail;
use bank_contract::identity::{Code, RevokeSession, StartAddingPasskey};
use bank_contract::{BankError, Currency, Money, Operation as _, UserId};
use bank_rules::risk::{self, Movement};
use bank_storage::signatures::{self, NewCodeSignature};
use bank_storage::{identity::factors, pending as store};
use chrono::TimeDelta;

/// What a code signs besides payments. Another address asks for the password as well, when it is confirmed.
const SIGNED_BY_CODE: [&str; 3] = [
    StartAddingPasskey::NAMED.name,
    SetEmail::NAMED.name,
    RevokeSession::NAMED.name,
];

/// A code that was right, with what it was given to.
pub(super) struct SignedByCode(NewCodeSignature);

/// Whether a code of an app signs this for a user who has no passkey.
///
/// # Errors
/// When the database is not there.
pub(crate) async fn may_sign(
    cx: &Context<'_>,
    user: UserId,
    operation: &str,
    movement: &Movement,
) -> Result<bool, Refusal> {
    if factors::totp_secret(cx.tx, user).await?.is_none() {
        return Ok(false);
    }
    match movement {
        Movement::Sent { amount, .. } => Ok(left(cx, user, amount.currency()).await? >= amount.minor()),
        Movement::None => Ok(SIGNED_BY_CODE.contains(&operation)),
        Movement::Own { .. }
        | Movement::CashIn { .. }
        | Movement::CashOut { .. }
        | Movement::Returned { .. }
        | Movement::LimitRaised => Ok(false),
    }
}

/// What a user may still sign with codes, in minor units.
async fn left(cx: &Context<'_>, user: UserId, currency: Currency) -> Result<i64, Refusal> {
    let most = risk::signed_by_code_daily_max(&cx.bank.settings.limits, currency)?;
    let since = cx.now - TimeDelta::days(1);
    let signed = signatures::signed_by_code_since(cx.tx, user, currency, since).await?;
    Ok(most.minor().saturating_sub(signed))
}

/// Takes a code for what waits.
///
/// # Errors
/// [`BankError::Invalid`] with the field `code` for one that is not right, `signature` where a code does not sign, or
/// signs another request; [`BankError::LimitExceeded`] when others were signed meanwhile.
pub(super) async fn check(
    cx: &Context<'_>,
    row: &store::PendingRow,
    code: &Code,
    shown: &str,
) -> Result<SignedByCode, Refusal> {
    let user = cx.signed()?.user;
    let summary = row.summary()?;
    let Some(short_code) = summary.short_code.clone() else {
        return Err(BankError::invalid("signature", "This needs the signature of a passkey.").into());
    };
    if shown != short_code {
        return Err(BankError::invalid("signature", "This is not what you were shown.").into());
    }
    if let Some(amount) = summary.amount {
        // The lock keeps payments that are signed at once from fitting under the limit together.
        signatures::unsigned_locked(cx.tx, user).await?;
        let left = left(cx, user, amount.currency()).await?;
        if left < amount.minor() {
            let limit = risk::signed_by_code_daily_max(&cx.bank.settings.limits, amount.currency())?;
            let left = Money::from_minor(left.max(0), amount.currency()).map_err(|_| BankError::internal("limits"))?;
            return Err(BankError::LimitExceeded { limit, left }.into());
        }
    }
    if !totp::spend(cx, user, code).await? {
        return Err(BankError::invalid("code", "That is not the code that the app shows now, or it was used.").into());
    }
    attempts::take_back(cx, user).await?;
    Ok(SignedByCode(NewCodeSignature {
        pending: row.pending(),
        user,
        entry: None,
        short_code,
        document: written(cx, row)?,
        amount: summary.amount,
        at: cx.now,
    }))
}

/// Keeps it with the entry that came of it.
pub(super) async fn keep(cx: &Context<'_>, signed: SignedByCode) -> Result<(), Refusal> {
    let SignedByCode(new) = signed;
    let user = new.user;
    let new = NewCodeSignature {
        entry: cx.first_posted(),
        ..new
    };
    signatures::insert_by_code(cx.tx, new).await?;
    Ok(signatures::forget_unsigned(cx.tx, user).await?)
}

/// After a refusal: a code that was right is used up all the same, and its try was none.
pub(super) async fn spend(cx: &Context<'_>, code: &Code) -> Result<(), Refusal> {
    let user = cx.signed()?.user;
    if totp::spend(cx, user, code).await? {
        attempts::take_back(cx, user).await?;
    }
    Ok(())
}
