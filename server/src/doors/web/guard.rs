//! Before anything else: does the request come from our own pages, and who sends it?

use super::{WebState, cookies};
use crate::doors::limits::Client;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bank_operations::hallway::{Token, security};
use bank_operations::{Caller, Door, Visit};
use bank_rules::identity::device_name;

/// What changes something must come from our own pages (OWASP: Fetch Metadata, with Origin where a
/// browser does not send it). A request that says nothing of where it comes from is refused.
pub(super) async fn same_origin(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_ours(request.headers(), &state.origin) {
        return next.run(request).await;
    }
    security::turned_away(
        "browser",
        operation_of(&state, request.uri().path()),
        "foreign_page",
        None,
    );
    (
        StatusCode::FORBIDDEN,
        "This request did not come from the bank's own pages. Nothing was changed.",
    )
        .into_response()
}

/// The operation that a path calls, by our own name for it; empty for anything else.
pub(super) fn operation_of(state: &WebState, path: &str) -> &'static str {
    let called = path.strip_prefix("/api/").and_then(|rest| rest.split_once('/'));
    let entry = called.and_then(|(_, name)| state.bank.registry().get(name));
    entry.map_or("", |entry| entry.facts.named.name)
}

fn is_ours(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(sent)) => sent == origin,
        (None, None) => false,
    }
}

/// Finds the caller once, for the page or the operation that follows.
pub(super) async fn identify(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let found = match secret(&state, &request) {
        Some(Secret::Customers(token)) => state.bank.caller_of(&token).await,
        Some(Secret::Staffs(token)) => state.bank.staff_of(&token).await,
        None => Ok(Caller::Stranger),
    };
    let caller = match found {
        Ok(caller) => caller,
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, error.message()).into_response();
        }
    };
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let device = device_name(agent.unwrap_or_default());
    let network = request.extensions().get::<Client>().map(Client::network);
    let network = network.unwrap_or_default();
    request.extensions_mut().insert(Visit {
        caller,
        door: Door::Browser,
        device,
        network,
        aloud: bank_operations::Aloud::default(),
    });
    next.run(request).await
}

/// A session's secret, of a customer or of somebody who works at the bank.
enum Secret {
    Customers(Token),
    Staffs(Token),
}

/// On the staff's pages and for what they call, whoever works at the bank; on all others the customer. One browser may be both,
/// and neither can do what is the other's.
fn secret(state: &WebState, request: &Request) -> Option<Secret> {
    let path = request.uri().path();
    if is_file(path) {
        return None;
    }
    if is_staffs(path, operation_of(state, path)) {
        return cookies::staff_session(request.headers()).map(Secret::Staffs);
    }
    cookies::session(request.headers()).map(Secret::Customers)
}

fn is_staffs(path: &str, operation: &str) -> bool {
    let page = path
        .strip_prefix("/staff")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let slice = operation.split('.').next().unwrap_or_default();
    page || matches!(slice, "backoffice" | "care")
}

/// Files are the same for everybody.
pub(in crate::doors) fn is_file(path: &str) -> bool {
    path.starts_with("/pkg/")
        || path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.') && !path.starts_with("/api/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_our_own_pages_may_change_something() {
        let ours = "http://localhost:3000";
        for (site, origin, allowed) in [
            (Some("same-origin"), Some(ours), true),
            (Some("same-origin"), None, true),
            (Some("cross-site"), Some(ours), false),
            (Some("same-site"), Some("http://localhost:4000"), false),
            (Some("none"), None, false),
            (None, Some(ours), true),
            (None, Some("https://evil.example"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(is_ours(&headers, ours), allowed, "{site:?} {origin:?}");
        }
    }

    #[test]
    fn the_staffs_pages_and_what_they_call_are_theirs_and_nothing_else_is() {
        for (path, operation) in [
            ("/staff", ""),
            ("/staff/cases/0190", ""),
            ("/api/call-json/care.list-cases", "care.list-cases"),
            ("/api/call-json/backoffice.enter", "backoffice.enter"),
        ] {
            assert!(is_staffs(path, operation), "{path}");
        }
        for (path, operation) in [
            ("/home", ""),
            ("/staffing", ""),
            ("/api/call-json/accounts.list", "accounts.list"),
            ("/api/call-json/assistant.say", "assistant.say"),
        ] {
            assert!(!is_staffs(path, operation), "{path}");
        }
    }

    #[test]
    fn pages_and_operations_are_not_files() {
        for path in ["/pkg/larch.abc.js", "/icons.svg", "/manifest.webmanifest"] {
            assert!(is_file(path), "{path}");
        }
        for path in ["/", "/home", "/accounts/0190", "/api/call-json/accounts.list"] {
            assert!(!is_file(path), "{path}");
        }
    }
}
