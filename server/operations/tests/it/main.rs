//! The operations on a real PostgreSQL: a fresh database each, a clock that moves on command.

mod accounts;
mod bank;
mod hallway;
mod identity;
mod invariants;
mod ledger;
mod pending;
mod transfers;
