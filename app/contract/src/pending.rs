//! Operations that wait: for a customer's yes today, for a signature or a second pair of eyes later.

use crate::{Access, Consent, Effect, Iban, Money, Named, Object, Operation, PendingId, Rest, named};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Where a pending operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    Waiting,
    Done,
    Cancelled,
    Expired,
    /// Confirmed, but refused when it ran; nothing moved.
    Refused,
}

/// What the customer is asked to agree to, as the bank understood it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// "Send €20.00 to Anna Weber".
    pub title: String,
    pub amount: Option<Money>,
    pub payee_name: Option<String>,
    pub payee_iban: Option<Iban>,
    pub from_account: Option<String>,
    pub reference: Option<String>,
    /// When it takes effect, in words.
    pub when: String,
    pub fee: Option<Money>,
    /// Things to know before saying yes, most important first.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PendingView {
    pub pending: PendingId,
    pub operation: String,
    pub summary: Summary,
    pub missing: Consent,
    pub state: PendingState,
    /// Bank-local time.
    pub expires_at: NaiveDateTime,
    /// SHA-256 over the canonical operation, in hexadecimal: what the consent is given to.
    pub hash: String,
}

/// The result of the operation that waited, by its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Confirmed {
    pub pending: PendingId,
    pub operation: String,
    pub output: serde_json::Value,
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListPending {}

impl Operation for ListPending {
    type Output = Vec<PendingView>;
    const NAMED: Named = named!("pending.list");
    const HELP: &'static str = "List what waits for your confirmation.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/pending"));
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowPending {
    pub pending: PendingId,
}

impl Operation for ShowPending {
    type Output = PendingView;
    const NAMED: Named = named!("pending.show");
    const HELP: &'static str = "Show one request that waits for your confirmation.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/pending/{pending}"));

    fn objects(&self) -> Vec<Object> {
        vec![Object::Pending(self.pending)]
    }
}

/// Says yes to exactly what was shown: the hash must be the one that was shown with it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmPending {
    #[garde(skip)]
    pub pending: PendingId,
    #[garde(ascii, length(equal = 64))]
    pub hash: String,
}

impl Operation for ConfirmPending {
    type Output = Confirmed;
    const NAMED: Named = named!("pending.confirm");
    const HELP: &'static str = "Confirm a request, so that it runs.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Pending(self.pending)]
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct CancelPending {
    pub pending: PendingId,
}

impl Operation for CancelPending {
    type Output = ();
    const NAMED: Named = named!("pending.cancel");
    const HELP: &'static str = "Cancel a request that waits.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Pending(self.pending)]
    }
}

/// Ends what has waited too long. Gives how many.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpirePending {}

impl Operation for ExpirePending {
    type Output = u64;
    const NAMED: Named = named!("pending.expire");
    const HELP: &'static str = "End requests that waited too long.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}
