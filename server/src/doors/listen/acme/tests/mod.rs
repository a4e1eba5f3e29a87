//! A real bank's front, and an authority that checks everything, both on this machine. Clients trust the authority's root
//! alone.

mod authority;
mod jws;
mod scenes;

use super::super::tests::{Folder, MUCH_TOO_LONG, ask};
use super::super::{Front, acme::ACME_TLS};
use super::pace::Pace;
use crate::StartError;
use crate::bank::MachineClock;
use crate::config::tests::shipped_with;
use authority::Authority;
use axum::Router;
use axum::routing::get;
use bank_operations::Chance;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{ring, verify_tls13_signature_with_raw_key};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tracing::subscriber::DefaultGuard;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

const HOST: &str = "bank.test";
const MOMENT: Duration = Duration::from_millis(50);

/// Everything soon, and again soon.
const QUICK: Pace = Pace {
    look: Duration::from_millis(20),
    attempt_max: Duration::from_secs(20),
    first: Duration::from_millis(40),
    most: Duration::from_millis(200),
};

/// A bank that has its certificates from an authority.
struct Bank {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
    /// What it logs stands beside what failed.
    _log: DefaultGuard,
}

/// What the bank is started with, and a few other variables.
async fn front(authority: &Authority, folder: &Path, other: &[(&str, &str)]) -> Result<Front, StartError> {
    let (directory, root, folder) = (
        authority.directory(),
        authority.root.display().to_string(),
        folder.display().to_string(),
    );
    let usual = [
        ("BANK_ADDR", "127.0.0.1:0"),
        ("BANK_ORIGIN", "https://bank.test"),
        ("BANK_DEMO", "off"),
        ("BANK_TLS_MODE", "acme"),
        ("BANK_TLS_VOUCHED_BY", "own"),
        ("BANK_TLS_ACME_DIRECTORY", &directory),
        ("BANK_TLS_ACME_ROOT", &root),
        ("BANK_TLS_ACME_FOLDER", &folder),
        ("BANK_TLS_ACME_CONTACT", "operations@bank.test"),
        ("BANK_TLS_ACME_TERMS_AGREED", "on"),
    ];
    // The first one with a name is found.
    let env: Vec<_> = other.iter().chain(&usual).copied().collect();
    let config = shipped_with(&env);
    Front::take(&config, Arc::new(MachineClock), Chance::from_seed([7; 32])).await
}

impl Bank {
    async fn open(authority: &Authority, folder: &Path) -> Self {
        Self::open_with(authority, folder, &[]).await
    }

    async fn open_with(authority: &Authority, folder: &Path, other: &[(&str, &str)]) -> Self {
        let log = tracing_subscriber::fmt().with_test_writer().finish();
        let log = tracing::subscriber::set_default(log);
        let mut front = front(authority, folder, other).await.unwrap();
        let acme = front.tls.as_mut().and_then(|tls| tls.acme.as_mut());
        acme.unwrap().pace = QUICK;
        let address = front.listener.local_addr().unwrap();
        authority.finds_bank_at(address);
        let router = Router::new().route("/", get(async || "hello"));
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(front.open(router, async {
            let _ = stopped.await;
        }));
        Self {
            address,
            stop,
            served,
            _log: log,
        }
    }

    async fn close(self) {
        self.stop.send(()).unwrap();
        tokio::time::timeout(MUCH_TOO_LONG, self.served).await.unwrap().unwrap();
    }

    /// As a customer who trusts one root.
    async fn visit(&self, root: &Path) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&fs::read(root).unwrap()) {
            roots.add(certificate.unwrap()).unwrap();
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        connect(self.address, HOST, config, &[b"http/1.1"]).await
    }

    /// As soon as it lets a customer in.
    async fn visit_soon(&self, root: &Path) -> TlsStream<TcpStream> {
        let begun = Instant::now();
        loop {
            match self.visit(root).await {
                Ok(stream) => return stream,
                Err(error) => assert!(begun.elapsed() < MUCH_TOO_LONG, "nobody is let in: {error}"),
            }
            tokio::time::sleep(MOMENT).await;
        }
    }
}

async fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < MUCH_TOO_LONG, "never: {what}");
        tokio::time::sleep(MOMENT).await;
    }
}

async fn connect(
    address: SocketAddr,
    host: &str,
    mut config: ClientConfig,
    alpn: &[&[u8]],
) -> io::Result<TlsStream<TcpStream>> {
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream);
    tokio::time::timeout(MUCH_TOO_LONG, connected).await.unwrap()
}

/// The certificate that a bank showed.
fn shown(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

/// Takes every certificate: whoever looks for a proof cannot have one that is vouched for.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("it would speak 1.3".to_owned()))
    }

    /// By the key alone: rustls takes no certificate with an extension that it does not know, such as a proof has.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        let (_, read) = X509Certificate::from_der(certificate).map_err(|error| Error::General(error.to_string()))?;
        let key = SubjectPublicKeyInfoDer::from(read.public_key().raw);
        verify_tls13_signature_with_raw_key(message, &key, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let known = ring::default_provider().signature_verification_algorithms;
        known.supported_schemes()
    }
}

async fn connect_as_anybody(address: SocketAddr, host: &str, alpn: &[&[u8]]) -> io::Result<TlsStream<TcpStream>> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth();
    connect(address, host, config, alpn).await
}

/// Whether a host gives the proof that is expected of it, as an authority looks at it (RFC 8737, 3).
async fn look_for_proof(bank: SocketAddr, host: &str, digest: &[u8]) -> Result<(), String> {
    let connected = connect_as_anybody(bank, host, &[ACME_TLS]).await;
    let mut stream = connected.map_err(|error| format!("no connection: {error}"))?;
    if stream.get_ref().1.alpn_protocol() != Some(ACME_TLS) {
        return Err("it speaks another protocol".to_owned());
    }
    let proof = shown(&stream);
    let (_, read) = X509Certificate::from_der(&proof).map_err(|error| error.to_string())?;
    let names = read.subject_alternative_name().unwrap().unwrap();
    if names.value.general_names != [GeneralName::DNSName(host)] {
        return Err("it is for others".to_owned());
    }
    let extensions = read.extensions().iter();
    let mut found = extensions.filter(|extension| extension.oid.to_id_string() == "1.3.6.1.5.5.7.1.31");
    let expected = [&[0x04, 0x20], digest].concat();
    match (found.next(), found.next()) {
        (Some(only), None) if only.critical && only.value == expected => {}
        _ => return Err("the digest is another one".to_owned()),
    }
    let mut after = Vec::new();
    let read = tokio::time::timeout(MUCH_TOO_LONG, stream.read_to_end(&mut after)).await;
    match read {
        Ok(_) if after.is_empty() => Ok(()),
        _ => Err("it goes on talking".to_owned()),
    }
}
