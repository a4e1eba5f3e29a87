//! The audit chain: every operation leaves a line, and each line vouches for the one before.

use crate::{Access, Effect, Named, Operation, named};
use garde::Validate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SealReport {
    /// Lines sealed by this run.
    pub sealed: u64,
    /// Lines in the chain now.
    pub length: u64,
    /// SHA-256 of the newest link, in hexadecimal.
    pub head: String,
}

/// Puts the audit lines that are not yet in the chain into it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SealAudit {}

impl Operation for SealAudit {
    type Output = SealReport;
    const NAMED: Named = named!("compliance.seal-audit");
    const HELP: &'static str = "Chain the newest audit lines.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditVerdict {
    pub length: u64,
    /// The first link that does not hold, when there is one.
    pub broken_at: Option<u64>,
    /// Lines of the posting engine that do not vouch for what stands beside them.
    pub broken_bundles: u64,
}

impl AuditVerdict {
    /// Whether nothing is wrong.
    pub const fn holds(&self) -> bool {
        self.broken_at.is_none() && self.broken_bundles == 0
    }
}

/// Recomputes the whole chain.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyAudit {}

impl Operation for VerifyAudit {
    type Output = AuditVerdict;
    const NAMED: Named = named!("compliance.verify-audit");
    const HELP: &'static str = "Recompute the audit chain and name the first broken link.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Reads;
}

/// Recomputes the whole chain, and says whether it still goes through a head that was written down earlier.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompareHead {
    #[garde(skip)]
    pub length: u64,
    #[garde(ascii, length(equal = 64))]
    pub head: String,
}

impl Operation for CompareHead {
    /// Whether it does.
    type Output = bool;
    const NAMED: Named = named!("compliance.compare-head");
    const HELP: &'static str = "Compare the audit chain with a head that was written down.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Reads;
}
