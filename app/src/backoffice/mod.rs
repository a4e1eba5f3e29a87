//! The pages of people who work at the bank: the customers who wait for a person, and the answers to them.

mod answer;
mod case;
mod enter;
mod list;
mod words;

use crate::shell::{leave_for, when_unused};
pub use case::CasePage;
use std::time::Duration;

pub(crate) use case::conversation;
pub use list::StaffPage;
pub(crate) use list::rows;

/// As long as a session lasts without a request: then nothing of a customer stays on the screen.
const UNUSED_MAX: Duration = Duration::from_mins(30);

fn leave_when_unused() {
    when_unused(UNUSED_MAX, || leave_for("/staff"));
}
