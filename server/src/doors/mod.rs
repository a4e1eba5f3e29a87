//! The doors: ways from the outside into the one hallway.

mod gate;
mod headers;
mod health;
pub(crate) mod limits;
pub(crate) mod listen;
mod mcp;
pub(crate) mod metrics;
mod rest;
#[cfg(test)]
mod tests;
pub(crate) mod web;

use crate::config::Config;
use axum::{Router, middleware};
use bank_operations::Hallway;
use limits::Limits;
use std::sync::Arc;

/// Everything that is reached over HTTP.
pub(crate) fn router(bank: &Arc<Hallway>, config: &Config) -> Router {
    // On one's own machine it would bind every other port of `localhost` as well.
    let secure = config.origin.scheme() == "https" && config.origin.host_str() != Some("localhost");
    let limits = Arc::new(Limits::new(&config.doors));
    bank.stand_behind(limits.clone());
    Router::new()
        .merge(health::router(bank.clone()))
        .merge(rest::router(bank.clone(), limits.clone()))
        .merge(mcp::router(bank.clone(), limits.clone(), &config.origin))
        .merge(web::router(bank.clone(), limits.clone(), config))
        .layer(middleware::from_fn_with_state(limits, gate::pass))
        .layer(middleware::from_fn_with_state(secure, headers::add))
        .layer(middleware::from_fn(metrics::count))
}
