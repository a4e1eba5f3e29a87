//! Linear classifiers, one against the rest, with a squared hinge loss: learned by dual coordinate descent with
//! shrinking (Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", 2008).

use crate::dice::Dice;
use crate::work::shared_out;

/// A vector that is mostly zeros: places in ascending order, with what is there.
pub(crate) type Sparse = Vec<(u32, f32)>;

/// How a classifier is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LearnSettings {
    /// What a mistake costs against large weights (the C of a support vector machine).
    pub(crate) cost: f32,
    /// So much more a missed example of the class costs than one of the rest.
    pub(crate) own_cost: f32,
    pub(crate) rounds_max: usize,
    /// Learning ends when no step would gain more.
    pub(crate) tolerance: f32,
    pub(crate) seed: u64,
    /// So many at once. What is learned does not depend on it.
    pub(crate) threads: usize,
}

/// A weight for each place and class, as whole numbers of -127 to 127 with a scale for each place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Linear {
    pub(crate) classes: usize,
    pub(crate) bias: Vec<f32>,
    pub(crate) scales: Vec<f32>,
    /// `places × classes`.
    pub(crate) weights: Vec<i8>,
}

impl Linear {
    /// Learns to tell `classes` apart; `labels` has the class of each example. Places lie below `places`.
    pub(crate) fn learn(
        examples: &[Sparse],
        labels: &[usize],
        classes: usize,
        places: usize,
        settings: &LearnSettings,
    ) -> Self {
        let norms: Vec<f32> = examples.iter().map(|example| 1.0 + squared_norm(example)).collect();
        let solved = shared_out(0..classes, settings.threads, |class| {
            solve(examples, &norms, labels, class, places, settings)
        });
        let mut rows = vec![0.0_f32; places * classes];
        let mut bias = vec![0.0; classes];
        for (class, solution) in solved.into_iter().enumerate() {
            for (place, weight) in solution.weights.iter().enumerate() {
                rows[place * classes + class] = *weight;
            }
            bias[class] = solution.bias;
        }
        Self::quantised(classes, bias, &rows)
    }

    fn quantised(classes: usize, bias: Vec<f32>, rows: &[f32]) -> Self {
        let mut scales = Vec::with_capacity(rows.len() / classes.max(1));
        let mut weights = Vec::with_capacity(rows.len());
        for row in rows.chunks_exact(classes.max(1)) {
            let largest = row.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
            let scale = largest / 127.0;
            scales.push(scale);
            weights.extend(row.iter().map(|weight| to_i8(*weight, scale)));
        }
        Self {
            classes,
            bias,
            scales,
            weights,
        }
    }

    /// How far on its side of the border the vector is, for each class: above 0 is inside.
    pub(crate) fn margins(&self, vector: &[(u32, f32)]) -> Vec<f32> {
        let mut margins = self.bias.clone();
        for (place, value) in vector {
            let place = *place as usize;
            let row = &self.weights[place * self.classes..(place + 1) * self.classes];
            let scaled = value * self.scales[place];
            for (margin, weight) in margins.iter_mut().zip(row) {
                *margin += scaled * f32::from(*weight);
            }
        }
        margins
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a scaled weight lies between -127 and 127"
)]
fn to_i8(weight: f32, scale: f32) -> i8 {
    if scale > 0.0 { (weight / scale).round() as i8 } else { 0 }
}

struct Solution {
    weights: Vec<f32>,
    bias: f32,
}

/// One class against the rest.
fn solve(
    examples: &[Sparse],
    norms: &[f32],
    labels: &[usize],
    class: usize,
    places: usize,
    settings: &LearnSettings,
) -> Solution {
    let mut dice = Dice::new(settings.seed ^ (class as u64).wrapping_mul(0x9e37_79b9));
    let mut weights = vec![0.0_f32; places];
    let mut bias = 0.0_f32;
    let mut alpha = vec![0.0_f32; examples.len()];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut active = order.len();
    let mut bound = f32::INFINITY;
    for _ in 0..settings.rounds_max {
        let (mut highest, mut lowest) = (f32::NEG_INFINITY, f32::INFINITY);
        dice.shuffle(&mut order[..active]);
        let mut at = 0;
        while at < active {
            let index = order[at];
            let example = &examples[index];
            let own = labels[index] == class;
            let side = if own { 1.0 } else { -1.0 };
            let cost = if own {
                settings.cost * settings.own_cost
            } else {
                settings.cost
            };
            let give = 0.5 / cost;
            let gradient = side * (dot(&weights, example) + bias) - 1.0 + alpha[index] * give;
            let at_bound = alpha[index] <= 0.0;
            if at_bound && gradient > bound {
                // Far on the right side: it is not looked at again until the others have settled.
                active -= 1;
                order.swap(at, active);
                continue;
            }
            let projected = if at_bound { gradient.min(0.0) } else { gradient };
            highest = highest.max(projected);
            lowest = lowest.min(projected);
            if projected.abs() > 1e-6 {
                let next = (alpha[index] - gradient / (norms[index] + give)).max(0.0);
                let step = (next - alpha[index]) * side;
                alpha[index] = next;
                for (place, value) in example {
                    weights[*place as usize] += step * value;
                }
                bias += step;
            }
            at += 1;
        }
        if highest - lowest <= settings.tolerance {
            if active == order.len() {
                break;
            }
            active = order.len();
            bound = f32::INFINITY;
        } else {
            bound = if highest > 0.0 { highest } else { f32::INFINITY };
        }
    }
    Solution { weights, bias }
}

fn dot(weights: &[f32], vector: &[(u32, f32)]) -> f32 {
    vector
        .iter()
        .map(|(place, value)| weights[*place as usize] * value)
        .sum()
}

fn squared_norm(vector: &[(u32, f32)]) -> f32 {
    vector.iter().map(|(_, value)| value * value).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: LearnSettings = LearnSettings {
        cost: 1.0,
        own_cost: 1.0,
        rounds_max: 100,
        tolerance: 0.01,
        seed: 1,
        threads: 1,
    };

    fn corners() -> (Vec<Sparse>, Vec<usize>) {
        let examples = (0..30).map(|n| vec![(n % 3, 1.0), (3, 0.1)]).collect();
        (examples, (0..30).map(|n| n % 3).collect())
    }

    #[test]
    fn three_corners_are_told_apart() {
        let (examples, labels) = corners();
        let linear = Linear::learn(&examples, &labels, 3, 4, &SETTINGS);
        for (example, label) in examples.iter().zip(labels) {
            let margins = linear.margins(example);
            for (class, margin) in margins.iter().enumerate() {
                assert_eq!(*margin > 0.0, class == label, "{margins:?}");
            }
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let (examples, labels) = corners();
        let one = Linear::learn(&examples, &labels, 3, 4, &SETTINGS);
        let two = Linear::learn(&examples, &labels, 3, 4, &LearnSettings { threads: 2, ..SETTINGS });
        assert_eq!(one, two);
    }

    #[test]
    fn an_empty_vector_has_the_margin_of_the_bias() {
        let (examples, labels) = corners();
        let linear = Linear::learn(&examples, &labels, 3, 4, &SETTINGS);
        assert_eq!(linear.margins(&[]), linear.bias);
    }
}
