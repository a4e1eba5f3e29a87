//! Accounts: the overview, one account with its history, and opening another.

mod account;
mod balances;
mod choice;
mod history;
mod home;
mod open;
mod others;
mod rename;
mod words;

pub(crate) use balances::{Balances, provide_balances, use_balances};
pub(crate) use choice::Choice;

pub use account::AccountPage;
pub use home::HomePage;
pub use open::OpenAccountPage;
