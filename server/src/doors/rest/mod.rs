//! The door for programs: `/api/v1`, made from what the operations declare of themselves.

mod call;
mod docs;
mod input;
mod openapi;
mod problem;
#[cfg(test)]
pub(super) mod tests;

pub(super) use call::{bearer, client, is_json};
pub(super) use input::{check_depth, malformed};
pub(super) use openapi::generator_with;
pub(super) use problem::{answer as refusal, described as refusal_described, plain as refusal_of_http, retry_after};

use super::limits::Limits;
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, on};
use bank_contract::{BankError, Method};
use bank_operations::{Entry, Hallway};
use call::Route;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Below this, paths are the operations' own.
const ROOT: &str = "/api/v1";
/// Requests at work at once. One more is told to come back: better soon than late.
const AT_ONCE_MAX: usize = 2_048;

/// What every request needs.
struct Door {
    bank: Arc<Hallway>,
    limits: Arc<Limits>,
    room: Semaphore,
}

pub(super) fn router(bank: Arc<Hallway>, limits: Arc<Limits>) -> Router {
    let entries: Vec<Entry> = bank
        .registry()
        .all()
        .filter(|entry| entry.facts.rest.is_some())
        .copied()
        .collect();
    let document = openapi::document(&entries);
    let page = docs::page(&document);
    let described = document.to_string();
    let door = Arc::new(Door {
        bank,
        limits,
        room: Semaphore::new(AT_ONCE_MAX),
    });
    let mut router = Router::new()
        .route(
            "/api/v1/openapi.json",
            get(async move || ([(header::CONTENT_TYPE, "application/json")], described)),
        )
        .route("/api/docs", get(async move || docs::answer(page)));
    for entry in entries {
        router = with_route(router, entry, &door);
    }
    // Whatever else stands below the root is refused in the door's own words.
    router.route("/api/v1/{*rest}", axum::routing::any(async || not_found()))
}

fn with_route(router: Router, entry: Entry, door: &Arc<Door>) -> Router {
    let Some(rest) = entry.facts.rest else { return router };
    let filter = match rest.method {
        Method::Get => axum::routing::MethodFilter::GET,
        Method::Post => axum::routing::MethodFilter::POST,
    };
    let route = Arc::new(Route::new(entry, rest));
    let door = door.clone();
    let handler = async move |params, request| call::call(&door, &route, params, request).await;
    let methods = on(filter, handler).fallback(async move || method_not_allowed(rest.method));
    router.route(&format!("{ROOT}{}", rest.path), methods)
}

fn not_found() -> Response {
    problem::answer(&BankError::NotFound)
}

fn method_not_allowed(allowed: Method) -> Response {
    let mut response = problem::plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This is not how it is asked.",
    );
    let allow = match allowed {
        Method::Get => "GET, HEAD",
        Method::Post => "POST",
    };
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allow));
    response.into_response()
}
