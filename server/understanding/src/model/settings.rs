//! What can be chosen about learning. The defaults were found by cross-validation on a public data set of bank questions
//! (docs/ASSISTANT.md), never on what is measured with.

use crate::lexical::LexicalSettings;
use crate::linear::LearnSettings;
use crate::semantic::RidgeSettings;
use sha2::{Digest as _, Sha256};

/// How a model is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Everything that looks random comes from it.
    pub seed: u64,
    /// So many threads learn at once. What is learned does not depend on it.
    pub threads: usize,
    /// So many copies with typos are learned beside each utterance.
    pub typo_copies: u32,
    /// Slips for each thousand letters of a copy.
    pub typo_per_mille: u16,
    /// So many parts of the data are held out, one after the other, to find how much each opinion counts.
    pub folds: usize,
    /// So many in a thousand questions that the bank can answer are kept by the thresholds.
    pub keep_per_mille: u16,
    /// A piece of text that fewer utterances have is not learned.
    pub examples_min: u32,
    /// The weight of letters beside that of words.
    pub letters: f32,
    /// What a mistake costs, for the words.
    pub lexical_cost: f32,
    /// How fast the say of an utterance fades with its distance, for the embeddings.
    pub fade: f32,
    /// What keeps the weights of the utterances small, for the embeddings.
    pub ridge: f32,
    /// So much more a missed example costs than one too many.
    pub own_cost: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            threads: 1,
            typo_copies: 0,
            typo_per_mille: 30,
            folds: 3,
            keep_per_mille: 950,
            examples_min: 2,
            letters: 1.0,
            lexical_cost: 0.5,
            fade: 2.5,
            ridge: 0.05,
            own_cost: 2.0,
        }
    }
}

impl Settings {
    /// SHA-256 of all that changes what is learned.
    pub fn hash(&self) -> [u8; 32] {
        let learned = Self { threads: 1, ..*self };
        Sha256::digest(format!("{learned:?}")).into()
    }

    pub(super) fn lexical(&self) -> LexicalSettings {
        LexicalSettings {
            examples_min: self.examples_min,
            letters: self.letters,
            learn: LearnSettings {
                cost: self.lexical_cost,
                own_cost: self.own_cost,
                rounds_max: 60,
                tolerance: 0.1,
                seed: self.seed,
                threads: self.threads,
            },
        }
    }

    pub(super) fn semantic(&self) -> RidgeSettings {
        RidgeSettings {
            fade: self.fade,
            ridge: self.ridge,
            threads: self.threads,
        }
    }
}
