//! One request of a program: who, what, through the hallway, and the answer.

use super::super::limits::Client;
use super::input::Fields;
use super::{Door, problem};
use axum::body::to_bytes;
use axum::extract::{RawPathParams, Request};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bank_contract::{Answer, BankError, Effect, Method, Rest};
use bank_operations::hallway::security;
use bank_operations::{Caller, Door as Through, Entry, Outcome, Visit};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Largest body, in bytes. A transfer has about 300.
const BODY_MAX: usize = 16 * 1024;
const IDEMPOTENCY_KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";

/// An operation's place in the door.
pub(super) struct Route {
    entry: Entry,
    rest: Rest,
    fields: Fields,
}

impl Route {
    pub(super) fn new(entry: Entry, rest: Rest) -> Self {
        let mut generator = super::openapi::generator();
        let (input, _) = entry.schemas(&mut generator);
        let resolve = |schema: &Value| super::openapi::resolved(schema, &generator);
        let fields = Fields::of(&resolve(input.as_value()), &resolve);
        Self { entry, rest, fields }
    }

    fn moves_money(&self) -> bool {
        self.entry.facts.effect == Effect::MovesMoney
    }
}

pub(super) async fn call(door: &Door, route: &Route, params: RawPathParams, request: Request) -> Response {
    let Ok(_place) = door.room.try_acquire() else {
        return problem::answer(&BankError::Busy { retry_after_s: 1 });
    };
    match run(door, route, &params, request).await {
        Ok(outcome) => answer(route, outcome),
        Err(response) => response,
    }
}

async fn run(door: &Door, route: &Route, params: &RawPathParams, request: Request) -> Result<Outcome<Value>, Response> {
    let refuse = |error: BankError| problem::answer(&error);
    let facts = &route.entry.facts;
    let nobody = || {
        security::turned_away("rest", facts.named.name, "not_signed_in", None);
        refuse(BankError::NotSignedIn)
    };
    let secret = bearer(request.headers()).ok_or_else(nobody)?;
    // The posting engine looks at the token itself, so a payment does not have to.
    let caller = door
        .bank
        .program_of(secret, route.moves_money())
        .await
        .map_err(refuse)?;
    if caller == Caller::Stranger {
        return Err(nobody());
    }
    let client = client(request.extensions(), request.headers(), door.limits.hops);
    door.limits.operation(facts, &caller, client).map_err(refuse)?;
    let visit = Visit {
        caller,
        door: Through::Rest,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    };
    let input = input(route, params, request)
        .await
        .inspect_err(|_| security::turned_away("rest", facts.named.name, "malformed", visit.caller.user()))?;
    let outcome = route.entry.run_json(&door.bank, &visit, Value::Object(input)).await;
    door.limits.learned(facts, &visit.caller, &outcome);
    outcome.map_err(refuse)
}

/// The client that the gate has found.
pub(in crate::doors) fn client(extensions: &Extensions, headers: &HeaderMap, hops: u8) -> Client {
    let found = extensions.get::<Client>().copied();
    found.unwrap_or_else(|| Client::of(None, hops, headers))
}

/// The secret of a token, where one is sent.
pub(in crate::doors) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

async fn input(route: &Route, params: &RawPathParams, request: Request) -> Result<Map<String, Value>, Response> {
    let refuse = |error: BankError| problem::answer(&error);
    let mut input = Map::new();
    let parts = params
        .iter()
        .map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value)));
    route.fields.read_texts(parts, &mut input).map_err(refuse)?;
    let key = key(route, request.headers()).map_err(refuse)?;
    match route.rest.method {
        Method::Get => {
            let query = request.uri().query().unwrap_or_default();
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            route.fields.read_texts(pairs, &mut input).map_err(refuse)?;
        }
        Method::Post => {
            if !is_json(request.headers()) {
                let words = "The body must be JSON (application/json).";
                return Err(problem::plain(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    words,
                ));
            }
            let body = to_bytes(request.into_body(), BODY_MAX).await.map_err(|_| {
                let words = format!("A body has at most {BODY_MAX} bytes.");
                problem::plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &words)
            })?;
            route.fields.read_body(&body, &mut input).map_err(refuse)?;
        }
    }
    if let Some(key) = key {
        input.insert("key".to_owned(), Value::from(key));
    }
    Ok(input)
}

pub(in crate::doors) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// Required where money moves, and only there.
fn key(route: &Route, headers: &HeaderMap) -> Result<Option<String>, BankError> {
    if !route.moves_money() {
        return Ok(None);
    }
    let malformed = |message: &str| BankError::Malformed {
        message: message.to_owned(),
    };
    let value = headers.get(IDEMPOTENCY_KEY).ok_or_else(|| {
        malformed("the header Idempotency-Key is missing: a UUID, the same for every try of one payment.")
    })?;
    let text = value.to_str().ok().and_then(|text| text.parse::<uuid::Uuid>().ok());
    let key = text.ok_or_else(|| malformed("the header Idempotency-Key must be a UUID."))?;
    Ok(Some(key.to_string()))
}

fn answer(route: &Route, outcome: Outcome<Value>) -> Response {
    let (status, body, location) = match outcome.answer {
        Answer::Done(output) if route.moves_money() => (StatusCode::CREATED, output, None),
        Answer::Done(output) => (StatusCode::OK, output, None),
        Answer::Waits(view) => {
            let place = format!("{}/pending/{}", super::ROOT, view.pending);
            let body = serde_json::to_value(&view).unwrap_or_default();
            (StatusCode::ACCEPTED, body, Some(place))
        }
    };
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    let headers = response.headers_mut();
    if outcome.replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    if let Some(place) = location.and_then(|place| HeaderValue::from_str(&place).ok()) {
        headers.insert(header::LOCATION, place);
    }
    response
}
