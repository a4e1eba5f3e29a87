//! The gate before all doors: which client it is, whether it has asked too often, and the whole body before anybody works
//! on it. Whoever is refused reads it in the words of the door that they came to.

use super::limits::{AtWork, Client, Limits, Peer, count};
use super::{rest, web};
use app::api::Lines;
use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bank_contract::BankError;
use bank_operations::hallway::security;
use http_body_util::BodyExt as _;
use server_fn::ContentType as _;
use std::sync::Arc;
use std::time::Duration;

/// Largest body of a request, in bytes. A passkey's answer has about 2,000.
const BODY_MAX: usize = 64 * 1024;
/// How long a body may take to arrive, whole. The largest does over the slowest of mobile lines.
const BODY_TIME_MAX: Duration = Duration::from_secs(20);

pub(super) async fn pass(State(limits): State<Arc<Limits>>, mut request: Request, next: Next) -> Response {
    let words = Words::of(request.uri().path(), request.headers());
    let peer = request.extensions().get::<Peer>().copied();
    let client = Client::of(peer, limits.hops, request.headers());
    let let_in = limits.request(client).and_then(|()| limits.place(client));
    let at_work = match let_in {
        Ok(at_work) => at_work,
        Err(error) => return words.refuse(&error),
    };
    if words == Words::Health
        && let Err(error) = limits.health(client)
    {
        return words.refuse(&error);
    }
    request.extensions_mut().insert(client);
    match whole(request).await {
        Ok(request) => until_its_end(next.run(request).await, at_work),
        Err(why) => words.refuse_body(&why),
    }
}

/// Keeps the client's place while somebody still works on its answer: where that comes line by line.
fn until_its_end(response: Response, at_work: AtWork<Client>) -> Response {
    let lines = HeaderValue::from_static(Lines::CONTENT_TYPE);
    if response.headers().get(header::CONTENT_TYPE) != Some(&lines) {
        return response;
    }
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _place = &at_work;
            frame
        }))
    })
}

/// What is wrong with a body before anybody has read it.
enum BodyProblem {
    TooLarge,
    TooSlow,
    Broken,
}

/// The request with its body in memory, so that nobody inside waits for a client.
async fn whole(request: Request) -> Result<Request, BodyProblem> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    if body.size_hint().lower() > BODY_MAX as u64 {
        return Err(BodyProblem::TooLarge);
    }
    let read = tokio::time::timeout(BODY_TIME_MAX, to_bytes(body, BODY_MAX)).await;
    let Ok(read) = read else {
        count("body-time");
        return Err(BodyProblem::TooSlow);
    };
    match read {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(error) if is_length_limit(&error) => Err(BodyProblem::TooLarge),
        Err(_) => Err(BodyProblem::Broken),
    }
}

fn is_length_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// How a refusal is put.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// Problem details, for programs.
    Rest,
    /// A `BankError`, for a page that is awake.
    Call,
    /// A sentence, for a person, and for whoever watches the bank.
    Plain,
    Health,
}

impl Words {
    fn of(path: &str, headers: &HeaderMap) -> Self {
        let below = |root: &str| {
            path.strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let reads_html = accept.is_some_and(|accept| accept.contains("text/html"));
        if below("/api/v1") || path == "/mcp" {
            Self::Rest
        } else if path == "/health/ready" {
            Self::Health
        } else if below("/api") && !reads_html {
            Self::Call
        } else {
            Self::Plain
        }
    }

    fn refuse(self, error: &BankError) -> Response {
        match self {
            Self::Rest => rest::refusal(error),
            Self::Call => web::refusal(error),
            Self::Plain | Self::Health => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                let words = format!("{} {} Nothing was changed.", error.message(), error.next());
                let mut response = (status, words).into_response();
                if let BankError::SlowDown { retry_after_s } | BankError::Busy { retry_after_s } = error {
                    let seconds = HeaderValue::from(*retry_after_s);
                    response.headers_mut().insert(header::RETRY_AFTER, seconds);
                }
                response
            }
        }
    }

    fn refuse_body(self, why: &BodyProblem) -> Response {
        let (status, code, words) = match why {
            BodyProblem::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "it is larger than anything that we ask for.",
            ),
            BodyProblem::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow", "it took too long to arrive."),
            BodyProblem::Broken => (StatusCode::BAD_REQUEST, "malformed", "it did not arrive whole."),
        };
        security::turned_away("gate", "", code, None);
        let mut response = match self {
            Self::Rest => rest::refusal_of_http(status, code, &format!("We could not read that: {words}")),
            Self::Call | Self::Plain | Self::Health => self.refuse(&BankError::Malformed {
                message: words.to_owned(),
            }),
        };
        *response.status_mut() = status;
        // What is left of the body is not waited for.
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_refused_in_the_words_of_their_door() {
        let words = |path: &str, accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            Words::of(path, &headers)
        };
        for (path, accept, expected) in [
            ("/api/v1/accounts", "*/*", Words::Rest),
            ("/api/v1", "text/html", Words::Rest),
            ("/mcp", "application/json, text/event-stream", Words::Rest),
            ("/mcp-else", "*/*", Words::Plain),
            ("/api/v10", "*/*", Words::Call),
            ("/api/call-json/accounts.list", "application/json", Words::Call),
            ("/api/call/identity.sign-out", "text/html,*/*", Words::Plain),
            ("/health/ready", "*/*", Words::Health),
            ("/health/live", "*/*", Words::Plain),
            ("/home", "text/html", Words::Plain),
            ("/pkg/larch.js", "*/*", Words::Plain),
        ] {
            assert!(words(path, accept) == expected, "{path} {accept}");
        }
    }
    use crate::config::DoorSettings;
    use axum::routing::post;
    use axum::{Router, middleware};
    use http_body_util::StreamBody;
    use hyper::body::Frame;
    use std::io;
    use tokio::sync::{Notify, mpsc};
    use tower::ServiceExt as _;

    /// A bank of one operation, which waits for a word before it answers with the length of what it was sent.
    fn small(settings: &DoorSettings, word: Arc<Notify>) -> Router {
        let answer = async move |body: axum::body::Bytes| {
            word.notified().await;
            body.len().to_string()
        };
        let limits = Arc::new(Limits::new(settings));
        Router::new()
            .route("/api/v1/work", post(answer))
            .layer(middleware::from_fn_with_state(limits, pass))
    }

    fn sent(body: Body) -> Request {
        Request::post("/api/v1/work").body(body).unwrap()
    }

    #[tokio::test]
    async fn one_more_at_once_is_refused_and_let_in_when_another_has_gone() {
        let word = Arc::new(Notify::new());
        let settings = DoorSettings {
            at_once_per_client_max: 2,
            ..DoorSettings::default()
        };
        let router = small(&settings, word.clone());
        let at_work: Vec<_> = (0..2)
            .map(|_| tokio::spawn(router.clone().oneshot(sent(Body::from("four")))))
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let refused = router.clone().oneshot(sent(Body::empty())).await.unwrap();
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
        word.notify_one();
        word.notify_one();
        for answer in at_work {
            assert_eq!(answer.await.unwrap().unwrap().status(), 200);
        }
        word.notify_one();
        assert_eq!(router.oneshot(sent(Body::empty())).await.unwrap().status(), 200);
    }

    #[tokio::test]
    async fn an_answer_that_comes_piece_by_piece_keeps_its_place_to_the_end() {
        let settings = DoorSettings {
            at_once_per_client_max: 1,
            ..DoorSettings::default()
        };
        let pieces = async |asked: HeaderMap| {
            let pieces = ["a", "b"].map(|piece| Ok::<_, io::Error>(Frame::data(piece.into())));
            let mut response = Response::new(Body::new(StreamBody::new(futures::stream::iter(pieces))));
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, asked[header::ACCEPT].clone());
            response
        };
        let limits = Arc::new(Limits::new(&settings));
        let router = Router::new()
            .route("/api/v1/work", post(pieces))
            .layer(middleware::from_fn_with_state(limits, pass));
        let ask_for = async |accept: &'static str| {
            let mut request = sent(Body::empty());
            request
                .headers_mut()
                .insert(header::ACCEPT, HeaderValue::from_static(accept));
            router.clone().oneshot(request).await.unwrap()
        };
        let ask = async || ask_for(Lines::CONTENT_TYPE).await;
        let mut first = ask().await;
        assert!(first.body_mut().frame().await.is_some());
        assert_eq!(ask().await.status(), 429);
        assert_eq!(to_bytes(first.into_body(), 10).await.unwrap(), "b");
        let gone = ask().await;
        assert_eq!(gone.status(), 200);
        drop(gone);
        assert_eq!(ask().await.status(), 200, "who goes away makes room as well");
        let made = ask_for("text/html").await;
        assert_eq!(ask().await.status(), 200, "nobody works on what is made already");
        drop(made);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_in_is_not_waited_for() {
        let router = small(&DoorSettings::default(), Arc::new(Notify::new()));
        let (send, mut receive) = mpsc::channel::<Result<Frame<axum::body::Bytes>, io::Error>>(1);
        tokio::spawn(async move {
            // A byte each second would go on for hours.
            while send.send(Ok(Frame::data("x".into()))).await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let frames = futures::stream::poll_fn(move |cx| receive.poll_recv(cx));
        let begun = tokio::time::Instant::now();
        let response = router.oneshot(sent(Body::new(StreamBody::new(frames)))).await.unwrap();
        assert_eq!(response.status(), 408);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(begun.elapsed().as_secs(), BODY_TIME_MAX.as_secs());
    }

    #[tokio::test]
    async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
        let word = Arc::new(Notify::new());
        let router = small(&DoorSettings::default(), word.clone());
        let large = || axum::body::Bytes::from(vec![b'x'; BODY_MAX + 1]);
        let unsaid = futures::stream::iter([Ok::<_, io::Error>(Frame::data(large()))]);
        for body in [Body::from(large()), Body::new(StreamBody::new(unsaid))] {
            assert_eq!(router.clone().oneshot(sent(body)).await.unwrap().status(), 413);
        }
        let broken = futures::stream::iter([Err::<Frame<axum::body::Bytes>, _>(io::Error::other("gone"))]);
        let answer = router
            .clone()
            .oneshot(sent(Body::new(StreamBody::new(broken))))
            .await
            .unwrap();
        assert_eq!(answer.status(), 400);
        word.notify_one();
        let most = Body::from(vec![b'x'; BODY_MAX]);
        assert_eq!(router.oneshot(sent(most)).await.unwrap().status(), 200);
    }
}
