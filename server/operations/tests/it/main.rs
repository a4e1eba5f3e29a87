//! The operations on a real PostgreSQL: a fresh database each, a clock that moves on command.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod accounts;
mod assistant;
mod assistant_breath;
mod assistant_door;
mod assistant_mandates;
mod assistant_memory;
mod at_once;
mod backoffice;
mod bank;
mod by_mail;
mod care;
mod code_signing;
mod factors;
mod first_wall;
mod hallway;
mod identity;
mod invariants;
mod ledger;
mod ledger_views;
mod limits;
mod logins;
mod mandates;
mod mandates_mixed;
mod mandates_paying;
mod mandates_walls;
mod matrix;
mod passkey;
mod payees;
mod pending;
mod programs;
mod programs_limits;
mod recovery;
mod reports;
mod reversals;
mod row_security;
mod row_security_furnished;
mod sealed;
mod sealed_dump;
mod signing;
mod talker;
mod texts;
mod transfers;
mod tries;
mod ways_in;
