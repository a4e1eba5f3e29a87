//! Who talks with customers, as the bank sees them: text in, parts out, and everything in between through a doorway.

use bank_contract::Doorway;
use bank_contract::assistant::Said;
pub use bank_contract::assistant::turn::{Aloud, HandOver, Situation, Turned};
use bank_contract::help::{ArticleLine, ArticleView};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;

pub type Turning<'a> = Pin<Box<dyn Future<Output = Turned> + Send + 'a>>;

/// Talks with customers. It knows nothing but what it is given and what the doorway answers.
pub trait Banker: Send + Sync + 'static {
    /// Whether it can talk by now. Its articles are there from the beginning.
    fn is_ready(&self) -> bool {
        true
    }

    /// Whether common words of what was said, and nothing else of it, may go to a language model of somebody else's.
    fn asks_a_language_model(&self) -> bool {
        false
    }

    /// One turn. `state` is what the turn before gave, or null; one that cannot be read begins anew.
    fn turn<'a>(&'a self, bank: &'a Doorway, state: Value, said: &'a Said, situation: &'a Situation) -> Turning<'a>;

    /// The help's articles: all of them, or those that have to do with some words, best first.
    fn articles(&self, about: Option<&str>) -> Vec<ArticleLine>;

    /// An article by its slug.
    fn article(&self, slug: &str) -> Option<ArticleView>;
}
