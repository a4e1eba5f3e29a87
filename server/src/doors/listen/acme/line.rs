//! The line to the authority: HTTPS and nothing else, a connection for each request, with a bound on everything.

use super::super::tls::TlsError;
use crate::outward::{NoTrust, Outward, OutwardError};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use bank_operations::Clock;
use chrono::{DateTime, Utc};
use http_body_util::Full;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// For one request and its answer, with finding and reaching the host.
pub(super) const REQUEST_MAX: Duration = Duration::from_secs(30);
/// Longest that an authority is left alone because it asked for it.
pub(super) const WAIT_MAX: Duration = Duration::from_hours(24);
/// Bytes of an answer. A chain of certificates has about 8,000.
const ANSWER_MAX: usize = 256 * 1024;

/// Why a request has no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error(transparent)]
    Outward(#[from] OutwardError),
    #[error("it answered with {0}")]
    Status(StatusCode),
}

/// Whom the line trusts, and for how long it was asked to wait. Copies share both.
#[derive(Clone)]
pub(super) struct Line {
    outward: Outward,
    clock: Arc<dyn Clock>,
    wait: Arc<Mutex<Option<Duration>>>,
}

impl Line {
    /// Trusts the certificates in a file and nobody else, or whom browsers trust.
    ///
    /// # Errors
    /// When the file cannot be read or has no certificate that can be trusted in it.
    pub(super) fn trusting(root: Option<&Path>, clock: Arc<dyn Clock>) -> Result<Self, TlsError> {
        let path = || root.map(Path::to_owned).unwrap_or_default();
        let outward = Outward::trusting(root, REQUEST_MAX, ANSWER_MAX).map_err(|error| match error {
            NoTrust::Unreadable(cause) => TlsError::Unreadable { path: path(), cause },
            NoTrust::NoRoot => TlsError::NoRoot { path: path() },
            NoTrust::Provider(cause) => TlsError::Provider(cause),
        })?;
        Ok(Self {
            outward,
            clock,
            wait: Arc::default(),
        })
    }

    /// How long the authority asked to be left alone since this was asked last.
    pub(super) fn asked_to_wait(&self) -> Option<Duration> {
        self.wait.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn ask(self, request: Request<BodyWrapper<Bytes>>) -> Result<Response<Full<Bytes>>, LineError> {
        let of_directory = *request.method() == Method::GET;
        let (mut parts, body) = self.outward.ask(request).await?.into_parts();
        let wait = bounded_wait(&mut parts.headers, self.clock.now());
        self.note_wait(parts.status, wait);
        // A proxy's page, or a directory that is not there, has no problem in it that could be read.
        if !parts.status.is_success() && (of_directory || !is_problem(&parts.headers)) {
            return Err(LineError::Status(parts.status));
        }
        Ok(Response::from_parts(parts, Full::new(body)))
    }

    fn note_wait(&self, status: StatusCode, wait: Option<Duration>) {
        let refused = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        if let Some(wait) = wait.filter(|_| refused) {
            *self.wait.lock().unwrap_or_else(PoisonError::into_inner) = Some(wait);
        }
    }
}

impl HttpClient for Line {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let line = self.clone();
        Box::pin(async move {
            match line.ask(request).await {
                Ok(response) => Ok(BytesResponse::from(response)),
                Err(error) => Err(Error::Other(Box::new(error))),
            }
        })
    }
}

fn is_problem(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/problem+json"))
}

/// How long an answer asks to wait, no longer than a day. The library that reads the answer next counts from the machine's
/// clock without a bound, so it gets what was understood here, or nothing.
fn bounded_wait(headers: &mut HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let asked = headers.remove(header::RETRY_AFTER)?;
    let wait = seconds_or_date(asked.to_str().ok()?, now)?.min(WAIT_MAX);
    headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    Some(wait)
}

/// As `Retry-After` says it (RFC 9110, 10.2.3). What lies in the past, or is neither, says nothing.
fn seconds_or_date(asked: &str, now: DateTime<Utc>) -> Option<Duration> {
    let asked = asked.trim();
    if !asked.is_empty() && asked.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(Duration::from_secs(asked.parse().unwrap_or(u64::MAX)));
    }
    let until = DateTime::parse_from_rfc2822(asked).ok()?;
    until.to_utc().signed_duration_since(now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_in_seconds_or_as_a_date() {
        let now = "2026-11-26T10:00:00Z".parse().unwrap();
        for (asked, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Thu, 26 Nov 2026 10:02:00 GMT", Some(120)),
            // It has passed.
            ("Thu, 26 Nov 2026 09:00:00 GMT", None),
            ("Thu, 01 Jan 1970 00:00:00 GMT", None),
            ("soon", None),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
            // More than can be counted is long.
            ("18446744073709551615", Some(u64::MAX)),
            ("99999999999999999999999999", Some(u64::MAX)),
        ] {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(seconds_or_date(asked, now), expected, "{asked}");
        }
    }

    #[test]
    fn whoever_reads_the_answer_next_never_sees_a_wait_that_cannot_be_counted() {
        let now = "2026-11-26T10:00:00Z".parse().unwrap();
        let day = Some("86400");
        for (asked, expected) in [
            ("120", Some("120")),
            ("18446744073709551615", day),
            ("99999999999999999999999999", day),
            ("Fri, 31 Dec 9999 23:59:59 GMT", day),
            ("Thu, 26 Nov 2026 10:02:00 GMT", Some("120")),
            ("Thu, 26 Nov 2026 09:00:00 GMT", None),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(header::RETRY_AFTER, HeaderValue::from_static(asked));
            headers.append(header::RETRY_AFTER, HeaderValue::from_static("18446744073709551615"));
            let wait = bounded_wait(&mut headers, now);
            let left: Vec<_> = headers.get_all(header::RETRY_AFTER).iter().collect();
            assert_eq!(left, expected.into_iter().collect::<Vec<_>>(), "{asked}");
            assert_eq!(
                wait.map(|wait| wait.as_secs().to_string()).as_deref(),
                expected,
                "{asked}"
            );
        }
        assert_eq!(bounded_wait(&mut HeaderMap::new(), now), None);
    }
}
