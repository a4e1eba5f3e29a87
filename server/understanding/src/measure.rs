//! How good a model is: figures over answers that are known.

use crate::Corpus;
use crate::dice::Dice;
use std::collections::BTreeMap;

/// One answered question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub wanted: String,
    pub given: String,
    /// How sure the model was, 0 to 1.
    pub score: f32,
    pub rejected: bool,
}

/// What is told of many answers. Shares lie between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    pub count: usize,
    pub accuracy: f64,
    /// The mean over the wanted labels of 2·precision·recall / (precision + recall).
    pub macro_f1: f64,
    /// Among the nine tenths that the model was surest of.
    pub accuracy_at_90: f64,
    /// Which share was not rejected, and how many of those were right.
    pub kept: f64,
    pub accuracy_kept: f64,
}

/// Adds the answers up.
pub fn figures(answers: &[Answer]) -> Figures {
    let right = |answer: &&Answer| answer.wanted == answer.given;
    let mut surest: Vec<&Answer> = answers.iter().collect();
    surest.sort_by(|a, b| b.score.total_cmp(&a.score));
    surest.truncate((answers.len() * 9).div_ceil(10));
    let kept: Vec<&Answer> = answers.iter().filter(|answer| !answer.rejected).collect();
    Figures {
        count: answers.len(),
        accuracy: share(answers.iter().filter(right).count(), answers.len()),
        macro_f1: macro_f1(answers),
        accuracy_at_90: share(surest.iter().copied().filter(right).count(), surest.len()),
        kept: share(kept.len(), answers.len()),
        accuracy_kept: share(kept.iter().copied().filter(right).count(), kept.len()),
    }
}

fn macro_f1(answers: &[Answer]) -> f64 {
    // Right, wanted, given.
    let mut counts: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for answer in answers {
        let wanted = counts.entry(&answer.wanted).or_default();
        wanted.1 += 1;
        if answer.wanted == answer.given {
            wanted.0 += 1;
        }
        counts.entry(&answer.given).or_default().2 += 1;
    }
    let wanted: Vec<f64> = counts
        .values()
        .filter(|(_, wanted, _)| *wanted > 0)
        .map(|(right, wanted, given)| share(2 * right, wanted + given))
        .collect();
    let sum: f64 = wanted.iter().sum();
    if wanted.is_empty() {
        0.0
    } else {
        sum / to_f64(wanted.len())
    }
}

/// The value below which `percent` of all lie (nearest rank); nothing of nothing.
pub fn percentile<T: Copy + Ord>(values: &[T], percent: usize) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent.min(100)).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

/// Parts of a corpus for cross-validation: for each fold, what is learned from and what is asked.
pub fn folds(corpus: &Corpus, count: usize, seed: u64) -> Vec<(Corpus, Corpus)> {
    let mut order: Vec<usize> = (0..corpus.examples.len()).collect();
    Dice::new(seed).shuffle(&mut order);
    let mut met = vec![0_usize; corpus.intents.len()];
    let mut dealt = vec![0; order.len()];
    for at in order {
        let intent = corpus.examples[at].intent;
        dealt[at] = (met[intent] + intent) % count.max(1);
        met[intent] += 1;
    }
    (0..count)
        .map(|fold| (corpus.only(|at| dealt[at] != fold), corpus.only(|at| dealt[at] == fold)))
        .collect()
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { to_f64(part) / to_f64(of) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of questions")]
fn to_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(wanted: &str, given: &str, score: f32, rejected: bool) -> Answer {
        Answer {
            wanted: wanted.to_owned(),
            given: given.to_owned(),
            score,
            rejected,
        }
    }

    #[test]
    fn figures_are_those_of_a_table_by_hand() {
        let mut answers = vec![answer("a", "a", 0.9, false); 8];
        answers.push(answer("b", "a", 0.2, true));
        answers.push(answer("b", "b", 0.8, false));
        let figures = figures(&answers);
        assert!((figures.accuracy - 0.9).abs() < 1e-9);
        // a: 2·8 / (8 + 9); b: 2·1 / (2 + 1).
        assert!((figures.macro_f1 - f64::midpoint(16.0 / 17.0, 2.0 / 3.0)).abs() < 1e-9);
        assert!((figures.accuracy_at_90 - 1.0).abs() < 1e-9);
        assert!((figures.kept - 0.9).abs() < 1e-9);
        assert!((figures.accuracy_kept - 1.0).abs() < 1e-9);
        assert_eq!(super::figures(&[]), Figures::default());
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let values: Vec<u32> = (1..=100).rev().collect();
        assert_eq!(percentile(&values, 50), Some(50));
        assert_eq!(percentile(&values, 95), Some(95));
        assert_eq!(percentile(&values, 0), Some(1));
        assert_eq!(percentile::<u32>(&[], 50), None);
    }

    #[test]
    fn folds_share_nothing_and_leave_nothing_out() {
        let pairs = (0..40)
            .map(|n| (format!("text {n}"), format!("intent-{}", n % 4)))
            .collect();
        let corpus = Corpus::from_labelled(pairs, vec![]).unwrap();
        let folds = folds(&corpus, 5, 1);
        assert_eq!(folds.len(), 5);
        let mut asked = Vec::new();
        for (learned, test) in &folds {
            assert_eq!(learned.examples.len() + test.examples.len(), 40);
            assert!(test.examples.iter().all(|one| !learned.examples.contains(one)));
            asked.extend(test.examples.iter().map(|one| one.text.clone()));
        }
        asked.sort();
        asked.dedup();
        assert_eq!(asked.len(), 40);
    }
}
