//! Help: articles that anybody may read. The assistant quotes and links them.

use crate::{Access, Effect, Named, Operation, named, text};
use garde::Validate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ArticleLine {
    pub slug: String,
    pub title: String,
    /// The heading that it stands below.
    pub topic: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ArticleView {
    pub slug: String,
    pub title: String,
    pub topic: String,
    /// Plain text, a paragraph each.
    pub paragraphs: Vec<String>,
    /// Slugs of articles that go with it.
    pub related: Vec<ArticleLine>,
}

/// All articles, or those that have to do with some words, best first.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListArticles {
    #[garde(inner(length(max = 200), custom(text::printable)))]
    #[serde(default)]
    pub about: Option<String>,
}

impl Operation for ListArticles {
    type Output = Vec<ArticleLine>;
    const NAMED: Named = named!("help.list");
    const HELP: &'static str = "List the articles of the help.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Reads;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowArticle {
    #[garde(ascii, length(max = 60))]
    pub slug: String,
}

impl Operation for ShowArticle {
    type Output = ArticleView;
    const NAMED: Named = named!("help.show");
    const HELP: &'static str = "Show an article of the help.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Reads;
}
