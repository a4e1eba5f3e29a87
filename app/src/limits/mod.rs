//! Limits that customers set themselves: how much may leave their accounts in a day.

mod form;
mod payees;
mod reach;
mod section;
mod words;

pub(crate) use reach::{Reach, Worded, if_typed, read_amount};
pub(crate) use section::Limits;

pub use form::LimitPage;
