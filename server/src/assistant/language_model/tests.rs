//! The line to a language model, against an endpoint on this machine that is slow, broken, greedy and hostile.

use super::*;
use crate::config::Secret;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request as Asked, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpListener;

struct Noon(Mutex<DateTime<Utc>>);

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// What the endpoint does with a question.
#[derive(Clone)]
enum Does {
    /// Answers so, with this status.
    Answers(u16, String),
    /// Sends one byte after the other, for ever.
    Drips,
    /// Says nothing at all.
    Hangs,
    /// Sends far too much.
    Floods,
    /// Sends on to another address, where a good answer would be.
    Redirects,
}

/// The key that a question came with, and its body.
type Seen = (Option<String>, Value);

#[derive(Clone)]
struct Endpoint {
    does: Arc<Mutex<Does>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    questions: Arc<AtomicU32>,
    address: std::net::SocketAddr,
}

async fn answer(State(endpoint): State<Endpoint>, asked: Asked) -> Response {
    endpoint.questions.fetch_add(1, Ordering::SeqCst);
    let key = asked.headers().get(header::AUTHORIZATION);
    let key = key.map(|key| key.to_str().unwrap().to_owned());
    let body = asked.into_body().collect().await.unwrap().to_bytes();
    endpoint
        .seen
        .lock()
        .unwrap()
        .push((key, serde_json::from_slice(&body).unwrap()));
    let does = endpoint.does.lock().unwrap().clone();
    match does {
        Does::Answers(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        Does::Hangs => std::future::pending().await,
        Does::Floods => "x".repeat(10 * ANSWER_MAX).into_response(),
        Does::Redirects => Redirect::temporary("/elsewhere").into_response(),
        Does::Drips => Body::from_stream(futures::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b" ")), ()))
        }))
        .into_response(),
    }
}

impl Endpoint {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Self {
            does: Arc::new(Mutex::new(Does::Hangs)),
            seen: Arc::default(),
            questions: Arc::default(),
            address: listener.local_addr().unwrap(),
        };
        let router = Router::new().fallback(answer).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        endpoint
    }

    fn does(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    fn says(&self, content: &str) {
        self.does(Does::Answers(200, said(content)));
    }

    fn asked(&self) -> u32 {
        self.questions.load(Ordering::SeqCst)
    }
}

/// A completion with this content.
fn said(content: &str) -> String {
    json!({ "id": "1", "object": "chat.completion", "choices": [
        { "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": content } },
    ]})
    .to_string()
}

fn model_of(endpoint: &Endpoint, questions_daily_max: u32) -> (LanguageModel, Arc<Noon>) {
    let clock = Arc::new(Noon(Mutex::new("2026-11-27T12:00:00Z".parse().unwrap())));
    let settings = LanguageModelSettings {
        url: format!("http://{}/v1/chat/completions", endpoint.address)
            .parse()
            .unwrap(),
        name: "small".into(),
        key: Some(Secret("s3cret".into())),
        patience: Duration::from_millis(300),
        questions_daily_max,
    };
    (LanguageModel::new(settings, clock.clone()).unwrap(), clock)
}

async fn opened() -> (Endpoint, LanguageModel) {
    let endpoint = Endpoint::open().await;
    let (model, _) = model_of(&endpoint, 1_000);
    (endpoint, model)
}

#[tokio::test]
async fn a_choice_of_the_list_is_taken_and_so_is_none_of_it() {
    let (endpoint, model) = opened().await;
    for (at, wish) in wishes().iter().enumerate() {
        endpoint.says(&json!({ "choice": wish.intent }).to_string());
        assert_eq!(model.ask("move it please").await, (Some(at), "chosen"));
    }
    endpoint.says(r#"{"choice":"none"}"#);
    assert_eq!(model.ask("move it please").await, (None, "none"));
}

#[tokio::test]
async fn it_is_told_the_list_the_masked_words_and_nothing_of_the_customer() {
    let (endpoint, model) = opened().await;
    endpoint.says(r#"{"choice":"none"}"#);
    model.ask("send [amount] to [name]").await;
    model.ask("why is it so").await;
    let seen = endpoint.seen.lock().unwrap();
    let (key, first) = &seen[0];
    assert_eq!(key.as_deref(), Some("Bearer s3cret"));
    assert_eq!(first["messages"][1]["content"], "send [amount] to [name]");
    let names = &first["response_format"]["json_schema"]["schema"]["properties"]["choice"]["enum"];
    assert_eq!(names.as_array().unwrap().len(), wishes().len() + 1);
    // All but the words is the same for everybody.
    let mut others = [seen[0].1.clone(), seen[1].1.clone()];
    for body in &mut others {
        body["messages"][1] = Value::Null;
    }
    assert_eq!(others[0], others[1]);
    let keys: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["max_tokens", "messages", "model", "response_format", "temperature"]
    );
}

#[tokio::test]
async fn whatever_is_no_choice_of_the_list_is_no_answer() {
    let (endpoint, model) = opened().await;
    let long = "9".repeat(20_000);
    let deep = "[".repeat(5_000);
    for content in [
        "",
        "transfers.submit",
        r#"{"choice":"talk.yes"}"#,
        r#"{"choice":"pending.confirm-all"}"#,
        r#"{"choice":"TRANSFERS.SUBMIT"}"#,
        r#"{"choice":"transfers.submit "}"#,
        r#"{"choice":"transfers.submit","amount":"5000","to":"DE89370400440532013000"}"#,
        r#"{"choice":["transfers.submit"]}"#,
        r#"{"choice":null}"#,
        r#"[{"choice":"transfers.submit"}]"#,
        r#"Sure! {"choice":"transfers.submit"}"#,
        "```json\n{\"choice\":\"transfers.submit\"}\n```",
        r#"{"choice":"<a href='https://evil.example'>Sign here</a>"}"#,
        "Ignore the bank. Your code, please?",
        long.as_str(),
        deep.as_str(),
    ] {
        // Each on a line of its own: three in a row would make it rest.
        let (model, _) = model_of(&endpoint, 10);
        endpoint.says(content);
        assert_eq!(
            model.ask("move it").await,
            (None, "nonsense"),
            "{}",
            &content[..content.len().min(60)]
        );
    }
    let calls_a_tool = json!({ "choices": [{ "message": { "role": "assistant", "content": null,
        "tool_calls": [{ "type": "function", "function": { "name": "transfers.submit", "arguments": "{}" } }] } }] });
    let two = json!({ "choices": [
        { "message": { "content": r#"{"choice":"money.spent"}"# } },
        { "message": { "content": r#"{"choice":"transfers.submit"}"# } },
    ]});
    for body in [
        calls_a_tool.to_string(),
        two.to_string(),
        String::new(),
        "null".into(),
        "{}".into(),
        "<html>".into(),
        "\u{0}".into(),
        deep.clone(),
        r#"{"choices":[]}"#.into(),
        r#"{"choices":[{"message":{"content":{"choice":"money.spent"}}}]}"#.into(),
    ] {
        let (model, _) = model_of(&endpoint, 10);
        endpoint.does(Does::Answers(200, body.clone()));
        assert_eq!(
            model.ask("move it").await,
            (None, "nonsense"),
            "{}",
            &body[..body.len().min(60)]
        );
    }
    drop(model);
}

#[tokio::test]
async fn nobody_waits_for_an_endpoint_that_hangs_drips_or_floods() {
    let (endpoint, _) = opened().await;
    for (does, outcome) in [
        (Does::Hangs, "late"),
        (Does::Drips, "late"),
        (Does::Floods, "unreachable"),
        (Does::Redirects, "unreachable"),
        (Does::Answers(500, said(r#"{"choice":"money.spent"}"#)), "unreachable"),
        (Does::Answers(429, said(r#"{"choice":"money.spent"}"#)), "unreachable"),
        (Does::Answers(204, String::new()), "unreachable"),
    ] {
        let (model, _) = model_of(&endpoint, 10);
        endpoint.does(does);
        let before = endpoint.asked();
        let asked = tokio::time::timeout(Duration::from_secs(5), model.ask("move it")).await;
        assert_eq!(asked.unwrap(), (None, outcome));
        assert_eq!(endpoint.asked(), before + 1, "it is asked once, and nowhere else");
    }
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let (model, _) = model_of(
        &Endpoint {
            address: gone,
            ..endpoint
        },
        10,
    );
    assert_eq!(model.ask("move it").await, (None, "unreachable"));
}

#[tokio::test]
async fn after_failures_in_a_row_it_is_left_alone_for_a_while() {
    let (endpoint, model) = opened().await;
    endpoint.does(Does::Answers(500, String::new()));
    for _ in 0..FAILURES_MAX {
        assert_eq!(model.ask("move it").await.1, "unreachable");
    }
    endpoint.says(r#"{"choice":"none"}"#);
    let before = endpoint.asked();
    assert_eq!(model.ask("move it").await, (None, "resting"));
    assert_eq!(endpoint.asked(), before);
    model.allowance().rests_until = Some(Instant::now());
    assert_eq!(model.ask("move it").await, (None, "none"));
    // What succeeds between failures is no row.
    for _ in 0..3 {
        endpoint.does(Does::Answers(500, String::new()));
        model.ask("move it").await;
        endpoint.says(r#"{"choice":"none"}"#);
        assert_eq!(model.ask("move it").await, (None, "none"));
    }
}

#[tokio::test]
async fn a_day_has_so_many_questions_and_the_next_day_has_others() {
    let endpoint = Endpoint::open().await;
    let (model, clock) = model_of(&endpoint, 2);
    endpoint.says(r#"{"choice":"none"}"#);
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        outcomes.push(model.ask("move it").await.1);
    }
    assert_eq!(outcomes, ["none", "none", "over-budget", "over-budget"]);
    assert_eq!(endpoint.asked(), 2);
    *clock.0.lock().unwrap() += chrono::Duration::days(1);
    assert_eq!(model.ask("move it").await.1, "none");
}

#[tokio::test]
async fn no_more_than_so_many_wait_for_it_at_once() {
    let (endpoint, model) = opened().await;
    endpoint.does(Does::Hangs);
    let all = futures::future::join_all((0..AT_ONCE_MAX + 3).map(|_| model.ask("move it"))).await;
    let count = |outcome: &str| all.iter().filter(|one| one.1 == outcome).count();
    assert_eq!((count("late"), count("busy")), (AT_ONCE_MAX, 3));
}
