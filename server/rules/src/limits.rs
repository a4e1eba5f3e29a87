//! What customers set themselves: limits below the bank's, and totals of what a mandate lets out.

use crate::risk::Limits;
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::{Iban, Money};
use chrono::{Datelike as _, NaiveDate, TimeDelta};

/// A limit that was raised counts from then on: long enough to notice that somebody else did it.
pub const COOL_OFF: TimeDelta = TimeDelta::hours(24);

/// A customer's own limits at one moment, in whole units; none where the customer never set one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnLimits {
    pub everything: Option<i64>,
    pub programs: Option<i64>,
}

impl OwnLimits {
    /// The bank's limits as they are for this customer.
    pub fn within(self, bank: &Limits) -> Limits {
        Limits {
            sent_daily_max: self.everything(bank),
            ..*bank
        }
    }

    /// What may be sent in a day, by whomever.
    pub fn everything(self, bank: &Limits) -> i64 {
        self.everything
            .unwrap_or(bank.sent_daily_max)
            .min(bank.sent_daily_ceiling)
    }

    /// What programs may send in a day.
    pub fn programs(self, bank: &Limits) -> i64 {
        let everything = self.everything(bank);
        self.programs.unwrap_or(everything).min(everything)
    }

    /// Whether programs have a limit of their own that can be met before the other one.
    pub fn counts_programs(self, bank: &Limits) -> bool {
        self.programs(bank) < self.everything(bank)
    }
}

/// Where a total on that date began to count. What never begins anew began on one day for all.
pub fn period_start(per: Period, date: NaiveDate) -> NaiveDate {
    match per {
        Period::Day => date,
        Period::Week => date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday())),
        Period::Month => date.with_day(1).unwrap_or(date),
        Period::Ever => NaiveDate::default(),
    }
}

/// Whether one more payment fits under a total of which so much is spent, in minor units.
pub fn fits(total: Total, spent: i64, amount: Money) -> bool {
    total.most.currency() == amount.currency() && spent.saturating_add(amount.minor()) <= total.most.minor()
}

/// Whether one payment by itself is within bounds. Between accounts of the same owner there is no payee.
pub fn admits(bounds: &Bounds, amount: Money, payee: Option<&Iban>) -> bool {
    bounds.pay_up_to.currency() == amount.currency()
        && amount.minor() <= bounds.pay_up_to.minor()
        && (bounds.payees.is_empty() || payee.is_none_or(|iban| bounds.payees.contains(iban)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;

    #[test]
    fn own_limits_never_pass_the_banks_and_programs_never_the_customers() {
        let bank = Limits {
            sent_daily_max: 1_000,
            sent_daily_ceiling: 5_000,
            ..Limits::default()
        };
        let own = |everything, programs| OwnLimits { everything, programs };
        for (own, everything, programs) in [
            (own(None, None), 1_000, 1_000),
            (own(Some(200), None), 200, 200),
            (own(Some(0), Some(50)), 0, 0),
            (own(Some(5_000), Some(300)), 5_000, 300),
            (own(Some(9_000), Some(7_000)), 5_000, 5_000),
        ] {
            assert_eq!(
                (own.everything(&bank), own.programs(&bank)),
                (everything, programs),
                "{own:?}"
            );
            assert_eq!(own.counts_programs(&bank), programs < everything);
        }
    }

    #[test]
    fn periods_begin_where_the_calendar_says() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (per, on, start) in [
            (Period::Day, "2026-03-01", "2026-03-01"),
            (Period::Week, "2026-03-01", "2026-02-23"),
            (Period::Week, "2026-02-23", "2026-02-23"),
            (Period::Month, "2026-02-28", "2026-02-01"),
            (Period::Month, "2026-03-01", "2026-03-01"),
            (Period::Ever, "2026-03-01", "1970-01-01"),
        ] {
            assert_eq!(period_start(per, date(on)), date(start), "{per:?} on {on}");
        }
    }

    #[test]
    fn a_total_takes_the_last_cent_and_not_one_more() {
        let euro = |minor| Money::from_minor(minor, Currency::Eur).unwrap();
        let total = Total {
            most: euro(90_000),
            per: Period::Month,
        };
        assert!(fits(total, 80_000, euro(10_000)));
        assert!(!fits(total, 80_000, euro(10_001)));
        assert!(!fits(total, i64::MAX, euro(1)));
        assert!(!fits(total, 0, Money::from_minor(1, Currency::Usd).unwrap()));
    }

    #[test]
    fn bounds_are_met_by_amount_currency_and_payee_together() {
        let euro = |minor| Money::from_minor(minor, Currency::Eur).unwrap();
        let (known, other) = (crate::accounts::iban(1).unwrap(), crate::accounts::iban(2).unwrap());
        let bounds = |payees| Bounds {
            pay_up_to: euro(500),
            total: None,
            payees,
        };
        let (open, bound) = (bounds(Vec::new()), bounds(vec![known.clone()]));
        for (bounds, amount, payee, within) in [
            (&open, euro(500), Some(&other), true),
            (&open, euro(501), Some(&other), false),
            (&open, Money::from_minor(1, Currency::Usd).unwrap(), None, false),
            (&bound, euro(1), Some(&known), true),
            (&bound, euro(1), Some(&other), false),
            (&bound, euro(1), None, true),
            (&bound, euro(501), None, false),
        ] {
            assert_eq!(admits(bounds, amount, payee), within, "{amount} {payee:?}");
        }
    }
}
