//! Mandates: whether they are alive, and what makes one narrower.

use bank_contract::limits::{Bounds, Total};
use bank_contract::mandates::{MandateState, Power, last_day};
use bank_contract::{BankError, Money};
use chrono::{DateTime, NaiveDate, Utc};

/// Who ended it, or what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    Grantor,
    Holder,
    Time,
}

impl EndedBy {
    /// As in the database; none for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "grantor" => Some(Self::Grantor),
            "holder" => Some(Self::Holder),
            "time" => Some(Self::Time),
            _ => None,
        }
    }
}

/// The times of a mandate's life.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    pub offer_ends_at: DateTime<Utc>,
    pub accepted: bool,
    pub expires_at: Option<DateTime<Utc>>,
    pub ended_by: Option<EndedBy>,
}

/// Where a mandate stands at a moment. What has run out has expired, written down or not.
pub fn state(life: Life, now: DateTime<Utc>) -> MandateState {
    match life.ended_by {
        Some(EndedBy::Grantor) => return MandateState::Revoked,
        Some(EndedBy::Holder) => return MandateState::Left,
        Some(EndedBy::Time) => return MandateState::Expired,
        None => {}
    }
    let over = life.expires_at.is_some_and(|at| at <= now) || (!life.accepted && life.offer_ends_at <= now);
    match (over, life.accepted) {
        (true, _) => MandateState::Expired,
        (false, true) => MandateState::Active,
        (false, false) => MandateState::Offered,
    }
}

/// The last day of a mandate that is about to be given: after today, and not too far away.
///
/// # Errors
/// [`BankError::Invalid`] with the field `until`.
pub fn may_end_on(until: Option<NaiveDate>, today: NaiveDate) -> Result<(), BankError> {
    until
        .map_or(Ok(()), |day| last_day(day, today))
        .map_err(|words| BankError::invalid("until", words))
}

/// Bounds with another amount for one payment and another total. What is absent stays.
///
/// # Errors
/// [`BankError::Invalid`] where something would be wider than before, or there is nothing to be narrowed.
pub fn narrowed(power: &Power, pay_up_to: Option<Money>, total: Option<Total>) -> Result<Power, BankError> {
    let wider = |field: &str| {
        let words = "This would let them do more than before. For that, give another mandate.";
        Err(BankError::invalid(field, words))
    };
    let Power::Pay(bounds) = power else {
        return match (pay_up_to, total) {
            (None, None) => Ok(power.clone()),
            _ => Err(BankError::invalid("pay_up_to", "This mandate has no amounts.")),
        };
    };
    let one = pay_up_to.unwrap_or(bounds.pay_up_to);
    if one.currency() != bounds.pay_up_to.currency() || one.minor() > bounds.pay_up_to.minor() {
        return wider("pay_up_to");
    }
    let all = match (bounds.total, total) {
        (before, None) => before,
        (_, Some(after)) if after.most.currency() != one.currency() => return wider("total"),
        (Some(before), Some(after)) if after.per != before.per || after.most.minor() > before.most.minor() => {
            return wider("total");
        }
        (_, after) => after,
    };
    Ok(Power::Pay(Bounds {
        pay_up_to: one,
        total: all,
        payees: bounds.payees.clone(),
    }))
}

/// The last day of a mandate that is made narrower: none later than before.
///
/// # Errors
/// [`BankError::Invalid`] with the field `until`.
pub fn earlier(before: Option<NaiveDate>, after: NaiveDate, today: NaiveDate) -> Result<NaiveDate, BankError> {
    if after < today {
        return Err(BankError::invalid("until", "That day is past."));
    }
    if before.is_some_and(|before| after > before) {
        return Err(BankError::invalid(
            "until",
            "This is later than before. For that, give another mandate.",
        ));
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;
    use bank_contract::limits::Period;

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Eur).unwrap()
    }

    #[test]
    fn a_life_is_offered_then_active_and_ends_once() {
        let now: DateTime<Utc> = "2026-11-23T11:00:00Z".parse().unwrap();
        let (before, after) = (now - chrono::TimeDelta::hours(1), now + chrono::TimeDelta::hours(1));
        for (offer, accepted, expires, ended, expected) in [
            (after, false, None, None, MandateState::Offered),
            (before, false, None, None, MandateState::Expired),
            (now, false, None, None, MandateState::Expired),
            (before, true, None, None, MandateState::Active),
            (before, true, Some(after), None, MandateState::Active),
            (before, true, Some(now), None, MandateState::Expired),
            (after, false, Some(before), None, MandateState::Expired),
            (before, true, None, Some(EndedBy::Grantor), MandateState::Revoked),
            (after, false, None, Some(EndedBy::Holder), MandateState::Left),
            (before, true, Some(before), Some(EndedBy::Time), MandateState::Expired),
        ] {
            let life = Life {
                offer_ends_at: offer,
                accepted,
                expires_at: expires,
                ended_by: ended,
            };
            assert_eq!(state(life, now), expected, "{life:?}");
        }
    }

    #[test]
    fn bounds_only_become_narrower() {
        let total = |minor, per| Total { most: euro(minor), per };
        let power = |one, all| {
            Power::Pay(Bounds {
                pay_up_to: euro(one),
                total: all,
                payees: Vec::new(),
            })
        };
        let monthly = Some(total(900, Period::Month));
        for (one, all, expected) in [
            (None, None, Some(power(500, monthly))),
            (Some(euro(499)), None, Some(power(499, monthly))),
            (Some(euro(501)), None, None),
            (None, Some(total(900, Period::Month)), Some(power(500, monthly))),
            (None, Some(total(901, Period::Month)), None),
            (None, Some(total(1, Period::Day)), None),
            (Some(Money::from_minor(1, Currency::Usd).unwrap()), None, None),
        ] {
            assert_eq!(
                narrowed(&power(500, monthly), one, all).ok(),
                expected,
                "{one:?} {all:?}"
            );
        }
        let added = narrowed(&power(500, None), None, Some(total(5_000, Period::Ever)));
        assert!(added.is_ok(), "a total where there was none");
        assert!(narrowed(&Power::View, Some(euro(1)), None).is_err());
        assert_eq!(narrowed(&Power::Joint, None, None), Ok(Power::Joint));
    }

    #[test]
    fn a_last_day_only_comes_nearer_and_is_never_past() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-23");
        assert!(may_end_on(None, today).is_ok() && may_end_on(Some(day("2026-11-24")), today).is_ok());
        for early in ["2026-11-22", "2026-11-23"] {
            assert!(
                may_end_on(Some(day(early)), today)
                    .unwrap_err()
                    .field("until")
                    .is_some()
            );
        }
        assert_eq!(earlier(None, today, today), Ok(today));
        assert!(earlier(Some(today), day("2026-11-24"), today).is_err());
        assert!(earlier(Some(day("2026-12-31")), day("2026-11-22"), today).is_err());
    }
}
