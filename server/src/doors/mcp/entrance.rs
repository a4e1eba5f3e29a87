//! Before the protocol is spoken: the host that was asked, the page that asked, the token, the method, and a message that
//! can be read. Whoever is refused here reads problem details, as at the other door of programs.

use super::super::rest::{bearer, check_depth, client, is_json, malformed, refusal, refusal_of_http};
use super::{Comer, Door};
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use bank_contract::BankError;
use bank_operations::Caller;
use bank_operations::hallway::security;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

/// Largest message, in bytes; the same as a body at the REST door.
pub(super) const BODY_MAX: usize = 16 * 1024;
/// How deep a message may nest. An input of ours nests three deep, in an envelope of three.
const DEPTH_MAX: usize = 16;

/// Where the bank stands: the only host that is answered for, and the only origin whose pages may ask. A page that has
/// its own name point at this machine (DNS rebinding) sends another.
pub(super) struct House {
    origin: String,
    host: String,
    port: Option<u16>,
    usual_port: Option<u16>,
}

impl House {
    pub(super) fn at(origin: &Url) -> Self {
        let usual_port = match origin.scheme() {
            "https" => Some(443),
            _ => Some(80),
        };
        Self {
            origin: origin.origin().ascii_serialization(),
            host: origin.host_str().unwrap_or_default().to_owned(),
            port: origin.port_or_known_default(),
            usual_port,
        }
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether a request was sent to this host. HTTP/2 names it in its address.
    fn is_meant(&self, parts: &Parts) -> bool {
        let mut named = parts.headers.get_all(header::HOST).iter();
        let sent = match (named.next(), named.next()) {
            (Some(only), None) => Authority::try_from(only.as_bytes()).ok(),
            (None, None) => parts.uri.authority().cloned(),
            _ => None,
        };
        sent.is_some_and(|sent| {
            sent.host().eq_ignore_ascii_case(&self.host) && sent.port_u16().or(self.usual_port) == self.port
        })
    }

    /// What is not for this bank, or from a page that is not its own.
    fn refuses(&self, parts: &Parts) -> Option<Response> {
        let (status, code, words) = if !self.is_meant(parts) {
            (
                StatusCode::MISDIRECTED_REQUEST,
                "foreign_host",
                "This is not the host that you asked for. Ask the bank by its own address.",
            )
        } else if !self.may_ask(parts) {
            (
                StatusCode::FORBIDDEN,
                "foreign_page",
                "This request came from a page that is not the bank's. Nothing was done.",
            )
        } else {
            return None;
        };
        security::turned_away("mcp", "", code, None);
        Some(refusal_of_http(status, code, words))
    }

    /// Agents are no pages, and name no origin. What a browser sends has to come from one of ours.
    fn may_ask(&self, parts: &Parts) -> bool {
        let says_only = |name: &str, expected: &str| {
            let mut values = parts.headers.get_all(name).iter();
            values.all(|value| value.as_bytes() == expected.as_bytes())
        };
        says_only("origin", &self.origin) && says_only("sec-fetch-site", "same-origin")
    }
}

pub(super) async fn enter(door: &Door, request: Request) -> Response {
    let Ok(place) = door.room.clone().try_acquire_owned() else {
        return refusal(&BankError::Busy { retry_after_s: 1 });
    };
    match let_in(door, request, place).await {
        Ok(request) => in_our_words(door.service.handle(request).await),
        Err(response) => response,
    }
}

/// The request with who sends it, and without their secret: nobody further in needs it.
async fn let_in(door: &Door, request: Request, place: OwnedSemaphorePermit) -> Result<Request, Response> {
    let (mut parts, body) = request.into_parts();
    if let Some(refused) = door.house.refuses(&parts) {
        return Err(refused);
    }
    let nobody = || {
        security::turned_away("mcp", "", "not_signed_in", None);
        refusal(&BankError::NotSignedIn)
    };
    let secret = bearer(&parts.headers).ok_or_else(nobody)?;
    let caller = door
        .bank
        .program_of(secret, false)
        .await
        .map_err(|error| refusal(&error))?;
    if caller == Caller::Stranger {
        return Err(nobody());
    }
    let message = message(&parts, body)
        .await
        .inspect_err(|_| security::turned_away("mcp", "", "malformed", caller.user()))?;
    if !message.is_call {
        door.limits.message(&caller).map_err(|error| refusal(&error))?;
    }
    let client = client(&parts.extensions, &parts.headers, door.limits.hops);
    parts.headers.remove(header::AUTHORIZATION);
    parts.headers.remove(header::COOKIE);
    parts.extensions.insert(Comer {
        caller,
        client,
        _place: Arc::new(place),
    });
    Ok(Request::from_parts(parts, Body::from(message.bytes)))
}

/// One message, read as far as has to be known here.
struct Message {
    bytes: Bytes,
    /// It calls a tool: it is counted there, with its operation.
    is_call: bool,
}

async fn message(parts: &Parts, body: Body) -> Result<Message, Response> {
    if parts.method != Method::POST {
        let words = "Messages are posted. There are no sessions, so there is nothing to listen to or to end.";
        let mut response = refusal_of_http(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", words);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("POST"));
        return Err(response);
    }
    if !is_json(&parts.headers) {
        let words = "The body must be JSON (application/json).";
        return Err(refusal_of_http(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            words,
        ));
    }
    let bytes = to_bytes(body, BODY_MAX).await.map_err(|_| {
        let words = format!("A message has at most {BODY_MAX} bytes.");
        refusal_of_http(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &words)
    })?;
    let read = check_depth(&bytes, DEPTH_MAX).and_then(|()| {
        serde_json::from_slice::<ClientJsonRpcMessage>(&bytes)
            .map_err(|_| malformed("it must be one JSON-RPC message of the Model Context Protocol."))
    });
    let is_call = match read.map_err(|error| refusal(&error))? {
        ClientJsonRpcMessage::Request(request) => matches!(request.request, ClientRequest::CallToolRequest(_)),
        _ => false,
    };
    Ok(Message { bytes, is_call })
}

/// The library's refusals of HTTP's own kind are bare sentences. They are put as ours are.
fn in_our_words<B>(response: axum::http::Response<B>) -> Response
where
    B: HttpBody<Data = Bytes, Error = Infallible> + Send + 'static,
{
    let (parts, body) = response.into_parts();
    if parts.status.is_success() || parts.headers.contains_key(header::CONTENT_TYPE) {
        return Response::from_parts(parts, Body::new(body));
    }
    let (code, words) = match parts.status {
        StatusCode::NOT_ACCEPTABLE => (
            "not_acceptable",
            "A client of the protocol accepts application/json and text/event-stream.",
        ),
        status if status.is_client_error() => ("malformed", "We could not read that as a message of the protocol."),
        _ => ("internal", "Something went wrong on our side."),
    };
    refusal_of_http(parts.status, code, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(headers: &[(&str, &str)], uri: &str) -> Parts {
        let mut request = Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap().into_parts().0
    }

    #[test]
    fn only_the_banks_own_host_is_answered_for() {
        for (origin, host, meant) in [
            ("http://localhost:3000", "localhost:3000", true),
            ("http://localhost:3000", "LOCALHOST:3000", true),
            ("http://localhost:3000", "localhost", false),
            ("http://localhost:3000", "127.0.0.1:3000", false),
            ("http://localhost:3000", "evil.example:3000", false),
            ("http://localhost:3000", "localhost.evil.example:3000", false),
            ("https://bank.example", "bank.example", true),
            ("https://bank.example", "bank.example:443", true),
            ("https://bank.example", "bank.example:80", false),
            ("https://bank.example", "", false),
            ("https://bank.example", "bank.example bank.example", false),
        ] {
            let house = House::at(&origin.parse().unwrap());
            assert_eq!(
                house.is_meant(&sent(&[("host", host)], "/mcp")),
                meant,
                "{origin} {host}"
            );
        }
        let house = House::at(&"https://bank.example".parse().unwrap());
        assert!(
            house.is_meant(&sent(&[], "https://bank.example/mcp")),
            "as HTTP/2 has it"
        );
        assert!(!house.is_meant(&sent(&[], "https://evil.example/mcp")));
        assert!(!house.is_meant(&sent(&[], "/mcp")));
        let twice = [("host", "bank.example"), ("host", "evil.example")];
        assert!(!house.is_meant(&sent(&twice, "/mcp")));
    }

    #[test]
    fn agents_name_no_origin_and_browsers_only_ours() {
        let house = House::at(&"https://bank.example".parse().unwrap());
        for (headers, may) in [
            (&[][..], true),
            (&[("origin", "https://bank.example")], true),
            (
                &[("origin", "https://bank.example"), ("sec-fetch-site", "same-origin")],
                true,
            ),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "http://bank.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "")], false),
            (
                &[("origin", "https://bank.example"), ("origin", "https://evil.example")],
                false,
            ),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
        ] {
            assert_eq!(house.may_ask(&sent(headers, "/mcp")), may, "{headers:?}");
        }
    }
}
