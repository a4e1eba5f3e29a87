//! Step 5, consent: what needs a yes, and has none yet, waits as a pending operation.

use super::{Context, Handler, Refusal, Request};
use bank_contract::pending::PendingView;
use bank_contract::{BankError, Consent, PendingId};
use bank_rules::risk::Verdict;
use bank_storage::{StorageError, pending as store};

/// What the caller has given already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Nothing,
    /// The customer said yes to exactly this operation.
    Confirmed,
}

impl Given {
    const fn reaches(self) -> Consent {
        match self {
            Self::Nothing => Consent::None,
            Self::Confirmed => Consent::Confirm,
        }
    }
}

/// Gives what now waits, or nothing when the operation may go on. The same request sent twice waits once.
pub(super) async fn ask<O: Handler>(
    cx: &Context<'_>,
    request: &Request<'_, O>,
    verdict: &Verdict,
    given: Given,
) -> Result<Option<PendingView>, Refusal> {
    let needed = O::CONSENT.max(verdict.consent);
    if needed <= given.reaches() {
        return Ok(None);
    }
    let user = cx.signed()?.user;
    let zone = cx.bank.settings.zone;
    if let Some(row) = store::find_same(cx.tx, user, &request.hash, cx.now).await? {
        return Ok(Some(row.view(cx.now, zone)?));
    }
    let mut summary = request.input.summary(cx).await?;
    summary.warnings.splice(0..0, verdict.warnings.iter().cloned());
    let new = store::NewPending {
        pending: PendingId(cx.new_id()),
        operation: O::NAMED.name,
        input: request.json.clone(),
        hash: request.hash,
        user,
        summary,
        missing: needed,
        at: cx.now,
        expires_at: cx.now + cx.bank.settings.pending_lasts,
    };
    store::insert(cx.tx, &new).await?;
    let row = store::find(cx.tx, new.pending)
        .await?
        .ok_or(StorageError::Unreadable("pending operation"))?;
    Ok(Some(row.view(cx.now, zone)?))
}

/// A yes counts only for exactly what was shown.
pub(crate) fn fits(shown: &str, row: &store::PendingRow) -> Result<(), BankError> {
    if shown.eq_ignore_ascii_case(&row.hash_hex()) {
        Ok(())
    } else {
        Err(BankError::invalid("hash", "This is not what you were shown."))
    }
}
