//! Payees whom a customer trusts: paying them again needs no signature.
//!
//! Commission Delegated Regulation (EU) 2018/389, article 13: making, and adding to, a list of trusted
//! beneficiaries needs strong authentication; paying somebody on it does not.

use crate::{Access, Consent, Effect, Iban, Named, Operation, named, text};
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Payees that one customer may trust.
pub const TRUSTED_MAX: u32 = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrustedPayee {
    pub iban: Iban,
    /// As the customer calls them.
    pub name: String,
    pub since: NaiveDate,
}

/// Puts a payee on the list. Trusting somebody twice is the same as once, under the newer name.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrustPayee {
    #[garde(skip)]
    pub iban: Iban,
    #[garde(custom(text::name))]
    pub name: String,
}

impl Operation for TrustPayee {
    type Output = TrustedPayee;
    const NAMED: Named = named!("payees.trust");
    const HELP: &'static str = "Trust a payee, so that paying them needs no signature.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;
}

/// The payees whom the customer trusts, by name.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListTrusted {}

impl Operation for ListTrusted {
    type Output = Vec<TrustedPayee>;
    const NAMED: Named = named!("payees.list-trusted");
    const HELP: &'static str = "List the payees whom you trust.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

/// Takes a payee off the list, at once. Ending it twice is the same as once.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct EndTrust {
    pub iban: Iban,
}

impl Operation for EndTrust {
    type Output = ();
    const NAMED: Named = named!("payees.end-trust");
    const HELP: &'static str = "Stop trusting a payee.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
}
