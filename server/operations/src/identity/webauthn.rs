//! Passkey ceremonies over `webauthn-rs`: its options as our app wants them, its results as rows.

use crate::hallway::{Context, Refusal};
use bank_contract::identity::Ceremony;
use bank_contract::{BankError, CeremonyId, PasskeyId, UserId};
use bank_rules::identity::CEREMONY_LASTS;
use bank_storage::StorageError;
use bank_storage::identity as store;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;
use webauthn_rs::prelude::{
    AuthenticationResult, COSEKey, COSEKeyType, CreationChallengeResponse, DiscoverableAuthentication, Passkey,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// What a ceremony serves for. A ceremony begun for one purpose answers no other.
pub(crate) mod purpose {
    pub(crate) const SIGN_UP: &str = "sign_up";
    pub(crate) const SIGN_IN: &str = "sign_in";
    pub(crate) const ADD_PASSKEY: &str = "add_passkey";
    pub(crate) const SIGN: &str = "sign";
}

/// The bank as authenticators know it: passkeys work at this origin only.
///
/// # Errors
/// When the origin has no host, or is no origin that browsers allow passkeys at.
pub fn relying_party(origin: &Url) -> Result<Webauthn, WebauthnError> {
    let host = origin.host_str().ok_or(WebauthnError::Configuration)?;
    WebauthnBuilder::new(host, origin)?
        .rp_name("Larch")
        .timeout(Duration::from_mins(5))
        .build()
}

/// A registration on its way, as the ceremony's row keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Registering<D> {
    pub(super) user: UserId,
    pub(super) details: D,
    registration: Value,
}

/// Begins to register a passkey that can be found without a user name and that verifies its user.
pub(super) async fn begin_registration<D: Serialize>(
    cx: &Context<'_>,
    purpose: &'static str,
    user: UserId,
    for_user: Option<UserId>,
    name: &str,
    details: D,
    existing: &[store::Passkey],
) -> Result<Ceremony, Refusal> {
    let exclude = existing.iter().map(|passkey| passkey.credential_id.clone()).collect();
    let begun = cx
        .bank
        .webauthn
        .start_passkey_registration(user.0, name, name, Some(exclude));
    let (challenge, registration) = begun.map_err(|error| fault(&error))?;
    let state = Registering {
        user,
        details,
        registration: to_json(&registration)?,
    };
    begin(cx, purpose, for_user, to_json(&state)?, discoverable(&challenge)?).await
}

/// RSA with SHA-256, as COSE numbers it (RFC 8812). Authenticators that know it only make keys of 2048 bits, which
/// have a strength of 112.
const RS256: i64 = -257;
/// The shortest RSA key with a strength of 128 bits (NIST SP 800-57, part 1).
const RSA_BITS_MIN: usize = 3_072;

/// Whether a new passkey's key is strong enough. The curves that are offered are.
fn is_strong(key: &COSEKey) -> bool {
    match &key.key {
        COSEKeyType::RSA(rsa) => {
            let zeros = rsa.n.iter().take_while(|byte| **byte == 0).count();
            let first = rsa.n.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
            ((rsa.n.len() - zeros) * 8).saturating_sub(first) >= RSA_BITS_MIN
        }
        COSEKeyType::EC_EC2(_) | COSEKeyType::EC_OKP(_) => true,
    }
}

/// `webauthn-rs` asks authenticators *not* to make the key discoverable; we need one that is, so
/// that signing in needs no user name.
fn discoverable(challenge: &CreationChallengeResponse) -> Result<Value, BankError> {
    let mut options = to_json(challenge)?;
    if let Some(algorithms) = options["publicKey"]["pubKeyCredParams"].as_array_mut() {
        algorithms.retain(|one| one["alg"] != json!(RS256));
    }
    let selection = &mut options["publicKey"]["authenticatorSelection"];
    selection["residentKey"] = json!("required");
    selection["requireResidentKey"] = json!(true);
    selection["userVerification"] = json!("required");
    Ok(options)
}

pub(super) async fn begin_sign_in(cx: &Context<'_>) -> Result<Ceremony, Refusal> {
    let (challenge, state) = cx
        .bank
        .webauthn
        .start_discoverable_authentication()
        .map_err(|error| fault(&error))?;
    begin(cx, purpose::SIGN_IN, None, to_json(&state)?, to_json(&challenge)?).await
}

pub(crate) async fn begin(
    cx: &Context<'_>,
    purpose: &'static str,
    user: Option<UserId>,
    state: Value,
    options: Value,
) -> Result<Ceremony, Refusal> {
    let ceremony = CeremonyId(cx.new_id());
    let new = store::NewCeremony {
        ceremony,
        purpose,
        user,
        state,
        expires_at: cx.now + CEREMONY_LASTS,
    };
    store::insert_ceremony(cx.tx, new).await?;
    Ok(Ceremony { ceremony, options })
}

/// Takes a ceremony's state out of the database: the second answer to it finds nothing.
pub(crate) async fn take<S: DeserializeOwned>(
    cx: &Context<'_>,
    ceremony: CeremonyId,
    purpose: &'static str,
    user: Option<UserId>,
) -> Result<S, Refusal> {
    let state = store::take_ceremony(cx.tx, ceremony, purpose, user, cx.now)
        .await?
        .ok_or(BankError::CeremonyExpired)?;
    Ok(serde_json::from_value(state).map_err(|_| StorageError::Unreadable("ceremony"))?)
}

/// A refused answer spends its ceremony too: every try needs a new one.
pub(super) async fn spend(cx: &Context<'_>, ceremony: CeremonyId, why: &BankError) -> Result<(), Refusal> {
    if *why == BankError::PasskeyRefused {
        store::delete_ceremony(cx.tx, ceremony).await?;
    }
    Ok(())
}

/// Ends a registration: gives whom it was for, its details, and the passkey as a row with this name.
pub(super) async fn end_registration<D: DeserializeOwned>(
    cx: &Context<'_>,
    ceremony: CeremonyId,
    purpose: &'static str,
    for_user: Option<UserId>,
    credential: Value,
    name: &str,
) -> Result<(Registering<D>, store::Passkey), Refusal> {
    let state: Registering<D> = take(cx, ceremony, purpose, for_user).await?;
    let credential: RegisterPublicKeyCredential = from_browser(credential)?;
    let registration: PasskeyRegistration =
        serde_json::from_value(state.registration.clone()).map_err(|_| StorageError::Unreadable("ceremony"))?;
    let made = cx
        .bank
        .webauthn
        .finish_passkey_registration(&credential, &registration)
        .map_err(|e| refused(&e))?;
    if !is_strong(made.get_public_key()) {
        tracing::info!("a passkey with a short RSA key was refused");
        return Err(BankError::PasskeyRefused.into());
    }
    let json = to_json(&made)?;
    let row = store::Passkey {
        id: cx.new_id(),
        user_id: state.user.0,
        credential_id: made.cred_id().clone(),
        synced: is_synced(&json),
        credential: json,
        name: name.trim().to_owned(),
        added_at: cx.now,
        last_used_at: None,
        last_used_from: None,
    };
    Ok((state, row))
}

/// Ends a sign-in: gives whose passkey it was. Its use is noted, with the counter that it sent.
pub(super) async fn end_sign_in(cx: &Context<'_>, ceremony: CeremonyId, credential: Value) -> Result<UserId, Refusal> {
    let state: DiscoverableAuthentication = take(cx, ceremony, purpose::SIGN_IN, None).await?;
    let credential: PublicKeyCredential = from_browser(credential)?;
    let (user, credential_id) = cx
        .bank
        .webauthn
        .identify_discoverable_authentication(&credential)
        .map_err(|e| refused(&e))?;
    let user = UserId(user);
    super::become_user(cx, user).await?;
    let passkeys = store::passkeys_of(cx.tx, user).await?;
    let row = passkeys
        .into_iter()
        .find(|row| row.credential_id == credential_id)
        .ok_or(BankError::PasskeyRefused)?;
    let mut passkey: Passkey =
        serde_json::from_value(row.credential).map_err(|_| StorageError::Unreadable("passkey"))?;
    let result = cx
        .bank
        .webauthn
        .finish_discoverable_authentication_v2(&credential, state, &passkey);
    let result = result.map_err(|error| refused(&error))?;
    note_use(cx, PasskeyId(row.id), user, &mut passkey, &result).await?;
    Ok(user)
}

/// Keeps what a passkey told of itself when it was used.
pub(crate) async fn note_use(
    cx: &Context<'_>,
    id: PasskeyId,
    user: UserId,
    passkey: &mut Passkey,
    result: &AuthenticationResult,
) -> Result<(), Refusal> {
    passkey.update_credential(result);
    let json = to_json(passkey)?;
    let noted = store::PasskeyUse {
        passkey: id,
        user,
        synced: is_synced(&json),
        credential: json,
        from: super::network(cx),
        at: cx.now,
    };
    Ok(store::note_passkey_use(cx.tx, noted).await?)
}

fn is_synced(passkey: &Value) -> bool {
    passkey["cred"]["backup_state"].as_bool().unwrap_or(false)
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<Value, BankError> {
    serde_json::to_value(value).map_err(|_| BankError::internal("ceremony-json"))
}

pub(crate) fn from_browser<T: DeserializeOwned>(credential: Value) -> Result<T, BankError> {
    serde_json::from_value(credential).map_err(|_| BankError::PasskeyRefused)
}

pub(crate) fn fault(error: &WebauthnError) -> BankError {
    tracing::error!(%error, "a passkey ceremony could not begin");
    BankError::internal("ceremony")
}

pub(crate) fn refused(error: &WebauthnError) -> BankError {
    tracing::info!(%error, "a passkey was refused");
    BankError::PasskeyRefused
}

#[cfg(test)]
mod tests {
    use super::*;
    use webauthn_rs::prelude::{COSEAlgorithm, COSEEC2Key, COSERSAKey, ECDSACurve};

    fn rsa(first: u8, bytes: usize) -> COSEKey {
        let mut n = vec![0xff; bytes];
        n[0] = first;
        COSEKey {
            type_: COSEAlgorithm::RS256,
            key: COSEKeyType::RSA(COSERSAKey { n, e: [1, 0, 1] }),
        }
    }

    #[test]
    fn a_passkey_has_a_strength_of_128_bits_at_least() {
        for (key, strong) in [
            (rsa(0x80, 256), false),
            (rsa(0x7f, 384), false),
            (rsa(0x80, 384), true),
            // A zero in front makes no key longer.
            (rsa(0, 384), false),
            (rsa(0x80, 512), true),
        ] {
            assert_eq!(is_strong(&key), strong);
        }
        let curve = COSEEC2Key {
            curve: ECDSACurve::SECP256R1,
            x: vec![1; 32],
            y: vec![1; 32],
        };
        assert!(is_strong(&COSEKey {
            type_: COSEAlgorithm::ES256,
            key: COSEKeyType::EC_EC2(curve),
        }));
    }
}
