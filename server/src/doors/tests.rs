//! What holds for every door, asked of all of them together.

mod aloud;
mod events;
mod pages;
mod staff;

use super::limits::Peer;
use super::rest::tests::World;
use crate::config::tests::shipped_with;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use bank_contract::Effect;
use migrations::sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt as _;
use uuid::Uuid;

/// A new key for each request.
static KEYS: AtomicU64 = AtomicU64::new(1);

struct House {
    world: World,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 4_000_000).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A refusal for now, with the time after which it is over.
    fn is_slow_down(&self) -> bool {
        self.status == 429 && self.headers.contains_key(header::RETRY_AFTER)
    }
}

impl House {
    async fn with(env: &[(&str, &str)]) -> Self {
        Self::of(World::new().await, env)
    }

    fn of(world: World, env: &[(&str, &str)]) -> Self {
        let router = super::router(&world.bank, &shipped_with(env));
        Self { world, router }
    }

    async fn send(&self, peer: &str, mut request: Request<Body>) -> Answer {
        let peer: IpAddr = peer.parse().unwrap();
        request.extensions_mut().insert(Peer(peer));
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// Signs in as a demo person, and gives the cookie.
    async fn sign_in(&self, handle: &str) -> String {
        let answer = self
            .call("192.0.2.1", "identity.sign-in-demo", &json!({ "handle": handle }))
            .await;
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// An operation or a page for somebody who is signed in.
    async fn as_customer(&self, cookie: &str, path: &str, input: Option<&Value>) -> Answer {
        let request = Request::builder()
            .method(if input.is_some() { Method::POST } else { Method::GET })
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                header::ACCEPT,
                if input.is_some() {
                    "application/json"
                } else {
                    "text/html"
                },
            );
        let body = input.map_or_else(Body::empty, |input| Body::from(input.to_string()));
        self.send("192.0.2.1", request.body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("192.0.2.1", Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// An operation from one of our own pages.
    async fn call(&self, peer: &str, operation: &str, input: &Value) -> Answer {
        let request = Request::post(format!("/api/call-json/{operation}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json");
        self.send(peer, request.body(Body::from(input.to_string())).unwrap())
            .await
    }

    /// A request of a program that may pay.
    async fn program(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.world.token.secret))
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                "idempotency-key",
                Uuid::from_u128(KEYS.fetch_add(1, Ordering::Relaxed).into()).to_string(),
            );
        self.send("192.0.2.1", request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    async fn count(&self, table: &str) -> i64 {
        self.world.bank.flush_audit().await.unwrap();
        let owner = self.world.database.owner().await;
        let counted = Statement::from_string(DbBackend::Postgres, format!("SELECT count(*) FROM {table}"));
        let row = owner.query_one_raw(counted).await.unwrap().unwrap();
        let count = row.try_get_by_index(0).unwrap();
        owner.close().await.unwrap();
        count
    }
}

fn protects(answer: &Answer, what: &str) {
    let has = |name: &str| {
        let values: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(values.len(), 1, "{what}: {name}");
        values[0].to_str().unwrap().to_owned()
    };
    assert_eq!(has("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(has("referrer-policy"), "same-origin", "{what}");
    assert_eq!(has("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(has("cross-origin-resource-policy"), "same-origin", "{what}");
    assert_eq!(has("x-frame-options"), "DENY", "{what}");
    assert!(has("permissions-policy").contains("camera=()"), "{what}");
    assert_eq!(
        has("strict-transport-security"),
        "max-age=31536000; includeSubDomains",
        "{what}"
    );
    let shared = answer.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    assert!(!shared, "{what}: no other origin reads an answer");
    let policy = has("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"),
        "{what}: {policy}"
    );
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
        "{what}: {policy}"
    );
}

/// Whatever has a body says what it is, and texts say how they are written.
fn is_named(answer: &Answer, what: &str) {
    if answer.text.is_empty() {
        return;
    }
    let named = answer.headers[header::CONTENT_TYPE].to_str().unwrap();
    let is_text = named.starts_with("text/") || named.contains("+xml");
    assert!(!is_text || named.contains("charset=utf-8"), "{what}: {named}");
}

/// A site of a few files.
fn files() -> std::path::PathBuf {
    let site = std::env::temp_dir().join(format!("larch-site-{}", std::process::id()));
    std::fs::create_dir_all(&site).unwrap();
    for (name, text) in [
        ("robots.txt", "User-agent: *\n"),
        ("icons.svg", "<svg/>"),
        ("larch.css", "p {}"),
    ] {
        std::fs::write(site.join(name), text).unwrap();
    }
    site
}

#[tokio::test]
async fn every_answer_of_every_door_has_the_headers_that_protect_it() {
    let site = files();
    let house = House::with(&[
        ("BANK_ORIGIN", "https://bank.example"),
        ("BANK_DEMO", "on"),
        ("BANK_SITE_ROOT", site.to_str().unwrap()),
        ("BANK_DOORS_REQUESTS", "1000 + 1/min"),
        ("BANK_DOORS_HEALTH", "1 + 1/min"),
    ])
    .await;
    let (own, html) = (
        ("sec-fetch-site", "same-origin"),
        (header::ACCEPT.as_str(), "text/html"),
    );
    let large = "x".repeat(70_000);
    for (method, path, sent, body, expected) in [
        ("GET", "/", html, "", 200),
        ("HEAD", "/", html, "", 200),
        ("GET", "/nothing-of-ours", html, "", 404),
        ("GET", "/pkg/gone.js", html, "", 404),
        ("POST", "/", own, "", 405),
        ("TRACE", "/", own, "", 405),
        ("TRACE", "/robots.txt", own, "", 405),
        ("GET", "/robots.txt", own, "", 200),
        ("GET", "/icons.svg", own, "", 200),
        ("GET", "/larch.css", own, "", 200),
        ("GET", "/health/live", own, "", 200),
        ("GET", "/health/ready", own, "", 200),
        ("GET", "/health/ready", own, "", 429),
        ("POST", "/health/live", own, "", 405),
        ("GET", "/api/docs", own, "", 200),
        ("GET", "/api/v1/openapi.json", own, "", 200),
        ("GET", "/api/v1/accounts", own, "", 401),
        ("GET", "/api/v1/nothing", own, "", 404),
        ("GET", "/api/v1/transfers", own, "", 405),
        ("POST", "/api/v1/transfers", own, large.as_str(), 413),
        ("GET", "/api/call-json/accounts.list", own, "", 405),
        ("POST", "/api/call-json/accounts.list", own, "{}", 401),
        ("POST", "/api/call-json/accounts.list", own, "{", 400),
        ("POST", "/api/call-json/accounts.list", html, "{}", 403),
        ("POST", "/api/call-json/nothing.of-ours", own, "{}", 404),
        ("POST", "/api/call-json/accounts.list", own, large.as_str(), 413),
        ("OPTIONS", "/api/call-json/accounts.list", own, "", 405),
    ] {
        let request = Request::builder().method(method).uri(path).header(sent.0, sent.1);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let answer = house
            .send("192.0.2.1", request.body(Body::from(body.to_owned())).unwrap())
            .await;
        let what = format!("{method} {path} {expected}");
        assert_eq!(answer.status, expected, "{what}: {}", answer.text);
        protects(&answer, &what);
        is_named(&answer, &what);
        let kept = answer.headers[header::CACHE_CONTROL].to_str().unwrap();
        let is_file = expected == 200 && path.contains('.') && !path.starts_with("/api");
        assert_eq!(
            kept,
            if is_file { "public, max-age=3600" } else { "no-store" },
            "{what}"
        );
    }
    std::fs::remove_dir_all(site).unwrap();
}

#[tokio::test]
async fn the_agents_door_is_protected_as_the_others_are() {
    let house = House::with(&[("BANK_ORIGIN", "https://bank.example"), ("BANK_DEMO", "on")]).await;
    for (method, host, body, expected) in [
        ("POST", "bank.example", "{}".to_owned(), 401),
        ("GET", "bank.example", String::new(), 401),
        ("POST", "evil.example", "{}".to_owned(), 421),
        ("POST", "bank.example", "x".repeat(70_000), 413),
    ] {
        let request = Request::builder().method(method).uri("/mcp").header(header::HOST, host);
        let answer = house.send("192.0.2.1", request.body(Body::from(body)).unwrap()).await;
        let what = format!("{method} /mcp at {host}");
        assert_eq!(answer.status, expected, "{what}: {}", answer.text);
        protects(&answer, &what);
        is_named(&answer, &what);
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{what}");
    }
}

#[tokio::test]
async fn a_redirect_of_a_form_is_protected_as_well() {
    let house = House::with(&[("BANK_ORIGIN", "https://bank.example"), ("BANK_DEMO", "on")]).await;
    let request = Request::post("/api/call/identity.start-sign-in")
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, "https://bank.example/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = house.send("192.0.2.1", request.body(Body::empty()).unwrap()).await;
    assert!(answer.status.is_redirection(), "{}", answer.status);
    protects(&answer, "a form");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn reading_with_get_never_runs_an_operation_that_changes_something() {
    let house = House::with(&[("BANK_DOORS_REQUESTS", "10000 + 1/min")]).await;
    let (lines, sessions) = (house.count("audit_lines").await, house.count("ceremonies").await);
    let entries: Vec<_> = house.world.bank.registry().all().copied().collect();
    for entry in &entries {
        let facts = entry.facts;
        for path in [facts.named.form_path, facts.named.json_path] {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE] {
                for query in ["", "?key=00000000-0000-0000-0000-000000000000&handle=anna&name=x"] {
                    let request = Request::builder()
                        .method(method.clone())
                        .uri(format!("{path}{query}"))
                        .header("sec-fetch-site", "same-origin")
                        .header(header::COOKIE, format!("__Host-larch={}", "ab".repeat(32)));
                    let answer = house.send("192.0.2.1", request.body(Body::empty()).unwrap()).await;
                    assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
                    assert!(!answer.headers.contains_key(header::SET_COOKIE), "{method} {path}");
                }
            }
        }
        let Some(rest) = facts.rest else { continue };
        match rest.method {
            bank_contract::Method::Get => assert_eq!(facts.effect, Effect::Reads, "{}", facts.named.name),
            bank_contract::Method::Post => {
                let path = format!("/api/v1{}", rest.path);
                for method in [Method::GET, Method::HEAD] {
                    let answer = house.program(method, &path, &json!({})).await;
                    assert_eq!(answer.status, 405, "{path}");
                }
            }
        }
    }
    assert_eq!(house.count("audit_lines").await, lines, "nothing reached the hallway");
    assert_eq!(house.count("ceremonies").await, sessions);
}

#[tokio::test]
async fn too_many_requests_of_one_client_are_refused_in_the_words_of_their_door() {
    let house = House::with(&[("BANK_DOORS_REQUESTS", "3 + 1/min")]).await;
    for _ in 0..3 {
        assert_eq!(house.get("/health/live").await.status, 200);
    }
    let plain = house.get("/health/live").await;
    assert!(
        plain.is_slow_down() && plain.text.contains("Nothing was changed"),
        "{}",
        plain.text
    );
    let rest = house.get("/api/v1/accounts").await;
    assert!(rest.is_slow_down());
    assert_eq!(rest.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(
        (&rest.json()["code"], &rest.json()["money_moved"]),
        (&json!("slow_down"), &json!("no"))
    );
    let call = house.call("192.0.2.1", "accounts.list", &json!({})).await;
    assert!(call.is_slow_down());
    assert_eq!(call.json()["code"], "slow_down");
    let other = house.call("192.0.2.2", "accounts.list", &json!({})).await;
    assert_eq!(other.status, 401, "others are not touched");
}

async fn from(house: &House, peer: &str, forwarded: &str) -> StatusCode {
    let request = Request::get("/health/live").header("x-forwarded-for", forwarded);
    house.send(peer, request.body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn a_client_cannot_write_itself_another_address() {
    let house = House::with(&[("BANK_DOORS_REQUESTS", "1 + 1/min")]).await;
    assert_eq!(from(&house, "192.0.2.1", "198.51.100.1").await, 200);
    assert_eq!(from(&house, "192.0.2.1", "198.51.100.2").await, 429);
    let house = House::with(&[("BANK_DOORS_REQUESTS", "1 + 1/min"), ("BANK_DOORS_TRUSTED_HOPS", "1")]).await;
    assert_eq!(from(&house, "10.0.0.1", "198.51.100.9, 198.51.100.1").await, 200);
    assert_eq!(from(&house, "10.0.0.1", "198.51.100.8, 198.51.100.1").await, 429);
    assert_eq!(from(&house, "10.0.0.1", "198.51.100.1, 198.51.100.2").await, 200);
}

#[tokio::test]
async fn a_stranger_begins_so_many_ceremonies_and_not_one_more() {
    let house = House::with(&[("BANK_DOORS_WAYS_IN", "2 + 1/min")]).await;
    for _ in 0..2 {
        assert_eq!(
            house
                .call("192.0.2.1", "identity.start-sign-in", &json!({}))
                .await
                .status,
            200
        );
    }
    let kept = house.count("ceremonies").await;
    let refused = house.call("192.0.2.1", "identity.start-sign-in", &json!({})).await;
    assert!(refused.is_slow_down(), "{}", refused.text);
    assert_eq!(refused.json()["code"], "slow_down");
    assert_eq!(house.count("ceremonies").await, kept, "nothing was written");
    assert_eq!(
        house.call("192.0.2.1", "identity.who-am-i", &json!({})).await.status,
        200
    );
    assert_eq!(
        house
            .call("192.0.2.2", "identity.start-sign-in", &json!({}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_token_asks_so_often_and_another_token_is_not_touched() {
    let house = House::with(&[("BANK_DOORS_PROGRAM", "2 + 1/min")]).await;
    for _ in 0..2 {
        assert_eq!(
            house.program(Method::GET, "/api/v1/accounts", &json!({})).await.status,
            200
        );
    }
    let refused = house.program(Method::GET, "/api/v1/accounts", &json!({})).await;
    assert!(refused.is_slow_down());
    assert_eq!(refused.json()["code"], "slow_down");
    let other = Request::get("/api/v1/accounts")
        .header(header::AUTHORIZATION, format!("Bearer {}", house.world.reading.secret));
    let answer = house.send("192.0.2.1", other.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn payees_cannot_be_tried_without_an_end_neither_by_checking_nor_by_paying() {
    let house = House::with(&[("BANK_DOORS_PAYEE_CHECKS", "3 + 1/min")]).await;
    let check = json!({ "iban": house.world.to.iban, "name": "Somebody" });
    assert_eq!(
        house.program(Method::POST, "/api/v1/payee-checks", &check).await.status,
        200
    );
    let mut unknown = house.world.transfer("1.00");
    unknown["payee_iban"] = json!("DE89370400440532013000");
    for _ in 0..2 {
        let answer = house.program(Method::POST, "/api/v1/transfers", &unknown).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (422, &json!("payee_unknown"))
        );
    }
    // The next one is answered for the last time.
    assert_eq!(
        house.program(Method::POST, "/api/v1/transfers", &unknown).await.status,
        422
    );
    for (path, body) in [("/api/v1/transfers", &unknown), ("/api/v1/payee-checks", &check)] {
        let answer = house.program(Method::POST, path, body).await;
        assert!(answer.is_slow_down(), "{path}: {}", answer.text);
    }
    assert_eq!(
        house.program(Method::GET, "/api/v1/accounts", &json!({})).await.status,
        200
    );
}

#[tokio::test]
async fn payments_that_are_made_are_not_counted_as_checks() {
    let house = House::with(&[("BANK_DOORS_PAYEE_CHECKS", "1 + 1/min")]).await;
    for _ in 0..4 {
        let answer = house
            .program(Method::POST, "/api/v1/transfers", &house.world.transfer("1.00"))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}
