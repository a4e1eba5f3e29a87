//! Figures for Prometheus, at an address of their own: they are nobody's business outside. They say how much and how
//! fast, never who.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use bank_operations::Hallway;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0, 5.0];

/// Opens the address where Prometheus reads.
///
/// # Errors
/// When nobody can listen there.
pub(crate) async fn open(address: SocketAddr, bank: Arc<Hallway>) -> std::io::Result<JoinHandle<()>> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS);
    let handle = builder
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(std::io::Error::other)?;
    let listener = TcpListener::bind(address).await?;
    let router = Router::new().route("/metrics", get(async move || render(&handle, &bank)));
    Ok(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the metrics' address is closed");
        }
    }))
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
