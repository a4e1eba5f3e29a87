//! AES-256-GCM-SIV (RFC 8452): a nonce that came twice would tell only that two plain texts are the same.

use crate::{StorageError, StorageResult};
use aes_gcm_siv::Aes256GcmSiv;
use aes_gcm_siv::aead::{Aead as _, Payload};
use rand::{RngCore as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// How what is sealed is written: this byte, the nonce, the ciphertext with its tag.
const VERSION: u8 = 1;
const NONCE: usize = 12;

/// A cryptographic generator, seeded once from outside.
pub(super) struct Nonces(Mutex<ChaCha20Rng>);

impl Nonces {
    pub(super) fn from_seed(seed: [u8; 32]) -> Self {
        Self(Mutex::new(ChaCha20Rng::from_seed(seed)))
    }

    pub(super) fn next(&self) -> [u8; NONCE] {
        let mut nonce = [0; NONCE];
        self.fill(&mut nonce);
        nonce
    }

    pub(super) fn key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        self.fill(&mut *key);
        key
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// `about` is not kept: what is sealed opens only where the same is said again.
pub(super) fn seal(cipher: &Aes256GcmSiv, nonce: [u8; NONCE], about: &[u8], plain: &[u8]) -> StorageResult<Vec<u8>> {
    let payload = Payload { msg: plain, aad: about };
    let sealed = cipher.encrypt(&nonce.into(), payload);
    let sealed = sealed.map_err(|_| StorageError::Unreadable("text: too long to be sealed"))?;
    let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// None when another key sealed it, for another place, or a byte of it has changed.
pub(super) fn open(cipher: &Aes256GcmSiv, about: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (version, rest) = sealed.split_first()?;
    let (nonce, msg) = rest.split_first_chunk::<NONCE>()?;
    if *version != VERSION {
        return None;
    }
    let opened = cipher.decrypt(&(*nonce).into(), Payload { msg, aad: about });
    opened.ok().map(Zeroizing::new)
}
