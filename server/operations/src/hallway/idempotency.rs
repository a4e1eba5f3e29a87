//! Step 6, idempotency: the same caller, operation and key gives the same answer, once.
//!
//! The claim comes before the risk step, because a repeated request must not count against limits
//! twice, nor be asked for a second consent when its answer is there already.

use super::{Caller, Context, Handler, Refusal, Request};
use bank_contract::{BankError, Effect};
use bank_storage::hallway::{self as store, AnswerKey};

/// Claims the request's key for this database transaction.
///
/// # Errors
/// [`BankError::StillRunning`] when another request with the key is at work.
pub(super) async fn claim<O: Handler>(
    cx: &Context<'_>,
    request: &Request<'_, O>,
) -> Result<Option<AnswerKey>, Refusal> {
    let Some(key) = request.input.idempotency_key() else {
        return if O::EFFECT == Effect::MovesMoney {
            Err(BankError::internal("no-key").into())
        } else {
            Ok(None)
        };
    };
    let caller = match cx.visit.caller {
        Caller::Customer(signed) => format!("user:{}", signed.user),
        other => other.code().to_owned(),
    };
    let key = AnswerKey {
        caller,
        operation: O::NAMED.name,
        key: key.0,
    };
    if store::claim_key(cx.tx, &key).await? {
        Ok(Some(key))
    } else {
        Err(BankError::StillRunning.into())
    }
}

/// The answer that was given to this key.
///
/// # Errors
/// [`BankError::KeyReused`] when it was given to another request.
pub(super) async fn stored_answer<O: Handler>(
    cx: &Context<'_>,
    request: &Request<'_, O>,
    key: Option<&AnswerKey>,
) -> Result<Option<O::Output>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    let Some(given) = store::given_answer(cx.tx, key).await? else {
        return Ok(None);
    };
    if given.request_hash != request.hash {
        return Err(BankError::KeyReused.into());
    }
    serde_json::from_value(given.answer)
        .map(Some)
        .map_err(|_| BankError::internal("stored-answer").into())
}

pub(super) async fn keep<O: Handler>(
    cx: &Context<'_>,
    request: &Request<'_, O>,
    key: Option<&AnswerKey>,
    output: &O::Output,
) -> Result<(), Refusal> {
    let Some(key) = key else { return Ok(()) };
    let answer = serde_json::to_value(output).map_err(|_| BankError::internal("answer"))?;
    store::keep_answer(cx.tx, key, &request.hash, answer, cx.now).await?;
    Ok(())
}
