//! SeaORM entities and queries, by slice, and the posting engine.
//!
//! Queries take any connection: a pool for reading, a database transaction where things change.
//! The app's role can read the journal and not write to it; entries are made by [`ledger::post`].

pub mod accounts;
pub mod bankday;
pub mod compliance;
pub mod connect;
pub mod error;
pub mod hallway;
pub mod identity;
pub mod ledger;
pub mod pending;
pub mod transfers;

pub use connect::{Database, DatabaseSettings};
pub use error::{StorageError, StorageResult};
