//! Signed requests (RFC 8555, 6.2; RFC 7515), as an authority opens them.

use super::authority::Problem;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

#[derive(Clone)]
pub(super) struct Key {
    point: VerifyingKey,
    /// Of the key (RFC 7638), which is in the proof.
    pub(super) thumb: String,
}

/// What was signed, by whom.
pub(super) struct Signed {
    /// Absent when it came with its key.
    pub(super) account: Option<usize>,
    pub(super) key: Key,
    pub(super) nonce: String,
    /// Null when nothing is sent, only asked for.
    pub(super) payload: Value,
}

#[derive(Deserialize)]
struct Written {
    protected: String,
    payload: String,
    signature: String,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    nonce: String,
    url: String,
    kid: Option<String>,
    jwk: Option<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

impl Jwk {
    fn key(&self) -> Option<Key> {
        if (self.kty.as_str(), self.crv.as_str()) != ("EC", "P-256") {
            return None;
        }
        let point = [vec![4], decoded(&self.x)?, decoded(&self.y)?].concat();
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, self.x, self.y);
        Some(Key {
            point: VerifyingKey::from_sec1_bytes(&point).ok()?,
            thumb: BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(members)),
        })
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

pub(super) fn open(
    body: &[u8],
    url: &str,
    known: impl FnOnce(&str) -> Option<(usize, Key)>,
) -> Result<Signed, Problem> {
    let malformed = |detail: &str| Problem(400, "malformed", detail.to_owned());
    let written: Written = serde_json::from_slice(body).map_err(|error| malformed(&error.to_string()))?;
    let head = decoded(&written.protected).ok_or_else(|| malformed("the head is not base64"))?;
    let head: Head = serde_json::from_slice(&head).map_err(|error| malformed(&error.to_string()))?;
    if head.url != url {
        return Err(Problem(
            403,
            "unauthorized",
            "it was signed for another address".to_owned(),
        ));
    }
    if head.alg != "ES256" {
        return Err(Problem(400, "badSignatureAlgorithm", head.alg));
    }
    let (account, key) = match (&head.kid, &head.jwk) {
        (Some(id), None) => {
            let found = known(id).map(|(number, key)| (Some(number), key));
            found.ok_or_else(|| Problem(400, "accountDoesNotExist", "nobody has that account".to_owned()))?
        }
        (None, Some(jwk)) => (
            None,
            jwk.key()
                .ok_or_else(|| Problem(400, "badPublicKey", "what is that?".to_owned()))?,
        ),
        _ => return Err(malformed("an account or a key, and not both")),
    };
    let signature = decoded(&written.signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
    let signed = format!("{}.{}", written.protected, written.payload);
    let right = signature.is_some_and(|signature| key.point.verify(signed.as_bytes(), &signature).is_ok());
    if !right {
        return Err(Problem(
            403,
            "unauthorized",
            "it was not signed with that key".to_owned(),
        ));
    }
    let payload = decoded(&written.payload).ok_or_else(|| malformed("the payload is not base64"))?;
    Ok(Signed {
        account,
        key,
        nonce: head.nonce,
        payload: if payload.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&payload).map_err(|error| malformed(&error.to_string()))?
        },
    })
}
