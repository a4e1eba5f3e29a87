//! The browser's door: pages, server functions, files.

mod calls;
mod cookies;
mod door;
mod files;
mod guard;
mod watch;

pub(super) use calls::refusal;
pub(super) use guard::is_file;

use super::limits::Limits;
use crate::config::Config;
use app::api::{Call, CallJson, Lines, SayAloud};
use axum::extract::FromRef;
use axum::routing::post;
use axum::{Router, middleware};
use bank_operations::Hallway;
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use server_fn::ContentType as _;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

/// What every request needs.
#[derive(Clone)]
pub(crate) struct WebState {
    pub(crate) bank: Arc<Hallway>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) leptos: LeptosOptions,
    pub(crate) origin: Arc<str>,
    pub(crate) development: bool,
}

impl FromRef<WebState> for LeptosOptions {
    fn from_ref(state: &WebState) -> Self {
        state.leptos.clone()
    }
}

/// Makes every operation a server function, in both forms.
pub(crate) fn register_server_functions() {
    macro_rules! register {
        ($($operation:ty,)+) => {$(
            server_fn::axum::register_explicit::<Call<$operation>>();
            server_fn::axum::register_explicit::<CallJson<$operation>>();
        )+};
    }
    bank_contract::each_operation!(register);
    server_fn::axum::register_explicit::<SayAloud>();
}

pub(crate) fn router(bank: Arc<Hallway>, limits: Arc<Limits>, config: &Config) -> Router {
    let state = WebState {
        bank,
        limits,
        leptos: config.leptos.clone(),
        origin: config.origin.as_str().trim_end_matches('/').into(),
        development: config.development,
    };
    let routes = generate_route_list(app::App);
    let open = door::opener(state.clone());
    let shell = {
        let options = state.leptos.clone();
        move || app::shell::shell(options.clone())
    };
    let pages = Router::new().leptos_routes_with_context(&state, routes, open.clone(), shell);
    // Only now: Leptos would give each of them a route of its own, past our statuses.
    register_server_functions();
    pages
        .route("/api/call/{operation}", post(calls::call))
        .route("/api/call-json/{operation}", post(calls::call))
        .route("/api/call-aloud/{operation}", post(calls::call_aloud))
        .fallback_service(files::or_not_found(state.leptos.clone(), open))
        .layer(middleware::from_fn_with_state(state.clone(), guard::identify))
        .layer(middleware::from_fn_with_state(state.clone(), guard::same_origin))
        // What comes piece by piece would wait for the compressor's next block.
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new(Lines::CONTENT_TYPE))),
        )
        .with_state(state)
}
