//! What a program may do by itself: the bounds of its token for one payment, its token's total, and what its customer
//! lets all programs send in a day. A token is the user's signature in advance, under what stays within these.

use super::{Caller, Context, Given, Program, Refusal, Visit};
use bank_contract::limits::{Period, Total};
use bank_contract::{BankError, Currency, Money};
use bank_rules::limits::{self as rules, OwnLimits};
use bank_rules::risk::{Limits, Movement};
use bank_storage::limits::{self as store, Counter};

/// What a mandate gives, and where that has to be counted once it was used.
#[derive(Debug)]
pub(super) struct Mandate {
    pub(super) given: Given,
    counters: Vec<Counter>,
}

impl Mandate {
    const NONE: Self = Self {
        given: Given::Nothing,
        counters: Vec::new(),
    };

    /// Counts a payment that went by this mandate.
    pub(super) async fn count(&self, cx: &Context<'_>, movement: &Movement) -> Result<(), Refusal> {
        let Movement::Sent { amount, .. } = movement else {
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
        Movement::CashIn { .. } | Movement::CashOut { .. } | Movement::LimitRaised | Movement::None => false,
    };
    if within { Given::Signed } else { Given::Nothing }
}

/// Whether the caller's payments are added up: then they cannot go the short way, where nothing of this is locked.
pub(super) fn adds_up(program: &Program, movement: &Movement, limits: &Limits) -> bool {
    matches!(movement, Movement::Sent { .. }) && (program.total.is_some() || program.own.counts_programs(limits))
}

/// What the caller's mandate gives under this movement, with everything added up that has to be. What it counts in
/// stays locked until the database transaction has ended.
///
/// # Errors
/// When the database is not there.
pub(super) async fn find(cx: &Context<'_>, movement: &Movement, own: OwnLimits) -> Result<Mandate, Refusal> {
    let given = for_one(cx.visit, movement);
    let (Caller::Program(program), Movement::Sent { amount, .. }, Given::Signed) = (&cx.visit.caller, movement, given)
    else {
        return Ok(Mandate { given, ..Mandate::NONE });
    };
    let mut counters = Vec::new();
    let today = cx.business_date().await?;
    // Always in this order, so that two payments cannot wait for each other.
    for (subject, total) in totals(cx, program, own, amount.currency())? {
        let counter = Counter {
            subject,
            currency: amount.currency(),
            period: rules::period_start(total.per, today),
        };
        let spent = store::spent_locked(cx.tx, &counter).await?;
        if !rules::fits(total, spent, *amount) {
            return Ok(Mandate::NONE);
        }
        counters.push(counter);
    }
    Ok(Mandate { given, counters })
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
    totals.extend(program.total.map(|total| (program.token.0, total)));
    Ok(totals)
}
