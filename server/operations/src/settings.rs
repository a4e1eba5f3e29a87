//! What the operations need to know about this bank.

use bank_rules::identity::SessionLimits;
use bank_rules::risk::Limits;
use chrono::TimeDelta;
use chrono_tz::Tz;

#[derive(Clone, Debug)]
pub struct BankSettings {
    /// The bank's home: its day begins at midnight there.
    pub zone: Tz,
    /// Whether the demo's people can be signed in as.
    pub demo: bool,
    pub limits: Limits,
    pub sessions: SessionLimits,
    /// How long an operation waits for its consent.
    pub pending_lasts: TimeDelta,
}

impl Default for BankSettings {
    fn default() -> Self {
        Self {
            zone: chrono_tz::Europe::Berlin,
            demo: false,
            limits: Limits::default(),
            sessions: SessionLimits::default(),
            pending_lasts: TimeDelta::minutes(15),
        }
    }
}
