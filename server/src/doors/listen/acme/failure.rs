//! Why there is no new certificate, in one line. What an authority says is shortened before it goes to the log.

use super::super::tls::TlsError;
use super::line::LineError;
use instant_acme::{Error, Problem};

/// Characters of what an authority says.
const SAID_MAX: usize = 300;

const LIMITED: &str = "urn:ietf:params:acme:error:rateLimited";
const NO_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// Success, as it is counted.
pub(super) const DONE: &str = "done";
/// Everything that is counted.
pub(super) const OUTCOMES: &[&str] = &[
    DONE,
    "unreachable",
    "limited",
    "refused",
    "proof",
    "nonsense",
    "late",
    "unusable",
    "not-kept",
];

#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the authority cannot be reached: {0}")]
    Unreachable(String),
    #[error("the authority says that it was asked too often: {0}")]
    Limited(String),
    #[error("the authority refused: {0}")]
    Refused(String),
    #[error("the authority does not know the account any more; another one is opened")]
    NoAccount,
    #[error("the authority did not accept the proof that {host} is the bank's: {said}")]
    Proof { host: String, said: String },
    #[error("the authority offers no tls-alpn-01 for {0}, which is the only proof that the bank gives")]
    NotOffered(String),
    #[error("the authority answers, but not as RFC 8555 says: {0}")]
    Nonsense(String),
    #[error("the authority did not finish in time")]
    Late,
    #[error("what the authority gave cannot be used: {0}")]
    Unusable(String),
    #[error(transparent)]
    NotKept(#[from] TlsError),
    #[error("a proof could not be made: {0}")]
    NoProof(String),
    #[error("a key or a certificate could not be made: {0}")]
    NotMade(#[from] rcgen::Error),
}

impl Failure {
    /// As it is counted: one of [`OUTCOMES`].
    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Limited(_) => "limited",
            Self::Refused(_) | Self::NoAccount => "refused",
            Self::Proof { .. } | Self::NotOffered(_) | Self::NoProof(_) => "proof",
            Self::Nonsense(_) => "nonsense",
            Self::Late => "late",
            Self::Unusable(_) => "unusable",
            Self::NotKept(_) | Self::NotMade(_) => "not-kept",
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Api(problem) => match problem.r#type.as_deref() {
                Some(LIMITED) => Self::Limited(said(&problem)),
                Some(NO_ACCOUNT) => Self::NoAccount,
                _ => Self::Refused(said(&problem)),
            },
            Error::Timeout(_) => Self::Late,
            // Our own line's, with its reason.
            Error::Other(cause) if cause.is::<LineError>() => Self::Unreachable(shortened(&cause.to_string())),
            other => Self::Nonsense(shortened(&other.to_string())),
        }
    }
}

/// What an authority says, with the name of the problem.
pub(super) fn said(problem: &Problem) -> String {
    shortened(&problem.to_string())
}

/// On one line, and no longer than a line is read.
fn shortened(text: &str) -> String {
    let one_line = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    one_line.take(SAID_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::super::line::REQUEST_MAX;
    use super::*;
    use crate::outward::OutwardError;

    fn problem(kind: &str, detail: &str) -> Failure {
        let text = serde_json::json!({ "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": detail });
        Error::Api(serde_json::from_value(text).unwrap()).into()
    }

    #[test]
    fn what_an_authority_says_stays_on_one_short_line() {
        let failure = problem(
            "malformed",
            &format!("first\r\nsecond\u{1b}[31m {}", "x".repeat(10_000)),
        );
        let line = failure.to_string();
        assert!(!line.chars().any(char::is_control), "{line}");
        assert!(line.contains("first  second") && line.len() < 400, "{}", line.len());
    }

    #[test]
    fn every_failure_is_counted_under_a_known_name() {
        let failures = [
            problem("rateLimited", "slowly"),
            problem("accountDoesNotExist", "who?"),
            problem("invalidContact", "no"),
            Error::Timeout(None).into(),
            Error::Str("no nonce").into(),
            Error::Other(Box::new(LineError::from(OutwardError::Late(REQUEST_MAX)))).into(),
            Failure::NotOffered("bank.example".into()),
            Failure::Unusable("expired".into()),
            Failure::NotKept(TlsError::NoAccount { path: "a".into() }),
        ];
        let counted: Vec<_> = failures.iter().map(Failure::outcome).collect();
        assert_eq!(
            counted,
            [
                "limited",
                "refused",
                "refused",
                "late",
                "nonsense",
                "unreachable",
                "proof",
                "unusable",
                "not-kept"
            ]
        );
        assert!(counted.iter().all(|outcome| OUTCOMES.contains(outcome)));
    }
}
