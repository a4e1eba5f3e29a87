//! Where plain HTTP is sent on to the bank's own https address. Nothing is read and nothing is done here.

use super::super::headers;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use std::sync::Arc;
use url::Url;

/// Goes to the origin that is configured, whatever host the request names.
pub(super) fn router(origin: &Url) -> Router {
    let origin: Arc<str> = origin.as_str().trim_end_matches('/').into();
    Router::new()
        .fallback(send_on)
        .with_state(origin)
        // Over a plain line browsers ignore what is said about https (RFC 6797, 8.1).
        .layer(middleware::from_fn_with_state(false, headers::add))
}

async fn send_on(State(origin): State<Arc<str>>, request: Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || request.uri().path().starts_with("/api/") {
        // Sent on, a form or a program's token would have been read by everybody on the way, and then be sent again.
        let words = format!("This line is open to others, so we did not read what you sent. Use {origin} instead.");
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    match HeaderValue::from_str(&format!("{origin}{path}")) {
        Ok(place) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, place)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use tower::ServiceExt as _;

    async fn asked(method: Method, uri: &str, host: &str) -> Response {
        let router = router(&"https://bank.example".parse().unwrap());
        let request = Request::builder().method(method).uri(uri).header(header::HOST, host);
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_reads_is_sent_to_the_configured_origin_whatever_they_say() {
        for (uri, host, expected) in [
            ("/home?a=b", "bank.example", "https://bank.example/home?a=b"),
            ("/", "evil.example", "https://bank.example/"),
            (
                "//evil.example/x",
                "bank.example",
                "https://bank.example//evil.example/x",
            ),
            (
                "/@evil.example",
                "bank.example@evil.example",
                "https://bank.example/@evil.example",
            ),
            ("http://evil.example/home", "evil.example", "https://bank.example/home"),
        ] {
            for method in [Method::GET, Method::HEAD] {
                let response = asked(method, uri, host).await;
                assert_eq!(response.status(), 308);
                assert_eq!(response.headers()[header::LOCATION], expected, "{uri}");
                assert!(!response.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
                assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
            }
        }
    }

    #[tokio::test]
    async fn a_form_is_never_sent_on() {
        for method in [
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            let response = asked(method, "/api/call/identity.sign-out", "bank.example").await;
            assert_eq!(response.status(), 403);
            assert!(!response.headers().contains_key(header::LOCATION));
        }
    }

    #[tokio::test]
    async fn a_program_is_never_sent_on_because_its_token_went_over_an_open_line() {
        for (uri, status) in [("/api/v1/accounts", 403), ("/api/docs", 403), ("/apiary", 308)] {
            let response = asked(Method::GET, uri, "bank.example").await;
            assert_eq!(response.status(), status, "{uri}");
        }
    }
}
