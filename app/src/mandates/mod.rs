//! Mandates: who may act for the customer, and for whom they may act; giving one, taking one, ending one.

mod code;
mod decide;
mod detail;
mod form;
mod list;
mod made;
mod narrow;
mod new;
mod wish;
mod words;

pub(crate) use decide::{ended, facts, offer};
pub(crate) use list::MandateRows;
pub(crate) use narrow::Narrowing;

pub use code::OfferPage;
pub use detail::MandatePage;
pub use list::MandatesPage;
pub use new::NewMandatePage;
