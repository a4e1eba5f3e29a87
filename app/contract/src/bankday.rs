//! The bank's own day. It follows the calendar of the bank's home, not the machine's.

use crate::{Access, Effect, Named, Operation, named};
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Moves the business date on when a new day has begun; never back. Gives the date that is open.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenDay {}

impl Operation for OpenDay {
    type Output = NaiveDate;
    const NAMED: Named = named!("bankday.open");
    const HELP: &'static str = "Open the next business day when it has begun.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}
