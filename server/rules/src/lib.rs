//! Pure banking rules: no input or output, no async, no clock, no randomness.
//! Time and chance come in as parameters, so every rule can be tested by a table.

pub mod accounts;
pub mod audit;
pub mod bankday;
pub mod identity;
pub mod letters;
pub mod limits;
pub mod mandates;
pub mod payees;
pub mod postings;
pub mod proof;
pub mod reversal;
pub mod risk;
pub mod sca;
pub mod transcript;
