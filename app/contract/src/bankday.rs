//! The bank's own day. It follows the calendar of the bank's home, not the machine's.

use crate::ledger::BooksCheck;
use crate::{Access, Effect, Named, Operation, named};
use chrono::{NaiveDate, NaiveDateTime};
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

/// What the bank says of itself when a business date has ended. Kept outside of the database as well, it is a witness:
/// whoever rewrites the audit from its beginning cannot rewrite the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayReport {
    /// The business date that ended.
    pub date: NaiveDate,
    /// UTC.
    pub made_at: NaiveDateTime,
    /// Links of the audit chain by then.
    pub audit_length: u64,
    /// SHA-256 of the last of them, in hexadecimal.
    pub audit_head: String,
    /// The whole chain was recomputed, with what its lines vouch for.
    pub audit_holds: bool,
    /// The whole journal was added up.
    pub books: BooksCheck,
    /// The hash of the report before this one.
    pub before: Option<String>,
    /// SHA-256 over the canonical form of all of the above, in hexadecimal.
    pub hash: String,
}

/// Reports on the business date that ended last. None where that is done, or none has ended yet.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MakeReport {}

impl Operation for MakeReport {
    type Output = Option<DayReport>;
    const NAMED: Named = named!("bankday.make-report");
    const HELP: &'static str = "Report on the business day that has ended.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}

/// A day's report; the newest without a date.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowReport {
    #[serde(default)]
    pub date: Option<NaiveDate>,
}

impl Operation for ShowReport {
    type Output = Option<DayReport>;
    const NAMED: Named = named!("bankday.show-report");
    const HELP: &'static str = "Show a business day's report.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Reads;
}
