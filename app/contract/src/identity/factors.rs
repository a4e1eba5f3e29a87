//! The other way in beside passkeys: a password with a code from an app, and recovery codes for
//! when the app is gone.

use super::secrets;
use super::{Code, Me, Password, email};
use crate::{Access, CeremonyId, Consent, Effect, Named, Operation, named};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Recovery codes in a set.
pub const RECOVERY_CODES: usize = 10;

/// What is asked next, after the first step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NextStep {
    pub ceremony: CeremonyId,
}

/// The first step: an e-mail address and a password. The answer is the same, and takes the same
/// work, whether or not there is such a user.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartPasswordSignIn {
    #[garde(custom(email::email))]
    pub email: String,
    #[garde(custom(secrets::password))]
    pub password: Password,
}

impl Operation for StartPasswordSignIn {
    type Output = NextStep;
    const NAMED: Named = named!("identity.start-password-sign-in");
    const HELP: &'static str = "Begin to sign in with an e-mail address and a password.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["email", "password"];
}

/// The second step: a code of the app, or a recovery code in its place.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FinishPasswordSignIn {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(custom(secrets::code))]
    pub code: Code,
}

impl Operation for FinishPasswordSignIn {
    type Output = Me;
    const NAMED: Named = named!("identity.finish-password-sign-in");
    const HELP: &'static str = "Sign in with the code that goes with the password.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code"];
}

/// The ways in beside passkeys, as their owner sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactorsView {
    /// Verified; absent until one is.
    pub email: Option<String>,
    pub password_set_at: Option<NaiveDateTime>,
    pub codes_set_at: Option<NaiveDateTime>,
    pub recovery_codes_left: u32,
    /// Whether changing the password or the app asks for a proof besides: not within minutes of a sign-in with a passkey.
    pub proof_needed: bool,
    /// Whether another e-mail address asks for the password besides, because there is no passkey to sign with.
    pub password_needed: bool,
    /// Whether the password and the app may be turned off: there is a passkey to sign in with.
    pub may_turn_off: bool,
}

impl FactorsView {
    /// Whether one can sign in without a passkey.
    pub fn is_complete(&self) -> bool {
        self.email.is_some() && self.password_set_at.is_some() && self.codes_set_at.is_some()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowFactors {}

impl Operation for ShowFactors {
    type Output = FactorsView;
    const NAMED: Named = named!("identity.show-factors");
    const HELP: &'static str = "Show your e-mail address and how you can sign in without a passkey.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

/// Sets the first password, or another one. All other sessions end.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetPassword {
    #[garde(custom(secrets::password))]
    pub password: Password,
    /// The one before; see [`FactorsView::proof_needed`].
    #[garde(inner(custom(secrets::password)))]
    #[serde(default)]
    pub current: Option<Password>,
}

impl Operation for SetPassword {
    type Output = ();
    const NAMED: Named = named!("identity.set-password");
    const HELP: &'static str = "Set your password.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["password", "current"];
}

/// A QR code, drawn in squares of one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QrView {
    /// Squares on each side.
    pub size: u16,
    /// The dark squares, as the path of an SVG.
    pub path: String,
}

/// What an app needs to make codes. Shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TotpSetup {
    pub ceremony: CeremonyId,
    /// To be typed where a QR code cannot be read: base32, in groups of four.
    pub secret: String,
    pub qr: QrView,
}

impl fmt::Debug for TotpSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TotpSetup")
            .field("ceremony", &self.ceremony)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartTotp {}

impl Operation for StartTotp {
    type Output = TotpSetup;
    const NAMED: Named = named!("identity.start-totp");
    const HELP: &'static str = "Begin to set up an app that makes codes.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;
}

/// A set of recovery codes. Shown once; the bank keeps their hashes only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCodes").finish_non_exhaustive()
    }
}

/// The app counts from the first code of it that is right.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FinishTotp {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(custom(secrets::code))]
    pub code: Code,
    /// A code of the app before, or a recovery code; see [`FactorsView::proof_needed`].
    #[garde(inner(custom(secrets::code)))]
    #[serde(default)]
    pub current: Option<Code>,
}

impl Operation for FinishTotp {
    type Output = RecoveryCodes;
    const NAMED: Named = named!("identity.finish-totp");
    const HELP: &'static str = "Confirm the app with a code of it.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code", "current"];
}

/// A new set; the codes before are worth nothing from then on.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RenewRecoveryCodes {
    #[garde(custom(secrets::code))]
    pub code: Code,
}

impl Operation for RenewRecoveryCodes {
    type Output = RecoveryCodes;
    const NAMED: Named = named!("identity.renew-recovery-codes");
    const HELP: &'static str = "Get ten new recovery codes.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code"];
}

/// A part of the way in beside passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OtherWay {
    Password,
    /// The app, and the recovery codes with it.
    Codes,
    /// All of it. The e-mail address stays, so that the bank can write.
    Both,
}

/// Turns the password or the app off again. All other sessions end.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct TurnOff {
    pub what: OtherWay,
}

impl Operation for TurnOff {
    type Output = ();
    const NAMED: Named = named!("identity.turn-off");
    const HELP: &'static str = "Turn the password or the app for codes off; only when a passkey stays to sign in with.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;
}

/// Says that somebody is still there: the session's idle time begins anew.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeepAlive {}

impl Operation for KeepAlive {
    type Output = ();
    const NAMED: Named = named!("identity.keep-alive");
    const HELP: &'static str = "Stay signed in here.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}
