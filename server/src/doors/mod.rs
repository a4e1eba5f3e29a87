//! The doors: ways from the outside into the one hallway.

mod headers;
mod health;
pub(crate) mod metrics;
mod rest;
pub(crate) mod web;

use crate::config::Config;
use axum::{Router, middleware};
use bank_operations::Hallway;
use std::sync::Arc;

/// Everything that is reached over HTTP.
pub(crate) fn router(bank: &Arc<Hallway>, config: &Config) -> Router {
    let secure = config.origin.scheme() == "https";
    Router::new()
        .merge(health::router(bank.clone()))
        .merge(rest::router(bank.clone()))
        .merge(web::router(bank.clone(), config))
        .layer(middleware::from_fn_with_state(secure, headers::add))
        .layer(middleware::from_fn(metrics::count))
}
