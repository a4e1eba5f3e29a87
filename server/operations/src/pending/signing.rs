//! A customer's signature under what waits: a passkey ceremony whose challenge is bound to the document.

use super::proof;
use crate::hallway::{Context, Refusal};
use crate::identity::webauthn::{self, purpose};
use bank_contract::pending::{PROOF_FORMAT, Proof, Signing};
use bank_contract::{BankError, CeremonyId, PasskeyId, PendingId};
use bank_rules::proof::{Asked, challenge, document};
use bank_storage::signatures::NewSignature;
use bank_storage::{StorageError, identity as people, pending as store, signatures};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{Passkey, PasskeyAuthentication, PublicKeyCredential};

/// Where `webauthn-rs` keeps the challenge in what it gives the browser, and in what it keeps itself.
const OPTIONS_CHALLENGE: &str = "/publicKey/challenge";
const STATE_CHALLENGE: &str = "/ast/challenge";

/// A signature on its way, as the ceremony's row keeps it.
#[derive(Serialize, Deserialize)]
struct Begun {
    pending: PendingId,
    nonce: [u8; 32],
    authentication: Value,
}

/// A signature that holds.
pub(super) struct Signed {
    pending: PendingId,
    passkey: PasskeyId,
    proof: Proof,
}

fn origin(cx: &Context<'_>) -> Result<String, BankError> {
    let origin = cx.bank.webauthn.get_allowed_origins().first();
    let origin = origin.ok_or(BankError::internal("origin"))?;
    Ok(origin.origin().ascii_serialization())
}

/// What is signed: made anew from the row each time, which no one can change while it waits.
pub(super) fn written(cx: &Context<'_>, row: &store::PendingRow) -> Result<String, Refusal> {
    Ok(document(&Asked {
        origin: &origin(cx)?,
        pending: row.pending(),
        user: row.user(),
        operation: row.operation(),
        input: row.input(),
        summary: &row.summary()?,
        at: row.asked_at(),
    }))
}

async fn passkeys(cx: &Context<'_>) -> Result<Vec<(PasskeyId, Passkey)>, Refusal> {
    let rows = people::passkeys_of(cx.tx, cx.signed()?.user).await?;
    let read = |row: people::Passkey| {
        let passkey = serde_json::from_value(row.credential).map_err(|_| StorageError::Unreadable("passkey"))?;
        Ok((PasskeyId(row.id), passkey))
    };
    rows.into_iter().map(read).collect()
}

/// Puts our challenge in the place of the random one.
fn bind(json: &mut Value, place: &str, challenge: &str) -> Result<(), BankError> {
    let at = json.pointer_mut(place).ok_or(BankError::internal("challenge"))?;
    *at = json!(challenge);
    Ok(())
}

/// Begins to sign what waits, with any of the customer's passkeys.
pub(super) async fn begin(cx: &Context<'_>, row: &store::PendingRow) -> Result<Signing, Refusal> {
    let user = cx.signed()?.user;
    let keys: Vec<Passkey> = passkeys(cx).await?.into_iter().map(|(_, passkey)| passkey).collect();
    if keys.is_empty() {
        return Err(BankError::invalid("signature", "You have no passkey to sign with. Add one first.").into());
    }
    let begun = cx.bank.webauthn.start_passkey_authentication(&keys);
    let (options, state) = begun.map_err(|error| webauthn::fault(&error))?;
    let nonce = cx.bank.chance.bytes();
    let bound = BASE64.encode(challenge(&nonce, &written(cx, row)?));
    let (mut options, mut authentication) = (webauthn::to_json(&options)?, webauthn::to_json(&state)?);
    bind(&mut options, OPTIONS_CHALLENGE, &bound)?;
    bind(&mut authentication, STATE_CHALLENGE, &bound)?;
    let state = webauthn::to_json(&Begun {
        pending: row.pending(),
        nonce,
        authentication,
    })?;
    let ceremony = webauthn::begin(cx, purpose::SIGN, Some(user), state, options).await?;
    Ok(Signing {
        ceremony: ceremony.ceremony,
        options: ceremony.options,
    })
}

/// Checks a signature under what waits.
///
/// # Errors
/// [`BankError::CeremonyExpired`] for a ceremony that is unknown, used, too old, somebody else's, or begun for another
/// request; [`BankError::PasskeyRefused`] for a signature that does not hold.
pub(super) async fn check(
    cx: &Context<'_>,
    row: &store::PendingRow,
    ceremony: CeremonyId,
    credential: Value,
) -> Result<Signed, Refusal> {
    let user = cx.signed()?.user;
    let begun: Begun = webauthn::take(cx, ceremony, purpose::SIGN, Some(user)).await?;
    let document = written(cx, row)?;
    let bound = BASE64.encode(challenge(&begun.nonce, &document));
    let expected = begun.authentication.pointer(STATE_CHALLENGE).and_then(Value::as_str);
    if begun.pending != row.pending() || expected != Some(bound.as_str()) {
        return Err(BankError::CeremonyExpired.into());
    }
    let state: PasskeyAuthentication =
        serde_json::from_value(begun.authentication).map_err(|_| StorageError::Unreadable("ceremony"))?;
    let credential: PublicKeyCredential = webauthn::from_browser(credential)?;
    let checked = cx.bank.webauthn.finish_passkey_authentication(&credential, &state);
    let result = checked.map_err(|error| webauthn::refused(&error))?;
    let found = passkeys(cx)
        .await?
        .into_iter()
        .find(|(_, key)| key.cred_id() == result.cred_id());
    // It may have been removed since the ceremony began.
    let (passkey, mut key) = found.ok_or(BankError::PasskeyRefused)?;
    if !result.user_verified() {
        return Err(BankError::PasskeyRefused.into());
    }
    webauthn::note_use(cx, passkey, user, &mut key, &result).await?;
    let proof = Proof {
        format: PROOF_FORMAT.to_owned(),
        document,
        nonce: hex::encode(begun.nonce),
        origin: origin(cx)?,
        relying_party: relying_party(cx)?,
        public_key: proof::to_jwk(key.get_public_key()).map_err(unfit)?,
        authenticator_data: BASE64.encode(&credential.response.authenticator_data),
        client_data: BASE64.encode(&credential.response.client_data_json),
        signature: BASE64.encode(&credential.response.signature),
        signed_at: cx.now.naive_utc(),
        entry: None,
    };
    // What the customer is given must hold for everybody, or it is no proof.
    proof::check(&proof).map_err(unfit)?;
    Ok(Signed {
        pending: row.pending(),
        passkey,
        proof,
    })
}

fn unfit(error: proof::ProofError) -> BankError {
    tracing::warn!(%error, "a signature cannot be kept as a proof");
    BankError::PasskeyRefused
}

fn relying_party(cx: &Context<'_>) -> Result<String, BankError> {
    let origin = cx.bank.webauthn.get_allowed_origins().first();
    let host = origin.and_then(|origin| origin.host_str());
    host.map(str::to_owned).ok_or(BankError::internal("origin"))
}

/// Keeps the signature with the entry that came of it. The customer has signed, so what went unsigned before counts
/// no more.
pub(super) async fn keep(cx: &Context<'_>, signed: Signed) -> Result<(), Refusal> {
    let user = cx.signed()?.user;
    let new = NewSignature {
        pending: signed.pending,
        user,
        passkey: signed.passkey,
        proof: Proof {
            entry: cx.first_posted(),
            ..signed.proof
        },
        at: cx.now,
    };
    signatures::insert(cx.tx, &new).await?;
    Ok(signatures::forget_unsigned(cx.tx, user).await?)
}

/// Whatever became of it: every try to sign needs a new ceremony.
pub(super) async fn spend(cx: &Context<'_>, ceremony: CeremonyId) -> Result<(), Refusal> {
    Ok(people::delete_ceremony_of(cx.tx, ceremony, cx.signed()?.user).await?)
}
