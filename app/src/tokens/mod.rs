//! Tokens: the programs that a customer has let in, letting another one in, and shutting one out.

mod form;
mod list;
mod made;
mod new;
mod programs;
mod secret;
mod wish;
mod words;

pub(crate) use list::TokenTable;
pub(crate) use programs::Programs;
pub(crate) use secret::{Example, SecretBox};

pub use new::NewTokenPage;
