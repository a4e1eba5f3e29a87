//! A sentence encoder: a text becomes 384 numbers, and texts of like meaning lie near each other. Made for
//! all-MiniLM-L6-v2 (a BERT of six layers; Apache-2.0 by its model card), which is a file beside the bank and never part
//! of it. The forward pass is our own: see `docs/decisions/0025-words-first-and-an-own-forward-pass.md`.

mod bert;
mod safetensors;
mod wordpiece;

pub use safetensors::TensorsError;
pub use wordpiece::{VocabularyError, WordPiece};

use crate::semantic::{Embed, to_unit};
use bert::Bert;
use safetensors::Tensors;
use sha2::{Digest as _, Sha256};

/// The weights that the bank is tuned for: SHA-256 of `model.safetensors`.
pub const MINILM_SHA256: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";

/// What is longer is not read: a turn must end in time, and a question is shorter.
pub const TOKENS_MAX: usize = 128;

/// Weights and vocabulary, ready to use; about 90 MiB for all-MiniLM-L6-v2.
pub struct Encoder {
    words: WordPiece,
    bert: Bert,
    weights_hash: [u8; 32],
    fingerprint: [u8; 32],
}

/// Why there is no encoder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncoderError {
    #[error("the weights cannot be read: {0}")]
    Weights(#[from] TensorsError),
    #[error("the vocabulary cannot be read: {0}")]
    Vocabulary(#[from] VocabularyError),
    #[error("the vocabulary has {words} words, and the weights know {known}")]
    Apart { words: usize, known: usize },
}

impl Encoder {
    /// Makes an encoder of the bytes of a `.safetensors` file and the text of a `vocab.txt`.
    ///
    /// # Errors
    /// See [`EncoderError`]: what is not a BERT with weights of 32 bits is refused, tensor by tensor.
    pub fn new(weights: &[u8], vocabulary: &str) -> Result<Self, EncoderError> {
        let words = WordPiece::new(vocabulary)?;
        let bert = Bert::new(&Tensors::read(weights)?)?;
        if words.len() != bert.words() {
            return Err(EncoderError::Apart {
                words: words.len(),
                known: bert.words(),
            });
        }
        let weights_hash: [u8; 32] = Sha256::digest(weights).into();
        let mut both = Sha256::new();
        both.update(weights_hash);
        both.update(Sha256::digest(vocabulary.as_bytes()));
        Ok(Self {
            words,
            bert,
            weights_hash,
            fingerprint: both.finalize().into(),
        })
    }

    /// SHA-256 of the weights, in hexadecimal: compare with [`MINILM_SHA256`].
    pub fn weights_hash(&self) -> String {
        hex::encode(self.weights_hash)
    }

    /// The numbers of the pieces that a text is read as.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.words.tokens(text, TOKENS_MAX)
    }
}

impl Embed for Encoder {
    fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The mean over all tokens, of length 1.
    fn embed(&self, text: &str) -> Vec<f32> {
        self.embed_all(&[text]).pop().unwrap_or_default()
    }

    fn embed_all(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let tokens: Vec<Vec<u32>> = texts.iter().map(|text| self.tokens(text)).collect();
        let mut embeddings = self.bert.means(&tokens);
        for embedding in &mut embeddings {
            to_unit(embedding);
        }
        embeddings
    }

    fn knows(&self, word: &str) -> bool {
        self.words.knows(word)
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Encoder({})", hex::encode(self.fingerprint))
    }
}

#[cfg(test)]
mod tests;
