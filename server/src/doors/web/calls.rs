//! Calls of operations from the browser, and the status that each answer has.

use super::WebState;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bank_contract::assistant::Say;
use bank_contract::{BankError, Operation as _};
use bank_operations::hallway::security;
use leptos::prelude::Owner;
use leptos::reactive::computed::ScopedFuture;
use leptos_axum::handle_server_fns_with_context;

/// A refusal is short; anything longer is not one of ours.
const REFUSAL_MAX: usize = 16 * 1024;

pub(super) async fn call(
    State(state): State<WebState>,
    Path(operation): Path<String>,
    request: Request<Body>,
) -> Response {
    let Some(entry) = state.bank.registry().get(&operation) else {
        security::turned_away("browser", "", "not_found", None);
        return refusal(&BankError::NotFound);
    };
    let name = entry.facts.named.name;
    let open = super::door::opener(state);
    // Leptos would hang the call below whatever page was last begun on this thread, and let it see that page's
    // context: somebody else's. Below a root of its own it sees nothing but what the opener gives it.
    let root = Owner::new_root(None);
    let answer = root.with(|| ScopedFuture::new(handle_server_fns_with_context(open, request)));
    let (response, malformed) = with_its_status(answer.await.into_response()).await;
    if malformed {
        security::turned_away("browser", name, "malformed", None);
    }
    response
}

/// The assistant's turn, line by line. Nothing else is answered so.
pub(super) async fn call_aloud(state: State<WebState>, operation: Path<String>, request: Request<Body>) -> Response {
    if operation.as_str() == Say::NAMED.name {
        return call(state, operation, request).await;
    }
    security::turned_away("browser", "", "not_found", None);
    refusal(&BankError::NotFound)
}

/// A refusal in the door's own words, before an operation was asked.
pub(in crate::doors) fn refusal(error: &BankError) -> Response {
    let body = serde_json::to_vec(error).unwrap_or_default();
    let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    set_status(&mut response, error);
    response
}

/// A server function answers every error with 500. The refusal inside knows better; whether the input
/// could not be read or the bank said no. Also gives whether it could not be read: the hallway never saw that.
async fn with_its_status(response: Response) -> (Response, bool) {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return (response, false);
    }
    let (mut parts, body) = response.into_parts();
    // Whatever the length was said to be, it is worked out anew.
    parts.headers.remove(header::CONTENT_LENGTH);
    let Ok(bytes) = to_bytes(body, REFUSAL_MAX).await else {
        return (Response::from_parts(parts, Body::empty()), false);
    };
    let error = serde_json::from_slice::<BankError>(&bytes);
    let mut response = Response::from_parts(parts, Body::from(bytes));
    let malformed = matches!(error, Ok(BankError::Malformed { .. }));
    if let Ok(error) = error {
        set_status(&mut response, &error);
    }
    (response, malformed)
}

fn set_status(response: &mut Response, error: &BankError) {
    if let Ok(status) = StatusCode::from_u16(error.status()) {
        *response.status_mut() = status;
    }
    if let BankError::Busy { retry_after_s }
    | BankError::SlowDown { retry_after_s }
    | BankError::TooOften { retry_after_s, .. } = error
    {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(body: &str) -> Response {
        let mut response = Response::new(Body::from(body.to_owned()));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        with_its_status(response).await.0
    }

    #[tokio::test]
    async fn a_refusal_has_its_own_status_and_its_words() {
        let body = serde_json::to_string(&BankError::Busy { retry_after_s: 3 }).unwrap();
        let response = answered(&body).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
        assert_eq!(to_bytes(response.into_body(), 1_000).await.unwrap(), body);
    }

    #[tokio::test]
    async fn every_refusal_is_told_apart() {
        for error in [
            BankError::NotSignedIn,
            BankError::NotFound,
            BankError::SlowDown { retry_after_s: 2 },
            BankError::invalid("name", "Please enter a name."),
        ] {
            let body = serde_json::to_string(&error).unwrap();
            assert_eq!(answered(&body).await.status().as_u16(), error.status(), "{body}");
        }
    }

    #[tokio::test]
    async fn what_is_not_a_refusal_stays_a_fault() {
        assert_eq!(answered("oops").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
