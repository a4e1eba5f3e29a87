//! Lines to others: HTTPS, or HTTP to this machine; a connection for each request, and a bound on everything. No redirects
//! are followed, no proxy is asked, no cookie is kept.

use axum::body::Bytes;
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Body;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// For reaching one of a host's addresses: the first one may be dead, and the next one good.
const ADDRESS_MAX: Duration = Duration::from_secs(5);
/// So many of a host's addresses are tried.
const ADDRESSES_MAX: usize = 5;

/// Why there is nobody to trust.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoTrust {
    #[error("it cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("it has no certificate of an authority in it: it must be a PEM file")]
    NoRoot,
    #[error("TLS cannot be spoken: {0}")]
    Provider(rustls::Error),
}

/// Why a request has no answer. It says nothing of what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutwardError {
    #[error("{0} is not an https address")]
    NotHttps(Uri),
    #[error("{host} cannot be connected to: {cause}")]
    Connect { host: String, cause: io::Error },
    #[error("{host} cannot be spoken to closed to others: {cause}")]
    Tls { host: String, cause: io::Error },
    #[error("the answer broke off: {0}")]
    Http(#[from] hyper::Error),
    #[error("the answer broke off, or is larger than allowed: {0}")]
    Body(Box<dyn std::error::Error + Send + Sync>),
    #[error("no answer came within {} seconds", .0.as_secs_f32())]
    Late(Duration),
}

/// Whom lines trust, how long a request may take, and how large its answer may be. Copies share it.
#[derive(Clone)]
pub(crate) struct Outward {
    config: Arc<ClientConfig>,
    /// For one request and its answer, with finding and reaching the host.
    request_max: Duration,
    /// Bytes of an answer's body.
    answer_max: usize,
    /// Whether plain HTTP is spoken to this machine.
    plain_here: bool,
}

impl Outward {
    /// Trusts the certificates in a file and nobody else, or whom browsers trust.
    ///
    /// # Errors
    /// When the file cannot be read or has no certificate that can be trusted in it.
    pub(crate) fn trusting(root: Option<&Path>, request_max: Duration, answer_max: usize) -> Result<Self, NoTrust> {
        let roots = match root {
            Some(path) => only(path)?,
            None => public(),
        };
        let config = ClientConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()
            .map_err(NoTrust::Provider)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            request_max,
            answer_max,
            plain_here: false,
        })
    }

    /// Speaks plain HTTP as well, to an address of this machine that is written in figures.
    pub(crate) fn plain_here(mut self) -> Self {
        self.plain_here = true;
        self
    }

    /// One request and its whole answer.
    ///
    /// # Errors
    /// When it does not come, in time and within its bounds. Any status is an answer.
    pub(crate) async fn ask<B>(&self, request: Request<B>) -> Result<Response<Bytes>, OutwardError>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let answer = tokio::time::timeout(self.request_max, self.ask_at_leisure(request));
        answer.await.unwrap_or(Err(OutwardError::Late(self.request_max)))
    }

    async fn ask_at_leisure<B>(&self, mut request: Request<B>) -> Result<Response<Bytes>, OutwardError>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let uri = request.uri().clone();
        let Some(authority) = uri.authority().cloned() else {
            return Err(OutwardError::NotHttps(uri));
        };
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| OutwardError::NotHttps(uri.clone()))?;
        request.headers_mut().insert(header::HOST, host);
        if let Some(path) = uri.path_and_query().and_then(|path| path.as_str().parse().ok()) {
            *request.uri_mut() = path;
        }
        if uri.scheme() == Some(&Scheme::HTTPS) {
            let stream = self.closed(&authority).await?;
            return self.exchange(stream, request).await;
        }
        let here = numbered_here(&authority).filter(|_| self.plain_here && uri.scheme() == Some(&Scheme::HTTP));
        let address = here.ok_or(OutwardError::NotHttps(uri))?;
        let stream = TcpStream::connect(address).await;
        let stream = stream.map_err(|cause| OutwardError::Connect {
            host: authority.to_string(),
            cause,
        })?;
        self.exchange(stream, request).await
    }

    /// A connection that is closed to others.
    async fn closed(&self, authority: &Authority) -> Result<tokio_rustls::client::TlsStream<TcpStream>, OutwardError> {
        let host = host(authority);
        let named = || host.to_owned();
        let found = lookup_host((host, authority.port_u16().unwrap_or(443))).await;
        let stream = match found {
            Ok(addresses) => reach(addresses, TcpStream::connect).await,
            Err(cause) => Err(cause),
        };
        let stream = stream.map_err(|cause| OutwardError::Connect { host: named(), cause })?;
        let name = ServerName::try_from(named()).map_err(io::Error::other);
        let connected = match name {
            Ok(name) => TlsConnector::from(self.config.clone()).connect(name, stream).await,
            Err(error) => Err(error),
        };
        connected.map_err(|cause| OutwardError::Tls { host: named(), cause })
    }

    async fn exchange<S, B>(&self, stream: S, request: Request<B>) -> Result<Response<Bytes>, OutwardError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        let asked = async {
            let (parts, body) = sender.send_request(request).await?.into_parts();
            let body = Limited::new(body, self.answer_max).collect().await;
            let body = body.map_err(OutwardError::Body)?.to_bytes();
            Ok::<_, OutwardError>(Response::from_parts(parts, body))
        };
        tokio::pin!(connection, asked);
        tokio::select! {
            answer = &mut asked => answer,
            ended = &mut connection => {
                ended?;
                asked.await
            }
        }
    }
}

pub(crate) fn provider() -> CryptoProvider {
    ring::default_provider()
}

/// Those whom browsers trust, by Mozilla's list.
pub(crate) fn public() -> RootCertStore {
    RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    }
}

fn only(path: &Path) -> Result<RootCertStore, NoTrust> {
    let text = std::fs::read(path).map_err(NoTrust::Unreadable)?;
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(&text) {
        let added = root.ok().and_then(|root| roots.add(root).ok());
        added.ok_or(NoTrust::NoRoot)?;
    }
    if roots.is_empty() {
        return Err(NoTrust::NoRoot);
    }
    Ok(roots)
}

fn host(authority: &Authority) -> &str {
    authority.host().trim_start_matches('[').trim_end_matches(']')
}

/// An address of this machine, by its number: a name can be made to mean another machine.
pub(crate) fn numbered_here(authority: &Authority) -> Option<SocketAddr> {
    let address = host(authority).parse().ok()?;
    let address = SocketAddr::new(address, authority.port_u16().unwrap_or(80));
    address.ip().is_loopback().then_some(address)
}

/// The first of a host's addresses that answers, each for a while.
async fn reach<T, F: Future<Output = io::Result<T>>>(
    addresses: impl Iterator<Item = SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> io::Result<T> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    for address in addresses.take(ADDRESSES_MAX) {
        match tokio::time::timeout(ADDRESS_MAX, connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failed = error,
            Err(late) => failed = late.into(),
        }
    }
    Err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_is_dead_leaves_time_for_the_next_one() {
        tokio::time::pause();
        let begun = tokio::time::Instant::now();
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        // One that says nothing at all, one that refuses, and good ones.
        let connect = async |address: SocketAddr| match address.port() {
            1 => std::future::pending().await,
            2 => Err(io::ErrorKind::ConnectionRefused.into()),
            port => Ok(port),
        };
        let reached = async |ports: &[u16]| reach(ports.iter().map(|port| at(*port)), connect).await;
        assert_eq!(reached(&[1, 2, 1, 3, 4]).await.unwrap(), 3);
        assert!(begun.elapsed() < Duration::from_secs(15), "there is time left to ask");
        assert_eq!(
            reached(&[1, 2]).await.unwrap_err().kind(),
            io::ErrorKind::ConnectionRefused
        );
        assert_eq!(reached(&[2, 1]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(reached(&[]).await.unwrap_err().kind(), io::ErrorKind::NotFound);
        let endless = [2; 1_000];
        assert!(
            reached(&[&endless[..], &[3]].concat()).await.is_err(),
            "there is an end to it"
        );
    }

    #[test]
    fn this_machine_is_meant_by_its_number_only() {
        let here = |authority: &str| numbered_here(&authority.parse().unwrap()).is_some();
        for authority in ["127.0.0.1:8080", "127.0.0.1", "[::1]:11434", "127.5.5.5:1"] {
            assert!(here(authority), "{authority}");
        }
        for authority in [
            "localhost:1",
            "127.0.0.1.example",
            "10.0.0.1:80",
            "0.0.0.0:1",
            "[::]:1",
            "example.com",
        ] {
            assert!(!here(authority), "{authority}");
        }
    }

    #[tokio::test]
    async fn plain_http_is_spoken_to_nobody_who_was_not_meant() {
        let line = || Outward::trusting(None, Duration::from_secs(1), 10).unwrap();
        let ask = async |line: Outward, address: &str| {
            let request = Request::get(address)
                .body(http_body_util::Empty::<Bytes>::new())
                .unwrap();
            line.ask(request).await.unwrap_err()
        };
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let here = format!("http://{}/", closed.local_addr().unwrap());
        for (line, address) in [
            (line(), here.as_str()),
            (line().plain_here(), "http://example.com/"),
            (line().plain_here(), "http://10.0.0.1/"),
            (line().plain_here(), "ftp://127.0.0.1/"),
            (line().plain_here(), "/only/a/path"),
        ] {
            let refused = ask(line, address).await;
            assert!(matches!(refused, OutwardError::NotHttps(_)), "{address}: {refused}");
        }
    }
}
