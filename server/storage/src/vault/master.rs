//! The key that wraps all others. It comes from outside the database and never goes into it.

use super::cipher::{self, Nonces};
use crate::StorageResult;
use aes_gcm_siv::{Aes256GcmSiv, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// 32 bytes that wrap data keys. It cannot be printed; its id can.
pub struct MasterKey {
    id: String,
    cipher: Aes256GcmSiv,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

impl MasterKey {
    pub fn from_bytes(bytes: &Zeroizing<[u8; 32]>) -> Self {
        Self {
            id: id(bytes),
            cipher: Aes256GcmSiv::new((&**bytes).into()),
        }
    }

    /// From base64, as the environment or a file has it. None when it is not 32 bytes.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
        let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(Self::from_bytes(&Zeroizing::new(bytes)))
    }

    /// A new key's text, for the file that keeps it.
    pub fn write(bytes: &Zeroizing<[u8; 32]>) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(**bytes))
    }

    /// Names the key without telling it.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn wrap(&self, owner: Uuid, key: &Zeroizing<[u8; 32]>, nonces: &Nonces) -> StorageResult<Vec<u8>> {
        cipher::seal(&self.cipher, nonces.next(), &about(owner), &**key)
    }

    /// None when this key has not wrapped it, or not for this owner.
    pub(super) fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let bytes = cipher::open(&self.cipher, &about(owner), wrapped)?;
        let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(Zeroizing::new(bytes))
    }
}

fn about(owner: Uuid) -> Vec<u8> {
    [b"larch data key v1".as_slice(), owner.as_bytes()].concat()
}

/// 64 bits of a keyed hash: enough to tell keys apart, and nothing to find the key by.
fn id(key: &Zeroizing<[u8; 32]>) -> String {
    hex::encode(&keyed_hash(key, &[b"larch master key id v1"])[..8])
}

/// HMAC-SHA256 over parts, each with its length before it.
pub(super) fn keyed_hash(key: &Zeroizing<[u8; 32]>, parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length fits.
    let Ok(mut hash) = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&**key) else {
        return [0; 32];
    };
    for part in parts {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into_bytes().into()
}

/// The master key, and during a rotation the one that takes its place.
#[derive(Debug)]
pub struct MasterKeys {
    pub current: MasterKey,
    pub next: Option<MasterKey>,
}

impl MasterKeys {
    pub fn only(current: MasterKey) -> Self {
        Self { current, next: None }
    }

    /// What new data keys are wrapped with.
    pub fn newest(&self) -> &MasterKey {
        self.next.as_ref().unwrap_or(&self.current)
    }

    pub(super) fn find(&self, id: &str) -> Option<&MasterKey> {
        std::iter::once(&self.current)
            .chain(&self.next)
            .find(|key| key.id() == id)
    }

    pub(super) fn ids(&self) -> Vec<String> {
        let all = std::iter::once(&self.current).chain(&self.next);
        all.map(|key| key.id().to_owned()).collect()
    }
}
