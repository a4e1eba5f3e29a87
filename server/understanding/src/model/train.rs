//! Learning: the parts on everything; how they are joined, and the thresholds, on parts that were held out.

use super::gate::{self, Gate, Held};
use super::{Judge, Model, Opinions, Parts, Settings};
use crate::cholesky::NotDefinite;
use crate::corpus::Corpus;
use crate::dice::Dice;
use crate::lexical::Lexical;
use crate::semantic::{Embed, Semantic};
use crate::settle::{self, Choice};
use crate::spelling::{Speller, respelled};
use crate::text::{normalise, with_typos, words};
use crate::work::shared_out;

/// So many texts are embedded together: as many as keep a processor busy, and no more memory than a large text takes.
const EMBEDDED_AT_ONCE: usize = 16;

/// Why nothing can be learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    #[error("there are fewer than two intents to tell apart")]
    TooFewIntents,
    #[error("{intent} has {count} utterances, and needs two at least")]
    TooFewExamples { intent: String, count: usize },
    #[error("the sentence encoder makes vectors of different lengths, or of what are no numbers")]
    Encoder,
    #[error(
        "how like the utterances are to each other cannot be reckoned with: the encoder's vectors are not of length 1, or the ridge is too small"
    )]
    Likeness,
    #[error("between 2 and 20 parts of the data can be held out, not {0}")]
    Folds(usize),
}

/// The utterances and their copies, with what the encoder makes of them.
struct Material {
    speller: Speller,
    /// Normalised.
    texts: Vec<String>,
    labels: Vec<usize>,
    /// Which fold holds it out. A copy goes with its original.
    folds: Vec<usize>,
    /// So many of the texts, the first, are no copies.
    originals: usize,
    /// Of the originals.
    embeddings: Option<Vec<Vec<f32>>>,
    /// Questions out of scope, with their fold and embedding.
    outside: Vec<(String, usize, Option<Vec<f32>>)>,
}

/// A question that its parts had not seen.
struct HeldOut {
    opinions: Opinions,
    label: Option<usize>,
}

pub(super) fn train(corpus: &Corpus, encoder: Option<&dyn Embed>, settings: &Settings) -> Result<Model, TrainError> {
    check(corpus, settings)?;
    let classes = corpus.intents.len();
    let material = Material::gather(corpus, encoder, settings);
    if !material.is_sound() {
        return Err(TrainError::Encoder);
    }
    let mut held = Vec::new();
    for fold in 0..settings.folds {
        let parts = material.learn(classes, settings, |at| material.folds[at] != fold)?;
        held.extend(material.held_out(&parts, fold));
    }
    let parts = material.learn(classes, settings, |_| true)?;
    Ok(Model {
        intents: corpus.intents.clone(),
        data_hash: corpus.hash(),
        settings_hash: settings.hash(),
        lexical: judge(&held, false, settings),
        joined: encoder.map(|encoder| (encoder.fingerprint(), judge(&held, true, settings))),
        parts,
    })
}

fn check(corpus: &Corpus, settings: &Settings) -> Result<(), TrainError> {
    if corpus.intents.len() < 2 {
        return Err(TrainError::TooFewIntents);
    }
    if !(2..=20).contains(&settings.folds) {
        return Err(TrainError::Folds(settings.folds));
    }
    let mut counts = vec![0; corpus.intents.len()];
    for example in &corpus.examples {
        counts[example.intent] += 1;
    }
    match counts.iter().position(|count| *count < 2) {
        None => Ok(()),
        Some(at) => Err(TrainError::TooFewExamples {
            intent: corpus.intents[at].clone(),
            count: counts[at],
        }),
    }
}

impl Material {
    fn gather(corpus: &Corpus, encoder: Option<&dyn Embed>, settings: &Settings) -> Self {
        let mut dice = Dice::new(settings.seed);
        let folds = spread(corpus, settings.folds, &mut dice);
        let originals: Vec<String> = corpus.examples.iter().map(|example| normalise(&example.text)).collect();
        let met: Vec<String> = originals.iter().flat_map(|text| words(text)).collect();
        let speller = Speller::learn(met.iter().map(String::as_str));
        let mut material = Self {
            speller,
            texts: Vec::new(),
            labels: Vec::new(),
            folds: Vec::new(),
            originals: originals.len(),
            embeddings: None,
            outside: Vec::new(),
        };
        for copy in 0..=settings.typo_copies {
            for ((example, original), fold) in corpus.examples.iter().zip(&originals).zip(&folds) {
                let text = if copy == 0 {
                    original.clone()
                } else {
                    with_typos(original, settings.typo_per_mille, &mut dice)
                };
                material.texts.push(text);
                material.labels.push(example.intent);
                material.folds.push(*fold);
            }
        }
        let embed =
            |texts: &[String]| encoder.map(|encoder| embed_all(encoder, &material.speller, texts, settings.threads));
        let outside: Vec<String> = corpus.out_of_scope.iter().map(|text| normalise(text)).collect();
        let mut outside_embeddings = embed(&outside).map(Vec::into_iter);
        let embeddings = embed(&originals);
        material.embeddings = embeddings;
        for (at, text) in outside.into_iter().enumerate() {
            let embedding = outside_embeddings.as_mut().and_then(Iterator::next);
            material.outside.push((text, at % settings.folds, embedding));
        }
        material
    }

    /// Whether the encoder gave vectors of one length, and finite numbers. One that did not would be learned as nonsense.
    fn is_sound(&self) -> bool {
        let of_outside = self.outside.iter().filter_map(|(_, _, embedding)| embedding.as_ref());
        let mut all = self.embeddings.iter().flatten().chain(of_outside);
        let width = self.embeddings.as_ref().and_then(|all| all.first()).map_or(0, Vec::len);
        all.all(|embedding| super::is_sound(embedding, width))
    }

    fn learn(&self, classes: usize, settings: &Settings, keep: impl Fn(usize) -> bool) -> Result<Parts, TrainError> {
        let kept: Vec<usize> = (0..self.texts.len()).filter(|at| keep(*at)).collect();
        let respelled = |at: &usize| respelled(&self.texts[*at], &self.speller, |_| false);
        let texts: Vec<String> = kept.iter().map(respelled).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let labels: Vec<usize> = kept.iter().map(|at| self.labels[*at]).collect();
        // All originals stand before the first copy.
        let originals = kept.partition_point(|at| *at < self.originals);
        let lexical = Lexical::learn(&texts, originals, &labels, classes, &settings.lexical());
        let rows: Option<Vec<&[f32]>> = self
            .embeddings
            .as_ref()
            .map(|embeddings| kept[..originals].iter().map(|at| embeddings[*at].as_slice()).collect());
        let semantic = rows.map(|rows| Semantic::learn(&rows, &labels, classes, &settings.semantic()));
        Ok(Parts {
            speller: self.speller.clone(),
            lexical,
            semantic: semantic.transpose().map_err(|NotDefinite| TrainError::Likeness)?,
        })
    }

    /// What the parts say about the originals of a fold, and about its questions out of scope.
    fn held_out(&self, parts: &Parts, fold: usize) -> Vec<HeldOut> {
        let inside = (0..self.originals).filter(|at| self.folds[*at] == fold);
        let inside = inside.map(|at| {
            let embedding = self.embeddings.as_ref().map(|all| all[at].as_slice());
            HeldOut {
                opinions: parts.read(&self.texts[at], embedding),
                label: Some(self.labels[at]),
            }
        });
        let outside = self.outside.iter().filter(|(_, other, _)| *other == fold);
        let outside = outside.map(|(text, _, embedding)| HeldOut {
            opinions: parts.read(text, embedding.as_deref()),
            label: None,
        });
        inside.chain(outside).collect()
    }
}

/// Deals the utterances of each intent out to the folds, so that every fold has some of each.
fn spread(corpus: &Corpus, folds: usize, dice: &mut Dice) -> Vec<usize> {
    let mut order: Vec<usize> = (0..corpus.examples.len()).collect();
    dice.shuffle(&mut order);
    let mut met = vec![0_usize; corpus.intents.len()];
    let mut dealt = vec![0; corpus.examples.len()];
    for at in order {
        let intent = corpus.examples[at].intent;
        dealt[at] = (met[intent] + intent) % folds;
        met[intent] += 1;
    }
    dealt
}

fn embed_all(encoder: &dyn Embed, speller: &Speller, texts: &[String], threads: usize) -> Vec<Vec<f32>> {
    let respelled: Vec<String> = shared_out(texts.iter(), threads, |text| {
        super::respelled_for(encoder, speller, text)
    });
    // Those of like length beside each other: they end together.
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|at| respelled[*at].len());
    let made = shared_out(order.chunks(EMBEDDED_AT_ONCE), threads, |places| {
        let texts: Vec<&str> = places.iter().map(|at| respelled[*at].as_str()).collect();
        encoder.embed_all(&texts)
    });
    let mut all = vec![Vec::new(); texts.len()];
    for (at, embedding) in order.into_iter().zip(made.into_iter().flatten()) {
        all[at] = embedding;
    }
    all
}

fn judge(held: &[HeldOut], joined: bool, settings: &Settings) -> Judge {
    let choices: Vec<Choice> = held
        .iter()
        .filter_map(|one| {
            let right = one.label?;
            let classes = 0..one.opinions.lexical.margins.len();
            let alternatives = classes.map(|class| one.opinions.about(class, joined)).collect();
            Some(Choice { alternatives, right })
        })
        .collect();
    let mut judge = Judge {
        weights: settle::weights(&choices, if joined { 2 } else { 1 }),
        gate: Gate {
            weights: Vec::new(),
            threshold: 0.0,
        },
    };
    let weighed: Vec<Held> = held
        .iter()
        .map(|one| {
            let likely = judge.likely(&one.opinions);
            let best = (0..likely.len()).max_by(|a, b| likely[*a].total_cmp(&likely[*b]));
            Held {
                figures: gate::figures(&one.opinions, &likely, joined),
                in_scope: one.label.is_some(),
                right: one.label.is_some() && best == one.label,
            }
        })
        .collect();
    judge.gate = Gate::learn(&weighed, settings.keep_per_mille);
    judge
}
