//! Whether browsers will trust the bank's certificate. It is asked at the start: customers who have to press a warning
//! away once press the next one away as well.

use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{CertificateError, Error, RootCertStore};

/// Whether one of the roots vouches for a chain, for this host and at this time.
///
/// # Errors
/// What browsers would say of it.
pub(super) fn vouched_for(
    roots: RootCertStore,
    provider: CryptoProvider,
    chain: &[CertificateDer<'_>],
    host: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (own, others) = chain.split_first().ok_or(Error::NoCertificatesPresented)?;
    let name = ServerName::try_from(host).map_err(|_| CertificateError::NotValidForName)?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider));
    let verifier = verifier.build().map_err(|error| Error::General(error.to_string()))?;
    verifier.verify_server_cert(own, others, &name, &[], now).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outward::{provider, public};

    const HOST: &str = "bank.example";

    /// A certificate for the bank's host, signed by an authority or by itself.
    fn certificate(authority: Option<&rcgen::Issuer<'_, rcgen::KeyPair>>) -> CertificateDer<'static> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut wanted = rcgen::CertificateParams::new(vec![HOST.to_owned()]).unwrap();
        wanted.not_before = rcgen::date_time_ymd(2026, 1, 1);
        wanted.not_after = rcgen::date_time_ymd(2027, 1, 1);
        let made = match authority {
            Some(authority) => wanted.signed_by(&key, authority),
            None => wanted.self_signed(&key),
        };
        made.unwrap().der().clone()
    }

    #[test]
    fn a_certificate_is_trusted_by_its_authority_for_its_host_and_in_its_time_only() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut wanted = rcgen::CertificateParams::default();
        wanted.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let mut roots = RootCertStore::empty();
        roots.add(wanted.self_signed(&key).unwrap().der().clone()).unwrap();
        let authority = rcgen::Issuer::new(wanted, key);
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (good, own) = (certificate(Some(&authority)), certificate(None));
        let noon = at("2026-11-23T11:00:00Z");
        let asked = |roots: &RootCertStore, one: &CertificateDer<'static>, host: &str, now| {
            vouched_for(roots.clone(), provider(), std::slice::from_ref(one), host, now)
        };
        assert_eq!(asked(&roots, &good, HOST, noon), Ok(()));
        assert!(asked(&roots, &own, HOST, noon).is_err(), "nobody vouches for it");
        assert!(
            asked(&public(), &good, HOST, noon).is_err(),
            "browsers do not know who does"
        );
        assert!(asked(&roots, &good, "evil.example", noon).is_err(), "another's name");
        assert!(
            asked(&roots, &good, HOST, at("2027-01-02T00:00:00Z")).is_err(),
            "expired"
        );
        assert!(
            asked(&roots, &good, HOST, at("2025-12-31T00:00:00Z")).is_err(),
            "not yet"
        );
        assert!(vouched_for(roots, provider(), &[], HOST, noon).is_err());
    }
}
