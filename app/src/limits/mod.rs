//! Limits that customers set themselves: how much may leave their accounts in a day.

mod form;
mod section;
mod words;

pub(crate) use section::Limits;

pub use form::LimitPage;
