//! A light HTTP/1.1 client: one connection, kept alive, one request at a time. It shares the machine with
//! what it measures, so it does no more than it must.

use crate::error::{ProofError, ProofResult};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use uuid::Uuid;

const OPEN_MAX: Duration = Duration::from_secs(3);
/// An answer that takes longer is as good as none.
pub(crate) const ANSWER_MAX: Duration = Duration::from_secs(10);
const BODY_MAX: usize = 1 << 20;
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
pub(crate) const TRANSFERS: &str = "/api/v1/transfers";

/// A connection. Dropping it cuts it, also in the middle of a request.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    driver: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The answer to an earlier request with the same key.
    pub(crate) replayed: bool,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or(serde_json::Value::Null)
    }

    /// An error that shows this answer where another was due.
    pub(crate) fn unexpected(&self, wanted: &'static str) -> ProofError {
        const SHOWN: usize = 300;
        let body = String::from_utf8_lossy(&self.body);
        ProofError::Answer {
            status: self.status,
            wanted,
            body: body.chars().take(SHOWN).collect(),
        }
    }
}

impl Connection {
    /// # Errors
    /// When nobody listens at the address, or nobody takes the connection within three seconds.
    pub(crate) async fn open(address: SocketAddr) -> ProofResult<Self> {
        let lost = |cause: String| ProofError::Connection(cause);
        let opening = async {
            let stream = TcpStream::connect(address)
                .await
                .map_err(|cause| lost(cause.to_string()))?;
            stream.set_nodelay(true).map_err(|cause| lost(cause.to_string()))?;
            handshake(TokioIo::new(stream))
                .await
                .map_err(|cause| lost(cause.to_string()))
        };
        let opened = tokio::time::timeout(OPEN_MAX, opening).await;
        let (sender, connection) = opened.map_err(|_| lost("it is not taken".to_owned()))??;
        let driver = tokio::spawn(async move { drop(connection.await) });
        let host = HeaderValue::from_str(&address.to_string()).map_err(|cause| lost(cause.to_string()))?;
        Ok(Self { sender, host, driver })
    }

    /// # Errors
    /// When no whole answer comes within [`ANSWER_MAX`]. What the request did is then unknown, and the
    /// connection is of no more use.
    pub(crate) async fn send(&mut self, mut request: Request<Full<Bytes>>) -> ProofResult<Answer> {
        request.headers_mut().insert(HOST, self.host.clone());
        let lost = |cause: String| ProofError::Connection(cause);
        let exchange = async {
            let response = self
                .sender
                .send_request(request)
                .await
                .map_err(|cause| lost(cause.to_string()))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, BODY_MAX)
                .collect()
                .await
                .map_err(|cause| lost(cause.to_string()))?;
            Ok(Answer {
                status: head.status.as_u16(),
                replayed: head.headers.contains_key(REPLAYED),
                body: body.to_bytes(),
            })
        };
        match tokio::time::timeout(ANSWER_MAX, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(lost("no answer came in time".to_owned())),
        }
    }

    /// True when the other side has closed it.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

/// A request that reads.
pub(crate) fn get(path: &str, bearer: Option<&HeaderValue>) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::default());
    *request.uri_mut() = path.parse().unwrap_or_default();
    if let Some(bearer) = bearer {
        request.headers_mut().insert(AUTHORIZATION, bearer.clone());
    }
    request
}

/// A request that moves money: `body` is its JSON.
pub(crate) fn transfer(bearer: &HeaderValue, key: Uuid, body: String) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = hyper::Uri::from_static(TRANSFERS);
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, bearer.clone());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut text = Uuid::encode_buffer();
    let key: &str = key.hyphenated().encode_lower(&mut text);
    // A UUID is always a valid header; an empty one would be refused by the bank, and seen.
    headers.insert(KEY, HeaderValue::from_str(key).unwrap_or(HeaderValue::from_static("")));
    request
}
