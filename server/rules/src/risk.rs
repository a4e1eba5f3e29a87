//! How risky an operation is: limits, and what they ask for. First form: amounts and counts.

use crate::sca::{self, Exemption, Payee, Question, Unsigned};
use bank_contract::{BankError, Consent, Currency, Iban, Money};

/// Limits per customer, in whole units of the account's currency, so that they read alike in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sent to others within one business date, where the customer has not said otherwise.
    pub sent_daily_max: i64,
    /// The highest that a customer can set that to.
    pub sent_daily_ceiling: i64,
    /// A withdrawal above this is confirmed first.
    pub withdraw_confirm_over: i64,
    /// Cash paid in at once.
    pub deposit_max: i64,
    /// Payments to others within one hour.
    pub sent_hourly_count_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sent_daily_max: 10_000,
            sent_daily_ceiling: 50_000,
            withdraw_confirm_over: 500,
            deposit_max: 10_000,
            sent_hourly_count_max: 30,
        }
    }
}

/// What the bank knows about the operation when it weighs the risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Movement {
    /// To somebody else's account.
    Sent {
        amount: Money,
        payee: Iban,
        sent_today: Money,
        sent_last_hour: u32,
        /// Until that hour is over, in seconds.
        hour_left_s: u32,
        payee_is_new: bool,
        payee_is_trusted: bool,
        /// Small payments since the last signature.
        unsigned: Unsigned,
    },
    /// Between the customer's own accounts.
    Own {
        amount: Money,
    },
    CashIn {
        amount: Money,
    },
    CashOut {
        amount: Money,
    },
    /// Money that came goes back to whom it came from.
    Returned {
        amount: Money,
    },
    /// No money moves, but more of it may from then on.
    LimitRaised,
    /// Nothing moves.
    None,
}

/// What the risk step asks for on top of the operation's own consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub consent: Consent,
    /// Shown before the customer says yes.
    pub warnings: Vec<String>,
    /// Why a signature is asked for, or why a press is enough.
    pub why: Option<&'static str>,
    /// Why no signature is asked for, where one would be.
    pub exemption: Option<Exemption>,
}

impl Verdict {
    /// What is asked of somebody who moves another's money: always their own signature. What makes a payment safe for the
    /// owner (small sums, payees they know) says nothing of who acts for them.
    #[must_use]
    pub fn for_another(self, movement: &Movement) -> Self {
        if matches!(movement, Movement::None | Movement::CashIn { .. }) {
            return self;
        }
        Self {
            consent: Consent::Sign,
            why: Some("This is somebody else's money, so you sign it."),
            exemption: None,
            ..self
        }
    }

    const fn clear() -> Self {
        Self {
            consent: Consent::None,
            warnings: Vec::new(),
            why: None,
            exemption: None,
        }
    }
}

fn units(whole: i64, currency: Currency) -> Result<Money, BankError> {
    Money::from_minor(whole * currency.minor_per_unit(), currency).map_err(|_| BankError::internal("limits"))
}

/// The most that a customer may send to others on one business date.
///
/// # Errors
/// [`BankError::Internal`] for limits beyond what the bank can handle.
pub fn sent_daily_max(limits: &Limits, currency: Currency) -> Result<Money, BankError> {
    units(limits.sent_daily_max, currency)
}

/// The most that a customer without a passkey may sign with codes of an app within a day: a tenth of what
/// passkeys may. A code says less of what it is given to, and can be asked for by somebody who pretends.
///
/// # Errors
/// As [`sent_daily_max`].
pub fn signed_by_code_daily_max(limits: &Limits, currency: Currency) -> Result<Money, BankError> {
    let most = sent_daily_max(limits, currency)?;
    Money::from_minor(most.minor() / 10, currency).map_err(|_| BankError::internal("limits"))
}

/// The refusal of more payments to others than fit into an hour.
pub fn payments_an_hour(most: u32, retry_after_s: u32) -> BankError {
    BankError::TooOften {
        what: "payments an hour".into(),
        most,
        retry_after_s,
    }
}

/// Weighs a movement against the limits.
///
/// # Errors
/// [`BankError::LimitExceeded`], [`BankError::TooOften`], or [`BankError::Invalid`] with the field `amount`; nothing has
/// moved.
pub fn assess(limits: &Limits, movement: &Movement) -> Result<Verdict, BankError> {
    match movement {
        // It came from there, so there is nothing new to decide: its owner says so, and it goes.
        Movement::None | Movement::Returned { .. } => Ok(Verdict::clear()),
        Movement::LimitRaised => Ok(Verdict {
            consent: Consent::Sign,
            why: Some("More may leave your accounts after this, so you sign it. It counts from this time tomorrow."),
            ..Verdict::clear()
        }),
        Movement::Own { amount } => Ok(signed_or_exempt(&question(*amount, Payee::Oneself))),
        Movement::CashIn { amount } => {
            let most = units(limits.deposit_max, amount.currency())?;
            // No limit of a day's, so it is said of the amount itself.
            if amount.minor() > most.minor() {
                let words = format!("At once, {most} at most can be paid in.");
                return Err(BankError::invalid("amount", words));
            }
            Ok(Verdict::clear())
        }
        Movement::CashOut { amount } => {
            let free = units(limits.withdraw_confirm_over, amount.currency())?;
            let consent = if amount.minor() > free.minor() {
                Consent::Confirm
            } else {
                Consent::None
            };
            Ok(Verdict {
                consent,
                ..Verdict::clear()
            })
        }
        Movement::Sent {
            amount,
            sent_today,
            sent_last_hour,
            hour_left_s,
            payee_is_new,
            payee_is_trusted,
            unsigned,
            ..
        } => {
            let most = sent_daily_max(limits, amount.currency())?;
            within(*amount, *sent_today, most)?;
            if *sent_last_hour >= limits.sent_hourly_count_max {
                return Err(payments_an_hour(limits.sent_hourly_count_max, *hour_left_s));
            }
            let mut warnings = Vec::new();
            if *payee_is_new {
                warnings.push("You have not paid this account before. Are you sure who it belongs to?".to_owned());
            }
            let payee = match (*payee_is_trusted, *payee_is_new) {
                (true, _) => Payee::Trusted,
                (false, true) => Payee::New,
                (false, false) => Payee::Known,
            };
            let verdict = signed_or_exempt(&Question {
                unsigned: *unsigned,
                risk_is_low: warnings.is_empty(),
                ..question(*amount, payee)
            });
            Ok(Verdict { warnings, ..verdict })
        }
    }
}

/// A payment of which nothing is known yet. Nobody counts what is lost to fraud so far, so the exemption that
/// rests on it never holds.
const fn question(amount: Money, payee: Payee) -> Question {
    Question {
        amount,
        payee,
        unsigned: Unsigned { sum: 0, count: 0 },
        risk_is_low: false,
        fraud_ppm: None,
    }
}

fn signed_or_exempt(question: &Question) -> Verdict {
    let exemption = sca::exemption(question);
    Verdict {
        consent: if exemption.is_some() {
            Consent::Confirm
        } else {
            Consent::Sign
        },
        warnings: Vec::new(),
        why: Some(sca::why(question)),
        exemption,
    }
}

fn within(amount: Money, used: Money, most: Money) -> Result<(), BankError> {
    let left = Money::from_minor((most.minor() - used.minor()).max(0), most.currency())
        .map_err(|_| BankError::internal("limits"))?;
    if amount.minor() > left.minor() {
        return Err(BankError::LimitExceeded { limit: most, left });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Eur).unwrap()
    }

    fn sent(amount: i64, today: i64, last_hour: u32, payee_is_new: bool) -> Result<Verdict, BankError> {
        let movement = Movement::Sent {
            amount: euro(amount),
            payee: crate::accounts::iban(1).unwrap(),
            sent_today: euro(today),
            sent_last_hour: last_hour,
            hour_left_s: 600,
            payee_is_new,
            payee_is_trusted: false,
            unsigned: Unsigned::default(),
        };
        assess(&Limits::default(), &movement)
    }

    #[test]
    fn the_daily_limit_counts_what_was_sent_today() {
        assert!(sent(1_000_000, 0, 0, false).is_ok());
        assert_eq!(
            sent(1_000_001, 0, 0, false),
            Err(BankError::LimitExceeded {
                limit: euro(1_000_000),
                left: euro(1_000_000)
            })
        );
        assert!(sent(1, 999_999, 0, false).is_ok());
        assert_eq!(
            sent(2, 999_999, 0, false),
            Err(BankError::LimitExceeded {
                limit: euro(1_000_000),
                left: euro(1)
            })
        );
        assert!(sent(1, 2_000_000, 0, false).is_err());
    }

    #[test]
    fn too_many_payments_an_hour_are_refused() {
        assert!(sent(1, 0, 29, false).is_ok());
        assert!(matches!(
            sent(1, 0, 30, false),
            Err(BankError::TooOften {
                most: 30,
                retry_after_s: 600,
                ..
            })
        ));
    }

    #[test]
    fn a_new_payee_is_pointed_out() {
        assert_eq!(sent(1, 0, 0, true).unwrap().warnings.len(), 1);
        assert!(sent(1, 0, 0, false).unwrap().warnings.is_empty());
    }

    #[test]
    fn a_payment_is_signed_and_a_small_one_to_somebody_known_is_confirmed() {
        assert_eq!(sent(3_001, 0, 0, false).unwrap().consent, Consent::Sign);
        assert_eq!(sent(1, 0, 0, true).unwrap().consent, Consent::Sign);
        let small = sent(3_000, 0, 0, false).unwrap();
        assert_eq!(
            (small.consent, small.exemption),
            (Consent::Confirm, Some(Exemption::LowValue))
        );
        let own = assess(
            &Limits::default(),
            &Movement::Own {
                amount: euro(1_000_000),
            },
        )
        .unwrap();
        assert_eq!(
            (own.consent, own.exemption),
            (Consent::Confirm, Some(Exemption::OwnAccounts))
        );
    }

    #[test]
    fn whoever_acts_for_another_signs_even_what_the_owner_would_not() {
        let own = Movement::Own { amount: euro(1) };
        let verdict = assess(&Limits::default(), &own).unwrap();
        assert_eq!(verdict.consent, Consent::Confirm);
        let verdict = verdict.for_another(&own);
        assert_eq!((verdict.consent, verdict.exemption), (Consent::Sign, None));
        assert_eq!(Verdict::clear().for_another(&Movement::None).consent, Consent::None);
        let returned = Movement::Returned { amount: euro(1) };
        let verdict = assess(&Limits::default(), &returned).unwrap();
        assert_eq!(verdict.consent, Consent::None, "the owner sends it back by a press");
        assert_eq!(verdict.for_another(&returned).consent, Consent::Sign);
    }

    #[test]
    fn much_cash_is_confirmed_and_a_little_is_not() {
        let out = |amount| {
            assess(&Limits::default(), &Movement::CashOut { amount: euro(amount) })
                .unwrap()
                .consent
        };
        assert_eq!(out(50_000), Consent::None);
        assert_eq!(out(50_001), Consent::Confirm);
        assert!(
            assess(
                &Limits::default(),
                &Movement::CashIn {
                    amount: euro(1_000_001)
                }
            )
            .is_err()
        );
    }

    #[test]
    fn limits_are_whole_units_of_each_currency() {
        let yen = Money::from_minor(10_001, Currency::Jpy).unwrap();
        assert!(assess(&Limits::default(), &Movement::CashIn { amount: yen }).is_err());
    }
}
