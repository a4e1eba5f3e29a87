//! Names, addresses, messages and documents are sealed by the server before they come here, each customer's with a data
//! key of their own; the master key that wraps these is not in the database. Erasing a customer is forgetting their key.
//!
//! What is there in the plain cannot be sealed by a migration, which has no key: a bank with customers from before has to
//! be made anew.
//!
//! The narrow functions that name columns which are sealed now are made anew with them.

crate::sql_migration!("m0019_sealed_fields");

const UP: &str = concat!(
    include_str!("m0019/empty.sql"),
    include_str!("m0019/keys.sql"),
    include_str!("m0019/fields.sql"),
    include_str!("m0019/narrow.sql"),
);
