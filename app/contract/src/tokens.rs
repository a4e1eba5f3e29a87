//! Tokens: with one of them a program does for a user what the user has let it do, and no more.

use crate::limits::Total;
use crate::{Access, Consent, Effect, Iban, Money, Named, Object, Operation, TokenId, named, text};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Tokens that one user may have at once.
pub const TOKENS_MAX: u32 = 20;
/// Payees that one token may be bound to.
pub const PAYEES_MAX: usize = 20;
/// The longest life of a token, in days.
pub const DAYS_MAX: u16 = 365;

/// How a token's life stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    Active,
    Expired,
    Revoked,
}

/// A token as its user sees it: never its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenView {
    pub token: TokenId,
    pub name: String,
    /// The last four characters of the secret, to tell it from others.
    pub hint: String,
    pub state: TokenState,
    /// The most that one payment may be; absent when it may only read.
    pub pay_up_to: Option<Money>,
    /// What it may pay all together without asking.
    #[serde(default)]
    pub total: Option<Total>,
    /// What it has paid of that in the period that runs now.
    #[serde(default)]
    pub spent: Option<Money>,
    /// Whom it may pay without asking; everybody when empty.
    pub payees: Vec<Iban>,
    /// Bank-local time, as all times here.
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub last_used_at: Option<NaiveDateTime>,
}

/// A token with its secret. The secret is shown this once; the bank keeps its hash only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewToken {
    pub view: TokenView,
    /// `larch_` and 64 hexadecimal digits: what stands behind `Authorization: Bearer`.
    pub secret: String,
}

impl std::fmt::Debug for NewToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewToken")
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateToken {
    #[garde(custom(text::name))]
    pub name: String,
    /// The most that one payment may be. Absent: the token may only read.
    #[garde(inner(custom(text::above_zero)))]
    #[serde(default)]
    pub pay_up_to: Option<Money>,
    /// What it may pay all together; beyond it, payments wait for the user. In the currency of one payment.
    #[garde(custom(fits_under(self.pay_up_to)))]
    #[serde(default)]
    pub total: Option<Total>,
    /// Payments to anybody else wait for the user. Empty: it may pay everybody.
    #[garde(length(max = PAYEES_MAX))]
    #[serde(default)]
    pub payees: Vec<Iban>,
    #[garde(range(min = 1, max = DAYS_MAX))]
    pub days: u16,
}

fn fits_under(pay_up_to: Option<Money>) -> impl FnOnce(&Option<Total>, &()) -> garde::Result {
    move |total, context| {
        let Some(total) = total else { return Ok(()) };
        text::above_zero(&total.most, context)?;
        match pay_up_to {
            Some(one) if one.currency() == total.most.currency() => Ok(()),
            Some(_) => Err(garde::Error::new("This must be in the same currency as one payment.")),
            None => Err(garde::Error::new("Say what one payment may be, too.")),
        }
    }
}

impl Operation for CreateToken {
    type Output = NewToken;
    const NAMED: Named = named!("tokens.create");
    const HELP: &'static str = "Let a program read your accounts, or pay within bounds.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;
}

/// The user's tokens, newest first; those that have ended for a month at most.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListTokens {}

impl Operation for ListTokens {
    type Output = Vec<TokenView>;
    const NAMED: Named = named!("tokens.list");
    const HELP: &'static str = "List the programs you have let in.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

/// Ends a token at once. Ending it twice is the same as once.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct RevokeToken {
    pub token: TokenId,
}

impl Operation for RevokeToken {
    type Output = ();
    const NAMED: Named = named!("tokens.revoke");
    const HELP: &'static str = "Shut a program out again.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Token(self.token)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use crate::limits::Period;

    #[test]
    fn a_token_has_a_name_a_life_and_sensible_bounds() {
        let wanted = CreateToken {
            name: "Bookkeeping".into(),
            pay_up_to: None,
            total: None,
            payees: Vec::new(),
            days: 90,
        };
        assert!(wanted.validate().is_ok());
        let zero = Some(Money::zero(Currency::Eur));
        let money = |currency| Money::from_minor(100, currency).unwrap();
        let total = |most| {
            Some(Total {
                most,
                per: Period::Month,
            })
        };
        let with_total = CreateToken {
            pay_up_to: Some(money(Currency::Eur)),
            total: total(money(Currency::Eur)),
            ..wanted.clone()
        };
        assert!(with_total.validate().is_ok());
        for bad in [
            CreateToken {
                name: " ".into(),
                ..wanted.clone()
            },
            CreateToken {
                days: 0,
                ..wanted.clone()
            },
            CreateToken {
                days: 366,
                ..wanted.clone()
            },
            CreateToken {
                pay_up_to: None,
                ..with_total.clone()
            },
            CreateToken {
                total: total(money(Currency::Usd)),
                ..with_total.clone()
            },
            CreateToken {
                total: total(Money::zero(Currency::Eur)),
                ..with_total
            },
            CreateToken {
                pay_up_to: zero,
                ..wanted
            },
        ] {
            assert!(bad.validate().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_secret_does_not_reach_a_log() {
        let view = TokenView {
            token: TokenId(uuid::Uuid::nil()),
            name: "x".into(),
            hint: "abcd".into(),
            state: TokenState::Active,
            pay_up_to: None,
            total: None,
            spent: None,
            payees: Vec::new(),
            created_at: NaiveDateTime::default(),
            expires_at: NaiveDateTime::default(),
            last_used_at: None,
        };
        let new = NewToken {
            view,
            secret: "larch_5ec4e7".into(),
        };
        assert!(!format!("{new:?}").contains("5ec4e7"));
    }
}
