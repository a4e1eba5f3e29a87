//! Row-level security: the second wall between customers, behind the hallway's access step.
//!
//! - Whoever works as `larch_app` sees and changes the rows of the customer that the database transaction was begun for,
//!   and none at all when it was begun for nobody. The settings are `larch.caller`, `larch.customer` and `larch.user`;
//!   they end with the database transaction.
//! - What the bank must look up before it knows who calls, or across customers, it asks functions with the owner's
//!   rights, each of which gives the columns that are needed for one purpose.
//! - The posting functions see to it that money leaves nobody's account but that of the customer for whom it is posted.
//! - A server of before, which does not say for whom it works, sees nothing from then on: it has to be stopped first.
//! - The owner is forced too, and has a policy of its own: it migrates, and the functions work as it.

crate::sql_migration!("m0018_row_security");

const UP: &str = concat!(
    include_str!("m0018/callers.sql"),
    include_str!("m0018/narrow.sql"),
    include_str!("m0018/policies.sql"),
    include_str!("m0018/batch.sql"),
);
