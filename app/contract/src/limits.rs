//! Limits that customers set themselves, below what the bank allows: lower at once, higher by a signature and later.

use crate::{Access, Effect, Iban, Money, Named, Operation, named};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// The highest number that a limit can be, in whole units.
pub const LIMIT_MAX: i64 = 10_000_000_000;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// What is sent to others, whoever sends it.
    Everything,
    /// What programs send by themselves, within what their tokens let them.
    Programs,
}

impl Channel {
    pub const ALL: [Self; 2] = [Self::Everything, Self::Programs];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Programs => "programs",
        }
    }
}

/// A limit that is going to rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rise {
    pub daily_max: i64,
    /// Bank-local time.
    pub from: NaiveDateTime,
}

/// A limit as it stands. Whole units of an account's currency, so that it reads alike in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LimitView {
    pub channel: Channel,
    pub daily_max: i64,
    /// The highest that the customer can choose.
    pub bank_max: i64,
    pub rise: Option<Rise>,
}

/// The customer's limits, one for each channel.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowLimits {}

impl Operation for ShowLimits {
    type Output = Vec<LimitView>;
    const NAMED: Named = named!("limits.show");
    const HELP: &'static str = "Show how much may leave your accounts in a day.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

/// Sets a limit. Lower, or the same again: at once, and a rise that was on its way is off. Higher: it waits for a
/// signature, and then for the cool-off, so that who has taken over a session cannot empty an account the same day.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetLimit {
    #[garde(skip)]
    pub channel: Channel,
    /// Whole units; zero lets nothing out.
    #[garde(range(min = 0, max = LIMIT_MAX))]
    pub daily_max: i64,
}

impl Operation for SetLimit {
    type Output = LimitView;
    const NAMED: Named = named!("limits.set");
    const HELP: &'static str = "Set how much may leave your accounts in a day.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
}

/// How long a total counts before it begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A business date.
    Day,
    /// From Monday.
    Week,
    /// A calendar month.
    Month,
    /// It never begins anew.
    Ever,
}

impl Period {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Ever];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Ever => "ever",
        }
    }

    /// From its code; none for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.code() == code)
    }

    /// "a month", behind an amount.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Day => "a day",
            Self::Week => "a week",
            Self::Month => "a month",
            Self::Ever => "in all",
        }
    }
}

/// What may be spent in a period, all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Total {
    pub most: Money,
    pub per: Period,
}

/// How far somebody may go who pays from another's account: a program by its token, a person by a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bounds {
    /// The most that one payment may be.
    pub pay_up_to: Money,
    /// What all of them together may be, in the same currency.
    #[serde(default)]
    pub total: Option<Total>,
    /// Whom they may go to; anybody when empty.
    #[serde(default)]
    pub payees: Vec<Iban>,
}

/// "1,200": a limit's number, without a currency, because it counts in each by itself.
pub fn whole(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, words) in [(0, "0"), (999, "999"), (1_000, "1,000"), (10_000_000, "10,000,000")] {
            assert_eq!(whole(number), words);
        }
    }

    #[test]
    fn a_limit_is_between_nothing_and_what_can_be_counted() {
        let set = |daily_max| {
            SetLimit {
                channel: Channel::Everything,
                daily_max,
            }
            .validate()
        };
        assert!(set(0).is_ok() && set(LIMIT_MAX).is_ok());
        assert!(set(-1).is_err() && set(LIMIT_MAX + 1).is_err());
    }
}
