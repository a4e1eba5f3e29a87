//! Step 6, consent: what needs a yes, and has none yet, waits as a pending operation.

use super::{Caller, Context, Handler, Refusal, Request, Visit};
use bank_contract::identity::StartAddingPasskey;
use bank_contract::pending::PendingView;
use bank_contract::{BankError, Consent, Operation as _, PendingId, UserId};
use bank_rules::risk::{Movement, Verdict};
use bank_rules::sca::Exemption;
use bank_storage::{StorageError, identity as people, pending as store, signatures};

/// Everybody can be one of them, so a passkey would prove nothing.
const DEMO_PERSON: &str =
    "You are one of the demo people, so a press is enough. Customers of their own sign this with their passkey.";

/// Who signs in with a password and an app may have none.
const FIRST_PASSKEY: &str = "You have no passkey to sign this with yet, so a press is enough.";

/// What the caller has given already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Given {
    Nothing,
    /// The customer said yes to exactly this operation.
    Confirmed,
    /// They signed it.
    Signed,
}

impl Given {
    pub(crate) const fn reaches(self) -> Consent {
        match self {
            Self::Nothing => Consent::None,
            Self::Confirmed => Consent::Confirm,
            Self::Signed => Consent::Sign,
        }
    }
}

/// What a program's token gives: the user's signature, in advance, under payments within its bounds.
pub(super) fn mandate(visit: &Visit, movement: &Movement) -> Given {
    let Caller::Program(program) = &visit.caller else {
        return Given::Nothing;
    };
    let within = match movement {
        Movement::Sent { amount, payee, .. } => program.may_pay(*amount, Some(payee)),
        Movement::Own { amount } => program.may_pay(*amount, None),
        Movement::CashIn { .. } | Movement::CashOut { .. } | Movement::None => false,
    };
    if within { Given::Signed } else { Given::Nothing }
}

/// Why a press takes the place of a signature, where nobody could sign.
async fn press_instead(cx: &Context<'_>, user: UserId, operation: &str) -> Result<Option<&'static str>, Refusal> {
    if people::is_demo_person(cx.tx, user).await? {
        return Ok(Some(DEMO_PERSON));
    }
    let first = operation == StartAddingPasskey::NAMED.name && people::passkeys_of(cx.tx, user).await?.is_empty();
    Ok(first.then_some(FIRST_PASSKEY))
}

/// Gives what now waits, or nothing when the operation may go on. The same request sent twice waits once.
pub(super) async fn ask<O: Handler>(
    cx: &Context<'_>,
    request: &Request<'_, O>,
    verdict: &Verdict,
    given: Given,
) -> Result<Option<PendingView>, Refusal> {
    let mut needed = O::CONSENT.max(verdict.consent);
    if needed <= given.reaches() {
        return Ok(None);
    }
    let user = cx.who()?.user;
    let mut why = verdict.why;
    if needed == Consent::Sign
        && let Some(reason) = press_instead(cx, user, O::NAMED.name).await?
    {
        (needed, why) = (Consent::Confirm, Some(reason));
        if needed <= given.reaches() {
            return Ok(None);
        }
    }
    let zone = cx.bank.settings.zone;
    // To a program, the same key is the same request for good; a customer may start again.
    let ended_too = matches!(cx.visit.caller, Caller::Program(_));
    if let Some(row) = store::find_same(cx.tx, user, &request.hash, cx.now, ended_too).await? {
        return Ok(Some(row.view(cx.now, zone)?));
    }
    let mut summary = request.input.summary(cx).await?;
    summary.warnings.splice(0..0, verdict.warnings.iter().cloned());
    summary.why = why.map(str::to_owned);
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

/// Counts a customer's payment that went without a signature because it was small.
pub(super) async fn count(
    cx: &Context<'_>,
    movement: &Movement,
    verdict: &Verdict,
    given: Given,
) -> Result<(), Refusal> {
    let (Caller::Customer(signed), Movement::Sent { amount, .. }) = (&cx.visit.caller, movement) else {
        return Ok(());
    };
    if given < Given::Signed && verdict.exemption == Some(Exemption::LowValue) {
        signatures::count_unsigned(cx.tx, signed.user, amount.minor()).await?;
    }
    Ok(())
}

/// A yes counts only for exactly what was shown.
pub(crate) fn fits(shown: &str, row: &store::PendingRow) -> Result<(), BankError> {
    if shown.eq_ignore_ascii_case(&row.hash_hex()) {
        Ok(())
    } else {
        Err(BankError::invalid("hash", "This is not what you were shown."))
    }
}
