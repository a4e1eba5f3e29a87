//! Who is let in, and in which form: what no client of the library would send.

use super::{House, call, data, header, is_refusal, try_call};
use crate::telemetry::tests::Captured;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const BOTH: &str = "application/json, text/event-stream";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), &self.json()["code"]),
            (status, &json!(code)),
            "{}",
            self.text
        );
        assert_eq!(header(&self.headers, "content-type"), "application/problem+json");
        assert_eq!(header(&self.headers, "cache-control"), "no-store");
    }
}

fn ping() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" })
}

fn calling(tool: &str, arguments: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments } })
}

impl House {
    /// What an agent sends, with these headers instead of, or besides, the usual ones. An empty one is left out.
    async fn send(&self, method: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let router = crate::doors::router(
            &self.world.bank,
            &crate::config::tests::shipped_with(&[("BANK_ORIGIN", &self.origin)]),
        );
        let host = self.origin.strip_prefix("http://").unwrap();
        let token = format!("Bearer {}", self.world.token.secret);
        let mut request = Request::builder().method(method).uri("/mcp");
        for (name, usual) in [
            ("host", host),
            ("authorization", &token),
            ("content-type", "application/json"),
            ("accept", BOTH),
        ] {
            if !headers.iter().any(|(other, _)| *other == name) {
                request = request.header(name, usual);
            }
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let response = router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

#[tokio::test]
async fn who_has_no_token_is_refused_before_a_word_is_read() {
    let house = House::open(&[]).await;
    let unknown = format!("Bearer larch_{}", "0".repeat(64));
    for wrong in [
        "",
        "Bearer",
        "Bearer larch_",
        "Basic YTpi",
        &unknown,
        &house.world.token.secret,
    ] {
        for (method, body) in [
            ("POST", ping().to_string()),
            ("POST", "{".into()),
            ("GET", String::new()),
        ] {
            let answer = house.send(method, &[("authorization", wrong)], body).await;
            answer.is_problem(401, "not_signed_in");
            assert_eq!(header(&answer.headers, "www-authenticate"), "Bearer");
        }
    }
    let cookie = format!("__Host-larch={}", "ab".repeat(32));
    let answer = house
        .send(
            "POST",
            &[("authorization", ""), ("cookie", &cookie)],
            ping().to_string(),
        )
        .await;
    answer.is_problem(401, "not_signed_in");
    let refused = house.try_agent("larch_nobody").await.unwrap_err();
    assert!(refused.contains("AuthRequired") || refused.contains("401"), "{refused}");
}

#[tokio::test]
async fn a_message_is_posted_and_there_is_nothing_to_listen_to_or_to_end() {
    let house = House::open(&[]).await;
    for method in ["GET", "DELETE", "PUT", "PATCH", "OPTIONS"] {
        let answer = house.send(method, &[("mcp-session-id", "1")], String::new()).await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(header(&answer.headers, "allow"), "POST");
    }
    let answer = house.send("POST", &[], ping().to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json(), json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));
    assert!(header(&answer.headers, "content-type").starts_with("application/json"));
    assert_eq!(header(&answer.headers, "cache-control"), "no-store");
    assert!(!answer.headers.contains_key("mcp-session-id"), "no session is kept");
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let heard = house.send("POST", &[], initialized.to_string()).await;
    assert_eq!((heard.status.as_u16(), heard.text.as_str()), (202, ""));
}

#[tokio::test]
async fn another_host_or_another_page_is_refused() {
    let house = House::open(&[]).await;
    let call = calling("transfers_submit", &house.transfer(1, "1.00")).to_string();
    for host in ["evil.example", "127.0.0.1", "localhost", ""] {
        let answer = house.send("POST", &[("host", host)], call.clone()).await;
        answer.is_problem(421, "foreign_host");
    }
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let answer = house.send("POST", &[(name, value)], call.clone()).await;
        answer.is_problem(403, "foreign_page");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    assert_eq!(house.booked().await, "100.00", "nothing was done");
    let ours = house.send("POST", &[("origin", &house.origin)], call).await;
    assert_eq!(
        ours.json()["result"]["structuredContent"]["state"],
        "done",
        "{}",
        ours.text
    );
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_never_runs() {
    let house = House::open(&[]).await;
    let call = calling("transfers_submit", &house.transfer(1, "1.00"));
    for bad in [
        String::new(),
        "{".into(),
        "[]".into(),
        format!("[{call}]"),
        json!({ "jsonrpc": "1.0", "id": 1, "method": "ping" }).to_string(),
        "[".repeat(5_000),
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{}1{}}}"#,
            "[".repeat(30),
            "]".repeat(30)
        ),
        "\u{feff}{}".into(),
    ] {
        house.send("POST", &[], bad).await.is_problem(400, "malformed");
    }
    let large = format!("{call}{}", " ".repeat(20_000));
    house.send("POST", &[], large).await.is_problem(413, "too_large");
    let larger = format!("{call}{}", " ".repeat(70_000));
    house.send("POST", &[], larger).await.is_problem(413, "too_large");
    for media_type in ["text/plain", "", "application/x-www-form-urlencoded"] {
        let answer = house
            .send("POST", &[("content-type", media_type)], call.to_string())
            .await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let answer = house.send("POST", &[("accept", "text/html")], call.to_string()).await;
    answer.is_problem(406, "not_acceptable");
    let version = [("mcp-protocol-version", "1999-01-01")];
    let answer = house.send("POST", &version, call.to_string()).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(house.booked().await, "100.00", "nothing was done");
}

#[tokio::test]
async fn an_older_agent_is_spoken_to_in_its_own_version() {
    let house = House::open(&[]).await;
    let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": { "name": "old", "version": "1" }
    } });
    let told = house.send("POST", &[], hello.to_string()).await.json();
    assert_eq!(told["result"]["protocolVersion"], "2025-03-26", "{told}");
    let list = house
        .send("POST", &[], calling("pending_list", &json!({})).to_string())
        .await;
    assert_eq!(
        list.json()["result"]["structuredContent"],
        json!({ "state": "done", "replayed": false, "answer": [] }),
        "{}",
        list.text
    );
}

#[tokio::test]
async fn too_many_calls_of_one_token_are_refused_with_the_time_after_which_it_goes_on() {
    let house = House::open(&[("BANK_DOORS_PROGRAM", "8 + 1/min")]).await;
    let agent = house.agent().await;
    let mut refused = None;
    for _ in 0..9 {
        let result = call(&agent, "accounts_list", &json!({})).await;
        if result.is_error == Some(true) {
            refused = Some(result);
        }
    }
    let refused = refused.unwrap();
    is_refusal(&refused, "slow_down");
    let told = data(&refused);
    assert!(told["retry_after_s"].as_u64().unwrap() >= 1);
    assert_eq!(told["money_moved"], "no");
    let none = try_call(&agent, "nothing_at_all", &json!({})).await.unwrap();
    is_refusal(&none, "slow_down");
    assert!(
        agent.list_all_tools().await.is_err(),
        "other messages are counted as well"
    );
    let other = house.reader().await;
    assert_eq!(data(&call(&other, "accounts_list", &json!({})).await)["state"], "done");
}

#[tokio::test]
async fn agents_learn_no_more_of_payees_than_their_user_may() {
    let house = House::open(&[("BANK_DOORS_PAYEE_CHECKS", "2 + 1/min")]).await;
    let agent = house.agent().await;
    let check = json!({ "name": "Ben Okafor", "iban": house.world.to.iban });
    for _ in 0..2 {
        assert_eq!(
            data(&call(&agent, "transfers_check_payee", &check).await)["state"],
            "done"
        );
    }
    is_refusal(&call(&agent, "transfers_check_payee", &check).await, "slow_down");
    is_refusal(
        &call(&house.reader().await, "transfers_check_payee", &check).await,
        "slow_down",
    );
}

#[tokio::test]
async fn the_log_and_the_audit_say_which_door_it_was_and_nothing_private() {
    let house = House::open(&[]).await;
    let captured = Captured::with(true, "trace,sqlx=warn,sea_orm=warn,hyper=warn,hyper_util=warn,h2=warn");
    let call = calling("transfers_submit", &house.transfer(1, "1.00")).to_string();
    let paid = house.send("POST", &[], call).await;
    assert_eq!(
        paid.json()["result"]["structuredContent"]["state"],
        "done",
        "{}",
        paid.text
    );
    let foreign = calling("accounts_show", &json!({ "account": house.world.to.account }));
    house.send("POST", &[], foreign.to_string()).await;
    house.send("POST", &[("authorization", "")], ping().to_string()).await;
    let told = captured.security();
    for (code, class) in [("not_found", json!("access")), ("not_signed_in", Value::Null)] {
        let found = told.iter().any(|event| {
            event["fields"]["door"] == "mcp" && event["fields"]["code"] == code && event["fields"]["class"] == class
        });
        assert!(found, "{code} in {told:#?}");
    }
    let text = captured.text();
    for private in [
        house.world.token.secret.as_str(),
        house.world.to.iban.as_str(),
        house.world.from.iban.as_str(),
        "Ben Okafor",
    ] {
        assert!(!text.contains(private), "{private}");
    }
    drop(captured);
    house.world.bank.flush_audit().await.unwrap();
    let owner = house.world.database.owner().await;
    let asked = "SELECT 1 FROM audit_lines WHERE door = 'mcp' AND caller = 'program' AND operation = 'accounts.show'";
    let asked = migrations::sea_orm::Statement::from_string(migrations::sea_orm::DbBackend::Postgres, asked);
    let line = migrations::sea_orm::ConnectionTrait::query_one_raw(&owner, asked).await;
    assert!(line.unwrap().is_some());
    owner.close().await.unwrap();
}
