//! The few cookies there are: the session, and the choice of theme.

use axum::http::{HeaderMap, HeaderValue, header};
use bank_operations::hallway::Token;

/// `__Host-`: only over a secure connection, only this host, only the root path (RFC 6265bis, 4.1.3.2).
const SESSION: &str = "__Host-larch";
/// Of somebody who works at the bank.
const STAFF: &str = "__Host-staff";
const THEME: &str = "__Host-theme";

fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

pub(super) fn session(headers: &HeaderMap) -> Option<Token> {
    find(headers, SESSION).and_then(Token::read)
}

pub(super) fn staff_session(headers: &HeaderMap) -> Option<Token> {
    find(headers, STAFF).and_then(Token::read)
}

pub(super) fn theme(headers: &HeaderMap) -> Option<&str> {
    find(headers, THEME)
}

/// Browsers treat `localhost` as secure, so the cookie is the same in development. It has no
/// expiry: it goes with the browser's session, and the server knows when the session itself ends.
pub(super) fn start_session(token: &Token) -> Option<HeaderValue> {
    secret(&format!(
        "{SESSION}={}; Path=/; Secure; HttpOnly; SameSite=Lax",
        token.reveal()
    ))
}

/// Nobody comes to the staff's pages from elsewhere, so no other site's link takes it along.
pub(super) fn start_staff_session(token: &Token) -> Option<HeaderValue> {
    secret(&format!(
        "{STAFF}={}; Path=/; Secure; HttpOnly; SameSite=Strict",
        token.reveal()
    ))
}

fn secret(cookie: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(cookie).ok()?;
    value.set_sensitive(true);
    Some(value)
}

pub(super) fn end_staff_session() -> HeaderValue {
    HeaderValue::from_static("__Host-staff=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

pub(super) fn end_session() -> HeaderValue {
    HeaderValue::from_static("__Host-larch=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_others_and_a_strange_one_is_not() {
        let mut headers = HeaderMap::new();
        let token = "ab".repeat(32);
        let line = format!("__Host-theme=dark; __Host-larch={token}; x=y");
        headers.insert(header::COOKIE, HeaderValue::from_str(&line).unwrap());
        assert_eq!(session(&headers), Token::read(&token));
        assert_eq!(theme(&headers), Some("dark"));
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("__Host-larch=short; x__Host-larch=1"),
        );
        assert_eq!(session(&headers), None);
    }

    #[test]
    fn the_cookie_is_closed_to_scripts_other_sites_and_open_lines() {
        let value = start_session(&Token::from_bytes([1; 32])).unwrap();
        let text = value.to_str().unwrap();
        for part in ["__Host-larch=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("Domain"));
        assert!(value.is_sensitive());
    }
}
