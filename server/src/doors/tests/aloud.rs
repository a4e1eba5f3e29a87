//! A turn of the assistant, line by line.

use super::{House, World};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use axum::response::Response;
use bank_contract::Doorway;
use bank_contract::assistant::{Part, Said, TurnLine};
use bank_contract::help::{ArticleLine, ArticleView};
use bank_operations::assistant::{Banker, Situation, Turned, Turning};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tower::ServiceExt as _;

const SAY: &str = "/api/call-aloud/assistant.say";

fn text(text: &str) -> Vec<Part> {
    vec![Part::Text { text: text.into() }]
}

/// Says one thing at once, and another when it gets a word.
struct Hesitates(Arc<Notify>);

impl Banker for Hesitates {
    fn turn<'a>(&'a self, _bank: &'a Doorway, _state: Value, _said: &'a Said, situation: &'a Situation) -> Turning<'a> {
        Box::pin(async move {
            situation.aloud.say(&text("first"));
            self.0.notified().await;
            situation.aloud.say(&text("second"));
            Turned {
                messages: vec![text("first"), text("second")],
                ..Turned::default()
            }
        })
    }

    fn articles(&self, _about: Option<&str>) -> Vec<ArticleLine> {
        Vec::new()
    }

    fn article(&self, _slug: &str) -> Option<ArticleView> {
        None
    }
}

async fn house() -> (House, Arc<Notify>) {
    let word = Arc::new(Notify::new());
    let banker = Arc::new(Hesitates(word.clone()));
    let house = House::of(World::with(Some(banker)).await, &[("BANK_DEMO", "on")]);
    (house, word)
}

async fn say(house: &House, cookie: &str, words: &str) -> Response {
    let said = json!({ "said": { "words": { "text": words } } });
    let request = Request::post(SAY)
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json")
        // Compressed, the first message would wait for the last.
        .header(
            header::ACCEPT_ENCODING,
            if words == "hello" { "br, gzip" } else { "identity" },
        );
    let request = request.body(Body::from(said.to_string())).unwrap();
    house.router.clone().oneshot(request).await.unwrap()
}

async fn next_line(response: &mut Response) -> TurnLine {
    let frame = response.body_mut().frame().await.unwrap().unwrap();
    serde_json::from_slice(&frame.into_data().unwrap()).unwrap()
}

#[tokio::test]
async fn a_message_is_heard_before_the_turn_has_ended_and_only_the_end_is_kept() {
    let (house, word) = house().await;
    let cookie = house.sign_in("anna-weber").await;
    let mut response = say(&house, &cookie, "hello").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/x-ndjson");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
    assert_eq!(next_line(&mut response).await, TurnLine::Meanwhile(text("first")));
    assert_eq!(house.count("conversation_messages").await, 0);
    word.notify_one();
    assert_eq!(next_line(&mut response).await, TurnLine::Meanwhile(text("second")));
    let TurnLine::Done(turn) = next_line(&mut response).await else {
        panic!("there is no end");
    };
    let said: Vec<_> = turn.messages.into_iter().map(|message| message.parts).collect();
    assert_eq!(said, [text("hello"), text("first"), text("second")]);
    assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), "");
    assert_eq!(house.count("conversation_messages").await, 3);
}

#[tokio::test]
async fn a_turn_comes_to_its_end_whether_or_not_its_answer_is_taken() {
    let (house, word) = house().await;
    let cookie = house.sign_in("anna-weber").await;
    let mut response = say(&house, &cookie, "hello").await;
    assert_eq!(next_line(&mut response).await, TurnLine::Meanwhile(text("first")));
    word.notify_one();
    // Nobody takes the rest. With its connection to the database in hand, the turn must not wait for that.
    let kept = async {
        while house.count("conversation_messages").await < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), kept).await.unwrap();
    drop(response);
}

#[tokio::test]
async fn who_goes_away_meanwhile_leaves_nothing_behind() {
    let (house, word) = house().await;
    let cookie = house.sign_in("anna-weber").await;
    let mut response = say(&house, &cookie, "hello").await;
    assert_eq!(next_line(&mut response).await, TurnLine::Meanwhile(text("first")));
    drop(response);
    assert_eq!(house.count("conversations").await, 0);
    word.notify_one();
    let again = to_bytes(say(&house, &cookie, "hello").await.into_body(), 10_000)
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(&again).contains("\"done\""));
    assert_eq!(house.count("conversation_messages").await, 3);
}

#[tokio::test]
async fn a_refusal_before_the_first_message_is_an_answer_like_any_other() {
    let (house, _) = house().await;
    let cookie = house.sign_in("anna-weber").await;
    for (cookie, words, status, code) in [
        ("", "hello", 401, "not_signed_in"),
        (cookie.as_str(), " ", 422, "invalid"),
    ] {
        let response = say(&house, cookie, words).await;
        assert_eq!(response.status(), status, "{code}");
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains(code), "{code}: {body:?}");
    }
    for (method, path, site, status) in [
        ("POST", SAY, "cross-site", 403),
        ("GET", SAY, "same-origin", 405),
        ("POST", "/api/call-aloud/accounts.list", "same-origin", 404),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", site);
        let answer = house.send("192.0.2.1", request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}
