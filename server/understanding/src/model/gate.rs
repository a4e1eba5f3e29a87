//! When an answer is not to be trusted. Not an intent of its own: what is none of the bank's business has no common words.

use super::Opinions;
use crate::settle::{self, Choice};

/// Weighs what speaks for an answer, and has a threshold that keeps a stated share of the questions it can answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gate {
    pub(super) weights: Vec<f32>,
    pub(super) threshold: f32,
}

/// One held-out question: what spoke for its answer, and whether that was right.
pub(super) struct Held {
    pub(super) figures: Vec<f32>,
    pub(super) in_scope: bool,
    pub(super) right: bool,
}

impl Gate {
    pub(super) fn learn(held: &[Held], keep_per_mille: u16) -> Self {
        let count = held.first().map_or(1, |one| one.figures.len());
        let choices: Vec<Choice> = held.iter().map(as_choice).collect();
        let mut gate = Self {
            weights: settle::weights(&choices, count),
            threshold: 0.0,
        };
        let mut kept: Vec<f32> = held
            .iter()
            .filter(|one| one.in_scope)
            .map(|one| gate.acceptance(&one.figures))
            .collect();
        kept.sort_by(f32::total_cmp);
        let below = kept.len() * usize::from(1_000_u16.saturating_sub(keep_per_mille)) / 1_000;
        gate.threshold = kept.get(below).copied().unwrap_or(0.0);
        gate
    }

    /// 0 to 1.
    pub(super) fn acceptance(&self, figures: &[f32]) -> f32 {
        1.0 / (1.0 + (-settle::dot(&self.weights, figures)).exp())
    }
}

/// To trust the answer, or not to: nothing speaks for the latter.
fn as_choice(held: &Held) -> Choice {
    Choice {
        alternatives: vec![held.figures.clone(), vec![0.0; held.figures.len()]],
        right: usize::from(!(held.in_scope && held.right)),
    }
}

/// What speaks for the likeliest answer: its probability, its lead, how far inside its class it is, how much of the text
/// was met before; with the encoder, how far inside it is there, and how near the nearest example is.
pub(super) fn figures(opinions: &Opinions, likely: &[f32], joined: bool) -> Vec<f32> {
    let (mut best, mut second) = (0.0_f32, 0.0_f32);
    for probability in likely {
        if *probability > best {
            (best, second) = (*probability, best);
        } else {
            second = second.max(*probability);
        }
    }
    let highest = |margins: &[f32]| margins.iter().copied().fold(-2.0_f32, f32::max);
    let mut figures = vec![
        1.0,
        best,
        best - second,
        highest(&opinions.lexical.margins),
        opinions.lexical.known,
    ];
    if let Some(semantic) = opinions.semantic.as_ref().filter(|_| joined) {
        figures.extend([highest(&semantic.margins), semantic.nearest]);
    }
    figures
}
