//! Makes the posting functions cheaper, with the same arguments and the same verdicts, so that a server of before goes on
//! with them:
//!
//! - A plan is made once. Small batches had theirs made anew with every call, because the estimate for few rows
//!   was always lower than that of the plan for any number.
//! - `ledger_write` updates balances and limits first and looks at what that gives back, instead of locking every row,
//!   reading it, and updating it then. Running balances are added up in one pass in memory.
//! - Arrays are read by their subscripts, not unnested into one temporary table each.
//! - The journal's checks by statement go over the new rows once when there is nothing to find.
//! - Tokens get room on their pages, because when they were used is written again and again.

crate::sql_migration!("m0015_posting_speed");

const UP: &str = concat!(
    include_str!("m0015/tables.sql"),
    include_str!("m0015/checks.sql"),
    include_str!("m0015/write.sql"),
    include_str!("m0015/batch.sql"),
);
