//! Whoever works at the bank: a session of their own beside a customer's, in the same browser.

use super::{Answer, House};
use axum::http::header;
use bank_contract::backoffice::InviteStaff;
use bank_operations::Visit;
use serde_json::json;

const CASES: &str = "/api/call-json/care.list-cases";
const ACCOUNTS: &str = "/api/call-json/accounts.list";

/// Lets somebody in, who comes in at once. Gives their cookie, whole.
async fn comes_in(house: &House) -> String {
    let (operator, invite) = (Visit::operator(), InviteStaff { name: "Jonas".into() });
    let invited = house.world.bank.run(&operator, invite);
    let code = invited.await.unwrap().answer.done().unwrap().code;
    let answer = house
        .call("192.0.2.1", "backoffice.enter", &json!({ "code": code }))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!answer.text.contains("__Host"), "the secret is in the cookie only");
    let again = house
        .call("192.0.2.1", "backoffice.enter", &json!({ "code": code }))
        .await;
    assert!(again.status.is_client_error() && !again.headers.contains_key(header::SET_COOKIE));
    answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned()
}

async fn asks(house: &House, cookie: &str, path: &str) -> Answer {
    house.as_customer(cookie, path, Some(&json!({}))).await
}

#[tokio::test]
async fn a_staff_session_and_a_customers_stand_side_by_side_and_neither_opens_what_is_the_others() {
    let house = House::with(&[("BANK_DEMO", "on")]).await;
    let cookie = comes_in(&house).await;
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(attribute), "{attribute}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Expires") && !cookie.contains("Max-Age"));
    let staff = cookie.split(';').next().unwrap();
    let (name, secret) = staff.split_once('=').unwrap();
    assert_eq!(name, "__Host-staff");
    let anna = house.sign_in("anna-weber").await;
    let customers = anna.split_once('=').unwrap().1;
    for (cookies, cases, accounts) in [
        (staff.to_owned(), 200, 401),
        (anna.clone(), 403, 200),
        (format!("{anna}; {staff}"), 200, 200),
        // A secret in the other's place opens nothing.
        (format!("__Host-staff={customers}"), 403, 401),
        (format!("__Host-larch={secret}"), 403, 401),
    ] {
        assert_eq!(asks(&house, &cookies, CASES).await.status, cases, "{cookies}");
        assert_eq!(asks(&house, &cookies, ACCOUNTS).await.status, accounts, "{cookies}");
    }
}

#[tokio::test]
async fn a_staff_session_ends_where_it_is_left_and_the_customers_goes_on() {
    let house = House::with(&[("BANK_DEMO", "on")]).await;
    let cookie = comes_in(&house).await;
    let staff = cookie.split(';').next().unwrap();
    let both = format!("{}; {staff}", house.sign_in("anna-weber").await);
    let left = asks(&house, &both, "/api/call-json/backoffice.leave").await;
    let ended = left.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        ended.starts_with("__Host-staff=;") && ended.contains("Max-Age=0"),
        "{ended}"
    );
    assert_eq!(asks(&house, &both, CASES).await.status, 403);
    assert_eq!(asks(&house, &both, ACCOUNTS).await.status, 200);
}
