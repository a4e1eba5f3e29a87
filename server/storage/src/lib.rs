//! SeaORM entities and queries, by slice, and the posting engine.
//!
//! Queries take any connection: a pool for reading, a database transaction where things change.
//! Queries over sealed columns take a connection that comes with the [`vault`] ([`Sealing`]).
//! The app's role can read the journal and not write to it; entries are made by the [`engine`], or by
//! [`ledger::post`] where an operation writes more in the same database transaction.
//!
//! Customers' rows are seen only in a database transaction that was begun for their customer ([`Acting`]). On the pool
//! itself work only the functions that ask for what the bank must know before it knows who calls.

pub mod accounts;
pub mod acting;
pub mod assistant;
pub mod backoffice;
pub mod bankday;
pub mod care;
pub mod compliance;
pub mod connect;
pub mod directory;
pub mod engine;
pub mod error;
pub mod hallway;
pub mod identity;
pub mod ledger;
pub mod limits;
pub mod mandates;
pub mod notifications;
pub mod payees;
pub mod pending;
pub mod signatures;
pub mod together;
pub mod tokens;
pub mod transaction;
pub mod transfers;
pub mod vault;

pub use acting::Acting;
pub use connect::{Database, DatabaseSettings};
pub use error::{StorageError, StorageResult};
pub use transaction::Transaction;
pub use vault::{Sealing, Vault};
