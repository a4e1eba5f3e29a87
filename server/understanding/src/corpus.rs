//! What is learned from: utterances by intent, and what is none of the bank's business. The bank's own are in
//! `server/understanding/data`, and are part of the binary.

mod parse;
mod shipped {
    include!(concat!(env!("OUT_DIR"), "/groups.rs"));
}

pub use parse::{CatalogueEntry, Kind, parse_catalogue, parse_lines, parse_utterances};

use sha2::{Digest as _, Sha256};

/// Which of our intents answers which category of the public data set BANKING77: `intent,category`, a line each.
pub const BANKING77_MAP: &str = include_str!("../data/banking77-map.csv");
const CATALOGUE: &str = include_str!("../data/catalogue.txt");
const OUT_OF_SCOPE: &str = include_str!("../data/out-of-scope.txt");

/// More utterances than this are not learned from: the memory of a model is bounded.
pub const EXAMPLES_MAX: usize = 100_000;
/// More intents than this are refused.
pub const INTENTS_MAX: usize = 1_000;

/// An utterance and what it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    /// Place in [`Corpus::intents`].
    pub intent: usize,
}

/// Everything that a model learns from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    /// Names, in ascending order.
    pub intents: Vec<String>,
    pub examples: Vec<Example>,
    /// Questions that no intent answers, near and far. They set the thresholds, and are never learned as an intent.
    pub out_of_scope: Vec<String>,
}

/// What is wrong with the data, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct CorpusError {
    pub file: String,
    /// Counted from 1; 0 for the whole file.
    pub line: usize,
    pub what: String,
}

impl Corpus {
    /// The bank's own utterances.
    ///
    /// # Errors
    /// A mistake in a file; a test keeps that out of the binary.
    pub fn shipped() -> Result<Self, CorpusError> {
        let mut labelled = Vec::new();
        for (file, text) in shipped::GROUPS {
            labelled.extend(parse_utterances(file, text)?);
        }
        let out_of_scope = parse_lines("out-of-scope.txt", OUT_OF_SCOPE)?;
        Self::from_labelled(labelled, out_of_scope)
    }

    /// Puts utterances together: `(text, intent)`, in the order in which they are learned.
    ///
    /// # Errors
    /// More than [`EXAMPLES_MAX`] or [`INTENTS_MAX`].
    pub fn from_labelled(labelled: Vec<(String, String)>, out_of_scope: Vec<String>) -> Result<Self, CorpusError> {
        let mut intents: Vec<String> = labelled.iter().map(|(_, intent)| intent.clone()).collect();
        intents.sort_unstable();
        intents.dedup();
        let too_many = |what: String| CorpusError {
            file: "the data".to_owned(),
            line: 0,
            what,
        };
        if intents.len() > INTENTS_MAX {
            return Err(too_many(format!("{} intents; {INTENTS_MAX} at most", intents.len())));
        }
        if labelled.len() + out_of_scope.len() > EXAMPLES_MAX {
            return Err(too_many(format!("more than {EXAMPLES_MAX} utterances")));
        }
        let examples = labelled
            .into_iter()
            .filter_map(|(text, intent)| {
                let intent = intents.binary_search(&intent).ok()?;
                Some(Example { text, intent })
            })
            .collect();
        Ok(Self {
            intents,
            examples,
            out_of_scope,
        })
    }

    /// The examples at some places, with all intents: a fold for cross-validation.
    #[must_use]
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut at = 0..;
        let mut part = self.clone();
        part.examples.retain(|_| at.next().is_some_and(&keep));
        part
    }

    /// SHA-256 over all of it: two models with the same hash and settings learned the same.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        for name in &self.intents {
            add(name);
        }
        add("\0examples");
        for example in &self.examples {
            add(&example.text);
            add(self.intents.get(example.intent).map_or("", String::as_str));
        }
        add("\0out of scope");
        for text in &self.out_of_scope {
            add(text);
        }
        hash.finalize().into()
    }
}

/// What each intent is for, as `server/understanding/data/catalogue.txt` has it.
///
/// # Errors
/// A mistake in the file; a test keeps that out of the binary.
pub fn shipped_catalogue() -> Result<Vec<CatalogueEntry>, CorpusError> {
    parse_catalogue("catalogue.txt", CATALOGUE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_ships_is_read_without_mistake_and_every_intent_stands_in_the_catalogue() {
        let corpus = Corpus::shipped().unwrap();
        let catalogue = shipped_catalogue().unwrap();
        let named: BTreeSet<_> = catalogue.iter().map(|entry| entry.name.as_str()).collect();
        for intent in &corpus.intents {
            assert!(named.contains(intent.as_str()), "{intent} is not in catalogue.txt");
        }
        for name in named {
            let count = corpus
                .examples
                .iter()
                .filter(|one| corpus.intents[one.intent] == name)
                .count();
            assert!(count >= 30, "{name} has {count} utterances");
        }
        assert!(corpus.out_of_scope.len() >= 200);
    }

    #[test]
    fn no_utterance_wants_two_things() {
        let corpus = Corpus::shipped().unwrap();
        let mut seen = std::collections::BTreeMap::new();
        for example in &corpus.examples {
            let key = crate::text::words(&crate::text::normalise(&example.text)).join(" ");
            let before = seen.insert(key, example.intent);
            assert!(
                before.is_none_or(|intent| intent == example.intent),
                "{:?} stands under {} and {}",
                example.text,
                corpus.intents[before.unwrap_or_default()],
                corpus.intents[example.intent]
            );
        }
    }

    #[test]
    fn every_line_of_the_map_names_an_intent_once() {
        let pairs = crate::csv::two_columns(BANKING77_MAP, "intent", "category").unwrap();
        let catalogue = shipped_catalogue().unwrap();
        let mut seen = BTreeSet::new();
        for (intent, _) in &pairs {
            assert!(
                catalogue.iter().any(|entry| entry.name == *intent),
                "{intent} is no intent"
            );
            assert!(seen.insert(intent), "{intent} stands twice");
        }
        let categories: BTreeSet<&String> = pairs.iter().map(|(_, category)| category).collect();
        assert_eq!(categories.len(), 77);
    }

    #[test]
    fn the_hash_sees_every_change() {
        let corpus = |text: &str, intent: &str, out: &str| {
            Corpus::from_labelled(vec![(text.to_owned(), intent.to_owned())], vec![out.to_owned()])
                .unwrap()
                .hash()
        };
        let one = corpus("hello", "talk.hello", "weather");
        assert_eq!(one, corpus("hello", "talk.hello", "weather"));
        assert_ne!(one, corpus("hallo", "talk.hello", "weather"));
        assert_ne!(one, corpus("hello", "talk.bye", "weather"));
        assert_ne!(one, corpus("hello", "talk.hello", "football"));
    }

    #[test]
    fn a_fold_keeps_all_intents() {
        let pairs = (0..6)
            .map(|n| (format!("text {n}"), format!("intent-{}", n % 3)))
            .collect();
        let corpus = Corpus::from_labelled(pairs, vec![]).unwrap();
        let fold = corpus.only(|at| at < 2);
        assert_eq!(fold.examples.len(), 2);
        assert_eq!(fold.intents.len(), 3);
    }
}
