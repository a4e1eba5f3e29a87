//! Mandates: what a customer lets another person do with some of their accounts, and for how long.
//!
//! The row security of accounts and of what hangs on them asks for what the user holds: exactly the accounts that were
//! granted are seen, and nothing else of their owner. What a holder changes of a mandate (accepting, leaving, using it) goes
//! through functions with the owner's rights, each for one purpose. The posting functions let money leave an account for its
//! joint holders, and for delegates as far as one payment may go.

crate::sql_migration!("m0022_mandates");

const UP: &str = concat!(
    include_str!("m0022/tables.sql"),
    include_str!("m0022/narrow.sql"),
    include_str!("m0022/policies.sql"),
    include_str!("m0022/batch.sql"),
);
