//! Mandates: a customer lets another person look at some of their accounts, pay from them within bounds, or hold one
//! jointly. The other one accepts, and both can end it.

use crate::identity::Code;
use crate::limits::{Bounds, Total};
use crate::{
    Access, AccountId, Consent, Effect, Iban, MandateId, Money, Named, Object, Operation, Relation, named, text,
};
use chrono::{Months, NaiveDate, NaiveDateTime};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Living mandates that one customer may have given, and as many that one user may hold.
pub const MANDATES_MAX: u32 = 20;
/// Accounts that one mandate may name.
pub const ACCOUNTS_MAX: usize = 20;
/// Payees that one mandate may be bound to.
pub const PAYEES_MAX: usize = 20;
/// How long an offer is open, in days.
pub const OFFER_DAYS: i64 = 7;

/// How far ahead a mandate's last day may lie, in years.
pub const YEARS_MAX: u32 = 10;

/// Whether a mandate that is about to be given may end on this day, for which the holder must have a day at least.
///
/// # Errors
/// A message for the customer.
pub fn last_day(day: NaiveDate, today: NaiveDate) -> Result<(), &'static str> {
    if day < today {
        return Err("That day is past. Choose a later one.");
    }
    if day == today {
        return Err("That is today. Choose a later day.");
    }
    let latest = today.checked_add_months(Months::new(12 * YEARS_MAX));
    if latest.is_some_and(|latest| day > latest) {
        return Err("Choose a day within the next ten years.");
    }
    Ok(())
}

/// What a mandate lets its holder do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "may")]
pub enum Power {
    /// See balances and what happened.
    View,
    /// Pay within bounds as well. What is beyond them waits for the owner's yes.
    Pay(Bounds),
    /// Hold the account together with its owner: see all of it and move its money as the owner can.
    Joint,
}

impl Power {
    pub const fn bounds(&self) -> Option<&Bounds> {
        match self {
            Self::Pay(bounds) => Some(bounds),
            Self::View | Self::Joint => None,
        }
    }
}

/// How a mandate's life stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MandateState {
    /// Not accepted yet.
    Offered,
    Active,
    /// Its time is over, or that of the offer.
    Expired,
    /// Its grantor ended it.
    Revoked,
    /// Its holder left, or did not want it.
    Left,
}

/// An account, as whoever may know of it is told which one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NamedAccount {
    pub account: AccountId,
    pub name: String,
    pub iban: Iban,
}

/// Which side of a mandate the reader is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Grantor,
    Holder,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MandateView {
    pub mandate: MandateId,
    pub side: Side,
    /// The other side: to the holder the grantor's name; to the grantor what they wrote, until it is accepted, and then
    /// the holder's name.
    pub other: String,
    pub power: Power,
    /// All accounts, those that are opened later included.
    pub all_accounts: bool,
    /// Those that it is for now.
    pub accounts: Vec<NamedAccount>,
    /// The last day that it counts; bank-local.
    pub until: Option<NaiveDate>,
    pub state: MandateState,
    /// What was paid of the total in the period that runs now.
    pub spent: Option<Money>,
    /// Bank-local time, as all times here.
    pub offer_ends_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub accepted_at: Option<NaiveDateTime>,
    pub last_used_at: Option<NaiveDateTime>,
}

/// A mandate that was offered. The code is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewMandate {
    pub view: MandateView,
    /// To be given to the holder; absent where it was offered to an e-mail address.
    pub code: Option<String>,
}

impl std::fmt::Debug for NewMandate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMandate")
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}

/// Offers a mandate to one person.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GrantMandate {
    /// Who it is for, in the customer's words.
    #[garde(custom(text::name))]
    pub name: String,
    /// The confirmed e-mail address of a user of the bank. Absent: whoever has the code that is shown then. The answer
    /// says nothing of whether there is such a user.
    #[garde(inner(custom(crate::identity::email::email)))]
    #[serde(default)]
    pub email: Option<String>,
    /// Empty: all of them, those that are opened later included.
    #[garde(length(max = ACCOUNTS_MAX))]
    #[serde(default)]
    pub accounts: Vec<AccountId>,
    #[garde(custom(sensible(&self.accounts)))]
    pub power: Power,
    /// The last day that it counts; absent for as long as nobody ends it.
    #[garde(skip)]
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

fn sensible(accounts: &[AccountId]) -> impl FnOnce(&Power, &()) -> garde::Result {
    let all = accounts.is_empty();
    move |power, ()| match power {
        Power::Pay(bounds) => fit(bounds),
        Power::Joint if all => Err(garde::Error::new("Say which account the two of you are to hold.")),
        Power::View | Power::Joint => Ok(()),
    }
}

/// Bounds that mean something: amounts above zero, in one currency, and not too many payees.
fn fit(bounds: &Bounds) -> garde::Result {
    text::above_zero(&bounds.pay_up_to, &())?;
    if let Some(Total { most, .. }) = &bounds.total {
        text::above_zero(most, &())?;
        if most.currency() != bounds.pay_up_to.currency() {
            return Err(garde::Error::new("Both amounts must be in the same currency."));
        }
    }
    if bounds.payees.len() > PAYEES_MAX {
        return Err(garde::Error::new(format!("{PAYEES_MAX} payees at most.")));
    }
    Ok(())
}

impl Operation for GrantMandate {
    type Output = NewMandate;
    const NAMED: Named = named!("mandates.grant");
    const HELP: &'static str = "Let another person look at your accounts, or pay from them within bounds.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;

    fn objects(&self) -> Vec<Object> {
        let own = |account: &AccountId| Object::Account(*account, Relation::Own);
        self.accounts.iter().map(own).collect()
    }
}

/// All that may act for the customer, and all that they may do for others. What ended stays for a month.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListMandates {}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MandatesView {
    pub given: Vec<MandateView>,
    /// Held, or offered to the reader.
    pub held: Vec<MandateView>,
}

impl Operation for ListMandates {
    type Output = MandatesView;
    const NAMED: Named = named!("mandates.list");
    const HELP: &'static str = "List who may act for you, and for whom you may act.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowMandate {
    pub mandate: MandateId,
}

impl Operation for ShowMandate {
    type Output = MandateView;
    const NAMED: Named = named!("mandates.show");
    const HELP: &'static str = "Show one mandate, with what was used of it.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Mandate(self.mandate, Relation::View)]
    }
}

/// What is offered to whoever has this code.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowOffer {
    #[garde(custom(crate::identity::secrets::code))]
    pub code: Code,
}

impl Operation for ShowOffer {
    type Output = MandateView;
    const NAMED: Named = named!("mandates.show-offer");
    const HELP: &'static str = "Show what a code that somebody gave you would let you do.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const SECRETS: &'static [&'static str] = &["code"];
}

/// Takes a mandate that was offered.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptMandate {
    #[garde(skip)]
    pub mandate: MandateId,
    /// Absent where it was offered to the caller's e-mail address.
    #[garde(inner(custom(crate::identity::secrets::code)))]
    #[serde(default)]
    pub code: Option<Code>,
}

impl Operation for AcceptMandate {
    type Output = MandateView;
    const NAMED: Named = named!("mandates.accept");
    const HELP: &'static str = "Accept what somebody lets you do for them.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code"];
}

/// Makes a mandate narrower, at once. What is absent stays as it is; wider is another mandate.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NarrowMandate {
    #[garde(skip)]
    pub mandate: MandateId,
    #[garde(inner(custom(text::above_zero)))]
    #[serde(default)]
    pub pay_up_to: Option<Money>,
    #[garde(inner(custom(positive_total)))]
    #[serde(default)]
    pub total: Option<Total>,
    #[garde(skip)]
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde calls")]
fn positive_total(total: &Total, context: &()) -> garde::Result {
    text::above_zero(&total.most, context)
}

impl Operation for NarrowMandate {
    type Output = MandateView;
    const NAMED: Named = named!("mandates.narrow");
    const HELP: &'static str = "Let somebody do less for you than before.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Mandate(self.mandate, Relation::Own)]
    }
}

/// Ends a mandate at once, from either side. Ending it twice is the same as once.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct EndMandate {
    pub mandate: MandateId,
}

impl Operation for EndMandate {
    type Output = ();
    const NAMED: Named = named!("mandates.end");
    const HELP: &'static str = "End what somebody may do for you, or what you may do for them.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Mandate(self.mandate, Relation::View)]
    }
}

/// Writes down what has run out. Gives how many.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpireMandates {}

impl Operation for ExpireMandates {
    type Output = u64;
    const NAMED: Named = named!("mandates.expire");
    const HELP: &'static str = "End mandates whose time is over.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use crate::limits::Period;

    #[test]
    fn a_mandate_has_bounds_that_mean_something() {
        let money = |minor, currency| Money::from_minor(minor, currency).unwrap();
        let bounds = |one, total: Option<Money>| {
            Power::Pay(Bounds {
                pay_up_to: one,
                total: total.map(|most| Total {
                    most,
                    per: Period::Month,
                }),
                payees: Vec::new(),
            })
        };
        let (some, none) = (money(100, Currency::Eur), Money::zero(Currency::Eur));
        let one = vec![AccountId(uuid::Uuid::nil())];
        for (accounts, power, right) in [
            (Vec::new(), Power::View, true),
            (Vec::new(), Power::Joint, false),
            (one.clone(), Power::Joint, true),
            (Vec::new(), bounds(some, None), true),
            (Vec::new(), bounds(some, Some(some)), true),
            (Vec::new(), bounds(none, None), false),
            (Vec::new(), bounds(some, Some(none)), false),
            (Vec::new(), bounds(some, Some(money(100, Currency::Usd))), false),
        ] {
            let grant = GrantMandate {
                name: "Ben".into(),
                email: None,
                accounts,
                power,
                until: None,
            };
            assert_eq!(grant.validate().is_ok(), right, "{grant:?}");
        }
    }

    #[test]
    fn a_last_day_is_tomorrow_at_the_earliest_and_within_ten_years() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-27");
        for good in ["2026-11-28", "2026-12-31", "2036-11-27"] {
            assert_eq!(last_day(day(good), today), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("2026-11-27", "today"),
            ("2026-11-26", "past"),
            ("1926-11-28", "past"),
            ("2036-11-28", "ten years"),
            ("9999-12-31", "ten years"),
        ] {
            assert!(last_day(day(bad), today).unwrap_err().contains(why), "{bad}");
        }
    }

    #[test]
    fn a_power_reads_in_json_as_what_one_may() {
        assert_eq!(
            serde_json::to_value(Power::View).unwrap(),
            serde_json::json!({ "may": "view" })
        );
    }
}
