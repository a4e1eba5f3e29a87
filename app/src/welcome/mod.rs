//! The door from the street: what Larch is, for people who are not customers yet.

mod page;

pub use page::WelcomePage;
