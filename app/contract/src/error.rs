//! Everything that can be refused, in one closed list. Each has a code that never changes and
//! says what happened, whether money moved, and what to do next. Inner causes are never shown.

use crate::Money;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether money moved, as far as the bank can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    Nothing,
    /// The answer was lost on the way: look before trying again.
    Unknown,
    /// The question does not arise, such as when reading.
    NotConcerned,
}

/// A field of the input, by its name, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldProblem {
    pub field: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum BankError {
    NotSignedIn,
    NotAllowed,
    NotFound,
    Invalid {
        problems: Vec<FieldProblem>,
    },
    /// The input could not even be read.
    Malformed {
        message: String,
    },
    InsufficientFunds {
        available: Money,
    },
    LimitExceeded {
        limit: Money,
        left: Money,
    },
    AccountClosed,
    /// Money may come into the account, but not leave it.
    AccountBlocked,
    PeriodClosed,
    CurrencyMismatch,
    PayeeUnknown,
    SameAccount,
    KeyReused,
    StillRunning,
    ConsentNeeded,
    /// A press was enough when it was asked, and no longer is.
    SignatureNeeded,
    /// A pending operation that ran out, was cancelled, or was already decided.
    NoLongerPending,
    AlreadyReversed,
    TooLateToUndo,
    /// What was paid is no longer where it was sent.
    MovedOn,
    LastPasskey,
    /// Turning this off would leave no complete way to sign in.
    LastWayIn,
    /// The caller may look at the account, and no more.
    ViewOnly,
    /// Only the account's owner can do this.
    OwnerOnly,
    /// Beyond what the caller's mandate lets them do.
    BeyondMandate,
    /// The owner's own limits leave no room for it. They are not told to anybody else.
    OwnersLimit,
    TooMany {
        what: String,
        most: u32,
    },
    /// As [`Self::TooMany`], of what becomes possible again by waiting.
    TooOften {
        what: String,
        most: u32,
        /// When at the latest.
        retry_after_s: u32,
    },
    PasskeyRefused,
    CeremonyExpired,
    /// An e-mail and a password that do not go together, or no such user: never said which.
    SignInRefused,
    /// A code that is wrong, too old, or was used before: never said which.
    CodeRefused,
    /// Too many wrong tries in a row.
    Blocked {
        retry_after_s: u32,
    },
    /// The login was closed by whoever runs the bank. Said only to whoever has proven to be its owner.
    Locked,
    DemoOff,
    /// This bank runs without its assistant.
    AssistantOff,
    Busy {
        retry_after_s: u32,
    },
    /// More was asked in a short time than a door lets in from one place or for one user.
    SlowDown {
        retry_after_s: u32,
    },
    /// The request may or may not have reached the bank.
    Unreachable,
    /// The bank lost its database while this was being written. The same key settles it.
    Unsettled,
    Internal {
        reference: String,
    },
}

impl BankError {
    pub fn internal(reference: impl Into<String>) -> Self {
        Self::Internal {
            reference: reference.into(),
        }
    }

    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid {
            problems: vec![FieldProblem {
                field: field.to_owned(),
                message: message.into(),
            }],
        }
    }

    /// The stable code, as in the JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::NotAllowed => "not_allowed",
            Self::NotFound => "not_found",
            Self::Invalid { .. } => "invalid",
            Self::Malformed { .. } => "malformed",
            Self::InsufficientFunds { .. } => "insufficient_funds",
            Self::LimitExceeded { .. } => "limit_exceeded",
            Self::AccountClosed => "account_closed",
            Self::AccountBlocked => "account_blocked",
            Self::PeriodClosed => "period_closed",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::PayeeUnknown => "payee_unknown",
            Self::SameAccount => "same_account",
            Self::KeyReused => "key_reused",
            Self::StillRunning => "still_running",
            Self::ConsentNeeded => "consent_needed",
            Self::SignatureNeeded => "signature_needed",
            Self::NoLongerPending => "no_longer_pending",
            Self::AlreadyReversed => "already_reversed",
            Self::TooLateToUndo => "too_late_to_undo",
            Self::MovedOn => "moved_on",
            Self::LastPasskey => "last_passkey",
            Self::LastWayIn => "last_way_in",
            Self::ViewOnly => "view_only",
            Self::OwnerOnly => "owner_only",
            Self::BeyondMandate => "beyond_mandate",
            Self::OwnersLimit => "owners_limit",
            Self::TooMany { .. } => "too_many",
            Self::TooOften { .. } => "too_often",
            Self::PasskeyRefused => "passkey_refused",
            Self::CeremonyExpired => "ceremony_expired",
            Self::SignInRefused => "sign_in_refused",
            Self::CodeRefused => "code_refused",
            Self::Blocked { .. } => "blocked",
            Self::Locked => "locked",
            Self::DemoOff => "demo_off",
            Self::AssistantOff => "assistant_off",
            Self::Busy { .. } => "busy",
            Self::SlowDown { .. } => "slow_down",
            Self::Unreachable => "unreachable",
            Self::Unsettled => "unsettled",
            Self::Internal { .. } => "internal",
        }
    }

    /// The HTTP status that every door gives (RFC 9110).
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn => 401,
            Self::NotAllowed | Self::ViewOnly | Self::OwnerOnly | Self::Locked | Self::DemoOff => 403,
            Self::NotFound => 404,
            Self::Malformed { .. } => 400,
            Self::KeyReused
            | Self::StillRunning
            | Self::ConsentNeeded
            | Self::SignatureNeeded
            | Self::NoLongerPending
            | Self::AlreadyReversed
            | Self::LastPasskey
            | Self::LastWayIn => 409,
            Self::Invalid { .. }
            | Self::InsufficientFunds { .. }
            | Self::LimitExceeded { .. }
            | Self::BeyondMandate
            | Self::OwnersLimit
            | Self::AccountClosed
            | Self::AccountBlocked
            | Self::PeriodClosed
            | Self::CurrencyMismatch
            | Self::PayeeUnknown
            | Self::SameAccount
            | Self::TooLateToUndo
            | Self::MovedOn
            | Self::TooMany { .. }
            | Self::PasskeyRefused
            | Self::CeremonyExpired
            | Self::SignInRefused
            | Self::CodeRefused => 422,
            Self::Blocked { .. } | Self::SlowDown { .. } | Self::TooOften { .. } => 429,
            Self::Busy { .. } | Self::Unreachable | Self::AssistantOff => 503,
            Self::Unsettled => 504,
            Self::Internal { .. } => 500,
        }
    }

    pub const fn moved(&self) -> Moved {
        match self {
            Self::Unreachable | Self::Unsettled | Self::Internal { .. } | Self::StillRunning => Moved::Unknown,
            Self::InsufficientFunds { .. }
            | Self::LimitExceeded { .. }
            | Self::ViewOnly
            | Self::OwnerOnly
            | Self::BeyondMandate
            | Self::OwnersLimit
            | Self::AccountClosed
            | Self::AccountBlocked
            | Self::PeriodClosed
            | Self::CurrencyMismatch
            | Self::PayeeUnknown
            | Self::SameAccount
            | Self::KeyReused
            | Self::ConsentNeeded
            | Self::SignatureNeeded
            | Self::NoLongerPending
            | Self::AlreadyReversed
            | Self::TooLateToUndo
            | Self::MovedOn
            | Self::Busy { .. }
            | Self::SlowDown { .. }
            | Self::TooOften { .. } => Moved::Nothing,
            _ => Moved::NotConcerned,
        }
    }

    /// What happened, in a sentence or two.
    pub fn message(&self) -> String {
        match self {
            Self::NotSignedIn => "You are not signed in, or your session has ended.".into(),
            Self::NotAllowed => "This is not something you can do here.".into(),
            Self::NotFound => "We cannot find that. It may not exist, or it may not be yours.".into(),
            Self::Invalid { problems } => match problems.as_slice() {
                [only] => only.message.clone(),
                _ => "Some details need another look.".into(),
            },
            Self::Malformed { message } => format!("We could not read that: {message}"),
            Self::InsufficientFunds { available } => {
                format!("There is not enough money in this account: {available} is available.")
            }
            Self::LimitExceeded { limit, left } => {
                format!("That is over your limit of {limit} a day. You can still send {left} today.")
            }
            Self::AccountClosed => "This account is closed.".into(),
            Self::AccountBlocked => "No money can leave this account at the moment: it is blocked.".into(),
            Self::PeriodClosed => "The books of that day are closed.".into(),
            Self::CurrencyMismatch => {
                "The two accounts are in different currencies, and we do not exchange money yet.".into()
            }
            Self::PayeeUnknown => {
                "No account at Larch has this IBAN. For now, money can only be sent to accounts at Larch.".into()
            }
            Self::SameAccount => "The money would leave and reach the same account.".into(),
            Self::KeyReused => "This request was sent before with different details.".into(),
            Self::StillRunning => "The same request is still being worked on.".into(),
            Self::ConsentNeeded => "This needs your confirmation first.".into(),
            Self::SignatureNeeded => "This now needs your signature; a press was enough when you began.".into(),
            Self::NoLongerPending => "This request has ended: it was decided already, or it ran out.".into(),
            Self::AlreadyReversed => "This payment has been sent back already.".into(),
            Self::TooLateToUndo => "The time to undo this payment has passed.".into(),
            Self::MovedOn => "Whoever you paid has moved the money on already, so it cannot be undone.".into(),
            Self::LastPasskey => "This is your only passkey. Without it you could not sign in again.".into(),
            Self::LastWayIn => {
                "You have no passkey, so this is how you sign in. Without it you could not sign in again.".into()
            }
            Self::ViewOnly => "You may look at this account, but not move its money.".into(),
            Self::OwnerOnly => "Only the owner of this account can do that.".into(),
            Self::BeyondMandate => "That is more than you may do with this account.".into(),
            Self::OwnersLimit => {
                "That is over what may be sent from this person's accounts, all together, for now.".into()
            }
            Self::TooMany { what, most } => format!("You have reached the most that is possible: {most} {what}."),
            Self::PasskeyRefused => "This passkey could not be verified.".into(),
            Self::CeremonyExpired => "That took too long, or was already used.".into(),
            Self::SignInRefused => "That e-mail address and that password do not go together.".into(),
            Self::CodeRefused => "That code is not right, or it was used before.".into(),
            Self::Locked => "This login is closed.".into(),
            Self::DemoOff => "This is only there while the demo is on.".into(),
            Self::AssistantOff => "The assistant is not there at the moment. Nothing was changed.".into(),
            Self::Busy { .. } => "The bank is busy.".into(),
            Self::Blocked { retry_after_s }
            | Self::SlowDown { retry_after_s }
            | Self::TooOften { retry_after_s, .. } => self.wait(&in_words(*retry_after_s)),
            Self::Unreachable => "We lost the connection, so we do not know whether the bank got this.".into(),
            Self::Unsettled => {
                "Something went wrong while this was being written, so we do not know yet whether it happened.".into()
            }
            Self::Internal { reference } => {
                format!("Something went wrong on our side. If you write to us, name {reference}.")
            }
        }
    }

    /// What is over by waiting so long.
    fn wait(&self, time: &str) -> String {
        match self {
            Self::Blocked { .. } => {
                format!("There were too many wrong tries in a row. This is closed for {time}.")
            }
            Self::TooOften { what, most, .. } => format!(
                "You have reached the most that is possible: {most} {what}. In {time} at the latest you can go on."
            ),
            _ => format!("That was more than we do in so short a time. In {time} you can go on."),
        }
    }

    /// What to do next.
    pub const fn next(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "Sign in, and you can go on.",
            Self::NotFound => "Go back to your accounts.",
            Self::Invalid { .. } | Self::Malformed { .. } => "Correct it and try again.",
            Self::InsufficientFunds { .. } => "Send less, or pay money in first.",
            Self::LimitExceeded { .. } => "Send less today, or the rest tomorrow.",
            Self::AccountClosed | Self::CurrencyMismatch | Self::SameAccount => "Choose another account.",
            Self::AccountBlocked | Self::Locked => "Write to us, and we look into it.",
            Self::PeriodClosed => "Choose a later day.",
            Self::Unsettled => "Send exactly the same again: it cannot happen twice.",
            Self::PayeeUnknown => "Check the IBAN with the person you want to pay.",
            Self::KeyReused | Self::NoLongerPending | Self::CeremonyExpired => "Start again.",
            Self::StillRunning | Self::Unreachable | Self::Internal { .. } => {
                "Look at your transactions before you try again."
            }
            Self::ConsentNeeded => "Review it and confirm.",
            Self::SignatureNeeded => "Start it again, and sign it.",
            Self::AlreadyReversed => "Nothing is left to do.",
            Self::TooLateToUndo | Self::MovedOn => "Ask the person you paid to send it back.",
            Self::LastPasskey => "Add another passkey first.",
            Self::LastWayIn => "Add a passkey first.",
            Self::ViewOnly | Self::OwnerOnly => "Ask the owner to do it, or to let you.",
            Self::BeyondMandate => "Ask the owner, or do less of it. Under “Mandates” you see what you may do.",
            Self::OwnersLimit => "Try again tomorrow, or ask the owner.",
            Self::TooMany { .. } => "Remove one you no longer need.",
            Self::PasskeyRefused => "Try again, or use another passkey.",
            Self::SignInRefused => "Check both and try again, or sign in with a passkey.",
            Self::CodeRefused => "Wait for the next code of your app, or use one that you have not used yet.",
            Self::Blocked { .. } => "Wait, then try again. With a passkey you can sign in now.",
            Self::AssistantOff => "All that it does is on the bank's own pages, too.",
            Self::Busy { .. } => "Try again in a few seconds.",
            Self::SlowDown { .. } | Self::TooOften { .. } => "Wait a little, and try again. What you typed stays.",
            Self::NotAllowed | Self::DemoOff => "Go back and choose something else.",
        }
    }

    /// What is wrong with one field, when that is the problem.
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Self::Invalid { problems } => problems
                .iter()
                .find(|problem| problem.field == name)
                .map(|problem| problem.message.as_str()),
            _ => None,
        }
    }
}

/// "15 minutes": a wait as people say it, never shorter than it is.
fn in_words(seconds: u32) -> String {
    let (count, unit) = match seconds {
        0..=90 => (seconds.max(1), "second"),
        91..=5_400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for BankError {}

impl From<garde::Report> for BankError {
    fn from(report: garde::Report) -> Self {
        let problems = report
            .iter()
            .map(|(path, error)| FieldProblem {
                field: path.to_string(),
                message: error.message().to_owned(),
            })
            .collect();
        Self::Invalid { problems }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn the_code_in_the_json_is_the_code() {
        let money = Money::zero(Currency::Eur);
        for error in [
            BankError::NotSignedIn,
            BankError::InsufficientFunds { available: money },
            BankError::LimitExceeded {
                limit: money,
                left: money,
            },
            BankError::TooMany {
                what: "accounts".into(),
                most: 3,
            },
            BankError::TooOften {
                what: "payments an hour".into(),
                most: 30,
                retry_after_s: 1_800,
            },
            BankError::invalid("name", "Please enter a name."),
            BankError::SlowDown { retry_after_s: 7 },
            BankError::internal("r-1"),
            BankError::SignInRefused,
            BankError::CodeRefused,
            BankError::Locked,
            BankError::Blocked { retry_after_s: 60 },
        ] {
            let json = serde_json::to_value(&error).unwrap();
            assert_eq!(json["code"], error.code());
            assert_eq!(serde_json::from_value::<BankError>(json).unwrap(), error);
            assert!(!error.message().is_empty() && !error.next().is_empty());
        }
    }

    #[test]
    fn a_wait_is_said_in_words_and_never_too_short() {
        for (seconds, words) in [
            (0, "1 second"),
            (60, "60 seconds"),
            (91, "2 minutes"),
            (900, "15 minutes"),
            (5_401, "2 hours"),
            (86_400, "24 hours"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }

    #[test]
    fn what_was_too_often_says_when_it_is_possible_again() {
        let often = BankError::TooOften {
            what: "payments an hour".into(),
            most: 30,
            retry_after_s: 1_740,
        };
        assert!(
            often
                .message()
                .ends_with("30 payments an hour. In 29 minutes at the latest you can go on.")
        );
        assert_eq!((often.status(), often.moved()), (429, Moved::Nothing));
    }

    #[test]
    fn a_lost_connection_is_unknown_and_never_a_refusal() {
        assert_eq!(BankError::Unreachable.moved(), Moved::Unknown);
        assert_eq!(BankError::Busy { retry_after_s: 1 }.moved(), Moved::Nothing);
        assert_eq!(BankError::SlowDown { retry_after_s: 1 }.moved(), Moved::Nothing);
    }
}
