//! What whoever watches the bank reads of it: who came in, who was refused what, and nothing personal.

use super::{Answer, House};
use crate::telemetry::tests::Captured;
use axum::body::Body;
use axum::http::{Method, Request, header};
use migrations::sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

/// The newest event, by these fields.
fn newest(captured: &Captured, fields: &[(&str, &str)]) -> Value {
    let events = captured.security();
    let found = events.iter().rev().find(|event| {
        fields
            .iter()
            .all(|(name, value)| event["fields"][*name].as_str() == Some(*value))
    });
    found.unwrap_or_else(|| panic!("no {fields:?} in {events:#?}")).clone()
}

fn has_user(event: &Value) -> bool {
    event["fields"]["user"]
        .as_str()
        .is_some_and(|user| user.parse::<uuid::Uuid>().is_ok())
}

#[tokio::test]
async fn every_sign_in_is_told_with_its_factor_and_every_refused_one_with_its_code() {
    let house = House::with(&[]).await;
    let captured = Captured::begin(true);
    let anna = house.sign_in("anna-weber").await;
    let came = newest(
        &captured,
        &[("event", "signed_in"), ("proof", "demo"), ("door", "browser")],
    );
    assert!(
        has_user(&came) && came["timestamp"].as_str().unwrap().ends_with('Z'),
        "{came}"
    );
    house
        .as_customer(&anna, "/api/call-json/identity.sign-out", Some(&json!({})))
        .await;
    let went = newest(&captured, &[("event", "done"), ("operation", "identity.sign-out")]);
    assert!(has_user(&went), "{went}");
    let wrong = json!({ "email": "anna@example.org", "password": "hunter2 hunter2" });
    house.call("192.0.2.1", "identity.start-password-sign-in", &wrong).await;
    newest(
        &captured,
        &[
            ("event", "refused"),
            ("class", "authentication"),
            ("code", "sign_in_refused"),
            ("operation", "identity.start-password-sign-in"),
            ("caller", "stranger"),
        ],
    );
    let used = json!({ "ceremony": uuid::Uuid::nil(), "credential": {} });
    house.call("192.0.2.1", "identity.finish-sign-in", &used).await;
    newest(&captured, &[("class", "authentication"), ("code", "ceremony_expired")]);
    let text = captured.text();
    assert!(
        !text.contains("anna@example.org") && !text.contains("hunter2"),
        "{text}"
    );
}

#[tokio::test]
async fn who_reaches_for_what_is_not_theirs_is_told() {
    let house = House::with(&[]).await;
    let captured = Captured::begin(true);
    let foreign = format!("/api/v1/accounts/{}", house.world.to.account);
    assert_eq!(house.program(Method::GET, &foreign, &json!({})).await.status, 404);
    let refused = [
        ("class", "access"),
        ("code", "not_found"),
        ("door", "rest"),
        ("caller", "program"),
    ];
    assert!(has_user(&newest(&captured, &refused)));
    let anna = house.sign_in("anna-weber").await;
    house
        .as_customer(&anna, "/api/call-json/compliance.seal-audit", Some(&json!({})))
        .await;
    assert!(has_user(&newest(
        &captured,
        &[("code", "not_allowed"), ("operation", "compliance.seal-audit")]
    )));
    house.call("192.0.2.1", "accounts.list", &json!({})).await;
    newest(
        &captured,
        &[("class", "access"), ("code", "not_signed_in"), ("caller", "stranger")],
    );
    let invented =
        Request::get("/api/v1/accounts").header(header::AUTHORIZATION, format!("Bearer larch_{}", "0".repeat(64)));
    house.send("192.0.2.1", invented.body(Body::empty()).unwrap()).await;
    newest(
        &captured,
        &[("event", "turned_away"), ("door", "rest"), ("code", "not_signed_in")],
    );
    let secret = house.world.token.secret.as_str();
    assert!(!captured.text().contains(secret) && !captured.text().contains("larch_0000"));
}

async fn posted(house: &House, path: &str, site: &str, body: String) -> Answer {
    let request = Request::post(path)
        .header("sec-fetch-site", site)
        .header(header::CONTENT_TYPE, "application/json");
    house.send("192.0.2.1", request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn what_a_door_refuses_before_the_hallway_is_told_as_well() {
    let house = House::with(&[("BANK_DOORS_WAYS_IN", "1 + 1/min")]).await;
    let captured = Captured::begin(true);
    let open = "/api/call-json/accounts.open";
    for (path, site, body, door, code, operation) in [
        (
            open,
            "cross-site",
            "{}".to_owned(),
            "browser",
            "foreign_page",
            "accounts.open",
        ),
        (
            open,
            "same-origin",
            "{".to_owned(),
            "browser",
            "malformed",
            "accounts.open",
        ),
        (
            "/api/call-json/x'\n.y",
            "same-origin",
            "{}".to_owned(),
            "browser",
            "not_found",
            "",
        ),
        (open, "same-origin", "x".repeat(70_000), "gate", "too_large", ""),
    ] {
        let answer = posted(&house, &path.replace('\n', "%0A"), site, body).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        newest(
            &captured,
            &[
                ("event", "turned_away"),
                ("door", door),
                ("code", code),
                ("operation", operation),
            ],
        );
    }
    for _ in 0..2 {
        house.call("192.0.2.1", "identity.start-sign-in", &json!({})).await;
    }
    newest(
        &captured,
        &[
            ("door", "limits"),
            ("code", "slow_down"),
            ("operation", "identity.start-sign-in"),
        ],
    );
    house
        .program(Method::POST, "/api/v1/payee-checks", &json!({ "iban": 7 }))
        .await;
    assert!(has_user(&newest(&captured, &[("door", "rest"), ("code", "malformed")])));
    let mut long = house.world.transfer("1.00");
    long["reference"] = json!("x".repeat(200));
    house.program(Method::POST, "/api/v1/transfers", &long).await;
    assert!(has_user(&newest(
        &captured,
        &[("class", "validation"), ("code", "invalid")]
    )));
    house
        .program(Method::POST, "/api/v1/transfers", &house.world.transfer("999.00"))
        .await;
    newest(&captured, &[("class", "business"), ("code", "insufficient_funds")]);
}

#[tokio::test]
async fn nothing_personal_and_nothing_secret_reaches_the_log() {
    let house = House::with(&[]).await;
    let captured = Captured::begin(true);
    let anna = house.sign_in("anna-weber").await;
    house.as_customer(&anna, "/home", None).await;
    house
        .program(Method::POST, "/api/v1/transfers", &house.world.transfer("12.34"))
        .await;
    house
        .program(Method::POST, "/api/v1/transfers", &house.world.transfer("987.65"))
        .await;
    let check = json!({ "iban": "DE89370400440532013000", "name": "Carla Moretti" });
    house.program(Method::POST, "/api/v1/payee-checks", &check).await;
    let text = captured.text();
    let cookie = anna.split('=').nth(1).unwrap();
    let iban = house.world.to.iban.as_str();
    let secret = house.world.token.secret.as_str();
    assert!(!text.is_empty());
    for private in [
        "Weber",
        "Okafor",
        "Moretti",
        "12.34",
        "987.65",
        "DE8937",
        "192.0.2.1",
        iban,
        secret,
        cookie,
    ] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[tokio::test]
async fn a_fault_of_ours_is_logged_under_the_reference_that_is_shown_and_nothing_more_is_shown() {
    let house = House::with(&[]).await;
    let owner = house.world.database.owner().await;
    owner
        .execute_unprepared("REVOKE SELECT ON accounts FROM larch_app")
        .await
        .unwrap();
    owner.close().await.unwrap();
    let captured = Captured::begin(true);
    let answer = house.program(Method::GET, "/api/v1/accounts", &json!({})).await;
    assert_eq!(answer.status, 500, "{}", answer.text);
    let reference = answer.json()["reference"].as_str().unwrap().to_owned();
    for inner in ["permission", "accounts ", "SELECT", "sqlx", ".rs", "panicked"] {
        assert!(!answer.text.contains(inner), "{inner}: {}", answer.text);
    }
    let text = captured.text();
    let line = text.lines().find(|line| line.contains(&reference)).unwrap();
    assert!(line.contains("ERROR") && line.contains("permission denied"), "{line}");
}
