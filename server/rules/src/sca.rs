//! When a payment needs a signature, and when a press is enough: the exemptions from strong customer
//! authentication in Commission Delegated Regulation (EU) 2018/389, articles 13 to 18.
//!
//! The regulation says what a bank may leave out, not what it must. Where this bank asks more than that, the
//! exemption's own comment says so.

use bank_contract::{Currency, Money};

/// Article 16: one payment, in cents.
pub const LOW_VALUE_MAX: i64 = 3_000;
/// Article 16: all such payments since the last signature, in cents.
pub const LOW_VALUE_SUM_MAX: i64 = 10_000;
/// Article 16: such payments in a row.
pub const LOW_VALUE_COUNT_MAX: u32 = 5;

/// Article 18 and its annex, for credit transfers: up to this amount in cents while no more than so many
/// millionths of the money sent were lost to fraud.
const RISK_ANALYSIS: [(i64, u32); 3] = [(10_000, 150), (25_000, 100), (50_000, 50)];

/// Why a payment needs no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// Article 15: between accounts of the same customer.
    OwnAccounts,
    /// Article 13: to a payee on the customer's list, which was signed.
    TrustedPayee,
    /// Article 14: one of a series, with the same payee and amount, that was signed when it was set up.
    Recurring,
    /// Article 16: little, and not too often. Here also: in euros only, to a payee who was paid before, and with
    /// this payment counted in the sum.
    LowValue,
    /// Article 18: the risk is low, and so is the share of fraud. Here also: to a payee who was paid before.
    RiskAnalysis,
}

/// Payments since the customer's last signature that needed none because they were small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsigned {
    /// In cents.
    pub sum: i64,
    pub count: u32,
}

/// Whom the money goes to, as the customer stands to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payee {
    /// The customer: another account of theirs.
    Oneself,
    /// On the list of those whom the customer trusts.
    Trusted,
    /// In a series, with the same amount each time, that was signed as a whole.
    Series,
    /// Paid before.
    Known,
    New,
}

/// What is asked about one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub amount: Money,
    pub payee: Payee,
    pub unsigned: Unsigned,
    /// Nothing about this payment is out of the ordinary.
    pub risk_is_low: bool,
    /// Of the money that was sent, the millionths that were lost to fraud; absent where nobody has counted.
    pub fraud_ppm: Option<u32>,
}

type Holds = fn(&Question) -> bool;

/// The table: which exemption, and when it holds. The first that holds is the reason.
const EXEMPTIONS: [(Exemption, Holds); 5] = [
    (Exemption::OwnAccounts, |q| q.payee == Payee::Oneself),
    (Exemption::TrustedPayee, |q| q.payee == Payee::Trusted),
    (Exemption::Recurring, |q| q.payee == Payee::Series),
    (Exemption::LowValue, is_low_value),
    (Exemption::RiskAnalysis, passes_risk_analysis),
];

fn in_euros(question: &Question) -> Option<i64> {
    (question.amount.currency() == Currency::Eur).then(|| question.amount.minor())
}

fn is_low_value(question: &Question) -> bool {
    let Unsigned { sum, count } = question.unsigned;
    question.payee != Payee::New
        && in_euros(question).is_some_and(|cents| {
            cents <= LOW_VALUE_MAX && sum.saturating_add(cents) <= LOW_VALUE_SUM_MAX && count < LOW_VALUE_COUNT_MAX
        })
}

fn passes_risk_analysis(question: &Question) -> bool {
    let (Some(cents), Some(fraud)) = (in_euros(question), question.fraud_ppm) else {
        return false;
    };
    question.risk_is_low
        && question.payee != Payee::New
        && RISK_ANALYSIS
            .iter()
            .any(|(most, fraud_max)| cents <= *most && fraud <= *fraud_max)
}

/// Why no signature is needed; none when one is.
pub fn exemption(question: &Question) -> Option<Exemption> {
    EXEMPTIONS
        .iter()
        .find(|(_, holds)| holds(question))
        .map(|(exemption, _)| *exemption)
}

/// Tells the customer why a signature is or is not asked for.
pub fn why(question: &Question) -> &'static str {
    match exemption(question) {
        Some(Exemption::OwnAccounts) => "The money stays with you, so a press is enough.",
        Some(Exemption::TrustedPayee) => "You trust this payee, so a press is enough.",
        Some(Exemption::Recurring) => "You signed this series when you set it up, so a press is enough.",
        Some(Exemption::LowValue) => "This is a small payment to somebody you have paid before, so a press is enough.",
        Some(Exemption::RiskAnalysis) => "Nothing about this payment is out of the ordinary, so a press is enough.",
        None if question.payee == Payee::New => "You have not paid this account before, so you sign this payment.",
        None if in_euros(question).is_none() => "You sign payments in other currencies than euros.",
        None if question.amount.minor() > LOW_VALUE_MAX => "You sign payments of more than €30.00.",
        None => "After five small payments in a row, or €100.00 in all, you sign one.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(cents: i64) -> Question {
        Question {
            amount: Money::from_minor(cents, Currency::Eur).unwrap(),
            payee: Payee::Known,
            unsigned: Unsigned::default(),
            risk_is_low: false,
            fraud_ppm: None,
        }
    }

    #[test]
    fn a_payment_is_signed_unless_something_exempts_it() {
        assert_eq!(exemption(&question(3_001)), None);
        let own = Question {
            payee: Payee::Oneself,
            ..question(1_000_000)
        };
        assert_eq!(exemption(&own), Some(Exemption::OwnAccounts));
        let trusted = Question {
            payee: Payee::Trusted,
            ..question(1_000_000)
        };
        assert_eq!(exemption(&trusted), Some(Exemption::TrustedPayee));
        let recurring = Question {
            payee: Payee::Series,
            ..question(1_000_000)
        };
        assert_eq!(exemption(&recurring), Some(Exemption::Recurring));
    }

    #[test]
    fn a_small_payment_is_exempt_up_to_each_of_its_bounds_and_not_a_cent_beyond() {
        let after = |cents, sum, count| {
            exemption(&Question {
                unsigned: Unsigned { sum, count },
                ..question(cents)
            })
        };
        let exempt = Some(Exemption::LowValue);
        assert_eq!(after(3_000, 0, 0), exempt);
        assert_eq!(after(3_001, 0, 0), None);
        assert_eq!(after(3_000, 7_000, 0), exempt);
        assert_eq!(after(3_000, 7_001, 0), None);
        assert_eq!(after(1, 4, 4), exempt);
        assert_eq!(after(1, 5, 5), None);
        assert_eq!(after(1, i64::MAX, 0), None);
    }

    #[test]
    fn a_small_payment_to_somebody_new_or_in_another_currency_is_signed() {
        let new = Question {
            payee: Payee::New,
            ..question(1)
        };
        assert_eq!(exemption(&new), None);
        let pounds = Question {
            amount: Money::from_minor(1, Currency::Gbp).unwrap(),
            ..question(1)
        };
        assert_eq!(exemption(&pounds), None);
        assert_ne!(why(&new), why(&pounds));
    }

    #[test]
    fn risk_analysis_exempts_more_the_less_is_lost_to_fraud_and_nothing_while_nobody_counts() {
        let analysed = |cents, fraud_ppm| {
            exemption(&Question {
                risk_is_low: true,
                fraud_ppm,
                ..question(cents)
            })
        };
        let exempt = Some(Exemption::RiskAnalysis);
        for (most, fraud) in RISK_ANALYSIS {
            assert_eq!(analysed(most, Some(fraud)), exempt);
            assert_eq!(analysed(most + 1, Some(fraud)), None);
            assert_eq!(analysed(most, Some(fraud + 1)), None);
        }
        assert_eq!(analysed(10_000, None), None);
        let risky = Question {
            fraud_ppm: Some(0),
            ..question(10_000)
        };
        assert_eq!(exemption(&risky), None);
    }

    #[test]
    fn every_answer_has_its_words() {
        let spent = Question {
            unsigned: Unsigned { sum: 0, count: 5 },
            ..question(1)
        };
        let new = Question {
            payee: Payee::New,
            ..question(1)
        };
        let words = [why(&question(1)), why(&question(3_001)), why(&spent), why(&new)];
        let distinct: std::collections::HashSet<_> = words.iter().collect();
        assert_eq!(distinct.len(), words.len());
    }
}
