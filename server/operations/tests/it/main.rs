//! The operations on a real PostgreSQL: a fresh database each, a clock that moves on command.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod accounts;
mod at_once;
mod bank;
mod code_signing;
mod factors;
mod hallway;
mod identity;
mod invariants;
mod ledger;
mod ledger_views;
mod passkey;
mod payees;
mod pending;
mod programs;
mod programs_limits;
mod recovery;
mod reversals;
mod sealed;
mod sealed_dump;
mod signing;
mod transfers;
mod tries;
