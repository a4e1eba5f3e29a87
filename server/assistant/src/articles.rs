//! The help's articles, and what is said where the bank offers nothing or a person takes over: read from files, searched by
//! words, quoted as they are.

use crate::files;
use bank_contract::help::{ArticleLine, ArticleView};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters of a quotation: enough for an answer, the rest is a press away.
const QUOTE_MAX: usize = 700;
/// Words that say nothing about what is looked for.
const EMPTY: &[&str] = &[
    "a", "an", "and", "are", "at", "be", "by", "can", "do", "does", "for", "from", "how", "i", "in", "is", "it", "me",
    "my", "of", "on", "or", "that", "the", "this", "to", "was", "what", "when", "where", "which", "who", "why", "will",
    "with", "you", "your",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Article {
    pub(crate) slug: String,
    pub(crate) title: String,
    topic: String,
    related: Vec<String>,
    paragraphs: Vec<String>,
}

/// What is said of something that the bank does not offer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Absent {
    pub(crate) answer: String,
    pub(crate) instead: String,
}

/// What is said when a person takes over.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Care {
    /// That it was understood.
    pub(crate) heard: String,
    /// What is safe to do now.
    pub(crate) steps: Vec<String>,
    /// For the person who takes over.
    pub(crate) summary: String,
}

/// All that is quoted.
#[derive(Clone, Debug, Default)]
pub struct Library {
    articles: Vec<Article>,
    absent: BTreeMap<String, Absent>,
    care: BTreeMap<String, Care>,
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct LibraryError {
    file: String,
    what: String,
}

impl Library {
    /// Those of the bank.
    ///
    /// # Errors
    /// A mistake in a file; a test keeps that out of the binary.
    pub fn shipped() -> Result<Self, LibraryError> {
        let articles = files::ARTICLES.iter().map(|(slug, text)| read(slug, text));
        let absent = toml::from_str(files::ABSENT).map_err(|error| wrong("absent.toml", error.message()))?;
        Ok(Self {
            articles: articles.collect::<Result<_, _>>()?,
            absent,
            care: toml::from_str(files::CARE).map_err(|error| wrong("care.toml", error.message()))?,
        })
    }

    pub(crate) fn care(&self, intent: &str) -> Option<&Care> {
        self.care.get(intent)
    }

    pub(crate) fn find(&self, slug: &str) -> Option<&Article> {
        self.articles.iter().find(|article| article.slug == slug)
    }

    /// The article that answers an intent.
    pub(crate) fn of_intent(&self, intent: &str) -> Option<&Article> {
        self.find(&intent.replace('.', "-"))
    }

    pub(crate) fn absent(&self, intent: &str) -> Option<&Absent> {
        self.absent.get(intent)
    }

    /// All articles by topic, or those that have to do with some words, best first.
    pub fn lines(&self, about: Option<&str>) -> Vec<ArticleLine> {
        let about = about.map(words).filter(|words| !words.is_empty());
        let Some(about) = about else {
            let mut all: Vec<ArticleLine> = self.articles.iter().map(Article::line).collect();
            all.sort_by(|a, b| (&a.topic, &a.title).cmp(&(&b.topic, &b.title)));
            return all;
        };
        let mut scored: Vec<(u32, &Article)> = self
            .articles
            .iter()
            .map(|article| (article.fits(&about), article))
            .filter(|(score, _)| *score > 0)
            .collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.slug.cmp(&b.1.slug)));
        scored.into_iter().map(|(_, article)| article.line()).collect()
    }

    pub fn view(&self, slug: &str) -> Option<ArticleView> {
        let article = self.find(slug)?;
        let related = article
            .related
            .iter()
            .filter_map(|slug| self.find(slug))
            .map(Article::line);
        Some(ArticleView {
            slug: article.slug.clone(),
            title: article.title.clone(),
            topic: article.topic.clone(),
            paragraphs: article.paragraphs.clone(),
            related: related.collect(),
        })
    }
}

impl Article {
    fn line(&self) -> ArticleLine {
        ArticleLine {
            slug: self.slug.clone(),
            title: self.title.clone(),
            topic: self.topic.clone(),
        }
    }

    /// The first paragraph, and as many more as an answer holds. A paragraph is never cut.
    pub(crate) fn quote(&self) -> String {
        let mut quote = String::new();
        for paragraph in &self.paragraphs {
            if !quote.is_empty() && quote.chars().count() + paragraph.chars().count() > QUOTE_MAX {
                break;
            }
            if !quote.is_empty() {
                quote.push_str("\n\n");
            }
            quote.push_str(paragraph);
        }
        quote
    }

    /// A word in the title counts for more than one in the text, and a rare hit for as much as a frequent one.
    fn fits(&self, about: &[String]) -> u32 {
        let title = words(&self.title);
        let text: Vec<String> = self.paragraphs.iter().flat_map(|paragraph| words(paragraph)).collect();
        about
            .iter()
            .map(|word| {
                let hit = |other: &String| other == word || (word.len() > 3 && other.starts_with(word.as_str()));
                8 * u32::from(title.iter().any(hit)) + 2 * u32::from(text.iter().any(hit))
            })
            .sum()
    }
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .map(|word| {
            word.strip_suffix('s')
                .filter(|stem| stem.len() > 2)
                .unwrap_or(word)
                .to_owned()
        })
        .take(2_000)
        .collect()
}

fn wrong(file: &str, what: &str) -> LibraryError {
    LibraryError {
        file: file.to_owned(),
        what: what.to_owned(),
    }
}

/// Front matter between two lines of `---`, then paragraphs with an empty line between them.
fn read(slug: &str, text: &str) -> Result<Article, LibraryError> {
    let rest = text
        .strip_prefix("---\n")
        .ok_or_else(|| wrong(slug, "begins without ---"))?;
    let (head, body) = rest.split_once("\n---\n").ok_or_else(|| wrong(slug, "no second ---"))?;
    let field = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.trim().to_owned())
    };
    let need = |name: &str| {
        field(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| wrong(slug, name))
    };
    let paragraphs: Vec<String> = body
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    if paragraphs.is_empty() {
        return Err(wrong(slug, "says nothing"));
    }
    let related = field("related").unwrap_or_default();
    Ok(Article {
        slug: slug.to_owned(),
        title: need("title")?,
        topic: need("topic")?,
        related: related
            .split(',')
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect(),
        paragraphs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(slug: &str, title: &str, body: &str) -> Article {
        read(
            slug,
            &format!("---\ntitle: {title}\ntopic: T\nrelated: b, c\n---\n\n{body}\n"),
        )
        .unwrap()
    }

    #[test]
    fn an_article_is_front_matter_and_paragraphs() {
        let article = article("a", "How: it goes", "One\nline.\n\nTwo.");
        assert_eq!(article.title, "How: it goes");
        assert_eq!(article.paragraphs, ["One line.", "Two."]);
        assert_eq!(article.related, ["b", "c"]);
        for bad in [
            "",
            "text",
            "---\ntitle: x\n---\n\ntext",
            "---\ntitle: x\ntopic: y\n---\n\n",
        ] {
            assert!(read("a", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_has_the_words_in_its_title_comes_first() {
        let library = Library {
            articles: vec![
                article("a", "Fees", "What limits cost."),
                article("b", "Limits", "How much may leave in a day."),
                article("c", "Passkeys", "Nothing of that."),
            ],
            ..Library::default()
        };
        let found: Vec<String> = library
            .lines(Some("what is my limit?"))
            .into_iter()
            .map(|line| line.slug)
            .collect();
        assert_eq!(found, ["b", "a"]);
        assert_eq!(library.lines(None).len(), 3);
        assert!(library.lines(Some("xylophone")).is_empty());
        assert_eq!(library.view("a").unwrap().related.len(), 2);
        assert!(library.view("../x").is_none());
    }

    #[test]
    fn the_shipped_files_can_be_read_and_what_is_related_is_there() {
        let library = Library::shipped().unwrap();
        for article in &library.articles {
            for slug in &article.related {
                assert!(library.find(slug).is_some(), "{} names {slug}", article.slug);
            }
            assert!(!article.quote().is_empty());
        }
    }
}
