//! The door for other agents, `/mcp`: the operations that programs may call, as tools of the Model Context Protocol.
//! Who comes, from where and with how much is settled here, before the protocol is spoken. No sessions are kept: every
//! request brings its token, and is answered with JSON.

mod answer;
mod entrance;
mod speaker;
#[cfg(test)]
mod tests;
mod tools;

use super::limits::{Client, Limits};
use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use bank_operations::{Caller, Hallway};
use entrance::House;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use speaker::Speaker;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

const PATH: &str = "/mcp";
/// Requests at work at once. One more is told to come back.
const AT_ONCE_MAX: usize = 512;

/// What every request needs.
struct Door {
    bank: Arc<Hallway>,
    limits: Arc<Limits>,
    house: House,
    room: Arc<Semaphore>,
    service: StreamableHttpService<Speaker, NeverSessionManager>,
}

/// Who has been let in. The speaker finds it beside the message.
#[derive(Clone)]
struct Comer {
    caller: Caller,
    client: Client,
    /// What is asked for goes on when its client has gone, and keeps its place until it has ended.
    _place: Arc<OwnedSemaphorePermit>,
}

pub(super) fn router(bank: Arc<Hallway>, limits: Arc<Limits>, origin: &Url) -> Router {
    let house = House::at(origin);
    let speaker = Speaker::new(bank.clone(), limits.clone(), house.origin());
    // Host and origin are asked at the entrance, in the bank's own words.
    let settings = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(entrance::BODY_MAX)
        .disable_allowed_hosts()
        .disable_allowed_origins();
    let service = StreamableHttpService::new(
        move || Ok(speaker.clone()),
        Arc::new(NeverSessionManager::default()),
        settings,
    );
    let door = Arc::new(Door {
        bank,
        limits,
        house,
        room: Arc::new(Semaphore::new(AT_ONCE_MAX)),
        service,
    });
    let handler = async move |request: Request| entrance::enter(&door, request).await;
    Router::new().route(PATH, any(handler))
}
