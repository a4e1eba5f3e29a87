//! Who somebody is: signing up, signing in, passkeys and sessions.
//!
//! Passkey ceremonies (W3C Web Authentication Level 3) come in two steps: the bank gives the
//! browser its options as JSON, and gets the browser's credential back as JSON.

pub mod email;
pub mod factors;
pub mod operator;
pub mod secrets;
pub mod sign_up;

pub use secrets::{Code, Password};

use crate::{
    Access, CeremonyId, Consent, CustomerId, Effect, Named, Object, Operation, PasskeyId, SessionId, UserId, named,
    text,
};
use chrono::{NaiveDate, NaiveDateTime};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    #[default]
    Person,
    Business,
}

/// The signed-in user, as the pages greet them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Me {
    pub user: UserId,
    pub customer: CustomerId,
    pub name: String,
    pub kind: CustomerKind,
    /// One of the demo people, whom every visitor can sign in as.
    pub demo_person: bool,
}

/// What every page needs to know about the visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Visit {
    pub me: Option<Me>,
    pub demo: bool,
    pub business_date: NaiveDate,
    /// A session ends after so many seconds without a request.
    pub idle_s: u32,
    /// The assistant asks a language model of somebody else's where it is not sure what was meant.
    #[serde(default)]
    pub language_model: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ceremony {
    pub ceremony: CeremonyId,
    /// `PublicKeyCredentialCreationOptionsJSON` or `…RequestOptionsJSON`, under `publicKey`.
    pub options: Value,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DemoPerson {
    /// What [`SignInDemo`] takes.
    pub handle: String,
    pub name: String,
    pub kind: CustomerKind,
    /// A line about their life, to choose by.
    pub about: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PasskeyView {
    pub passkey: PasskeyId,
    pub name: String,
    pub added_at: NaiveDateTime,
    pub last_used_at: Option<NaiveDateTime>,
    /// The network it was last used from, as far as the bank can tell: "203.0.113.x".
    pub last_used_from: Option<String>,
    /// Kept by a password manager on several devices, as the authenticator says.
    pub synced: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionView {
    pub session: SessionId,
    /// "Chromium on Linux".
    pub device: String,
    /// The network it was begun from, as far as the bank can tell: "203.0.113.x". No place on a map.
    pub network: Option<String>,
    pub started_at: NaiveDateTime,
    pub last_seen_at: NaiveDateTime,
    pub this_one: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Profile {
    pub me: Me,
    pub member_since: NaiveDate,
    pub passkeys: Vec<PasskeyView>,
    /// Whether one can sign in without a passkey: then the last one may be removed.
    pub other_way: bool,
    pub sessions: Vec<SessionView>,
}

/// Who is calling, and the facts of the visit. Never refused.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhoAmI {}

impl Operation for WhoAmI {
    type Output = Visit;
    const NAMED: Named = named!("identity.who-am-i");
    const HELP: &'static str = "Say who is signed in here.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Reads;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartSignUp {
    #[garde(custom(text::name))]
    pub name: String,
    #[garde(skip)]
    #[serde(default)]
    pub kind: CustomerKind,
}

impl Operation for StartSignUp {
    type Output = Ceremony;
    const NAMED: Named = named!("identity.start-sign-up");
    const HELP: &'static str = "Begin to become a customer with a passkey.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
}

/// A credential that a browser made for a ceremony.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct FinishSignUp {
    pub ceremony: CeremonyId,
    pub credential: Value,
}

impl Operation for FinishSignUp {
    type Output = Me;
    const NAMED: Named = named!("identity.finish-sign-up");
    const HELP: &'static str = "Become a customer with the passkey just made.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartSignIn {}

impl Operation for StartSignIn {
    type Output = Ceremony;
    const NAMED: Named = named!("identity.start-sign-in");
    const HELP: &'static str = "Begin to sign in with a passkey.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct FinishSignIn {
    pub ceremony: CeremonyId,
    pub credential: Value,
}

impl Operation for FinishSignIn {
    type Output = Me;
    const NAMED: Named = named!("identity.finish-sign-in");
    const HELP: &'static str = "Sign in with the passkey just shown.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
}

/// The people of the demo bank; none when the demo is off.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DemoPeople {}

impl Operation for DemoPeople {
    type Output = Vec<DemoPerson>;
    const NAMED: Named = named!("identity.demo-people");
    const HELP: &'static str = "List the people of the demo bank.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Reads;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignInDemo {
    #[garde(ascii, length(min = 1, max = 40))]
    pub handle: String,
}

impl Operation for SignInDemo {
    type Output = Me;
    const NAMED: Named = named!("identity.sign-in-demo");
    const HELP: &'static str = "Sign in as one of the demo people.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowProfile {}

impl Operation for ShowProfile {
    type Output = Profile;
    const NAMED: Named = named!("identity.show-profile");
    const HELP: &'static str = "Show your passkeys and where you are signed in.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignOut {}

impl Operation for SignOut {
    type Output = ();
    const NAMED: Named = named!("identity.sign-out");
    const HELP: &'static str = "Sign out here.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
}

/// Ends every session of the user, this one included. Gives how many. It asks for no proof: whoever is afraid must be
/// able to do it at once, and a thief ends their own with it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignOutEverywhere {}

impl Operation for SignOutEverywhere {
    type Output = u64;
    const NAMED: Named = named!("identity.sign-out-everywhere");
    const HELP: &'static str = "Sign out on every device.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct RevokeSession {
    pub session: SessionId,
}

impl Operation for RevokeSession {
    type Output = ();
    const NAMED: Named = named!("identity.revoke-session");
    const HELP: &'static str = "Sign out one device.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    // Whoever has only stolen this session must not be able to send its owner's devices away, and stay.
    const CONSENT: Consent = Consent::Sign;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Session(self.session)]
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartAddingPasskey {}

impl Operation for StartAddingPasskey {
    type Output = Ceremony;
    const NAMED: Named = named!("identity.start-adding-passkey");
    const HELP: &'static str = "Begin to add another passkey.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FinishAddingPasskey {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(skip)]
    pub credential: Value,
    #[garde(custom(text::name))]
    pub name: String,
    /// From who has no passkey yet; see [`FactorsView::password_needed`](factors::FactorsView::password_needed).
    #[garde(inner(custom(secrets::password)))]
    #[serde(default)]
    pub password: Option<Password>,
}

impl Operation for FinishAddingPasskey {
    type Output = PasskeyView;
    const NAMED: Named = named!("identity.finish-adding-passkey");
    const HELP: &'static str = "Add the passkey just made.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["password"];
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RenamePasskey {
    #[garde(skip)]
    pub passkey: PasskeyId,
    #[garde(custom(text::name))]
    pub name: String,
}

impl Operation for RenamePasskey {
    type Output = ();
    const NAMED: Named = named!("identity.rename-passkey");
    const HELP: &'static str = "Give a passkey another name.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Passkey(self.passkey)]
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct RemovePasskey {
    pub passkey: PasskeyId,
}

impl Operation for RemovePasskey {
    type Output = ();
    const NAMED: Named = named!("identity.remove-passkey");
    const HELP: &'static str = "Remove a passkey; the last one only when there is another way to sign in.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Passkey(self.passkey)]
    }
}

/// Deletes sessions and ceremonies that have run out. Gives how many.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SweepSessions {}

impl Operation for SweepSessions {
    type Output = u64;
    const NAMED: Named = named!("identity.sweep-sessions");
    const HELP: &'static str = "Clear away sessions that have ended.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}
