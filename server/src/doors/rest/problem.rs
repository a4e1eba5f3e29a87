//! Refusals as RFC 9457 (problem details for HTTP APIs) has them, with the bank's own stable codes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bank_contract::{BankError, Moved};
use serde_json::{Map, Value, json};

const MEDIA_TYPE: &str = "application/problem+json";

pub(in crate::doors) fn answer(error: &BankError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut body = described(error);
    body.insert("type".into(), json!(format!("/api/docs#{}", error.code())));
    body.insert("title".into(), json!(title(error.code())));
    body.insert("status".into(), json!(status.as_u16()));
    let mut response = made(status, &Value::Object(body));
    let headers = response.headers_mut();
    if let Some(seconds) = retry_after(error) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if *error == BankError::NotSignedIn {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// What is said of a refusal at every door of programs: its code, what it carries besides, its words, and whether money
/// moved.
pub(in crate::doors) fn described(error: &BankError) -> Map<String, Value> {
    let mut members = match serde_json::to_value(error) {
        Ok(Value::Object(members)) => members,
        _ => Map::from_iter([("code".to_owned(), json!(error.code()))]),
    };
    members.insert("detail".into(), json!(format!("{} {}", error.message(), error.next())));
    members.insert(
        "money_moved".into(),
        match error.moved() {
            Moved::Nothing => json!("no"),
            Moved::Unknown => json!("unknown"),
            Moved::NotConcerned => Value::Null,
        },
    );
    members
}

/// After how many seconds the same may be asked again, where waiting helps.
pub(in crate::doors) fn retry_after(error: &BankError) -> Option<u32> {
    match error {
        BankError::Busy { retry_after_s }
        | BankError::SlowDown { retry_after_s }
        | BankError::TooOften { retry_after_s, .. } => Some(*retry_after_s),
        BankError::StillRunning | BankError::Unsettled => Some(1),
        _ => None,
    }
}

/// `insufficient_funds` reads "Insufficient funds".
pub(super) fn title(code: &str) -> String {
    let mut words = code.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// A refusal of HTTP's own, before the bank was asked.
pub(in crate::doors) fn plain(status: StatusCode, code: &'static str, detail: &str) -> Response {
    let body = json!({
        "type": "about:blank", "title": title(code), "status": status.as_u16(), "code": code, "detail": detail,
        "money_moved": "no",
    });
    made(status, &body)
}

fn made(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::{Currency, Money};

    #[tokio::test]
    async fn a_refusal_says_what_happened_and_whether_money_moved() {
        let available = Money::from_minor(5, Currency::Eur).unwrap();
        let response = answer(&BankError::InsufficientFunds { available });
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(body["code"], "insufficient_funds");
        assert_eq!(body["title"], "Insufficient funds");
        assert_eq!(body["money_moved"], "no");
        assert_eq!(body["available"], json!({ "amount": "0.05", "currency": "EUR" }));
    }

    #[test]
    fn busy_says_when_to_come_back_and_strangers_how_to_come_in() {
        let busy = answer(&BankError::Busy { retry_after_s: 2 });
        assert_eq!(busy.headers()[header::RETRY_AFTER], "2");
        let hasty = answer(&BankError::SlowDown { retry_after_s: 9 });
        assert_eq!(hasty.status(), 429);
        assert_eq!(hasty.headers()[header::RETRY_AFTER], "9");
        let stranger = answer(&BankError::NotSignedIn);
        assert_eq!(stranger.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
}
