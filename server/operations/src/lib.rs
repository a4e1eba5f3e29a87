//! The hallway that every operation walks through, and one handler per operation, by slice.
//!
//! A handler is: load, ask the rules, save, return the view. Who is calling, whether they may,
//! whether they were asked, and whether it happened before is the [`hallway`]'s business.

pub mod accounts;
pub mod assistant;
mod backoffice;
pub mod bankday;
mod care;
pub mod chance;
pub mod compliance;
pub mod hallway;
mod help;
pub mod identity;
pub mod ledger;
mod limits;
mod mandates;
pub mod notifications;
mod payees;
pub mod pending;
pub mod registry;
pub mod settings;
mod tokens;
pub mod transfers;

pub use assistant::Aloud;
pub use chance::{Chance, Clock};
pub use hallway::{Caller, Door, Hallway, Outcome, Parts, Program, SessionChange, Signed, Visit};
pub use registry::{Entry, Registry};
pub use settings::BankSettings;
