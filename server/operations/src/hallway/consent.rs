//! Step 6, consent: what needs a yes, and has none yet, waits as a pending operation.

use super::{Caller, Context, Door, Handler, Refusal, Request};
use crate::pending::by_code;
use bank_contract::identity::factors::StartTotp;
use bank_contract::pending::{PendingState, PendingView};
use bank_contract::{BankError, Consent, Effect, Operation as _, PendingId, UserId};
use bank_rules::proof::short_code;
use bank_rules::risk::{Movement, Verdict};
use bank_rules::sca::Exemption;
use bank_storage::{StorageError, identity as people, mandates, pending as store, signatures, tokens};
use serde_json::json;

/// Everybody can be one of them, so a passkey would prove nothing.
const DEMO_PERSON: &str =
    "You are one of the demo people, so a press is enough. Customers of their own sign this with their passkey.";

/// Another app for codes, where there is no passkey: the code of the one before is asked for with the new one's.
const CODE_FOLLOWS: &str = "You have no passkey to sign this with. Your app's code is asked for in the next step.";

/// Why a payment that somebody else asked for is signed.
const BEYOND: &str = "It goes beyond what you let them do by themselves, so you sign it.";

/// Beside a payment that somebody else asked for.
const CHECK_PAYEE: &str = "Check that you know this account. Whether you have paid it before is not said here.";

/// Requests that may wait for a mandate's grantor at once: the database counts them.
const ASKED_MAX: u32 = 10;

const NO_WAY_TO_SIGN: &str = "This needs the signature of a passkey, and you have none. Codes of your app sign payments \
                              up to a limit a day, and some changes of your login, your first passkey among them: add \
                              one in your profile.";

/// How the customer's signature can be had.
enum Means {
    Passkey,
    /// A code of their app, beside the request's short code.
    Code,
    /// A press takes its place.
    Press(&'static str),
    /// It cannot, and this is what to do about it.
    None(&'static str),
}

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

async fn means(cx: &Context<'_>, user: UserId, operation: &str, movement: &Movement) -> Result<Means, Refusal> {
    if people::is_demo_person(cx.tx, user).await? {
        return Ok(Means::Press(DEMO_PERSON));
    }
    if !people::passkeys_of(cx.tx, user).await?.is_empty() {
        return Ok(Means::Passkey);
    }
    if operation == StartTotp::NAMED.name {
        return Ok(Means::Press(CODE_FOLLOWS));
    }
    if by_code::may_sign(cx, user, operation, movement).await? {
        return Ok(Means::Code);
    }
    Ok(Means::None(NO_WAY_TO_SIGN))
}

/// Whatever the assistant has understood, its customer sees it and says yes before anything changes. It only takes back
/// without one what it has asked for itself.
async fn by_door<O: Handler>(cx: &Context<'_>, input: &O) -> Result<Consent, Refusal> {
    match (cx.visit.door, O::EFFECT) {
        (Door::Assistant, Effect::Changes | Effect::MovesMoney) if !input.takes_back(cx).await? => Ok(Consent::Confirm),
        _ => Ok(Consent::None),
    }
}

/// The program that asks, by the name that its user gave it.
async fn program(cx: &Context<'_>, user: UserId) -> Result<Option<String>, Refusal> {
    let Caller::Program(program) = &cx.visit.caller else {
        return Ok(None);
    };
    let row = tokens::find(cx.tx, program.token)
        .await?
        .ok_or(BankError::NotSignedIn)?;
    let key = cx.bank.vault.of_user(cx.tx, user).await?;
    let view = row.view(&key, cx.now, cx.bank.settings.zone)?;
    Ok(Some(format!("The program “{}”", view.name)))
}

/// Gives what now waits, or nothing when the operation may go on. The same request sent twice waits once.
pub(super) async fn ask<O: Handler>(
    cx: &Context<'_>,
    request: &Request<'_, O>,
    movement: &Movement,
    verdict: &Verdict,
    given: Given,
) -> Result<Option<PendingView>, Refusal> {
    let mut needed = O::CONSENT.max(verdict.consent).max(by_door(cx, request.input).await?);
    if needed <= given.reaches() {
        return Ok(None);
    }
    let user = cx.who()?.user;
    let mut why = verdict.why;
    let mut by_code = false;
    if needed == Consent::Sign {
        match means(cx, user, O::NAMED.name, movement).await? {
            Means::Passkey => {}
            Means::Code => by_code = true,
            Means::None(reason) => why = Some(reason),
            Means::Press(reason) => {
                (needed, why) = (Consent::Confirm, Some(reason));
                if needed <= given.reaches() {
                    return Ok(None);
                }
            }
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
    summary.asked_by = program(cx, user).await?;
    let pending = PendingId(cx.new_id());
    summary.short_code = by_code.then(|| short_code(pending, &request.hash));
    let new = store::NewPending {
        pending,
        operation: O::NAMED.name,
        input: request.json.clone(),
        hash: request.hash,
        user,
        summary,
        missing: needed,
        at: cx.now,
        expires_at: cx.now + cx.bank.settings.pending_lasts,
        by_assistant: cx.visit.door == Door::Assistant,
    };
    store::insert(cx.tx, &new).await?;
    let row = store::find(cx.tx, new.pending)
        .await?
        .ok_or(StorageError::Unreadable("pending operation"))?;
    Ok(Some(row.view(cx.now, zone)?))
}

/// This request as it was put before whoever granted the mandate, while it waits there or when they said yes.
pub(super) async fn with_grantor<O: Handler>(
    cx: &Context<'_>,
    request: &Request<'_, O>,
) -> Result<Option<PendingView>, Refusal> {
    if cx.held.is_none() || O::EFFECT != Effect::MovesMoney {
        return Ok(None);
    }
    let row = store::find_asked(cx.tx, cx.signed()?.user, &request.hash).await?;
    let Some(row) = row else { return Ok(None) };
    let view = row.view(cx.now, cx.bank.settings.zone)?;
    let lives = matches!(view.state, PendingState::Waiting | PendingState::Done);
    Ok(lives.then_some(PendingView {
        decided_by_other: true,
        ..view
    }))
}

/// Puts what goes beyond a mandate before whoever granted it: their yes makes it their own payment. The same request
/// sent again is the same request.
pub(super) async fn ask_grantor<O: Handler>(
    cx: &mut Context<'_>,
    request: &Request<'_, O>,
    verdict: &Verdict,
) -> Result<PendingView, Refusal> {
    let held = cx.held.clone().ok_or(BankError::NotFound)?;
    let zone = cx.bank.settings.zone;
    let me = cx.signed()?;
    let theirs = |row: store::PendingRow| -> Result<PendingView, Refusal> {
        Ok(PendingView {
            decided_by_other: true,
            ..row.view(cx.now, zone)?
        })
    };
    if let Some(row) = store::find_asked(cx.tx, me.user, &request.hash).await? {
        return theirs(row);
    }
    let name = people::customer_name(cx.tx, me.customer)
        .await?
        .ok_or(BankError::NotFound)?;
    let mut summary = request.input.summary(cx).await?;
    summary.warnings.splice(0..0, verdict.warnings.iter().cloned());
    // Whom the owner has paid before is nothing for the holder, who reads this too.
    if summary.payee_iban.is_some() {
        summary.warnings.push(CHECK_PAYEE.to_owned());
    }
    summary.asked_by = Some(name.clone());
    let presses = mandates::grantor_presses(cx.tx, held.mandate).await?;
    summary.why = Some(if presses { DEMO_PERSON } else { BEYOND }.to_owned());
    let new = store::NewPending {
        pending: PendingId(cx.new_id()),
        operation: O::NAMED.name,
        input: request.json.clone(),
        hash: request.hash,
        user: me.user,
        summary,
        missing: if presses { Consent::Confirm } else { Consent::Sign },
        at: cx.now,
        expires_at: cx.now + cx.bank.settings.pending_lasts,
        // It is the grantor's to decide, and not the assistant's to take back.
        by_assistant: false,
    };
    if !store::ask_grantor(cx.tx, &new, held.mandate, held.grantor).await? {
        return Err(BankError::TooOften {
            what: "requests that wait for the owner".into(),
            most: ASKED_MAX,
            retry_after_s: u32::try_from(cx.bank.settings.pending_lasts.num_seconds()).unwrap_or(u32::MAX),
        }
        .into());
    }
    let row = store::find(cx.tx, new.pending)
        .await?
        .ok_or(StorageError::Unreadable("pending operation"))?;
    let view = theirs(row)?;
    // One mail for all that waits at once.
    if !store::others_asked(cx.tx, held.mandate, new.pending, cx.now).await? {
        cx.tell("mandate.beyond", held.grantor, json!({ "other": name }));
    }
    Ok(view)
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
