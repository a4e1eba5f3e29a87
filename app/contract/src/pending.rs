//! Operations that wait: for a customer's yes, or for their signature.

use crate::identity::Code;
use crate::{
    Access, CeremonyId, Consent, Effect, EntryId, Iban, Money, Named, Object, Operation, PendingId, Relation, Rest,
    named,
};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

/// One more thing that the customer agrees to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Detail {
    /// "It may"
    pub name: String,
    /// "read your accounts"
    pub value: String,
}

impl Detail {
    pub fn new(name: &str, value: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            value: value.into(),
        }
    }
}

/// What the customer is asked to agree to, as the bank understood it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// "Send €20.00 to Anna Weber".
    pub title: String,
    pub amount: Option<Money>,
    pub payee_name: Option<String>,
    /// The payee's name is as it was typed: it does not fit the account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub name_as_typed: bool,
    pub payee_iban: Option<Iban>,
    pub from_account: Option<String>,
    pub reference: Option<String>,
    /// When it takes effect, in words.
    pub when: String,
    pub fee: Option<Money>,
    /// Things to know before saying yes, most important first.
    pub warnings: Vec<String>,
    /// Why a signature is asked for, or why a press is enough.
    #[serde(default)]
    pub why: Option<String>,
    /// Present where a code of the customer's app signs: names this request, and stands beside the field for the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_code: Option<String>,
    /// Who asked for it, where that is not the customer: somebody who acts for them, or a program of theirs. The
    /// reference, and a name as it was typed, are in their words then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// What there is to know besides, where it is not a payment.
    #[serde(default)]
    pub details: Vec<Detail>,
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
    /// It waits for somebody else's yes: the reader asked for it, beyond what their mandate lets them do.
    #[serde(default)]
    pub decided_by_other: bool,
}

/// The result of the operation that waited, by its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Confirmed {
    pub pending: PendingId,
    pub operation: String,
    pub output: Value,
}

/// A signature on its way: what the browser needs to make it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signing {
    pub ceremony: CeremonyId,
    /// `PublicKeyCredentialRequestOptionsJSON` under `publicKey`. Its challenge is the hash of the document.
    pub options: Value,
}

/// What a customer signs with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// A passkey's assertion for the ceremony that [`StartSigning`] began.
    Passkey { ceremony: CeremonyId, credential: Value },
    /// A code of the customer's app, for the request that this short code names. Only where
    /// [`Summary::short_code`] offers it.
    Code { code: Code, short_code: String },
}

/// A signature with all that is needed to check it without the bank. docs/PROOFS.md tells how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`PROOF_FORMAT`].
    pub format: String,
    /// What was signed: JSON in its canonical form, to the letter.
    pub document: String,
    /// 32 random bytes, in hexadecimal.
    pub nonce: String,
    /// The bank's origin, as the browser saw it.
    pub origin: String,
    /// Whom passkeys know the bank as: the host of its origin.
    pub relying_party: String,
    /// The passkey's public key as a JSON Web Key (RFC 7517).
    pub public_key: Value,
    /// These three as the browser gave them, in base64url without padding.
    pub authenticator_data: String,
    pub client_data: String,
    pub signature: String,
    /// When the bank had it; UTC.
    pub signed_at: NaiveDateTime,
    /// The journal entry that came of it.
    pub entry: Option<EntryId>,
}

/// The one form that proofs have.
pub const PROOF_FORMAT: &str = "larch proof v1";

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
        vec![Object::Pending(self.pending, Relation::View)]
    }
}

/// Begins a signature over exactly what was shown.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartSigning {
    #[garde(skip)]
    pub pending: PendingId,
    #[garde(ascii, length(equal = 64))]
    pub hash: String,
}

impl Operation for StartSigning {
    type Output = Signing;
    const NAMED: Named = named!("pending.start-signing");
    const HELP: &'static str = "Begin to sign a request with a passkey.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Pending(self.pending, Relation::Own)]
    }
}

/// Says yes to exactly what was shown: the hash must be the one that was shown with it. With a signature
/// where one is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmPending {
    #[garde(skip)]
    pub pending: PendingId,
    #[garde(ascii, length(equal = 64))]
    pub hash: String,
    #[garde(skip)]
    #[serde(default)]
    pub signature: Option<Signature>,
}

impl Operation for ConfirmPending {
    type Output = Confirmed;
    const NAMED: Named = named!("pending.confirm");
    const HELP: &'static str = "Confirm a request, so that it runs.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["signature"];

    fn objects(&self) -> Vec<Object> {
        vec![Object::Pending(self.pending, Relation::Own)]
    }
}

/// The customer's own signature under a payment, to keep.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowProof {
    pub entry: EntryId,
}

impl Operation for ShowProof {
    type Output = Option<Proof>;
    const NAMED: Named = named!("pending.show-proof");
    const HELP: &'static str = "Show the signature that you made under a payment.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
    const REST: Option<Rest> = Some(Rest::get("/entries/{entry}/proof"));

    fn objects(&self) -> Vec<Object> {
        vec![Object::Entry(self.entry, Relation::View)]
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
        vec![Object::Pending(self.pending, Relation::Own)]
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
