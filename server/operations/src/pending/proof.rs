//! Checks a customer's proof without the bank: no database, no session, no clock.
//!
//! docs/PROOFS.md tells the same in words, for whoever writes a checker of their own.

use bank_contract::pending::{PROOF_FORMAT, Proof};
use bank_rules::audit::canonical;
use bank_rules::proof::challenge;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use webauthn_rs::prelude::{COSEAlgorithm, COSEEC2Key, COSEKey, COSEKeyType, COSERSAKey, ECDSACurve};

/// In the authenticator's data: somebody was there, and it was made sure who (Web Authentication, section 6.1).
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
/// The hash of the relying party, the flags, the counter.
const AUTHENTICATOR_DATA_MIN: usize = 37;

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("it is not in a form that is known here")]
    Form,
    #[error("the document is not in its canonical form")]
    Document,
    #[error("the signature was made over another document")]
    OtherDocument,
    #[error("the signature was made for another address")]
    OtherOrigin,
    #[error("the passkey did not make sure who was there")]
    NotVerified,
    #[error("the public key is of a kind that is not known here")]
    Key,
    #[error("the signature does not fit the public key")]
    Signature,
}

/// What a proof that holds says.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What was signed.
    pub document: Value,
    /// Names the key that signed (RFC 7638, SHA-256, base64url).
    pub key_thumbprint: String,
}

/// Checks that the key in the proof has signed the document in it.
///
/// Whose key it is, the proof itself cannot tell: compare the thumbprint with the one in the customer's profile.
///
/// # Errors
/// What does not hold.
pub fn check(proof: &Proof) -> Result<Checked, ProofError> {
    if proof.format != PROOF_FORMAT {
        return Err(ProofError::Form);
    }
    let document: Value = serde_json::from_str(&proof.document).map_err(|_| ProofError::Document)?;
    if canonical(&document) != proof.document {
        return Err(ProofError::Document);
    }
    let nonce = hex::decode(&proof.nonce).map_err(|_| ProofError::Form)?;
    let nonce: [u8; 32] = nonce.try_into().map_err(|_| ProofError::Form)?;
    let bytes = |text: &str| BASE64.decode(text).map_err(|_| ProofError::Form);
    let (data, client, signature) = (
        bytes(&proof.authenticator_data)?,
        bytes(&proof.client_data)?,
        bytes(&proof.signature)?,
    );
    check_client(proof, &client, &challenge(&nonce, &proof.document), &document)?;
    check_authenticator(&data, &proof.relying_party)?;
    let key = from_jwk(&proof.public_key).ok_or(ProofError::Key)?;
    let mut signed = data;
    signed.extend_from_slice(&Sha256::digest(&client));
    match key.verify_signature(&signature, &signed) {
        Ok(true) => Ok(Checked {
            document,
            key_thumbprint: thumbprint(&proof.public_key),
        }),
        _ => Err(ProofError::Signature),
    }
}

/// What the browser vouches for: the challenge that it passed on, and for which address.
fn check_client(proof: &Proof, client: &[u8], challenge: &[u8; 32], document: &Value) -> Result<(), ProofError> {
    let client: Value = serde_json::from_slice(client).map_err(|_| ProofError::Form)?;
    if client["type"] != "webauthn.get" || client["challenge"] != BASE64.encode(challenge) {
        return Err(ProofError::OtherDocument);
    }
    let host = Url::parse(&proof.origin)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    let at_home = host.as_deref() == Some(proof.relying_party.as_str())
        && client["origin"] == proof.origin.as_str()
        && document["bank"] == proof.origin.as_str()
        && client["crossOrigin"] != true;
    if at_home { Ok(()) } else { Err(ProofError::OtherOrigin) }
}

/// What the passkey vouches for: for whom it signed, and that its owner was there.
fn check_authenticator(data: &[u8], relying_party: &str) -> Result<(), ProofError> {
    let (Some(party), Some(flags)) = (data.get(..32), data.get(32)) else {
        return Err(ProofError::Form);
    };
    if data.len() < AUTHENTICATOR_DATA_MIN {
        return Err(ProofError::Form);
    }
    if party != Sha256::digest(relying_party.as_bytes()).as_slice() {
        return Err(ProofError::OtherOrigin);
    }
    let both = USER_PRESENT | USER_VERIFIED;
    if flags & both == both {
        Ok(())
    } else {
        Err(ProofError::NotVerified)
    }
}

/// A passkey's public key as a JSON Web Key (RFC 7517, RFC 7518).
///
/// # Errors
/// [`ProofError::Key`] for kinds of keys that the bank does not register.
pub fn to_jwk(key: &COSEKey) -> Result<Value, ProofError> {
    match &key.key {
        COSEKeyType::EC_EC2(point) => {
            let curve = match point.curve {
                ECDSACurve::SECP256R1 => "P-256",
                ECDSACurve::SECP384R1 => "P-384",
                ECDSACurve::SECP521R1 => return Err(ProofError::Key),
            };
            Ok(json!({ "kty": "EC", "crv": curve, "x": BASE64.encode(&point.x), "y": BASE64.encode(&point.y) }))
        }
        COSEKeyType::RSA(rsa) => Ok(json!({ "kty": "RSA", "n": BASE64.encode(&rsa.n), "e": BASE64.encode(rsa.e) })),
        COSEKeyType::EC_OKP(_) => Err(ProofError::Key),
    }
}

fn from_jwk(jwk: &Value) -> Option<COSEKey> {
    let part = |name: &str| BASE64.decode(jwk[name].as_str()?).ok();
    let (type_, key) = match (jwk["kty"].as_str()?, jwk["crv"].as_str()) {
        ("EC", Some(name)) => {
            let (type_, curve) = match name {
                "P-256" => (COSEAlgorithm::ES256, ECDSACurve::SECP256R1),
                "P-384" => (COSEAlgorithm::ES384, ECDSACurve::SECP384R1),
                _ => return None,
            };
            let (x, y) = (part("x")?, part("y")?);
            (type_, COSEKeyType::EC_EC2(COSEEC2Key { curve, x, y }))
        }
        ("RSA", None) => {
            let (n, e) = (part("n")?, part("e")?.try_into().ok()?);
            (COSEAlgorithm::RS256, COSEKeyType::RSA(COSERSAKey { n, e }))
        }
        _ => return None,
    };
    Some(COSEKey { type_, key })
}

/// Names a key (RFC 7638): SHA-256 over the members that make it what it is, in their order.
pub fn thumbprint(jwk: &Value) -> String {
    let mut needed = serde_json::Map::new();
    for name in ["crv", "e", "kty", "n", "x", "y"] {
        if let Some(value) = jwk.get(name) {
            needed.insert(name.to_owned(), value.clone());
        }
    }
    BASE64.encode(Sha256::digest(canonical(&Value::Object(needed)).as_bytes()))
}
