//! What people type to prove who they are. It travels to the bank and is never printed: the types
//! have nothing to say to a log, and wipe what they held.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroize;

/// Longest password that is taken, in characters (NIST SP 800-63B-4 asks for 64 at least).
pub const PASSWORD_MAX: usize = 128;
/// Longest code that is read, with its spaces and hyphens.
pub const CODE_MAX: usize = 40;

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// As it was typed.
            pub fn new(typed: impl Into<String>) -> Self {
                Self(typed.into())
            }

            /// For checking it, and nothing else.
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }
    )+};
}

secrets! {
    /// A password. Any characters, spaces too; nothing is asked of their kinds.
    Password;
    /// A code: of six digits from an app, or one of letters and digits from a list or a mail.
    Code;
}

/// A password that can be read: some characters, and not too many.
///
/// # Errors
/// A message for the customer.
pub fn password(password: &Password, _context: &()) -> garde::Result {
    let length = password.0.chars().count();
    if length == 0 {
        return Err(garde::Error::new("Please enter a password."));
    }
    if length > PASSWORD_MAX {
        return Err(garde::Error::new(format!(
            "That password is too long: {PASSWORD_MAX} characters at most."
        )));
    }
    Ok(())
}

/// A code that can be read: digits and letters, with what stands between their groups.
///
/// # Errors
/// A message for the customer.
pub fn code(code: &Code, _context: &()) -> garde::Result {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
    let something = code.0.chars().any(|c| c.is_ascii_alphanumeric());
    if !something || code.0.len() > CODE_MAX || !code.0.chars().all(plain) {
        return Err(garde::Error::new("Please enter the code: digits and letters only."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_secret_cannot_be_printed() {
        let shown = format!("{:?} {:?}", Password::new("hunter2"), Code::new("123456"));
        assert_eq!(shown, "Password(…) Code(…)");
        let json = serde_json::to_string(&Password::new("hunter2")).unwrap();
        assert_eq!(json, "\"hunter2\"", "it travels as plain text over TLS");
    }

    #[test]
    fn passwords_of_any_characters_up_to_their_bound_are_read() {
        for (typed, taken) in [
            ("", false),
            ("x", true),
            ("пароль с пробелами", true),
            (&"é".repeat(PASSWORD_MAX), true),
            (&"é".repeat(PASSWORD_MAX + 1), false),
        ] {
            assert_eq!(password(&Password::new(typed), &()).is_ok(), taken, "{typed}");
        }
        for (typed, taken) in [
            ("123456", true),
            ("123 456", true),
            ("ABCD-EFGH", true),
            ("", false),
            (" - ", false),
            ("12345६", false),
            (&"1".repeat(41), false),
        ] {
            assert_eq!(code(&Code::new(typed), &()).is_ok(), taken, "{typed}");
        }
    }
}
