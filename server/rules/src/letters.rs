//! What the bank writes to people about their login. No amounts, no account numbers, no links to
//! follow: a mail that asks for a press is what thieves send.

use serde_json::Value;

/// A mail's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// What follows a change that somebody else may have made.
const NOT_YOU: &str =
    "If this was not you: sign in, sign out every device in your profile, and remove what you do not know.";
const NOBODY_ASKS: &str = "Nobody at Larch ever asks you for this code.";

/// Subject, what happened, and what to do.
type Words = (&'static str, String, &'static str);

/// The letter for a notice of the outbox. None where nobody is written to about it.
pub fn letter(topic: &str, name: &str, about: &Value) -> Option<Letter> {
    let text = |field: &str| about.get(field).and_then(Value::as_str).unwrap_or("unknown");
    let (subject, what, next) = ways_in(topic, &text)
        .or_else(|| happenings(topic, &text))
        .or_else(|| codes(topic, &text))?;
    Some(Letter {
        subject: subject.to_owned(),
        body: format!("Hello {name},\n\n{what}\n\n{next}\n\nLarch"),
    })
}

/// Changes to how one can sign in.
fn ways_in<'a>(topic: &str, text: &impl Fn(&str) -> &'a str) -> Option<Words> {
    Some(match topic {
        "identity.passkey-added" => (
            "A passkey was added",
            format!("The passkey “{}” can now sign in to your account.", text("passkey")),
            NOT_YOU,
        ),
        "identity.passkey-removed" => (
            "A passkey was removed",
            format!(
                "The passkey “{}” can no longer sign in to your account.",
                text("passkey")
            ),
            NOT_YOU,
        ),
        "identity.password-set" => (
            "Your password was set",
            "Your password was set or changed. Every other device is signed out.".to_owned(),
            NOT_YOU,
        ),
        "identity.codes-set" => (
            "An app for codes was set up",
            "An app now makes the codes for signing in with your password, and you got new recovery codes.".to_owned(),
            NOT_YOU,
        ),
        "identity.recovery-codes-renewed" => (
            "You have new recovery codes",
            "A new set of recovery codes was made. Those from before are worth nothing now.".to_owned(),
            NOT_YOU,
        ),
        "identity.email-changed" => (
            "Your e-mail address was changed",
            "From now on we write to the new address. This mail goes to the old one and to the new one.".to_owned(),
            NOT_YOU,
        ),
        "limits.raised" => (
            "A limit of yours is going to rise",
            "From this time tomorrow, more money may leave your accounts in a day than now. Until then it can be \
             called off in your profile."
                .to_owned(),
            NOT_YOU,
        ),
        "limits.lowered" => (
            "A limit of yours was lowered",
            "Less money may leave your accounts in a day than before.".to_owned(),
            NOT_YOU,
        ),
        "token.created" => (
            "A program was let in",
            "A token was made with which a program acts for you.".to_owned(),
            NOT_YOU,
        ),
        _ => return None,
    })
}

/// What somebody did, or tried.
fn happenings<'a>(topic: &str, text: &impl Fn(&str) -> &'a str) -> Option<Words> {
    Some(match topic {
        "identity.signed-in" => (
            "You signed in",
            format!("Somebody signed in to your account: {}.", text("device")),
            NOT_YOU,
        ),
        "identity.recovery-code-used" => (
            "A recovery code was used",
            format!("A recovery code took the place of a code of your app. Codes left: {}.", text("left")),
            NOT_YOU,
        ),
        "identity.recovered" => (
            "Your password was recovered",
            "A new password was set with a code that we sent you and a second proof. Every other device is signed out."
                .to_owned(),
            NOT_YOU,
        ),
        "identity.signed-out-everywhere" => (
            "You are signed out everywhere",
            "All devices were signed out of your account.".to_owned(),
            NOT_YOU,
        ),
        "identity.blocked" => (
            "Too many wrong tries",
            "Somebody tried to sign in to your account and was wrong five times or more. Passwords and codes are closed for \
             a while. With a passkey you can sign in as before."
                .to_owned(),
            "If it was you, wait a little. If it was not, there is nothing that you have to do.",
        ),
        "identity.email-taken" => (
            "This address is with us already",
            "Somebody wanted to use this address for a second login at Larch. It stays with yours, and nothing was changed."
                .to_owned(),
            "There is nothing that you have to do.",
        ),
        _ => return None,
    })
}

/// Codes that somebody asked for.
fn codes<'a>(topic: &str, text: &impl Fn(&str) -> &'a str) -> Option<Words> {
    Some(match topic {
        "identity.email-code" => (
            "Your code for Larch",
            format!(
                "Your code is {}. It confirms that this address is yours, for ten minutes.",
                text("code")
            ),
            NOBODY_ASKS,
        ),
        "identity.recovery-asked" => (
            "Your code for a new password",
            format!(
                "Your code is {}. With it, and with a code of your app or a recovery code, you can set a new password, for \
                 ten minutes.",
                text("code")
            ),
            NOBODY_ASKS,
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TOPICS: [&str; 15] = [
        "identity.signed-in",
        "identity.passkey-added",
        "identity.passkey-removed",
        "identity.password-set",
        "identity.codes-set",
        "identity.recovery-codes-renewed",
        "identity.recovery-code-used",
        "identity.recovered",
        "identity.email-changed",
        "identity.signed-out-everywhere",
        "identity.blocked",
        "token.created",
        "identity.email-code",
        "identity.email-taken",
        "identity.recovery-asked",
    ];

    #[test]
    fn a_letter_says_what_happened_and_carries_no_secret_but_its_code() {
        let about = json!({ "device": "Firefox on Linux", "passkey": "Phone", "left": "9", "code": "ABCD-EFGH",
                            "secret": "5EC4E7", "amount": "12.34" });
        for topic in TOPICS {
            let letter = letter(topic, "Anna", &about).unwrap();
            assert!(
                !letter.subject.is_empty() && letter.body.starts_with("Hello Anna,"),
                "{topic}"
            );
            for never in ["http", "5EC4E7", "12.34", "unknown"] {
                assert!(!letter.body.contains(never), "{topic} {never}");
            }
            let carries = letter.body.contains("ABCD-EFGH");
            assert_eq!(
                carries,
                matches!(topic, "identity.email-code" | "identity.recovery-asked"),
                "{topic}"
            );
            assert!(!letter.subject.contains("ABCD"), "a subject is read on locked screens");
        }
        assert_eq!(letter("entries.posted", "Anna", &about), None);
        assert_eq!(letter("identity.recovery-nobody", "Anna", &about), None);
    }
}
