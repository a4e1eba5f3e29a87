//! One connection from its first byte to its last.

use super::super::limits::{Peer, count};
use super::acme::ACME_TLS;
use super::pulse::{Counted, Leaving, Pulse, Request, Verdict, Watch};
use axum::Router;
use axum::body::Body;
use axum::http;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt as _;

/// Largest head of a request, in bytes. Ours have about 1,000.
const HEAD_MAX: usize = 16 * 1024;
/// Requests of one connection at once, with HTTP/2.
const STREAMS_MAX: u32 = 100;

/// How long a client may take for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timings {
    /// To agree on TLS.
    pub(super) handshake: Duration,
    /// To send a request's head, and (with HTTP/1) to begin the next one.
    pub(super) head: Duration,
    /// To ask for something.
    pub(super) idle: Duration,
    /// To take some of what it has asked for.
    pub(super) stuck: Duration,
    /// To go, once it has been told to.
    pub(super) linger: Duration,
    /// How often it is looked at.
    pub(super) look: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            idle: Duration::from_mins(1),
            stuck: Duration::from_mins(1),
            linger: Duration::from_secs(5),
            look: Duration::from_secs(1),
        }
    }
}

pub(super) async fn run(
    stream: TcpStream,
    peer: IpAddr,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    timings: Timings,
    stop: watch::Receiver<bool>,
) {
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let Some(acceptor) = acceptor else {
        return drive(stream, peer, router, timings, stop).await;
    };
    match tokio::time::timeout(timings.handshake, acceptor.accept(stream)).await {
        // Whoever checks that the host is ours has seen all there is to see, and asks for nothing.
        Ok(Ok(mut stream)) if proves(&stream) => {
            let _ = tokio::time::timeout(timings.handshake, stream.shutdown()).await;
        }
        Ok(Ok(stream)) => drive(stream, peer, router, timings, stop).await,
        // Who speaks no TLS, or one that is too old, is nobody's fault here.
        Ok(Err(_)) => {}
        Err(_) => count("handshake-time"),
    }
}

fn proves(stream: &TlsStream<TcpStream>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(ACME_TLS)
}

fn builder(timings: &Timings) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(timings.head)
        .max_buf_size(HEAD_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(u32::try_from(HEAD_MAX).unwrap_or(u32::MAX));
    builder
}

async fn answer(
    mut request: http::Request<Incoming>,
    peer: Peer,
    router: Router,
    pulse: Arc<Pulse>,
) -> Result<http::Response<Leaving>, Infallible> {
    let at_work = Request::begins(&pulse);
    request.extensions_mut().insert(peer);
    let response = router.oneshot(request.map(Body::new)).await?;
    Ok(response.map(|body| at_work.answered(body)))
}

async fn drive<I>(io: I, peer: IpAddr, router: Router, timings: Timings, mut stop: watch::Receiver<bool>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Pulse::new();
    let io = TokioIo::new(Counted::new(io, pulse.clone()));
    let mut watch = Watch::over(pulse.clone(), timings.idle, timings.stuck);
    let service = {
        let pulse = pulse.clone();
        service_fn(move |request| answer(request, Peer(peer), router.clone(), pulse.clone()))
    };
    let builder = builder(&timings);
    let connection = builder.serve_connection(io, service);
    tokio::pin!(connection);
    let mut look = tokio::time::interval(timings.look);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // When it was told to go.
    let mut told: Option<Instant> = None;
    loop {
        let go = tokio::select! {
            // How it ended is the client's business: it went, or it sent what is not HTTP.
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stopped| *stopped), if told.is_none() => true,
            _ = look.tick() => match watch.look() {
                Verdict::Keep => false,
                Verdict::Idle => true,
                Verdict::Stuck => {
                    count("answer-time");
                    return;
                }
            },
        };
        match told {
            None if go => {
                told = Some(Instant::now());
                connection.as_mut().graceful_shutdown();
            }
            Some(since) if since.elapsed() >= timings.linger && !pulse.is_busy() => return,
            _ => {}
        }
    }
}
