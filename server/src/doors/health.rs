//! Whether the bank lives, and whether it can work.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use bank_operations::Hallway;
use migrations::{Migrator, MigratorTrait};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A database that takes longer than this to say hello is not ready.
const ANSWER_MAX: Duration = Duration::from_secs(2);

pub(super) fn router(bank: Arc<Hallway>) -> Router {
    Router::new()
        .route("/health/live", get(async || Json(json!({ "status": "live" }))))
        .route("/health/ready", get(ready))
        .with_state(bank)
}

/// Ready: the database is reachable, and has every migration that this server knows.
async fn ready(State(bank): State<Arc<Hallway>>) -> (StatusCode, Json<Value>) {
    let wanted = Migrator::migrations().len() as u64;
    let asked = tokio::time::timeout(ANSWER_MAX, bank.database().migrations_run()).await;
    let (database, current) = match asked {
        Ok(Ok(run)) => (true, run >= wanted),
        Ok(Err(_)) | Err(_) => (false, false),
    };
    let ready = database && current;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if ready { "ready" } else { "not ready" },
        "database": if database { "reachable" } else { "not reachable" },
        "migrations": if current { "current" } else { "not current" },
    });
    (status, Json(body))
}
