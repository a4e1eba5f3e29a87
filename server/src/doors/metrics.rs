//! Figures for Prometheus, at an address of their own: they are nobody's business outside. They say how much and how
//! fast, never who.

use super::headers;
use super::limits::count as count_refusal;
use super::listen::{self, Manner};
use crate::config::{DoorSettings, Metrics, Secret};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bank_operations::Hallway;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0, 5.0];

/// Connections at once. Whoever reads needs one.
const CONNECTIONS_MAX: usize = 16;

/// Opens the address where Prometheus reads, closed by the same certificate as the bank's own. It is open until the sender of `stop` goes or says so.
///
/// # Errors
/// When nobody can listen there.
pub(crate) async fn open(
    settings: &Metrics,
    bank: Arc<Hallway>,
    acceptor: Option<TlsAcceptor>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<JoinHandle<()>> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS);
    let handle = builder
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(std::io::Error::other)?;
    let listener = TcpListener::bind(settings.address).await?;
    let router = router(settings.token.as_ref(), move || render(&handle, &bank));
    let manner = Manner::of(&DoorSettings {
        connections_max: CONNECTIONS_MAX,
        ..DoorSettings::default()
    });
    Ok(tokio::spawn(listen::serve(listener, router, acceptor, manner, stop)))
}

/// One answer, for whoever has the secret when there is one.
fn router<F: Fn() -> String + Clone + Send + Sync + 'static>(token: Option<&Secret>, figures: F) -> Router {
    let wanted: Option<[u8; 32]> = token.map(|token| Sha256::digest(token.0.as_bytes()).into());
    let answer = async move |sent: HeaderMap| {
        if wanted.is_some_and(|wanted| !has_secret(&sent, &wanted)) {
            count_refusal("metrics-token");
            let how = [(header::WWW_AUTHENTICATE, "Bearer")];
            return (
                StatusCode::UNAUTHORIZED,
                how,
                "The figures are for whoever has the secret.",
            )
                .into_response();
        }
        let media_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
        (media_type, figures()).into_response()
    };
    Router::new()
        .route("/metrics", get(answer))
        .layer(middleware::from_fn_with_state(false, headers::add))
}

/// Compared by hashes and in constant time, so that the time says nothing about the secret.
fn has_secret(headers: &HeaderMap, wanted: &[u8; 32]) -> bool {
    let sent = headers
        .get(header::AUTHORIZATION)
        .map_or(&[][..], HeaderValue::as_bytes);
    let Some((scheme, secret)) = sent.split_at_checked("bearer ".len()) else {
        return false;
    };
    scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(Sha256::digest(secret).as_slice().ct_eq(wanted))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; these counts stay far below 2^53"
)]
fn render(handle: &PrometheusHandle, bank: &Hallway) -> String {
    let counts = bank.engine().counts();
    for (name, value) in [
        ("larch_engine_batches_total", &counts.batches),
        ("larch_engine_posted_total", &counts.posted),
        ("larch_engine_refused_total", &counts.refused),
        ("larch_engine_replayed_total", &counts.replayed),
        ("larch_engine_busy_total", &counts.busy),
        ("larch_engine_retries_total", &counts.retries),
        ("larch_engine_unsettled_total", &counts.unsettled),
    ] {
        counter!(name).absolute(value.load(Ordering::Relaxed));
    }
    gauge!("larch_engine_waiting").set(counts.waiting.load(Ordering::Relaxed) as f64);
    handle.run_upkeep();
    handle.render()
}

/// Counts every request by the route that it took (never by its address: that may name somebody's account).
pub(super) async fn count(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let started = std::time::Instant::now();
    let response = next.run(request).await;
    let route = route.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let status = response.status().as_u16().to_string();
    histogram!("larch_http_request_seconds", "route" => route.clone()).record(started.elapsed().as_secs_f64());
    counter!("larch_http_requests_total", "route" => route, "status" => status).increment(1);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doors::rest::tests::World;
    use axum::body::Body;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn the_figures_name_nobody() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let _local = metrics::set_default_local_recorder(&recorder);
        let world = World::new().await;
        let router = crate::doors::router(&world.bank, &crate::config::tests::shipped_with(&[]));
        let address = format!("/api/v1/accounts/{}", world.from.account.0);
        let mut request = Request::get(&address)
            .header(header::AUTHORIZATION, format!("Bearer {}", world.token.secret))
            .body(Body::empty())
            .unwrap();
        let peer: std::net::IpAddr = "192.0.2.1".parse().unwrap();
        request.extensions_mut().insert(crate::doors::limits::Peer(peer));
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let figures = render(&handle, &world.bank);
        // The search finds what is there.
        assert!(
            figures.contains("larch_engine_posted_total") && figures.contains("/api/v1/accounts/{account}"),
            "{figures}"
        );
        let account = world.from.account.to_string();
        for planted in [
            "Anna Weber",
            "Ben Okafor",
            "Everyday",
            "192.0.2.1",
            &account,
            &world.token.secret,
        ] {
            assert!(!figures.contains(planted), "{planted}");
        }
        assert!(!figures.contains(world.from.iban.as_str()));
    }

    async fn asked(token: Option<&str>, sent: Option<&str>) -> Response {
        let secret = token.map(|token| Secret(token.to_owned()));
        let mut request = Request::get("/metrics");
        if let Some(sent) = sent {
            request = request.header(header::AUTHORIZATION, sent);
        }
        let router = router(secret.as_ref(), || "larch_engine_waiting 0".to_owned());
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn with_the_banks_certificate_nobody_reads_the_figures_in_the_clear() {
        use super::super::rest::tests::World;
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let world = World::new().await;
        let folder = std::env::temp_dir().join(format!("larch-metrics-{}", std::process::id()));
        let keys = Arc::new(listen::tls::Keys::self_made(&folder, 2026).unwrap());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let (close, closed) = watch::channel(false);
        let settings = Metrics { address, token: None };
        let acceptor = listen::tls::acceptor(&keys).unwrap();
        let open = open(&settings, world.bank.clone(), Some(acceptor), closed)
            .await
            .unwrap();
        let mut plain = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        plain.write_all(request).await.unwrap();
        let mut told = Vec::new();
        let _ = plain.read_to_end(&mut told).await;
        let told = String::from_utf8_lossy(&told);
        assert!(!told.contains("larch_") && !told.contains("200 OK"), "{told}");
        close.send(true).unwrap();
        open.await.unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn with_a_secret_only_who_has_it_reads_the_figures() {
        let secret = "a-secret-of-twenty-one";
        assert_eq!(asked(None, None).await.status(), 200);
        for right in ["Bearer a-secret-of-twenty-one", "bearer a-secret-of-twenty-one"] {
            assert_eq!(asked(Some(secret), Some(right)).await.status(), 200);
        }
        for wrong in [
            None,
            Some(""),
            Some("Bearer"),
            Some("Bearer "),
            Some("a-secret-of-twenty-one"),
            Some("Basic a-secret-of-twenty-one"),
            Some("Bearer a-secret-of-twenty-on"),
            Some("Bearer a-secret-of-twenty-one1"),
        ] {
            let response = asked(Some(secret), wrong).await;
            assert_eq!(response.status(), 401, "{wrong:?}");
            assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
            assert!(!String::from_utf8_lossy(&body).contains("larch_"));
        }
    }
}
