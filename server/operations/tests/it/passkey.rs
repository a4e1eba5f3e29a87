//! A passkey made of software: it answers the bank's ceremonies as a browser with an authenticator would
//! (W3C Web Authentication Level 3), and can be told to answer wrongly.

use crate::bank::{Person, TestBank};
use bank_contract::identity::{CustomerKind, FinishSignUp, StartSignUp};
use bank_contract::pending::{ConfirmPending, Confirmed, PendingView, Signature, StartSigning};
use bank_contract::{BankError, CeremonyId};
use bank_operations::{Caller, Door, SessionChange, Visit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ORIGIN: &str = "http://localhost:3000";
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// What it signs with, and how it behaves.
#[derive(Clone)]
pub(crate) struct SoftPasskey {
    pub(crate) key: SigningKey,
    pub(crate) id: Vec<u8>,
    pub(crate) origin: String,
    pub(crate) relying_party: String,
    pub(crate) flags: u8,
}

impl SoftPasskey {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            id: vec![seed; 16],
            origin: ORIGIN.into(),
            relying_party: "localhost".into(),
            flags: PRESENT | VERIFIED,
        }
    }

    /// It does not make sure who is there.
    pub(crate) fn careless(self) -> Self {
        Self { flags: PRESENT, ..self }
    }

    fn authenticator_data(&self, more_flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.relying_party.as_bytes()).to_vec();
        data.push(self.flags | more_flags);
        data.extend_from_slice(&[0; 4]);
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// Registers itself.
    pub(crate) fn create(&self, options: &Value) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut data = self.authenticator_data(ATTESTED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend_from_slice(&self.id);
        // COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        data.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend_from_slice(point.x().unwrap());
        data.extend_from_slice(&[0x22, 0x58, 0x20]);
        data.extend_from_slice(point.y().unwrap());
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = vec![0xa3];
        object.extend_from_slice(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).unwrap());
        object.extend_from_slice(&data);
        json!({
            "id": BASE64.encode(&self.id), "rawId": BASE64.encode(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(self.client_data("webauthn.create", options)),
            },
        })
    }

    /// Signs what the options ask for.
    pub(crate) fn get(&self, options: &Value) -> Value {
        let data = self.authenticator_data(0);
        let client = self.client_data("webauthn.get", options);
        let mut signed = data.clone();
        signed.extend_from_slice(&Sha256::digest(&client));
        let signature: DerSignature = self.key.sign(&signed);
        json!({
            "id": BASE64.encode(&self.id), "rawId": BASE64.encode(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(client),
                "signature": BASE64.encode(signature.as_bytes()),
                "userHandle": null,
            },
        })
    }
}

impl TestBank {
    /// A customer of their own, with a passkey: not one of the demo people.
    pub(crate) async fn signs_up(&self, name: &str, passkey: &SoftPasskey) -> Person<'_> {
        let visit = Visit {
            caller: Caller::Stranger,
            door: Door::Browser,
            device: "Test device".into(),
            network: "203.0.113.x".into(),
            aloud: bank_operations::Aloud::default(),
        };
        let start = StartSignUp {
            name: name.into(),
            kind: CustomerKind::Person,
        };
        let begun = self.hallway.run(&visit, start).await.unwrap().answer.done().unwrap();
        let finish = FinishSignUp {
            ceremony: begun.ceremony,
            credential: passkey.create(&begun.options),
        };
        let outcome = self.hallway.run(&visit, finish).await.unwrap();
        let Some(SessionChange::Start(token)) = outcome.session else {
            panic!("no session was started")
        };
        self.person(name, token, visit).await
    }
}

impl Person<'_> {
    /// Begins to sign, and lets a passkey answer.
    pub(crate) async fn signature(&self, view: &PendingView, passkey: &SoftPasskey) -> Signature {
        let begun = self.begins_to_sign(view).await.unwrap();
        Signature::Passkey {
            ceremony: begun.0,
            credential: passkey.get(&begun.1),
        }
    }

    pub(crate) async fn begins_to_sign(&self, view: &PendingView) -> Result<(CeremonyId, Value), BankError> {
        let start = StartSigning {
            pending: view.pending,
            hash: view.hash.clone(),
        };
        let begun = self.does(start).await?;
        Ok((begun.ceremony, begun.options))
    }

    pub(crate) async fn confirms_with(
        &self,
        view: &PendingView,
        signature: Option<Signature>,
    ) -> Result<Confirmed, BankError> {
        self.does(ConfirmPending {
            pending: view.pending,
            hash: view.hash.clone(),
            signature,
        })
        .await
    }

    pub(crate) async fn signs(&self, view: &PendingView, passkey: &SoftPasskey) -> Result<Confirmed, BankError> {
        let signature = self.signature(view, passkey).await;
        self.confirms_with(view, Some(signature)).await
    }
}
