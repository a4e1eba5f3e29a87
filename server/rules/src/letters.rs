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
        .or_else(|| reach(topic))
        .or_else(|| happenings(topic, &text))
        .or_else(|| mandates(topic, &text))
        .or_else(|| codes(topic, &text))
        .or_else(|| care(topic))?;
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
            "Your e-mail address was confirmed",
            "From now on we write to this address, and you sign in with it when you use your password.".to_owned(),
            NOT_YOU,
        ),
        "identity.email-replaced" => (
            "Your e-mail address was changed",
            "From now on we write to another address, and not to this one any more. The change was signed with a passkey, \
             or with your password and a code of your app."
                .to_owned(),
            "If this was not you: sign in with your passkey at once, sign out everywhere in your profile, remove every \
             passkey that you do not know, and put your address back. If you cannot sign in, ask the bank to close your \
             login.",
        ),
        "identity.turned-off" => (
            "A way to sign in was turned off",
            format!("This was turned off: {}. Every other device is signed out. Your passkeys sign in as before.", text("what")),
            NOT_YOU,
        ),
        _ => return None,
    })
}

/// What may leave the accounts, and by whom.
fn reach(topic: &str) -> Option<Words> {
    Some(match topic {
        "limits.raised" => (
            "A limit of yours is going to rise",
            "From this time tomorrow, more money may leave your accounts in a day than now. Until then it can be \
             called off in your profile."
                .to_owned(),
            NOT_YOU,
        ),
        "limits.lowered" => (
            "A limit of yours was lowered",
            "Less money may leave your accounts in a day from now on. What was sent stays sent.".to_owned(),
            NOT_YOU,
        ),
        "token.created" => (
            "A program was let in",
            "A token was made with which a program reads your accounts, or pays from them within the bounds that were \
             signed. No money has moved by this."
                .to_owned(),
            "If this was not you: sign in, shut the program out under “Mandates”, sign out every device in your profile, \
             and remove what you do not know.",
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
        "identity.session-ended" => (
            "A device was signed out",
            format!("This device was signed out of your account, by another one of yours: {}.", text("device")),
            NOT_YOU,
        ),
        "identity.sign-up-known" => (
            "You are with us already",
            "Somebody wanted to open an account with this address. You have a login with it, so none was made, and whoever \
             asked was not told."
                .to_owned(),
            "If it was you: sign in, or set a new password if yours is lost. If it was not, there is nothing that you have \
             to do.",
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
            "Somebody tried to sign in to your account and was wrong five times or more. These tries did not get in. \
             Passwords and codes are closed for a while; with a passkey you can sign in as before."
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

/// What comes of asking for a person. What it is about stays in the conversation.
fn care(topic: &str) -> Option<Words> {
    Some(match topic {
        "care.case-opened" => (
            "A person helps you",
            "Your conversation with the assistant was handed to a person at the bank, with all that you said in it."
                .to_owned(),
            "You need not do anything. The answer comes in the same conversation.",
        ),
        "care.answered" => (
            "You have an answer",
            "A person at the bank has answered you.".to_owned(),
            "Sign in as you always do, and open the assistant to read it.",
        ),
        _ => return None,
    })
}

/// What people may do for each other.
fn mandates<'a>(topic: &str, text: &impl Fn(&str) -> &'a str) -> Option<Words> {
    const LOOK: &str = "Sign in and open “Mandates” to see it.";
    const UNDO: &str = "If this was not you: sign in, end it under “Mandates”, sign out every device in your profile, and \
                        remove what you do not know.";
    Some(match topic {
        "mandate.granted" => (
            "You offered somebody a mandate",
            format!(
                "You offered {} a mandate for accounts of yours. It counts once it is accepted, and no money has moved by it.",
                text("other")
            ),
            UNDO,
        ),
        "mandate.offered" => (
            "Somebody lets you act for them",
            format!(
                "{} offers you a mandate: you may act for them once you have accepted it. Until then nothing changes.",
                text("other")
            ),
            "Sign in and open “Mandates” to see what it is for. If you do not know them, decline it, or let it run out.",
        ),
        "mandate.accepted" => (
            "A mandate was accepted",
            format!(
                "{} accepted what you offered, and can act for you from now on. No money has moved by this.",
                text("other")
            ),
            "If you do not want this any more, end it under “Mandates”: it counts at once.",
        ),
        "mandate.taken" => (
            "You can act for somebody",
            format!(
                "You accepted a mandate of {}, and can act for them from now on.",
                text("other")
            ),
            "If this was not you: sign in, leave it under “Mandates”, sign out every device in your profile, and remove \
             what you do not know.",
        ),
        "mandate.narrowed" => (
            "A mandate was made narrower",
            format!(
                "The mandate between you and {} lets its holder do less than before, from now on.",
                text("other")
            ),
            LOOK,
        ),
        "mandate.ended" => (
            "A mandate has ended",
            format!(
                "The mandate between you and {} has ended. Nobody can act by it any more.",
                text("other")
            ),
            "What was paid by it stays paid. There is nothing that you have to do.",
        ),
        "mandate.beyond" => (
            "Somebody asks you for a yes",
            format!(
                "{} asked for a payment from an account of yours that is beyond what their mandate lets them do. No money has \
                 moved.",
                text("other")
            ),
            "Sign in, and you find it on your home page for a quarter of an hour. Without your yes it ends by itself, and \
             nothing is paid.",
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
        "identity.sign-up-code" => (
            "Your code for Larch",
            format!(
                "Your code is {}. It confirms that this address is yours, for ten minutes, so that you can open an account.",
                text("code")
            ),
            "If you did not ask for it, there is nothing that you have to do: without the code nothing happens.",
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

    const TOPICS: [&str; 31] = [
        "care.case-opened",
        "care.answered",
        "limits.raised",
        "limits.lowered",
        "identity.email-replaced",
        "identity.turned-off",
        "identity.session-ended",
        "identity.sign-up-known",
        "identity.sign-up-code",
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
        "mandate.granted",
        "mandate.offered",
        "mandate.accepted",
        "mandate.taken",
        "mandate.narrowed",
        "mandate.ended",
        "mandate.beyond",
    ];

    #[test]
    fn what_is_no_payment_says_that_no_money_moved() {
        let about = json!({ "other": "Ben Okafor" });
        for topic in ["mandate.granted", "mandate.accepted", "mandate.beyond", "token.created"] {
            let body = letter(topic, "Anna", &about).unwrap().body.to_lowercase();
            assert!(body.contains("no money has moved"), "{topic}");
        }
    }

    #[test]
    fn a_letter_says_what_happened_and_carries_no_secret_but_its_code() {
        let about = json!({ "device": "Firefox on Linux", "passkey": "Phone", "what": "your password", "left": "9", "code": "ABCD-EFGH", "other": "Ben Okafor",
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
                matches!(
                    topic,
                    "identity.email-code" | "identity.recovery-asked" | "identity.sign-up-code"
                ),
                "{topic}"
            );
            assert!(!letter.subject.contains("ABCD"), "a subject is read on locked screens");
        }
        assert_eq!(letter("entries.posted", "Anna", &about), None);
        assert_eq!(letter("identity.recovery-nobody", "Anna", &about), None);
    }
}
