//! How far somebody may go who pays from another's account, as it is filled in: the same for programs and for people.

use super::payees::Payees;
use crate::design::{AmountInput, SelectField};
use crate::errors::Fields;
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::{Currency, Money, text};
use leptos::prelude::*;

const PERIODS: [(Period, &str); 4] = [
    (Period::Day, "A day"),
    (Period::Week, "A week"),
    (Period::Month, "A month"),
    (Period::Ever, "Its whole life"),
];

/// What is wrong stands beside its field.
pub(crate) struct Said;

/// What was typed as an amount that can be moved.
fn amount(typed: &str, currency: Currency) -> Result<Money, String> {
    let read = Money::parse(typed, currency).map_err(|error| error.to_string())?;
    text::above_zero(&read, &()).map_err(|error| error.to_string())?;
    Ok(read)
}

pub(crate) fn read_amount(
    fields: Fields,
    field: &'static str,
    typed: RwSignal<String>,
    currency: Currency,
) -> Option<Money> {
    fields.read(field, amount(&typed.get_untracked(), currency))
}

/// As `read`, for a field that may be left empty: then there is nothing in it, and nothing wrong.
pub(crate) fn if_typed<T>(typed: RwSignal<String>, read: impl FnOnce() -> Option<T>) -> Result<Option<T>, Said> {
    if typed.with_untracked(|typed| typed.trim().is_empty()) {
        return Ok(None);
    }
    read().map(Some).ok_or(Said)
}

/// The fields' values, by the names that the operations give them.
#[derive(Clone, Copy)]
pub(crate) struct Reach {
    pub(crate) most: RwSignal<String>,
    /// All together; empty for no bound.
    pub(crate) total: RwSignal<String>,
    per: RwSignal<String>,
    pub(crate) payees: Payees,
}

/// What stands beside the fields: a program is "it", people are "they".
#[derive(Clone, Copy)]
pub(crate) struct Worded {
    /// Below the total.
    pub(crate) boundless: &'static str,
    pub(crate) whom: &'static str,
    /// Below the payees; it hears whether anybody may be paid.
    pub(crate) said: fn(bool) -> AnyView,
}

impl Reach {
    pub(crate) fn new() -> Self {
        let text = |first: &str| RwSignal::new(first.to_owned());
        Self {
            most: text(""),
            total: text(""),
            per: text(Period::Month.code()),
            payees: Payees::new(),
        }
    }

    pub(crate) fn fields(self) -> Vec<(&'static str, RwSignal<String>)> {
        let mut fields = vec![("pay_up_to", self.most), ("total", self.total), ("per", self.per)];
        fields.extend(self.payees.fields());
        fields
    }

    /// Reads all of them, so that all that is wrong is said at once.
    pub(crate) fn read(self, fields: Fields, currency: Currency) -> Option<Bounds> {
        let most = read_amount(fields, "pay_up_to", self.most, currency);
        let total = if_typed(self.total, || read_amount(fields, "total", self.total, currency));
        let payees = self.payees.read(fields);
        let per = self.per.with_untracked(|per| Period::from_code(per));
        Some(Bounds {
            pay_up_to: most?,
            total: total.ok()?.map(|most| Total {
                most,
                per: per.unwrap_or(Period::Month),
            }),
            payees: payees?,
        })
    }

    pub(crate) fn inputs(self, fields: Fields, currency: Signal<Currency>, worded: Worded) -> AnyView {
        let periods = PERIODS
            .map(|(period, label)| (period.code().to_owned(), label.to_owned()))
            .to_vec();
        view! {
            <AmountInput
                label="The most at a time"
                name="pay_up_to"
                currency
                value=self.most
                error=fields.error("pay_up_to")
                hint="A payment beyond this waits for your yes."
            />
            <AmountInput
                label="The most all together"
                name="total"
                currency
                value=self.total
                error=fields.error("total")
                hint=worded.boundless
            />
            <SelectField
                label="All together in"
                name="per"
                value=self.per
                options=Signal::stored(periods)
                error=fields.error("per")
                hint="A day, a week and a month begin anew; a whole life does not. Beyond it, payments wait for your yes."
            />
            {self.payees.inputs(fields, worded.whom, worded.said)}
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_or_it_is_said_why_not() {
        assert_eq!(amount("20", Currency::Eur).map(Money::minor), Ok(2_000));
        for bad in ["", "0", "-5", "10.005", "ten"] {
            assert!(amount(bad, Currency::Eur).is_err(), "{bad:?}");
        }
    }
}
