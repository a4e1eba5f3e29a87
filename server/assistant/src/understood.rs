//! What is wanted, as the understanding sees it. The engine knows no more of it than this.

use bank_understanding::{Embed, Model};
use std::sync::Arc;

/// What a text wants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understood {
    /// Intents and how likely they are, 0 to 1; the likeliest first.
    pub ranked: Vec<(String, f32)>,
    /// Nothing fits well enough: ask back.
    pub rejected: bool,
}

impl Understood {
    pub fn best(&self) -> Option<(&str, f32)> {
        self.ranked.first().map(|(intent, score)| (intent.as_str(), *score))
    }
}

/// Whatever finds out what a text wants.
pub trait Understands: Send + Sync + 'static {
    fn understand(&self, text: &str) -> Understood;
}

/// The bank's own model, with the sentence encoder when it is there.
pub struct Learned {
    pub model: Arc<Model>,
    pub encoder: Option<Arc<dyn Embed + Send + Sync>>,
}

impl Understands for Learned {
    fn understand(&self, text: &str) -> Understood {
        let encoder: Option<&dyn Embed> = match &self.encoder {
            Some(encoder) => Some(encoder.as_ref()),
            None => None,
        };
        let understanding = self.model.predict(text, encoder);
        Understood {
            ranked: understanding
                .ranked
                .iter()
                .map(|one| (one.intent.to_owned(), one.score))
                .collect(),
            rejected: understanding.rejected,
        }
    }
}
