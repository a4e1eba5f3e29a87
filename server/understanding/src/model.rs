//! The model: learned from a corpus, read from and written to one file, asked what a text wants.

mod artefact;
mod gate;
mod settings;
mod train;

pub use artefact::ArtefactError;
pub use settings::Settings;
pub use train::TrainError;

use crate::lexical::{Lexical, LexicalReading};
use crate::semantic::{Embed, Semantic, SemanticReading};
use crate::settle;
use crate::spelling::{Speller, respelled};
use crate::text::normalise;
use gate::Gate;

/// So many intents an answer names.
const RANKED_MAX: usize = 5;

/// What a customer's words can mean, as it was learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    intents: Vec<String>,
    data_hash: [u8; 32],
    settings_hash: [u8; 32],
    parts: Parts,
    /// Without an encoder.
    lexical: Judge,
    /// With the encoder of this fingerprint.
    joined: Option<([u8; 32], Judge)>,
}

/// The classifiers, each with its own opinion.
#[derive(Clone, Debug, PartialEq)]
struct Parts {
    speller: Speller,
    lexical: Lexical,
    /// With an encoder.
    semantic: Option<Semantic>,
}

/// How opinions become one, and when it is not to be trusted.
#[derive(Clone, Debug, PartialEq)]
struct Judge {
    /// How much each opinion counts.
    weights: Vec<f32>,
    gate: Gate,
}

/// What the parts say about a text.
#[derive(Clone, Debug)]
struct Opinions {
    lexical: LexicalReading,
    /// With the encoder.
    semantic: Option<SemanticReading>,
}

/// An intent, and how likely it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked<'a> {
    pub intent: &'a str,
    /// A calibrated probability, 0 to 1: of those with 0.8, about eight in ten are right.
    pub score: f32,
}

/// What a text wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Understanding<'a> {
    /// The likeliest first, five at most, never empty.
    pub ranked: Vec<Ranked<'a>>,
    /// The question is too far from everything that was learned, or too many intents fit alike: ask back.
    pub rejected: bool,
    /// How much the text looks like one that is understood rightly, 0 to 1. What is below the learned threshold is
    /// rejected.
    pub acceptance: f32,
    /// Whether the encoder had its say.
    pub joined: bool,
}

/// A model that was learned with another encoder than the one at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncoderMismatch {
    #[error("the model was learned without a sentence encoder: train it again with this one, or leave the encoder out")]
    LearnedWithout,
    #[error(
        "the model was learned with another sentence encoder: train it again with this one, or leave the encoder out"
    )]
    Another,
}

impl Model {
    /// Learns. The same corpus, settings and encoder give the same model, on the same kind of machine.
    ///
    /// # Errors
    /// See [`TrainError`].
    pub fn train(corpus: &crate::Corpus, encoder: Option<&dyn Embed>, settings: &Settings) -> Result<Self, TrainError> {
        train::train(corpus, encoder, settings)
    }

    /// In ascending order.
    pub fn intents(&self) -> &[String] {
        &self.intents
    }

    /// The hash of the corpus that it was learned from ([`crate::Corpus::hash`]).
    pub fn data_hash(&self) -> &[u8; 32] {
        &self.data_hash
    }

    /// The hash of the settings that it was learned with ([`Settings::hash`]).
    pub fn settings_hash(&self) -> &[u8; 32] {
        &self.settings_hash
    }

    /// The fingerprint of the encoder that it was learned with.
    pub fn encoder_fingerprint(&self) -> Option<&[u8; 32]> {
        self.joined.as_ref().map(|(fingerprint, _)| fingerprint)
    }

    /// Whether the encoder is the one that the model was learned with. Ask once, when both are loaded.
    ///
    /// # Errors
    /// See [`EncoderMismatch`].
    pub fn check_encoder(&self, encoder: &dyn Embed) -> Result<(), EncoderMismatch> {
        match self.encoder_fingerprint() {
            None => Err(EncoderMismatch::LearnedWithout),
            Some(fingerprint) if *fingerprint == encoder.fingerprint() => Ok(()),
            Some(_) => Err(EncoderMismatch::Another),
        }
    }

    /// What a text wants. With an encoder that does not fit ([`Self::check_encoder`]), or that makes of the text what no
    /// fitting one makes, the words alone decide.
    pub fn predict(&self, text: &str, encoder: Option<&dyn Embed>) -> Understanding<'_> {
        let fitting = encoder.filter(|encoder| self.check_encoder(*encoder).is_ok());
        let text = normalise(text);
        let embedding = fitting
            .map(|encoder| embedded(encoder, &self.parts.speller, &text))
            .filter(|embedding| self.parts.can_read(embedding));
        let opinions = self.parts.read(&text, embedding.as_deref());
        match (&self.joined, opinions.semantic.is_some()) {
            (Some((_, judge)), true) => self.judged(judge, &opinions, true),
            _ => self.judged(&self.lexical, &opinions, false),
        }
    }

    fn judged(&self, judge: &Judge, opinions: &Opinions, joined: bool) -> Understanding<'_> {
        let likely = judge.likely(opinions);
        let acceptance = judge.gate.acceptance(&gate::figures(opinions, &likely, joined));
        // Nothing is taken at its word that cannot be compared.
        let sound = acceptance.is_finite() && likely.iter().any(|probability| *probability > 0.0);
        let acceptance = if sound { acceptance } else { 0.0 };
        let mut order: Vec<usize> = (0..likely.len()).collect();
        order.sort_by(|a, b| likely[*b].total_cmp(&likely[*a]).then(a.cmp(b)));
        let ranked = order.into_iter().take(RANKED_MAX).map(|class| Ranked {
            intent: &self.intents[class],
            score: likely[class],
        });
        Understanding {
            ranked: ranked.collect(),
            rejected: !sound || acceptance < judge.gate.threshold,
            acceptance,
            joined,
        }
    }
}

impl Parts {
    fn can_read(&self, embedding: &[f32]) -> bool {
        let width = self.semantic.as_ref().map(|semantic| semantic.memory.width);
        width.is_some_and(|width| is_sound(embedding, width))
    }

    /// Of a normalised text.
    fn read(&self, text: &str, embedding: Option<&[f32]>) -> Opinions {
        let lexical = self.lexical.read(&respelled(text, &self.speller, |_| false));
        let semantic = self.semantic.as_ref().zip(embedding);
        Opinions {
            lexical,
            semantic: semantic.map(|(semantic, embedding)| semantic.read(embedding)),
        }
    }
}

/// What the encoder makes of a normalised text. It reads whole words best, so slips are corrected before.
fn embedded(encoder: &dyn Embed, speller: &Speller, text: &str) -> Vec<f32> {
    encoder.embed(&respelled_for(encoder, speller, text))
}

fn respelled_for(encoder: &dyn Embed, speller: &Speller, text: &str) -> String {
    respelled(text, speller, |word| encoder.knows(word))
}

/// Whether an encoder gave what it has to: so many numbers, each of them finite.
fn is_sound(embedding: &[f32], width: usize) -> bool {
    embedding.len() == width && embedding.iter().all(|part| part.is_finite())
}

impl Judge {
    fn likely(&self, opinions: &Opinions) -> Vec<f32> {
        let joined = self.weights.len() > 1;
        let scores: Vec<f32> = (0..opinions.lexical.margins.len())
            .map(|class| settle::dot(&self.weights, &opinions.about(class, joined)))
            .collect();
        settle::probabilities(&scores)
    }
}

impl Opinions {
    /// The figures that speak for a class: one without the encoder, two with it.
    fn about(&self, class: usize, joined: bool) -> Vec<f32> {
        match self.semantic.as_ref().filter(|_| joined) {
            None => vec![self.lexical.margins[class]],
            Some(semantic) => vec![self.lexical.margins[class], semantic.margins[class]],
        }
    }
}

#[cfg(test)]
mod tests;
