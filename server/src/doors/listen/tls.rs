//! TLS: the certificate and its key, read at the start and again whenever they change.

use super::leaf::Leaf;
use super::trust::vouched_for;
pub(super) use crate::outward::provider;
use crate::outward::public;
use chrono::{DateTime, Utc};
use metrics::gauge;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};

/// How often the files are looked at. SIGHUP has them looked at now.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How many years a certificate of our own lasts.
const YEARS: i32 = 5;

/// Why there is no certificate, in one line. Never with anything of the key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("{} cannot be written: {cause}", path.display())]
    Unwritable { path: PathBuf, cause: io::Error },
    #[error("{} has no certificate in it: it must be a PEM file that begins with the bank's own", path.display())]
    NoCertificate { path: PathBuf },
    #[error("{} has no private key in it: it must be a PEM file with one, not encrypted", path.display())]
    NoKey { path: PathBuf },
    #[error("{} has no certificate of an authority in it: it must be a PEM file", path.display())]
    NoRoot { path: PathBuf },
    #[error("{} has no account of an authority in it: take it away to have another one opened", path.display())]
    NoAccount { path: PathBuf },
    #[error("{} is open to everybody on this machine: take that away first (chmod o=)", path.display())]
    OpenKey { path: PathBuf },
    #[error("the key in {} does not belong to the certificate in {}", key.display(), certificate.display())]
    OtherKey { certificate: PathBuf, key: PathBuf },
    #[error("the certificate in {} cannot be used: {cause}", certificate.display())]
    Unusable { certificate: PathBuf, cause: rustls::Error },
    #[error(
        "browsers would not trust the certificate in {} at {host}: {cause}. If that is meant, [tls] vouched-by = \"own\" says so",
        certificate.display()
    )]
    NotTrusted {
        certificate: PathBuf,
        host: String,
        cause: rustls::Error,
    },
    #[error("TLS cannot be spoken: {0}")]
    Provider(rustls::Error),
    #[error("a certificate for localhost could not be made: {0}")]
    NotMade(#[from] rcgen::Error),
}

/// The certificate with its key, as the files have them now.
#[derive(Debug)]
pub(crate) struct Keys {
    certificate: PathBuf,
    key: PathBuf,
    /// Absent until an authority has given the first one. Until then nobody is let in.
    now: RwLock<Option<Arc<CertifiedKey>>>,
    /// What the files held when they were read last, whether it could be used or not.
    seen: Mutex<[u8; 32]>,
}

impl ResolvesServerCert for Keys {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.held()
    }
}

/// What a look at the files came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Same,
    Renewed,
}

impl Keys {
    /// From files that somebody else keeps.
    ///
    /// # Errors
    /// When one of them cannot be read, holds something else, or they do not belong together.
    pub(crate) fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let (chain, secret) = (read(certificate)?, read(key)?);
        let now = certified(certificate, &chain, key, &secret)?;
        closed_to_others(key)?;
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            now: RwLock::new(Some(Arc::new(now))),
            seen: Mutex::new(fingerprint(&chain, &secret)),
        })
    }

    /// From one file with both, which may still be missing: whoever has certificates made writes it later.
    ///
    /// # Errors
    /// As [`Self::read`], when it is there.
    pub(super) fn kept(both: &Path) -> Result<Self, TlsError> {
        if both.exists() {
            return Self::read(both, both);
        }
        Ok(Self {
            certificate: both.to_owned(),
            key: both.to_owned(),
            now: RwLock::new(None),
            seen: Mutex::new([0; 32]),
        })
    }

    /// What is shown now.
    pub(super) fn held(&self) -> Option<Arc<CertifiedKey>> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the certificate that is shown now says of itself.
    pub(super) fn leaf(&self) -> Option<Leaf> {
        Leaf::of(self.held()?.end_entity_cert().ok()?)
    }

    /// Whether there is nothing yet, and nothing that could be read.
    fn is_awaited(&self) -> bool {
        self.held().is_none() && !self.certificate.exists()
    }

    /// Refuses a certificate that browsers would warn of at this host.
    ///
    /// # Errors
    /// [`TlsError::NotTrusted`].
    pub(crate) fn trusted_at(self, host: &str, now: DateTime<Utc>) -> Result<Self, TlsError> {
        let held = self.held();
        let chain = held.as_ref().map_or(&[][..], |held| &held.cert);
        match vouched_for(public(), provider(), chain, host, now) {
            Ok(()) => Ok(self),
            Err(cause) => Err(TlsError::NotTrusted {
                certificate: self.certificate,
                host: host.to_owned(),
                cause,
            }),
        }
    }

    /// For `localhost`, made the first time and kept. For development: nobody vouches for it.
    ///
    /// # Errors
    /// When it cannot be made, kept or read again.
    pub(crate) fn self_made(folder: &Path, year: i32) -> Result<Self, TlsError> {
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        if !certificate.exists() || !key.exists() {
            make(folder, &certificate, &key, year)?;
        }
        Self::read(&certificate, &key)
    }

    /// Looks at the files, and takes what they hold when it has changed. What cannot be used changes nothing: there may
    /// be a new certificate whose key is still on its way.
    ///
    /// # Errors
    /// As [`Self::read`], once for each change.
    pub(super) fn look(&self) -> Result<Look, TlsError> {
        if self.is_awaited() {
            return Ok(Look::Same);
        }
        let (chain, secret) = (read(&self.certificate)?, read(&self.key)?);
        let found = fingerprint(&chain, &secret);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == found {
            return Ok(Look::Same);
        }
        *seen = found;
        let new = certified(&self.certificate, &chain, &self.key, &secret)?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(new));
        Ok(Look::Renewed)
    }

    /// Looks again and again, and on SIGHUP. Connections that are open keep what they have.
    pub(super) async fn renew_until(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut hangup = match signal(SignalKind::hangup()) {
            Ok(hangup) => hangup,
            Err(error) => {
                tracing::error!(%error, "certificates are not looked at again");
                return;
            }
        };
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.tick().await;
        loop {
            self.show_expiry();
            tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => return,
                _ = look.tick() => {}
                _ = hangup.recv() => {}
            }
            // Two small files: quicker than asking another thread.
            match self.look() {
                Ok(Look::Same) => {}
                Ok(Look::Renewed) => tracing::info!("a new certificate is used from now on"),
                Err(error) => tracing::error!(%error, "the old certificate is kept"),
            }
        }
    }

    /// A moment, and not what is left until then: that stays right when nobody looks any more.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a gauge is a float; seconds stay far below 2^53"
    )]
    pub(super) fn show_expiry(&self) {
        let until = self.leaf().map_or(0, |leaf| leaf.until.timestamp());
        gauge!("larch_tls_certificate_expires_timestamp_seconds").set(until as f64);
    }
}

/// TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1, and nobody is asked for a certificate of theirs.
///
/// # Errors
/// Never with the provider that is built in.
pub(in crate::doors) fn acceptor(keys: &Arc<Keys>) -> Result<TlsAcceptor, TlsError> {
    acceptor_showing(keys.clone(), &[])
}

/// As [`acceptor`], with whatever is shown, to whoever speaks other protocols too. Ours come first.
///
/// # Errors
/// Never with the provider that is built in.
pub(super) fn acceptor_showing(shown: Arc<dyn ResolvesServerCert>, others: &[&[u8]]) -> Result<TlsAcceptor, TlsError> {
    let builder = ServerConfig::builder_with_provider(Arc::new(provider()));
    let builder = builder
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(TlsError::Provider)?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(shown);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.alpn_protocols.extend(others.iter().map(|other| other.to_vec()));
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|cause| TlsError::Unreadable {
        path: path.to_owned(),
        cause,
    })
}

/// Owner and group may read a key. What everybody may read is no secret.
pub(super) fn closed_to_others(key: &Path) -> Result<(), TlsError> {
    let found = fs::metadata(key).map_err(|cause| TlsError::Unreadable {
        path: key.to_owned(),
        cause,
    })?;
    // The last digit is everybody's.
    if found.permissions().mode() % 0o10 == 0 {
        return Ok(());
    }
    Err(TlsError::OpenKey { path: key.to_owned() })
}

fn fingerprint(chain: &[u8], key: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(Sha256::digest(chain));
    hash.update(Sha256::digest(key));
    hash.finalize().into()
}

pub(super) fn certified(certificate: &Path, chain: &[u8], key: &Path, secret: &[u8]) -> Result<CertifiedKey, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = found.unwrap_or_default();
    if chain.is_empty() {
        return Err(TlsError::NoCertificate {
            path: certificate.to_owned(),
        });
    }
    let secret = PrivateKeyDer::from_pem_slice(secret).map_err(|_| TlsError::NoKey { path: key.to_owned() })?;
    CertifiedKey::from_der(chain, secret, &provider()).map_err(|cause| match cause {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::OtherKey {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        },
        cause => TlsError::Unusable {
            certificate: certificate.to_owned(),
            cause,
        },
    })
}

/// Makes a key and signs its certificate with it.
fn make(folder: &Path, certificate: &Path, key: &Path, year: i32) -> Result<(), TlsError> {
    let secret = rcgen::KeyPair::generate()?;
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut wanted = rcgen::CertificateParams::new(names)?;
    wanted.not_before = rcgen::date_time_ymd(year, 1, 1);
    wanted.not_after = rcgen::date_time_ymd(year + YEARS, 1, 1);
    wanted
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Larch, self-made for localhost");
    let made = wanted.self_signed(&secret)?;
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |cause| TlsError::Unwritable { path, cause }
    };
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above).map_err(unwritable(above))?;
    }
    // What is above belongs to the database as well, so only this one is closed to others.
    let mut closed = fs::DirBuilder::new();
    closed.recursive(true).mode(0o700);
    closed.create(folder).map_err(unwritable(folder))?;
    write(key, &secret.serialize_pem()).map_err(unwritable(key))?;
    write(certificate, &made.pem()).map_err(unwritable(certificate))
}

/// Whole or not at all, and for nobody else to read.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(beside, path)
}
