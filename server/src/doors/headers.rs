//! Headers on every answer. The page's own Content-Security-Policy is set with its nonce, in
//! `web::door`.

use super::web::is_file;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

const EVERYWHERE: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(self), payment=(), usb=(), publickey-credentials-get=(self), \
         publickey-credentials-create=(self)",
    ),
];

/// For whatever is not a page of ours: nothing may run or load.
const CSP_NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

pub(in crate::doors) async fn add(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let found = response.status().is_success();
    let headers = response.headers_mut();
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        let year = "max-age=31536000; includeSubDomains";
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(year));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CSP_NOTHING));
    name_charset(headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache(&path, found)));
    response
}

/// Files of text are UTF-8, and say so: a browser that had to guess could be led to guess wrong.
fn name_charset(headers: &mut HeaderMap) {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(named) = named.filter(|named| is_text(named) && !named.contains("charset")) else {
        return;
    };
    if let Ok(whole) = HeaderValue::from_str(&format!("{named}; charset=utf-8")) {
        headers.insert(header::CONTENT_TYPE, whole);
    }
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.ends_with("+xml")
}

/// Files in `/pkg` carry their content's hash in their name, so they never change. Everything that is
/// not a file may be about somebody, and is kept nowhere.
fn cache(path: &str, found: bool) -> &'static str {
    if found && path.starts_with("/pkg/") {
        "public, max-age=31536000, immutable"
    } else if found && is_file(path) {
        "public, max-age=3600"
    } else {
        "no-store"
    }
}

/// The policy of a page: our own files, and the scripts that carry this page's nonce. WebAssembly needs
/// its own word. While `cargo leptos watch` runs, its reload socket is let through.
pub(super) fn page_policy(nonce: &str, watched: bool) -> String {
    let reload = if watched {
        " ws://127.0.0.1:3001 ws://localhost:3001"
    } else {
        ""
    };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'{reload}; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_kept_and_only_hashed_ones_for_ever() {
        assert!(cache("/pkg/larch.1a2b.wasm", true).contains("immutable"));
        assert_eq!(cache("/icons.svg", true), "public, max-age=3600");
        for (path, found) in [("/home", true), ("/api/call/x", true), ("/pkg/gone.js", false)] {
            assert_eq!(cache(path, found), "no-store");
        }
    }

    #[test]
    fn a_page_runs_nothing_that_is_inline_without_its_nonce() {
        let policy = page_policy("abc", false);
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains("ws:"));
        assert!(policy.contains("'nonce-abc'"));
    }
}
