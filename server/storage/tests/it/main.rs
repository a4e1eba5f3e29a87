//! The ledger on a real PostgreSQL: against a model of it in memory, with many at once, and with its connection cut.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod at_once;
mod bank;
mod connect;
mod judged;
mod lost;
mod model;
mod queue;
mod vault;
