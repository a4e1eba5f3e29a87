//! What somebody would let a program do, as it is filled in.

use crate::errors::Fields;
use crate::limits::Reach;
use bank_contract::limits::Bounds;
use bank_contract::tokens::CreateToken;
use bank_contract::{Currency, text};
use leptos::prelude::*;

pub(super) const READ: &str = "read";
pub(super) const PAY: &str = "pay";

/// The form's fields, by the names that the operation gives them.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) name: RwSignal<String>,
    pub(super) may: RwSignal<String>,
    pub(super) currency: RwSignal<String>,
    pub(super) reach: Reach,
    pub(super) days: RwSignal<String>,
    pub(super) fields: Fields,
}

impl Wish {
    pub(super) fn new(currency: Currency) -> Self {
        let text = |first: &str| RwSignal::new(first.to_owned());
        let (name, days) = (text(""), text("90"));
        let currency = text(currency.code());
        let reach = Reach::new();
        let mut fields = vec![("name", name), ("currency", currency), ("days", days)];
        fields.extend(reach.fields());
        Self {
            name,
            may: text(READ),
            currency,
            reach,
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
        // What is filled in about paying counts only while it may pay.
        let bounds = self.bounds();
        let days = self.days.get_untracked();
        let days = fields.read("days", days.parse().map_err(|_| "Choose how long."));
        named?;
        let bounds = bounds.ok()?;
        Some(CreateToken {
            name,
            pay_up_to: bounds.as_ref().map(|bounds| bounds.pay_up_to),
            total: bounds.as_ref().and_then(|bounds| bounds.total),
            payees: bounds.map(|bounds| bounds.payees).unwrap_or_default(),
            days: days?,
        })
    }

    /// None where it may only read; an error where something is wrong, which stands beside its field.
    fn bounds(self) -> Result<Option<Bounds>, ()> {
        if !untrack(move || self.pays()) {
            return Ok(None);
        }
        let currency = untrack(move || self.currency());
        self.reach.read(self.fields, currency).map(Some).ok_or(())
    }
}
