//! Small choices by maximum likelihood: how much each opinion counts. A conditional logit model (`McFadden`, 1973) with
//! a few weights that all alternatives share, solved by Newton's method; it has one best answer.

/// A choice among alternatives: each has as many figures as there are weights; one was right.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) alternatives: Vec<Vec<f32>>,
    pub(crate) right: usize,
}

const ROUNDS_MAX: usize = 30;
/// Keeps weights finite when the choices are too easy.
const PRIOR: f64 = 1e-3;

/// The weights under which what was right is the most likely. Without choices, all are 1.
pub(crate) fn weights(choices: &[Choice], count: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f64; count];
    if choices.is_empty() {
        return vec![1.0; count];
    }
    let mut reached = likelihood(choices, &weights);
    for _ in 0..ROUNDS_MAX {
        let (slope, curve) = derivatives(choices, &weights);
        let Some(step) = solve(curve, slope) else { break };
        // A full step can overshoot where the curve is flat: halve it until it gains.
        let mut share = 1.0;
        let next = loop {
            let next: Vec<f64> = weights
                .iter()
                .zip(&step)
                .map(|(weight, part)| weight + share * part)
                .collect();
            let gained = likelihood(choices, &next);
            if gained > reached {
                break Some((next, gained));
            }
            share /= 2.0;
            if share < 1e-4 {
                break None;
            }
        };
        let Some((next, gained)) = next else { break };
        let gain = gained - reached;
        (weights, reached) = (next, gained);
        if gain < 1e-8 {
            break;
        }
    }
    weights.iter().map(|weight| narrow(*weight)).collect()
}

/// Probabilities of the alternatives. Where a score is no number that can be compared, none of them is likely at all.
pub(crate) fn probabilities(scores: &[f32]) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = scores.iter().map(|score| (score - highest).exp()).collect();
    let sum: f32 = raised.iter().sum();
    if !sum.is_finite() {
        return vec![0.0; scores.len()];
    }
    raised.iter().map(|part| part / sum).collect()
}

pub(crate) fn dot(weights: &[f32], figures: &[f32]) -> f32 {
    weights
        .iter()
        .zip(figures)
        .map(|(weight, figure)| weight * figure)
        .sum()
}

/// Mean log-likelihood of what was right, less the prior.
fn likelihood(choices: &[Choice], weights: &[f64]) -> f64 {
    let narrow_weights: Vec<f32> = weights.iter().map(|weight| narrow(*weight)).collect();
    let mut sum = 0.0;
    for choice in choices {
        let scores: Vec<f32> = choice
            .alternatives
            .iter()
            .map(|figures| dot(&narrow_weights, figures))
            .collect();
        let likely = probabilities(&scores);
        let right = likely.get(choice.right).copied().unwrap_or_default();
        sum += f64::from(right.max(1e-30)).ln();
    }
    let prior: f64 = weights.iter().map(|weight| PRIOR * weight * weight / 2.0).sum();
    sum / f64::from(u32::try_from(choices.len()).unwrap_or(u32::MAX)) - prior
}

/// First derivatives and the negated second ones of the mean log-likelihood.
fn derivatives(choices: &[Choice], weights: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let count = weights.len();
    let mut slope: Vec<f64> = weights.iter().map(|weight| -PRIOR * weight).collect();
    let mut curve = vec![vec![0.0; count]; count];
    let share = 1.0 / f64::from(u32::try_from(choices.len()).unwrap_or(u32::MAX));
    let narrow_weights: Vec<f32> = weights.iter().map(|weight| narrow(*weight)).collect();
    for choice in choices {
        let scores: Vec<f32> = choice
            .alternatives
            .iter()
            .map(|figures| dot(&narrow_weights, figures))
            .collect();
        let likely = probabilities(&scores);
        let mut mean = vec![0.0_f64; count];
        for (figures, probability) in choice.alternatives.iter().zip(&likely) {
            for (part, figure) in mean.iter_mut().zip(figures) {
                *part += f64::from(*probability) * f64::from(*figure);
            }
        }
        for (figures, probability) in choice.alternatives.iter().zip(&likely) {
            let away: Vec<f64> = figures
                .iter()
                .zip(&mean)
                .map(|(figure, mean)| f64::from(*figure) - mean)
                .collect();
            for (row, left) in curve.iter_mut().zip(&away) {
                for (cell, right) in row.iter_mut().zip(&away) {
                    *cell += share * f64::from(*probability) * left * right;
                }
            }
        }
        if let Some(right) = choice.alternatives.get(choice.right) {
            for ((part, figure), mean) in slope.iter_mut().zip(right).zip(&mean) {
                *part += share * (f64::from(*figure) - mean);
            }
        }
    }
    for (at, row) in curve.iter_mut().enumerate() {
        row[at] += PRIOR;
    }
    (slope, curve)
}

/// Solves a small system by elimination with pivots; nothing when it has no one answer.
#[expect(clippy::needless_range_loop, reason = "rows are taken from each other")]
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let count = right.len();
    for column in 0..count {
        let pivot = (column..count).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let head = matrix[column][column];
        if head.abs() < 1e-12 {
            return None;
        }
        for row in 0..count {
            if row != column {
                let factor = matrix[row][column] / head;
                for at in column..count {
                    matrix[row][at] -= factor * matrix[column][at];
                }
                right[row] -= factor * right[column];
            }
        }
    }
    Some((0..count).map(|at| right[at] / matrix[at][at]).collect())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "figures of f32 are what is computed with"
)]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opinion_that_is_mostly_right_gets_the_weight() {
        // The first figure is right 9 times in 10, the second one half of the time.
        let choices: Vec<Choice> = (0..100)
            .map(|n| {
                let first = usize::from(n % 10 == 0);
                let mut alternatives = vec![vec![0.0, 0.0], vec![0.0, 0.0]];
                alternatives[first][0] = 1.0;
                alternatives[n / 2 % 2][1] = 1.0;
                Choice { alternatives, right: 0 }
            })
            .collect();
        let weights = weights(&choices, 2);
        assert!((2.0..2.4).contains(&weights[0]), "{weights:?}");
        assert!(weights[1].abs() < 0.3, "{weights:?}");
    }

    #[test]
    fn choices_that_are_too_easy_leave_the_weights_finite() {
        let easy = Choice {
            alternatives: vec![vec![1.0], vec![0.0]],
            right: 0,
        };
        let weights = weights(&vec![easy; 10], 1);
        assert!(weights[0].is_finite() && weights[0] > 2.0, "{weights:?}");
        assert_eq!(super::weights(&[], 2), vec![1.0, 1.0]);
    }

    #[test]
    fn probabilities_sum_to_one_however_large_the_scores() {
        let likely = probabilities(&[1_000.0, 999.0, -1_000.0]);
        assert!((likely.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(likely[0] > likely[1] && likely[1] > likely[2]);
    }

    #[test]
    fn where_a_score_is_no_number_nothing_is_likely() {
        for odd in [f32::NAN, f32::INFINITY] {
            assert_eq!(probabilities(&[1.0, odd, 2.0]), [0.0; 3], "{odd}");
        }
        assert_eq!(probabilities(&[f32::NEG_INFINITY; 2]), [0.0; 2]);
        assert_eq!(probabilities(&[]), [0.0_f32; 0]);
        let likely = probabilities(&[f32::NEG_INFINITY, 0.0]);
        assert_eq!(likely, [0.0, 1.0], "one that cannot be is no hindrance");
    }
}
