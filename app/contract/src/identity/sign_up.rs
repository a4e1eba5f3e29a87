//! Becoming a customer without a passkey: an e-mail address that a code confirms, a password, and an app for codes.
//! Four steps, each with a ceremony of its own. Nothing is kept of who gives up on the way but the ceremony, which runs
//! out, and the mail.

use super::factors::{NextStep, RecoveryCodes, TotpSetup};
use super::{Code, CustomerKind, Me, Password, email, secrets};
use crate::{Access, CeremonyId, Effect, Named, Operation, named, text};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Sends a code to the address. The answer is the same, and takes the same work, whether or not the address is with us.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartSignUpByMail {
    #[garde(custom(text::name))]
    pub name: String,
    #[garde(skip)]
    #[serde(default)]
    pub kind: CustomerKind,
    #[garde(custom(email::email))]
    pub email: String,
}

impl Operation for StartSignUpByMail {
    type Output = NextStep;
    const NAMED: Named = named!("identity.start-sign-up-by-mail");
    const HELP: &'static str = "Begin to become a customer with an e-mail address, a password and an app for codes.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["name", "email"];
}

/// Confirms the address with the code that was sent to it. A wrong code leaves the ceremony as it was.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmSignUpAddress {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(custom(secrets::code))]
    pub code: Code,
}

impl Operation for ConfirmSignUpAddress {
    type Output = NextStep;
    const NAMED: Named = named!("identity.confirm-sign-up-address");
    const HELP: &'static str = "Confirm the e-mail address with the code that we sent.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code"];
}

/// Chooses the password, and gives what an app needs to make codes, which is shown this once.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChooseSignUpPassword {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(custom(secrets::password))]
    pub password: Password,
}

impl Operation for ChooseSignUpPassword {
    type Output = TotpSetup;
    const NAMED: Named = named!("identity.choose-sign-up-password");
    const HELP: &'static str = "Choose the password to sign in with.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["password"];
}

/// Who has become a customer, and the recovery codes, which are shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedUp {
    pub me: Me,
    pub recovery: RecoveryCodes,
}

/// Confirms the app with a code of it: from then on there is a customer, and they are signed in.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FinishSignUpByMail {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(custom(secrets::code))]
    pub code: Code,
}

impl Operation for FinishSignUpByMail {
    type Output = SignedUp;
    const NAMED: Named = named!("identity.finish-sign-up-by-mail");
    const HELP: &'static str = "Become a customer with a code of the app.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code"];
}
