//! What a customer's signature is made over, and the challenge that binds it there.
//!
//! The challenge of the passkey's ceremony (W3C Web Authentication Level 3) is not random bytes alone but a
//! hash over them and over the document: amount, payee and all that was shown. So the signature is good for
//! that document and for no other (dynamic linking, Commission Delegated Regulation (EU) 2018/389, article 5).

use crate::audit::{Hash, canonical};
use crate::identity::codes;
use bank_contract::pending::Summary;
use bank_contract::{PendingId, UserId};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Says what the hash is for, so that a signature made for one purpose never serves another.
const TAG: &[u8] = b"larch signature v1\0";

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Of the bank, such as `https://larch.example`.
    pub origin: &'a str,
    pub pending: PendingId,
    pub user: UserId,
    /// Its name, such as `transfers.submit`.
    pub operation: &'a str,
    /// Its canonical input.
    pub input: &'a Value,
    /// As the customer saw it.
    pub summary: &'a Summary,
    pub at: DateTime<Utc>,
}

/// The document as text: the same bytes for the same request, whoever writes it.
pub fn document(asked: &Asked<'_>) -> String {
    canonical(&json!({
        "bank": asked.origin,
        "request": asked.pending,
        "user": asked.user,
        "asked_at": asked.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "operation": asked.operation,
        "input": asked.input,
        "shown": asked.summary,
    }))
}

/// What the passkey signs in the place of a random challenge.
pub fn challenge(nonce: &[u8; 32], document: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(TAG);
    hasher.update(nonce);
    hasher.update(document.as_bytes());
    hasher.finalize().into()
}

/// Names a request where a code of an app signs it: 40 bits of a hash over it, in two groups. Who reads it beside
/// the field for the code knows which request the code is given to.
pub fn short_code(pending: PendingId, operation_hash: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"larch short code v1\0");
    hasher.update(pending.0.as_bytes());
    hasher.update(operation_hash);
    let hash: Hash = hasher.finalize().into();
    codes::grouped(&codes::base32(&hash[..5]), '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::{Currency, Money};
    use uuid::Uuid;

    fn summary(minor: i64) -> Summary {
        Summary {
            title: "Send it".into(),
            amount: Some(Money::from_minor(minor, Currency::Eur).unwrap()),
            payee_name: Some("Anna Weber".into()),
            when: "At once".into(),
            ..Summary::default()
        }
    }

    fn written(minor: i64, operation: &str, request: u128) -> String {
        document(&Asked {
            origin: "https://larch.example",
            pending: PendingId(Uuid::from_u128(request)),
            user: UserId(Uuid::nil()),
            operation,
            input: &json!({"b": 1, "a": "x"}),
            summary: &summary(minor),
            at: "2026-11-23T10:00:00.5Z".parse().unwrap(),
        })
    }

    #[test]
    fn a_short_code_names_one_request() {
        let of = |request: u128, hash: u8| short_code(PendingId(Uuid::from_u128(request)), &[hash; 32]);
        assert_eq!(of(1, 1), of(1, 1));
        assert!(of(1, 1) != of(2, 1) && of(1, 1) != of(1, 2));
        assert_eq!(of(1, 1).len(), 9);
    }

    #[test]
    fn the_same_request_is_the_same_document_and_any_other_is_not() {
        let one = written(1_000, "transfers.submit", 1);
        assert_eq!(one, written(1_000, "transfers.submit", 1));
        assert!(one.contains(r#""amount":{"amount":"10.00","currency":"EUR"}"#) && one.contains(r#"{"a":"x","b":1}"#));
        for other in [
            written(1_001, "transfers.submit", 1),
            written(1_000, "transfers.move", 1),
            written(1_000, "transfers.submit", 2),
        ] {
            assert_ne!(one, other);
            assert_ne!(challenge(&[0; 32], &one), challenge(&[0; 32], &other));
        }
    }

    #[test]
    fn the_same_document_is_another_challenge_each_time_it_is_signed() {
        let document = written(1_000, "transfers.submit", 1);
        assert_ne!(challenge(&[0; 32], &document), challenge(&[1; 32], &document));
    }
}
