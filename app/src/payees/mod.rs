//! Payees whom the customer trusts: paying them needs no signature.

mod list;
mod trust;

pub(crate) use list::Trusted;
pub(crate) use trust::Trust;
