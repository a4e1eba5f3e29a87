//! What somebody may do for another by themselves, without that other's yes to each: a program within its token's bounds,
//! its token's total, and what its customer lets all programs send in a day; a person within the mandate that they hold.
//! A token, or a mandate, is its grantor's signature in advance, under what stays within these. Both count in one place.

use super::{Caller, Context, Given, Held, Program, Refusal, Visit};
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::mandates::Power;
use bank_contract::{BankError, Currency, Effect, Iban, MandateId, Money};
use bank_rules::limits::{self as rules, OwnLimits};
use bank_rules::risk::{Limits, Movement};
use bank_storage::limits::{self as store, Counter};
use bank_storage::mandates;
use chrono::{DateTime, TimeDelta, Utc};

/// How often looking by a mandate is noted. Paying is noted always.
const SEEN_EVERY: TimeDelta = TimeDelta::hours(1);

/// What a mandate gives, and where that has to be counted once it was used.
#[derive(Debug)]
pub(super) struct Mandate {
    pub(super) given: Given,
    /// A person's payment that goes beyond their bounds: its grantor has to say yes.
    pub(super) beyond: bool,
    counters: Vec<Counter>,
}

impl Mandate {
    const NONE: Self = Self {
        given: Given::Nothing,
        beyond: false,
        counters: Vec::new(),
    };

    /// Counts a payment that went by this mandate.
    pub(super) async fn count(&self, cx: &Context<'_>, movement: &Movement) -> Result<(), Refusal> {
        let (Movement::Sent { amount, .. } | Movement::Own { amount }) = movement else {
            return Ok(());
        };
        for counter in &self.counters {
            store::count(cx.tx, counter, amount.minor()).await?;
        }
        Ok(())
    }
}

/// Whether one payment by itself is within what the caller's token lets out.
pub(super) fn for_one(visit: &Visit, movement: &Movement) -> Given {
    let Caller::Program(program) = &visit.caller else {
        return Given::Nothing;
    };
    let within = match movement {
        Movement::Sent { amount, payee, .. } => program.may_pay(*amount, Some(payee)),
        Movement::Own { amount } => program.may_pay(*amount, None),
        Movement::CashIn { .. }
        | Movement::CashOut { .. }
        | Movement::Returned { .. }
        | Movement::LimitRaised
        | Movement::None => false,
    };
    if within { Given::Signed } else { Given::Nothing }
}

/// Whether the caller's payments are added up: then they cannot go the short way, where nothing of this is locked.
pub(super) fn adds_up(program: &Program, movement: &Movement, limits: &Limits) -> bool {
    matches!(movement, Movement::Sent { .. })
        && (program.bounds.as_ref().is_some_and(|bounds| bounds.total.is_some()) || program.own.counts_programs(limits))
}

/// What the caller's mandate gives under this movement, with everything added up that has to be. What it counts in
/// stays locked until the database transaction has ended.
///
/// # Errors
/// When the database is not there.
pub(super) async fn find(
    cx: &Context<'_>,
    movement: &Movement,
    own: OwnLimits,
    effect: Effect,
) -> Result<Mandate, Refusal> {
    if let Some(held) = &cx.held {
        return of_person(cx, held, movement, effect).await;
    }
    let given = for_one(cx.visit, movement);
    let (Caller::Program(program), Movement::Sent { amount, .. }, Given::Signed) = (&cx.visit.caller, movement, given)
    else {
        return Ok(Mandate { given, ..Mandate::NONE });
    };
    let totals = totals(cx, program, own, amount.currency())?;
    Ok(match fitting(cx, totals, *amount).await? {
        Some(counters) => Mandate {
            given,
            counters,
            ..Mandate::NONE
        },
        None => Mandate::NONE,
    })
}

/// Where the payment has to be counted, when it fits under all of these totals. None when it does not. What it counts in
/// stays locked until the database transaction has ended.
async fn fitting(
    cx: &Context<'_>,
    totals: Vec<(uuid::Uuid, Total)>,
    amount: Money,
) -> Result<Option<Vec<Counter>>, Refusal> {
    let mut counters = Vec::new();
    let today = cx.business_date().await?;
    // Always in this order, so that two payments cannot wait for each other.
    for (subject, total) in totals {
        let counter = Counter {
            subject,
            currency: amount.currency(),
            period: rules::period_start(total.per, today),
        };
        let spent = store::spent_locked(cx.tx, &counter).await?;
        if !rules::fits(total, spent, amount) {
            return Ok(None);
        }
        counters.push(counter);
    }
    Ok(Some(counters))
}

/// Notes that somebody looked by a mandate.
pub(crate) async fn note_look(
    cx: &Context<'_>,
    mandate: MandateId,
    last_used_at: Option<DateTime<Utc>>,
) -> Result<(), Refusal> {
    if last_used_at.is_none_or(|at| cx.now - at >= SEEN_EVERY) {
        mandates::use_now(cx.tx, mandate, cx.now).await?;
    }
    Ok(())
}

/// What a person may do by the mandate that they hold. It gives no yes: whoever acts for another signs for themselves.
///
/// # Errors
/// [`BankError::NotFound`] when it has ended meanwhile; [`BankError::ViewOnly`]; [`BankError::BeyondMandate`] for what no
/// bounds are about.
async fn of_person(cx: &Context<'_>, held: &Held, movement: &Movement, effect: Effect) -> Result<Mandate, Refusal> {
    if effect != Effect::MovesMoney {
        note_look(cx, held.mandate, held.last_used_at).await?;
        return Ok(Mandate::NONE);
    }
    if !mandates::use_now(cx.tx, held.mandate, cx.now).await? {
        return Err(BankError::NotFound.into());
    }
    // Read once more below the lock: it may have been made narrower.
    let row = mandates::find(cx.tx, held.mandate).await?.ok_or(BankError::NotFound)?;
    let bounds = match row.power()? {
        Power::View => return Err(BankError::ViewOnly.into()),
        Power::Joint => return Ok(Mandate::NONE),
        Power::Pay(bounds) => bounds,
    };
    let beyond = Mandate {
        beyond: true,
        ..Mandate::NONE
    };
    let (amount, payee) = paid(movement)?;
    // The owner's other accounts may be under another mandate, so what is moved to them has left this one's bounds: it
    // counts, and it is for none of the payees.
    let to_nobody_listed = payee.is_none() && !bounds.payees.is_empty();
    if to_nobody_listed || !rules::admits(&bounds, amount, payee) {
        return Ok(beyond);
    }
    let Some(total) = bounds.total else {
        return Ok(Mandate::NONE);
    };
    Ok(match fitting(cx, vec![(held.mandate.0, total)], amount).await? {
        Some(counters) => Mandate {
            counters,
            ..Mandate::NONE
        },
        None => beyond,
    })
}

/// What a delegate pays, and whom. Cash is not for delegates.
fn paid(movement: &Movement) -> Result<(Money, Option<&Iban>), BankError> {
    match movement {
        Movement::Sent { amount, payee, .. } => Ok((*amount, Some(payee))),
        Movement::Own { amount } => Ok((*amount, None)),
        Movement::CashIn { .. }
        | Movement::CashOut { .. }
        | Movement::Returned { .. }
        | Movement::LimitRaised
        | Movement::None => Err(BankError::BeyondMandate),
    }
}

/// What is added up, by whose id: all of the customer's programs in a day, and the token by itself.
fn totals(
    cx: &Context<'_>,
    program: &Program,
    own: OwnLimits,
    currency: Currency,
) -> Result<Vec<(uuid::Uuid, Total)>, BankError> {
    let bank = &cx.bank.settings.limits;
    let mut totals = Vec::new();
    if own.counts_programs(bank) {
        let minor = own.programs(bank).saturating_mul(currency.minor_per_unit());
        let most = Money::from_minor(minor, currency).map_err(|_| BankError::internal("limits"))?;
        let per = Period::Day;
        totals.push((program.customer.0, Total { most, per }));
    }
    let total = program.bounds.as_ref().and_then(|bounds: &Bounds| bounds.total);
    totals.extend(total.map(|total| (program.token.0, total)));
    Ok(totals)
}
