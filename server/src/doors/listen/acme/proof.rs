//! The proof that a host is the bank's: a certificate that only the authority asks for (TLS-ALPN-01, RFC 8737).

use super::super::tls::{Keys, provider};
use super::failure::Failure;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

/// What the authority says that it speaks, and nobody else does (RFC 8737, 6.2).
pub(in super::super) const ACME_TLS: &[u8] = b"acme-tls/1";

/// The proofs of the order that is at work, by host.
#[derive(Debug, Default)]
pub(super) struct Proofs(RwLock<HashMap<String, Arc<CertifiedKey>>>);

impl Proofs {
    /// Makes the one for a host: self-signed, with the digest that the authority expects (RFC 8737, 3).
    pub(super) fn put(&self, host: &str, digest: &[u8; 32]) -> Result<(), Failure> {
        let secret = rcgen::KeyPair::generate()?;
        let mut wanted = rcgen::CertificateParams::new(vec![host.to_owned()])?;
        wanted.custom_extensions = vec![rcgen::CustomExtension::new_acme_identifier(digest)];
        let made = wanted.self_signed(&secret)?;
        let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(secret.serialize_der()));
        let secret = provider().key_provider.load_private_key(secret);
        let secret = secret.map_err(|error| Failure::NoProof(error.to_string()))?;
        // Put together unchecked: rustls takes no certificate with an extension that it does not know and may not pass over.
        let proof = CertifiedKey::new(vec![made.der().clone()], secret);
        let mut proofs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        proofs.insert(host.to_owned(), Arc::new(proof));
        Ok(())
    }

    fn of(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        let proofs = self.0.read().unwrap_or_else(PoisonError::into_inner);
        proofs.get(&host.to_ascii_lowercase()).cloned()
    }

    /// When the order has ended, however it did.
    pub(super) fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// What the line shows: to the authority its proof, to everybody else the certificate.
#[derive(Debug)]
pub(super) struct Shown {
    keys: Arc<Keys>,
    proofs: Arc<Proofs>,
}

impl Shown {
    pub(super) fn new(keys: Arc<Keys>, proofs: Arc<Proofs>) -> Self {
        Self { keys, proofs }
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // An authority offers this one protocol (RFC 8737, 3). Whoever offers others as well gets one of ours.
        let is_authority = hello.alpn().is_some_and(|mut offered| {
            offered.next().is_some_and(|first| first == ACME_TLS) && offered.next().is_none()
        });
        if is_authority {
            return self.proofs.of(hello.server_name()?);
        }
        self.keys.resolve(hello)
    }
}
