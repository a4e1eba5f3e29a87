//! What happens on one connection, and whether it is enough to keep it.

use axum::body::{Body, Bytes, HttpBody};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// Fewer bytes than this between two looks are no progress: a client that pings is not one that reads.
const MOVES_MIN: u64 = 256;

/// What is at work on a connection.
pub(super) struct Pulse {
    begun: Instant,
    /// Requests that somebody inside works on.
    at_work: AtomicUsize,
    /// Answers that are on their way out.
    leaving: AtomicUsize,
    /// When the last request or answer ended, in milliseconds since the connection began.
    quiet_since_ms: AtomicU64,
    written: AtomicU64,
}

/// What to do with the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    /// Nothing is asked any more.
    Idle,
    /// An answer is ready, and nobody takes it.
    Stuck,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            at_work: AtomicUsize::new(0),
            leaving: AtomicUsize::new(0),
            quiet_since_ms: AtomicU64::new(0),
            written: AtomicU64::new(0),
        })
    }

    fn is_at_work(&self) -> bool {
        self.at_work.load(Ordering::Acquire) > 0
    }

    fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire) > 0
    }

    /// Whether somebody works on a request, or an answer is on its way out.
    pub(super) fn is_busy(&self) -> bool {
        self.is_at_work() || self.is_leaving()
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Looks at a pulse again and again.
pub(super) struct Watch {
    pulse: Arc<Pulse>,
    idle_max: Duration,
    stuck_max: Duration,
    written: u64,
    moved_at: Instant,
}

impl Watch {
    pub(super) fn over(pulse: Arc<Pulse>, idle_max: Duration, stuck_max: Duration) -> Self {
        Self {
            pulse,
            idle_max,
            stuck_max,
            written: 0,
            moved_at: Instant::now(),
        }
    }

    pub(super) fn look(&mut self) -> Verdict {
        let written = self.pulse.written.load(Ordering::Relaxed);
        let moves = written - self.written >= MOVES_MIN;
        self.written = written;
        if moves || self.pulse.is_at_work() {
            self.moved_at = Instant::now();
            return Verdict::Keep;
        }
        let unmoved = self.moved_at.elapsed();
        if self.pulse.is_leaving() {
            let stuck = unmoved >= self.stuck_max;
            return if stuck { Verdict::Stuck } else { Verdict::Keep };
        }
        let quiet_since_ms = self.pulse.quiet_since_ms.load(Ordering::Acquire);
        let quiet = Duration::from_millis(self.pulse.now_ms().saturating_sub(quiet_since_ms));
        // A short answer is with the library beneath as soon as it is made, and may still be on its way.
        if quiet.min(unmoved) >= self.idle_max {
            Verdict::Idle
        } else {
            Verdict::Keep
        }
    }
}

/// One request that somebody works on.
pub(super) struct Request(Arc<Pulse>);

impl Request {
    pub(super) fn begins(pulse: &Arc<Pulse>) -> Self {
        pulse.at_work.fetch_add(1, Ordering::AcqRel);
        Self(pulse.clone())
    }

    /// The answer is there. It counts until the last of it has been handed over.
    pub(super) fn answered(self, body: Body) -> Leaving {
        self.0.leaving.fetch_add(1, Ordering::AcqRel);
        Leaving {
            body,
            pulse: self.0.clone(),
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.0.quiet_since_ms.store(self.0.now_ms(), Ordering::Release);
        self.0.at_work.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The body of an answer that is on its way out.
pub(super) struct Leaving {
    body: Body,
    pulse: Arc<Pulse>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.pulse.quiet_since_ms.store(self.pulse.now_ms(), Ordering::Release);
        self.pulse.leaving.fetch_sub(1, Ordering::AcqRel);
    }
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}

/// A connection whose written bytes are counted.
pub(super) struct Counted<I> {
    io: I,
    pulse: Arc<Pulse>,
}

impl<I> Counted<I> {
    pub(super) fn new(io: I, pulse: Arc<Pulse>) -> Self {
        Self { io, pulse }
    }

    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(bytes)) = written {
            self.pulse.written.fetch_add(*bytes as u64, Ordering::Relaxed);
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Counted<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Counted<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, buf);
        self.wrote(&written);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    async fn later(seconds: u32) {
        tokio::time::advance(SECOND * seconds).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_requests_is_idle_and_one_at_work_is_not() {
        let pulse = Pulse::new();
        let mut watch = Watch::over(pulse.clone(), SECOND * 60, SECOND * 30);
        later(59).await;
        assert_eq!(watch.look(), Verdict::Keep);
        let request = Request::begins(&pulse);
        later(3_600).await;
        assert_eq!(watch.look(), Verdict::Keep, "the bank itself takes its time");
        drop(request);
        later(59).await;
        pulse.written.fetch_add(17, Ordering::Relaxed);
        assert_eq!(watch.look(), Verdict::Keep);
        later(1).await;
        assert_eq!(watch.look(), Verdict::Idle, "an answer to a ping is no request");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_takes_is_stuck_and_one_that_moves_is_not() {
        let pulse = Pulse::new();
        let mut watch = Watch::over(pulse.clone(), SECOND * 60, SECOND * 30);
        let body = Request::begins(&pulse).answered(Body::from("much"));
        for _ in 0..10 {
            later(29).await;
            pulse.written.fetch_add(MOVES_MIN, Ordering::Relaxed);
            assert_eq!(watch.look(), Verdict::Keep);
        }
        later(30).await;
        pulse.written.fetch_add(MOVES_MIN - 1, Ordering::Relaxed);
        assert_eq!(watch.look(), Verdict::Stuck);
        drop(body);
        assert_eq!(watch.look(), Verdict::Keep);
    }
}
