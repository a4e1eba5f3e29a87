//! The posting engine: one set-based function that posts up to 500 entries with one call.
//!
//! Entries come in the order of their arrival. Accounts are locked in the order of their ids; each entry
//! is accepted or refused by itself, as if it had been posted alone after those before it; what is
//! accepted is written with one statement. Nearly always everything is accepted, so that is tried first
//! (`ledger_write`), and only when it cannot be is the batch judged entry by entry (`ledger_judge`).
//! Refusals are the codes of `BankError`:
//!
//! `not_signed_in` (the token ended), `not_found` (an account is unknown, or not the owner's),
//! `account_closed`, `account_blocked`, `currency_mismatch`, `already_reversed`, `period_closed`,
//! `insufficient_funds` (detail: what is available), `limit_exceeded` (detail: what is left),
//! `too_many`, `key_reused`, `still_running` (the same key twice in one batch); and `known`: the
//! request was posted before, as the entry that is given back.
//!
//! Absent values travel as the nil UUID, zero, or the empty text, because arrays are bound without nulls.

crate::sql_migration!("m0010_posting_engine");

const UP: &str = concat!(
    include_str!("m0010/audit.sql"),
    include_str!("m0010/write.sql"),
    include_str!("m0010/batch.sql"),
    include_str!("m0010/single.sql"),
    include_str!("m0010/holds.sql")
);
