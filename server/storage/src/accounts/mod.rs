//! Customers' accounts, their balances, and their history.

mod history;
mod open;

pub use history::*;
pub use open::*;
