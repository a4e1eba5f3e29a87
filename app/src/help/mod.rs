//! Help: articles that anybody may read.

mod article;
mod list;

pub use article::ArticlePage;
pub use list::HelpPage;
pub(crate) use list::{by_topic, found};
