//! A user's e-mail address, and the way back in for who has lost the password.

use super::factors::NextStep;
use super::secrets;
use super::{Code, Me, Password};
use crate::{Access, CeremonyId, Consent, Effect, Named, Operation, named};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Longest address (RFC 5321: 254 octets between the brackets of a path).
pub const EMAIL_MAX: usize = 254;

/// An address as far as it can be told without writing to it: one `@`, something on both sides, a
/// point in the domain. Whether it is somebody's, only a mail to it can say.
///
/// # Errors
/// A message for the customer.
pub fn email(address: &str, _context: &()) -> garde::Result {
    let wrong = || {
        Err(garde::Error::new(
            "Please enter an e-mail address, such as anna@example.org.",
        ))
    };
    let address = address.trim();
    let Some((local, domain)) = address.rsplit_once('@') else {
        return wrong();
    };
    let plain =
        |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"' | '\\');
    let fits = address.len() <= EMAIL_MAX && !local.is_empty() && local.len() <= 64;
    let host = domain
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let labels = domain.split('.').count() >= 2 && domain.split('.').all(|label| !label.is_empty());
    let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    if fits && host && labels && dots && local.chars().all(plain) {
        Ok(())
    } else {
        wrong()
    }
}

/// Sends a code to an address, once it is signed: who can write to a customer can reach for their other ways in. The
/// answer says nothing of whether somebody else has it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetEmail {
    #[garde(custom(self::email))]
    pub email: String,
}

impl Operation for SetEmail {
    type Output = NextStep;
    const NAMED: Named = named!("identity.set-email");
    const HELP: &'static str = "Send a code to your e-mail address.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const CONSENT: Consent = Consent::Sign;
}

/// Makes the address the user's, with the code that was sent to it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmEmail {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(custom(secrets::code))]
    pub code: Code,
    /// From who has no passkey; see [`FactorsView::password_needed`](super::factors::FactorsView::password_needed).
    #[garde(inner(custom(secrets::password)))]
    #[serde(default)]
    pub password: Option<Password>,
}

impl Operation for ConfirmEmail {
    type Output = ();
    const NAMED: Named = named!("identity.confirm-email");
    const HELP: &'static str = "Confirm your e-mail address with the code that we sent.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code", "password"];
}

/// Sends a code to whoever has lost the password. The answer is the same whether or not there is
/// such a user.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestRecovery {
    #[garde(custom(self::email))]
    pub email: String,
}

impl Operation for RequestRecovery {
    type Output = NextStep;
    const NAMED: Named = named!("identity.request-recovery");
    const HELP: &'static str = "Ask for a code because the password is lost.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["email"];
}

/// Sets a new password with two proofs: the code of the mail, and one of the app or the list. It
/// signs in here and ends every other session.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FinishRecovery {
    #[garde(skip)]
    pub ceremony: CeremonyId,
    #[garde(custom(secrets::code))]
    pub mailed: Code,
    #[garde(custom(secrets::code))]
    pub code: Code,
    #[garde(custom(secrets::password))]
    pub password: Password,
}

impl Operation for FinishRecovery {
    type Output = Me;
    const NAMED: Named = named!("identity.finish-recovery");
    const HELP: &'static str = "Set a new password with the code of the mail and a second proof.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["mailed", "code", "password"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_two_sides_and_no_tricks() {
        for good in ["anna@example.org", " a.b+c@mail.example.co ", "o'neill@example.org"] {
            assert!(email(good, &()).is_ok(), "{good}");
        }
        let long = format!("{}@example.org", "x".repeat(65));
        for bad in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "anna@example",
            "anna@.org",
            "a@b@example.org",
            "an na@example.org",
            "anna@example.org\r\nBcc: eve@example.org",
            "<anna@example.org>",
            "anna..b@example.org",
            ".anna@example.org",
            "ännä@example.org",
            &long,
        ] {
            assert!(email(bad, &()).is_err(), "{bad}");
        }
    }
}
