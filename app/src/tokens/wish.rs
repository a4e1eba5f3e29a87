//! What somebody would let a program do, as it is filled in.

use super::payees::Payees;
use crate::errors::Fields;
use bank_contract::limits::{Period, Total};
use bank_contract::tokens::CreateToken;
use bank_contract::{Currency, Iban, Money, text};
use leptos::prelude::*;

pub(super) const READ: &str = "read";
pub(super) const PAY: &str = "pay";

/// The form's fields, by the names that the operation gives them.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) name: RwSignal<String>,
    pub(super) may: RwSignal<String>,
    pub(super) currency: RwSignal<String>,
    pub(super) most: RwSignal<String>,
    /// All together; empty for no bound.
    pub(super) total: RwSignal<String>,
    pub(super) per: RwSignal<String>,
    pub(super) payees: Payees,
    pub(super) days: RwSignal<String>,
    pub(super) fields: Fields,
}

impl Wish {
    pub(super) fn new(currency: Currency) -> Self {
        let text = |first: &str| RwSignal::new(first.to_owned());
        let (name, most, days) = (text(""), text(""), text("90"));
        let (total, per) = (text(""), text(Period::Month.code()));
        let currency = text(currency.code());
        let payees = Payees::new();
        let mut fields = vec![
            ("name", name),
            ("currency", currency),
            ("pay_up_to", most),
            ("total", total),
            ("per", per),
            ("days", days),
        ];
        fields.extend(payees.fields());
        Self {
            name,
            may: text(READ),
            currency,
            most,
            total,
            per,
            payees,
            days,
            fields: Fields::new(fields),
        }
    }

    /// Whether it may pay as well.
    pub(super) fn pays(self) -> bool {
        self.may.with(|may| may == PAY)
    }

    pub(super) fn currency(self) -> Currency {
        self.currency.with(|code| code.parse()).unwrap_or(Currency::Eur)
    }

    /// Reads all fields, so that all that is wrong is said at once.
    pub(super) fn read(self) -> Option<CreateToken> {
        let fields = self.fields;
        let name = self.name.get_untracked().trim().to_owned();
        let named = fields.read("name", text::name(&name, &()));
        let bounds = self.bounds();
        let days = self.days.get_untracked();
        let days = fields.read("days", days.parse().map_err(|_| "Choose how long."));
        named?;
        let (pay_up_to, total, payees) = bounds?;
        Some(CreateToken {
            name,
            pay_up_to,
            total,
            payees,
            days: days?,
        })
    }

    /// A total is there when one was typed.
    fn read_total(self, currency: Currency) -> Result<Option<Total>, Said> {
        let typed = self.total.get_untracked();
        if typed.trim().is_empty() {
            return Ok(None);
        }
        let per = self
            .per
            .with_untracked(|per| Period::from_code(per))
            .unwrap_or(Period::Month);
        let most = self.fields.read("total", bound(&typed, currency)).ok_or(Said)?;
        Ok(Some(Total { most, per }))
    }

    /// What is filled in about paying counts only while it may pay.
    fn bounds(self) -> Option<Bounds> {
        if !untrack(move || self.pays()) {
            return Some((None, None, Vec::new()));
        }
        let most = self.most.get_untracked();
        let currency = untrack(move || self.currency());
        let most = self.fields.read("pay_up_to", bound(&most, currency));
        let total = self.read_total(currency);
        let payees = self.payees.read(self.fields);
        Some((Some(most?), total.ok()?, payees?))
    }
}

/// What is wrong stands beside its field.
struct Said;

type Bounds = (Option<Money>, Option<Total>, Vec<Iban>);

/// What was typed as an amount that can be moved.
fn bound(typed: &str, currency: Currency) -> Result<Money, String> {
    let most = Money::parse(typed, currency).map_err(|error| error.to_string())?;
    text::above_zero(&most, &()).map_err(|error| error.to_string())?;
    Ok(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_an_amount_above_zero() {
        assert_eq!(bound("20", Currency::Eur).map(Money::minor), Ok(2_000));
        for bad in ["", "0", "-5", "10.005", "ten"] {
            assert!(bound(bad, Currency::Eur).is_err(), "{bad:?}");
        }
    }
}
