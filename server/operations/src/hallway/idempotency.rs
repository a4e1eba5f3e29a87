//! Step 4, idempotency: the same caller, operation and key gives the same answer, once.
//!
//! The claim comes before the risk step, because a repeated request must not count against limits
//! twice, nor be asked for a second consent when its answer is there already.

use super::{Caller, Context, Handler, Refusal, Request, Visit};
use bank_contract::{BankError, Effect};
use bank_storage::hallway::{self as store, AnswerKey};
use bank_storage::ledger::{self, RequestMark};
use sha2::{Digest, Sha256};
use std::sync::PoisonError;
use uuid::Builder;

/// Whose key it is: a user's, through whichever door.
fn caller_name(caller: &Caller) -> String {
    match caller.user() {
        Some(user) => format!("user:{user}"),
        None => caller.code().to_owned(),
    }
}

/// The request as the journal keeps it: a UUID of version 8 over the caller, the operation and the key.
/// None for what has no key.
pub(super) fn mark<O: Handler>(visit: &Visit, request: &Request<'_, O>) -> Result<Option<RequestMark>, BankError> {
    const TAG: &[u8] = b"larch request v1\0";
    let Some(key) = request.input.idempotency_key() else {
        return Ok(None);
    };
    let mut hasher = Sha256::new();
    hasher.update(TAG);
    hasher.update(caller_name(&visit.caller).as_bytes());
    hasher.update([0]);
    hasher.update(O::NAMED.name.as_bytes());
    hasher.update([0]);
    hasher.update(key.0.as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let bytes = digest.first_chunk().copied().ok_or(BankError::internal("digest"))?;
    Ok(Some(RequestMark {
        key: Builder::from_custom_bytes(bytes).into_uuid(),
        hash: request.hash,
    }))
}

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
    let key = AnswerKey {
        customer: cx.who().ok().map(|who| who.customer),
        caller: caller_name(&cx.visit.caller),
        operation: O::NAMED.name,
        key: key.0,
    };
    if store::claim_key(cx.tx, &key).await? {
        *cx.request.lock().unwrap_or_else(PoisonError::into_inner) = mark::<O>(cx.visit, request)?;
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
        return posted_before(cx, request).await;
    };
    if given.request_hash != request.hash {
        return Err(BankError::KeyReused.into());
    }
    serde_json::from_value(given.answer)
        .map(Some)
        .map_err(|_| BankError::internal("stored-answer").into())
}

/// What came the short way has left its entry, and its answer is made from that.
async fn posted_before<O: Handler>(cx: &Context<'_>, request: &Request<'_, O>) -> Result<Option<O::Output>, Refusal> {
    let Some(mark) = mark::<O>(cx.visit, request)? else {
        return Ok(None);
    };
    match ledger::entry_of_request(cx.tx, mark.key).await? {
        None => Ok(None),
        Some((_, hash)) if hash != mark.hash => Err(BankError::KeyReused.into()),
        Some((entry, _)) => request.input.posted_before(cx, entry).await.map(Some),
    }
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
