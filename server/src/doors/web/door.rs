//! The bank behind one request's pages and server functions: it knows the caller, and puts what an
//! operation leaves for the door (a session, a status) into the answer.

use super::super::headers;
use super::super::limits::{Client, Limits};
use super::{WebState, cookies};
use app::errors::SetStatus;
use app::{Development, Theme, ThemeChoice};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use bank_contract::{Answer, Bank, BankError, BankFuture, Doorway};
use bank_operations::{Aloud, Caller, Door, Hallway, SessionChange, Visit};
use leptos::prelude::{provide_context, use_context, use_nonce};
use leptos_axum::ResponseOptions;
use metrics::{counter, histogram};
use std::any::Any;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;
use tracing::Instrument as _;

/// What the page or the server function finds in its context.
pub(super) fn opener(state: WebState) -> impl Fn() + Clone + Send + Sync + 'static {
    let watched = std::env::var_os("LEPTOS_WATCH").is_some();
    move || {
        let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) else {
            return;
        };
        let visit = parts.extensions.get::<Visit>().cloned().unwrap_or_else(stranger);
        let form = parts.uri.path().starts_with("/api/") && wants_html(&parts);
        let client = parts.extensions.get::<Client>().copied();
        let door = BrowserDoor {
            bank: state.bank.clone(),
            limits: state.limits.clone(),
            client: client.unwrap_or_else(|| Client::of(None, state.limits.hops, &parts.headers)),
            visit,
            response: response.clone(),
            form,
        };
        provide_context(Doorway::new(Arc::new(door)));
        provide_context(ThemeChoice(theme(&parts)));
        provide_context(Development(state.development));
        let status = response.clone();
        provide_context(SetStatus(Arc::new(move |code| {
            if let Ok(code) = StatusCode::from_u16(code) {
                status.set_status(code);
            }
        })));
        // The policy is a page's; an answer in JSON has the strictest, from the layer around all.
        if parts.uri.path().starts_with("/api/") {
            return;
        }
        let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce, watched)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

fn stranger() -> Visit {
    Visit {
        caller: Caller::Stranger,
        door: Door::Browser,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    }
}

/// A form that was posted by the browser itself, because the page is not awake.
fn wants_html(parts: &Parts) -> bool {
    parts
        .headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|v| v.contains("text/html"))
}

fn theme(parts: &Parts) -> Theme {
    match cookies::theme(&parts.headers) {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    }
}

struct BrowserDoor {
    bank: Arc<Hallway>,
    limits: Arc<Limits>,
    client: Client,
    visit: Visit,
    response: ResponseOptions,
    form: bool,
}

impl Bank for BrowserDoor {
    fn call(&self, operation: &'static str, input: Box<dyn Any + Send>) -> BankFuture<Box<dyn Any + Send>> {
        self.run(operation, input, Aloud::default())
    }

    /// In a task of its own: it goes on with its database connections whether or not anybody takes what is heard, and ends
    /// when whoever asked has gone.
    fn call_aloud(
        &self,
        operation: &'static str,
        input: Box<dyn Any + Send>,
        aloud: Aloud,
    ) -> BankFuture<Box<dyn Any + Send>> {
        let work = self.run(operation, input, aloud);
        Box::pin(async move {
            let mut task = JoinSet::new();
            task.spawn(timed(operation, work).in_current_span());
            match task.join_next().await {
                Some(Ok(answer)) => answer,
                _ => Err(BankError::internal("aloud")),
            }
        })
    }
}

/// What is answered piece by piece has its status before its end: how it ended, and when, is counted here.
async fn timed<T>(operation: &'static str, work: BankFuture<T>) -> Result<T, BankError> {
    let started = Instant::now();
    let answer = work.await;
    let outcome = answer.as_ref().map_or_else(BankError::code, |_| "done");
    histogram!("larch_aloud_seconds", "operation" => operation).record(started.elapsed().as_secs_f64());
    counter!("larch_aloud_total", "operation" => operation, "outcome" => outcome).increment(1);
    answer
}

impl BrowserDoor {
    fn run(
        &self,
        operation: &'static str,
        input: Box<dyn Any + Send>,
        aloud: Aloud,
    ) -> BankFuture<Box<dyn Any + Send>> {
        let entry = self.bank.registry().get(operation).copied();
        let (bank, response) = (self.bank.clone(), self.response.clone());
        let visit = Visit {
            aloud,
            ..self.visit.clone()
        };
        let form = self.form;
        let allowed = entry.ok_or(BankError::NotFound).and_then(|entry| {
            self.limits.operation(&entry.facts, &visit.caller, self.client)?;
            Ok(entry)
        });
        Box::pin(async move {
            let entry = allowed?;
            let outcome = entry.run_boxed(&bank, &visit, input).await?;
            if let Some(change) = &outcome.session {
                apply(&response, change, form);
            }
            match outcome.answer {
                Answer::Done(answer) => Ok(answer),
                Answer::Waits(_) => Err(BankError::internal("types")),
            }
        })
    }
}

fn apply(response: &ResponseOptions, change: &SessionChange, form: bool) {
    let goes_to = match change {
        SessionChange::Start(token) => {
            if let Some(cookie) = cookies::start_session(token) {
                response.append_header(header::SET_COOKIE, cookie);
            }
            "/home"
        }
        SessionChange::StartStaff(token) => {
            if let Some(cookie) = cookies::start_staff_session(token) {
                response.append_header(header::SET_COOKIE, cookie);
            }
            "/staff"
        }
        SessionChange::EndStaff => {
            response.append_header(header::SET_COOKIE, cookies::end_staff_session());
            "/staff"
        }
        SessionChange::End => {
            response.append_header(header::SET_COOKIE, cookies::end_session());
            // Whatever this browser kept of the customer goes too; cookies of the theme may stay.
            let clear = HeaderValue::from_static("\"cache\", \"storage\"");
            response.insert_header(header::HeaderName::from_static("clear-site-data"), clear);
            "/"
        }
    };
    if form {
        response.insert_header(header::LOCATION, HeaderValue::from_static(goes_to));
        response.set_status(StatusCode::FOUND);
    }
}
