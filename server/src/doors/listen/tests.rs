//! A real listener, with clients that behave and clients that do not.

use super::tls::{Look, TlsError};
use super::*;
use axum::routing::{get, post};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};

const MOMENT: Duration = Duration::from_millis(200);
/// Nothing here may take this long.
pub(super) const MUCH_TOO_LONG: Duration = Duration::from_secs(20);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder that goes when the test ends.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("larch-tls-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn quick() -> Timings {
    Timings {
        handshake: MOMENT,
        head: MOMENT,
        idle: MOMENT * 3,
        stuck: MOMENT * 2,
        linger: MOMENT,
        look: Duration::from_millis(20),
    }
}

fn patient() -> Timings {
    Timings {
        look: Duration::from_millis(20),
        linger: MOMENT,
        ..Timings::default()
    }
}

struct Open {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

impl Open {
    async fn with(timings: Timings, tls: Option<&Arc<Keys>>, per_client_max: Option<usize>) -> Self {
        let slow = async || {
            tokio::time::sleep(MOMENT * 4).await;
            "slow"
        };
        let router = Router::new()
            .route("/", get(async || "hello"))
            .route("/slow", get(slow))
            .route("/much", get(async || vec![b'x'; 64 << 20]))
            .route("/take", post(async |body: axum::body::Bytes| body.len().to_string()));
        Self::serving(
            router,
            tls,
            Manner {
                connections_max: 100,
                per_client_max,
                timings,
            },
        )
        .await
    }

    async fn serving(router: Router, tls: Option<&Arc<Keys>>, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let acceptor = tls.map(|keys| tls::acceptor(keys).unwrap());
        Self {
            address,
            stop,
            served: tokio::spawn(serve(listener, router, acceptor, manner, stopped)),
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn close(self) {
        self.stop.send(true).unwrap();
        tokio::time::timeout(MUCH_TOO_LONG, self.served).await.unwrap().unwrap();
    }
}

async fn to_end<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(MUCH_TOO_LONG, stream.read_to_end(&mut bytes)).await;
    // A connection that is cut has ended as well.
    let _ = read.expect("the connection stayed open");
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) async fn ask<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(stream: &mut S, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    to_end(stream).await
}

/// Which certificates a client trusts, and what it speaks.
async fn secure(
    address: SocketAddr,
    trusted: &Path,
    version: &'static SupportedProtocolVersion,
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&fs::read(trusted).unwrap()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream);
    tokio::time::timeout(MUCH_TOO_LONG, connected).await.unwrap()
}

fn self_made(folder: &Folder) -> Keys {
    Keys::self_made(&folder.file("tls"), 2026).unwrap()
}

fn copy(from: &Folder, to: &Folder, name: &str) {
    fs::copy(from.file("tls").join(name), to.file(name)).unwrap();
}

#[tokio::test]
async fn a_self_made_certificate_serves_both_versions_and_is_kept() {
    let folder = Folder::new();
    let keys = Arc::new(self_made(&folder));
    let certificate = folder.file("tls/certificate.pem");
    let open = Open::with(patient(), Some(&keys), None).await;
    for (version, expected) in [(&TLS13, ProtocolVersion::TLSv1_3), (&TLS12, ProtocolVersion::TLSv1_2)] {
        let mut stream = secure(open.address, &certificate, version, &["http/1.1"])
            .await
            .unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(expected));
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert!(ask(&mut stream, "/").await.ends_with("hello"));
    }
    let stream = secure(open.address, &certificate, &TLS13, &["h2", "http/1.1"])
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    drop(stream);
    open.close().await;
    let mode = |name: &str| fs::metadata(folder.file(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("tls"), mode("tls/key.pem")), (0o700, 0o600));
    let before = fs::read(&certificate).unwrap();
    self_made(&folder);
    assert_eq!(fs::read(&certificate).unwrap(), before, "it is made once");
}

#[tokio::test]
async fn http_2_is_answered_over_tls() {
    let folder = Folder::new();
    let keys = Arc::new(self_made(&folder));
    let open = Open::with(patient(), Some(&keys), None).await;
    let stream = secure(open.address, &folder.file("tls/certificate.pem"), &TLS13, &["h2"]).await;
    let io = hyper_util::rt::TokioIo::new(stream.unwrap());
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    let running = tokio::spawn(connection);
    let request = axum::http::Request::get("https://localhost/").body(axum::body::Body::empty());
    let response = sender.send_request(request.unwrap()).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.version()),
        (200, axum::http::Version::HTTP_2)
    );
    open.close().await;
    let _ = tokio::time::timeout(MUCH_TOO_LONG, running).await.unwrap();
}

#[tokio::test]
async fn plain_http_and_silence_at_the_tls_port_end_at_once_or_soon() {
    let folder = Folder::new();
    let keys = Arc::new(self_made(&folder));
    let open = Open::with(quick(), Some(&keys), None).await;
    let mut plain = open.connect().await;
    let answer = ask(&mut plain, "/").await;
    assert!(!answer.contains("hello"), "{answer}");
    let mut silent = open.connect().await;
    assert_eq!(to_end(&mut silent).await, "");
    open.close().await;
}

#[test]
fn a_key_that_everybody_can_read_refuses_the_start() {
    let folder = Folder::new();
    self_made(&folder);
    let (certificate, key) = (folder.file("tls/certificate.pem"), folder.file("tls/key.pem"));
    for (mode, good) in [(0o600, true), (0o640, true), (0o644, false), (0o602, false)] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let read = Keys::read(&certificate, &key);
        assert_eq!(read.is_ok(), good, "{mode:o}");
        if let Err(error) = read {
            assert!(error.to_string().contains("key.pem is open to everybody"), "{error}");
        }
    }
}

#[test]
fn a_certificate_that_browsers_would_warn_of_refuses_the_start() {
    let folder = Folder::new();
    self_made(&folder);
    let keys = || Keys::read(&folder.file("tls/certificate.pem"), &folder.file("tls/key.pem")).unwrap();
    let now = "2026-11-23T11:00:00Z".parse().unwrap();
    let line = keys().trusted_at("bank.example", now).unwrap_err().to_string();
    assert!(
        line.starts_with("browsers would not trust") && !line.contains('\n'),
        "{line}"
    );
}

#[test]
fn only_ciphers_that_authenticate_and_keys_that_are_forgotten_are_offered() {
    for suite in tls::provider().cipher_suites {
        let name = format!("{:?}", suite.suite());
        // TLS 1.3 has no others; in 1.2 they are those with ECDHE.
        assert!(name.starts_with("TLS13_") || name.starts_with("TLS_ECDHE_"), "{name}");
        assert!(name.contains("_GCM_") || name.contains("CHACHA20_POLY1305"), "{name}");
    }
}

#[tokio::test]
async fn where_one_request_ends_and_the_next_begins_is_never_in_doubt() {
    let open = Open::with(patient(), None, None).await;
    let smuggled = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (heads, body, expected) in [
        // Two lengths that differ, and one that is none.
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "four", "400"),
        ("Content-Length: +4\r\n", "four", "400"),
        ("Transfer-Encoding: gzip\r\n", "four", "400"),
        ("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n", "400"),
        // The chunks say how long it is, whatever the length says.
        (
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "3\r\nabc\r\n0\r\n\r\n",
            "200",
        ),
    ] {
        let mut stream = open.connect().await;
        let request =
            format!("POST /take HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{heads}\r\n{body}{smuggled}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = to_end(&mut stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{heads}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{heads}: {answer}");
        if expected == "200" {
            assert!(answer.ends_with("\r\n\r\n3"), "{answer}");
        }
    }
    open.close().await;
}

#[test]
fn files_that_are_missing_wrong_or_do_not_belong_together_refuse_the_start_in_one_line() {
    let (one, other) = (Folder::new(), Folder::new());
    self_made(&one);
    self_made(&other);
    let certificate = one.file("tls/certificate.pem");
    let (own, foreign) = (one.file("tls/key.pem"), other.file("tls/key.pem"));
    let empty = one.file("empty.pem");
    fs::write(&empty, "").unwrap();
    let garbage = one.file("garbage.pem");
    fs::write(
        &garbage,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    assert!(Keys::read(&certificate, &own).is_ok());
    for (certificate, key, words) in [
        (&certificate, &foreign, "does not belong to the certificate"),
        (&certificate, &one.file("gone.pem"), "cannot be read"),
        (&one.file("gone.pem"), &own, "cannot be read"),
        (&empty, &own, "has no certificate"),
        (&own, &own, "has no certificate"),
        (&certificate, &certificate, "has no private key"),
        (&certificate, &empty, "has no private key"),
        (&garbage, &own, "cannot be used"),
    ] {
        let line = Keys::read(certificate, key).unwrap_err().to_string();
        assert!(
            line.contains(words) && !line.contains('\n') && !line.contains("PRIVATE"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn renewed_files_are_taken_without_a_restart_and_half_of_them_change_nothing() {
    let (one, other, used) = (Folder::new(), Folder::new(), Folder::new());
    self_made(&one);
    self_made(&other);
    copy(&one, &used, "certificate.pem");
    copy(&one, &used, "key.pem");
    let (certificate, key) = (used.file("certificate.pem"), used.file("key.pem"));
    let keys = Arc::new(Keys::read(&certificate, &key).unwrap());
    let open = Open::with(patient(), Some(&keys), None).await;
    let (old, new) = (one.file("tls/certificate.pem"), other.file("tls/certificate.pem"));
    let mut early = secure(open.address, &old, &TLS13, &[]).await.unwrap();
    assert_eq!(keys.look().unwrap(), Look::Same);

    copy(&other, &used, "certificate.pem");
    assert!(matches!(keys.look(), Err(TlsError::OtherKey { .. })));
    assert_eq!(keys.look().unwrap(), Look::Same, "it is said once");
    assert!(secure(open.address, &old, &TLS13, &[]).await.is_ok());

    copy(&other, &used, "key.pem");
    assert_eq!(keys.look().unwrap(), Look::Renewed);
    assert!(secure(open.address, &old, &TLS13, &[]).await.is_err());
    let mut late = secure(open.address, &new, &TLS13, &[]).await.unwrap();
    assert!(ask(&mut late, "/").await.ends_with("hello"));
    assert!(
        ask(&mut early, "/").await.ends_with("hello"),
        "who was connected stays so"
    );

    fs::remove_file(&key).unwrap();
    assert!(matches!(keys.look(), Err(TlsError::Unreadable { .. })));
    assert!(secure(open.address, &new, &TLS13, &[]).await.is_ok());
    open.close().await;
}

#[tokio::test]
async fn a_head_that_trickles_in_and_one_that_never_comes_hold_no_connection() {
    let open = Open::with(quick(), None, None).await;
    let mut silent = open.connect().await;
    let mut partly = open.connect().await;
    partly.write_all(b"GET / HTTP/1.1\r\nHost: local").await.unwrap();
    let mut trickling = open.connect().await;
    let (mut read, mut write) = trickling.split();
    let trickle = async {
        let _ = write.write_all(b"GET / HTTP/1.1\r\n").await;
        while write.write_all(b"X-Slow: x\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let begun = Instant::now();
    tokio::select! {
        () = trickle => {}
        ended = to_end(&mut read) => assert!(!ended.contains("hello"), "{ended}"),
    }
    to_end(&mut silent).await;
    to_end(&mut partly).await;
    assert!(begun.elapsed() < MUCH_TOO_LONG);
    let mut next = open.connect().await;
    assert!(ask(&mut next, "/").await.ends_with("hello"), "others are still served");
    open.close().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_one_that_waits_for_an_answer_is_not() {
    let open = Open::with(quick(), None, None).await;
    let mut idle = open.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert!(to_end(&mut idle).await.ends_with("hello"), "answered, and then closed");
    let mut waiting = open.connect().await;
    assert!(ask(&mut waiting, "/slow").await.ends_with("slow"));
    open.close().await;
}

#[tokio::test]
async fn an_http_2_connection_that_asks_for_nothing_is_closed() {
    let open = Open::with(quick(), None, None).await;
    let mut idle = open.connect().await;
    // The preface and empty settings (RFC 9113, 3.4), and then nothing.
    idle.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        .await
        .unwrap();
    to_end(&mut idle).await;
    open.close().await;
}

#[tokio::test]
async fn an_answer_that_nobody_takes_holds_no_connection() {
    let open = Open::with(quick(), None, None).await;
    let mut stream = open.connect().await;
    stream
        .write_all(b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    // Only what lies in the system's buffers is there when the client looks at last: much later, so that a busy machine has let the
    // bank look before.
    tokio::time::sleep(MOMENT * 20).await;
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(MUCH_TOO_LONG, stream.read_to_end(&mut bytes))
        .await
        .unwrap();
    assert!(bytes.len() < 64 << 20, "{}", bytes.len());
    open.close().await;
}

#[tokio::test]
async fn one_client_has_so_many_connections_and_gets_another_when_one_has_gone() {
    let open = Open::with(patient(), None, Some(2)).await;
    let (mut first, second) = (open.connect().await, open.connect().await);
    tokio::time::sleep(MOMENT).await;
    let mut third = open.connect().await;
    assert_eq!(to_end(&mut third).await, "");
    assert!(ask(&mut first, "/").await.ends_with("hello"));
    drop(second);
    tokio::time::sleep(MOMENT).await;
    let mut fourth = open.connect().await;
    assert!(ask(&mut fourth, "/").await.ends_with("hello"));
    open.close().await;
}

#[tokio::test]
async fn with_no_place_left_the_next_one_waits_until_another_has_gone() {
    let manner = Manner {
        connections_max: 1,
        per_client_max: None,
        timings: patient(),
    };
    let open = Open::serving(Router::new().route("/", get(async || "hello")), None, manner).await;
    let first = open.connect().await;
    tokio::time::sleep(MOMENT).await;
    let mut second = open.connect().await;
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    second.write_all(request).await.unwrap();
    let early = tokio::time::timeout(MOMENT, second.read_u8()).await;
    assert!(early.is_err(), "nobody answers yet");
    drop(first);
    assert!(to_end(&mut second).await.ends_with("hello"));
    open.close().await;
}

#[tokio::test]
async fn a_stop_answers_who_is_in_and_waits_for_nobody_else() {
    let open = Open::with(patient(), None, None).await;
    let mut idle = open.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: local").await.unwrap();
    let mut waiting = open.connect().await;
    waiting
        .write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(MOMENT).await;
    let address = open.address;
    let begun = Instant::now();
    open.close().await;
    assert!(begun.elapsed() < MUCH_TOO_LONG / 2);
    assert!(to_end(&mut waiting).await.ends_with("slow"));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_head_without_an_end_is_refused() {
    let open = Open::with(patient(), None, None).await;
    let mut stream = open.connect().await;
    let head = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let answer = to_end(&mut stream).await;
    assert!(!answer.contains("hello"), "{answer}");
    open.close().await;
}
