//! What a sentence's embedding says: how like the examples of each class it is, weighed by kernel ridge regression
//! (Saunders, Gammerman and Vovk, "Ridge regression learning algorithm in dual variables", 1998) with a Gaussian kernel.

use crate::cholesky::{NotDefinite, Symmetric};
use ndarray::{Array2, ArrayView2, Axis, s};

/// Something that turns a text into a vector of length 1, so that texts of like meaning are near each other.
pub trait Embed: Sync {
    /// SHA-256 of what it was made of: a model fits the encoder that it was learned with, and no other.
    fn fingerprint(&self) -> [u8; 32];
    /// Always as many numbers.
    fn embed(&self, text: &str) -> Vec<f32>;
    /// The same of several, which can be quicker.
    fn embed_all(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        texts.iter().map(|text| self.embed(text)).collect()
    }
    /// Whether this is a word (in lower case) that it has learned as a whole. It is not taken for a slip then.
    fn knows(&self, _word: &str) -> bool {
        false
    }
}

/// How the likeness is weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RidgeSettings {
    /// How fast an example's say fades: with the cosine `c` it is `exp(2·fade·(c − 1))`.
    pub(crate) fade: f32,
    /// What keeps the weights small.
    pub(crate) ridge: f32,
    /// So many at once. What is learned does not depend on it.
    pub(crate) threads: usize,
}

/// More examples are not compared with: of more, so many are taken, evenly. The matrix of them has half a gigabyte.
pub(crate) const COMPARED_MAX: usize = 16_384;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Semantic {
    pub(crate) classes: usize,
    pub(crate) fade: f32,
    pub(crate) memory: Memory,
    /// `examples × classes`: what an example says about a class.
    pub(crate) weights: Vec<f32>,
}

/// Embeddings of examples, as whole numbers: a cosine is off by less than a hundredth. They are learned from as they are here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    pub(crate) width: usize,
    /// `examples × width`.
    pub(crate) rows: Vec<i8>,
    pub(crate) scales: Vec<f32>,
}

/// What the embedding says about a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SemanticReading {
    /// For each class: about 1 inside, about 0 outside and far from everything.
    pub(crate) margins: Vec<f32>,
    /// Cosine of the nearest example.
    pub(crate) nearest: f32,
}

impl Memory {
    fn learn(embeddings: &[&[f32]]) -> Self {
        let mut memory = Self {
            width: embeddings.first().map_or(0, |one| one.len()),
            ..Self::default()
        };
        for embedding in embeddings {
            let (row, scale) = quantised(embedding, f32::from(i8::MAX));
            memory.rows.extend(row.into_iter().map(to_i8));
            memory.scales.push(scale);
        }
        memory
    }

    /// `examples × width`, as numbers again.
    fn numbers(&self) -> Array2<f32> {
        let (count, width) = (self.scales.len(), self.width);
        Array2::from_shape_fn((count, width), |(row, part)| {
            f32::from(self.rows[row * width + part]) * self.scales[row]
        })
    }

    /// The cosine with each example.
    fn cosines(&self, embedding: &[f32]) -> Vec<f32> {
        // Finer than the rows, and a sum of their products stays a whole number of 32 bits.
        let (asked, asked_scale) = quantised(embedding, 2_047.0);
        let rows = self.rows.chunks_exact(self.width.max(1)).zip(&self.scales);
        rows.map(|(row, scale)| whole_to_f32(whole_dot(row, &asked)) * scale * asked_scale)
            .collect()
    }
}

impl Semantic {
    /// Of embeddings of length 1, and the class of each.
    ///
    /// # Errors
    /// How like they are to each other says nothing: some are no vectors of length 1, or there is no ridge.
    pub(crate) fn learn(
        embeddings: &[&[f32]],
        labels: &[usize],
        classes: usize,
        settings: &RidgeSettings,
    ) -> Result<Self, NotDefinite> {
        let all = embeddings.len();
        let taken: Vec<usize> = match all {
            0..=COMPARED_MAX => (0..all).collect(),
            _ => (0..COMPARED_MAX).map(|at| at * all / COMPARED_MAX).collect(),
        };
        let embeddings: Vec<&[f32]> = taken.iter().map(|at| embeddings[*at]).collect();
        let memory = Memory::learn(&embeddings);
        let numbers = memory.numbers();
        let count = embeddings.len();
        let kernel = Symmetric::from_tiles(count, settings.threads, |rows, columns| {
            let diagonal = rows == columns;
            let (rows, columns) = (numbers.slice(s![rows, ..]), numbers.slice(s![columns, ..]));
            let mut tile = likeness(rows, columns, settings.fade);
            if diagonal {
                tile.diag_mut().iter_mut().for_each(|own| *own += settings.ridge);
            }
            tile
        });
        let mut wanted = Array2::zeros((count, classes));
        for (mut row, label) in wanted.axis_iter_mut(Axis(0)).zip(taken.iter().map(|at| labels[*at])) {
            row[label] = 1.0;
        }
        let weights = kernel.factor(settings.threads)?.solve(&wanted);
        Ok(Self {
            classes,
            fade: settings.fade,
            memory,
            weights: weights.into_raw_vec_and_offset().0,
        })
    }

    pub(crate) fn read(&self, embedding: &[f32]) -> SemanticReading {
        let mut margins = vec![0.0; self.classes];
        let mut nearest = 0.0_f32;
        let weights = self.weights.chunks_exact(self.classes.max(1));
        for (cosine, weights) in self.memory.cosines(embedding).into_iter().zip(weights) {
            nearest = nearest.max(cosine);
            let say = say(cosine, self.fade);
            for (margin, weight) in margins.iter_mut().zip(weights) {
                *margin += say * weight;
            }
        }
        SemanticReading { margins, nearest }
    }
}

/// What an example says that has this cosine.
fn say(cosine: f32, fade: f32) -> f32 {
    (2.0 * fade * (cosine - 1.0)).exp()
}

fn likeness(rows: ArrayView2<'_, f32>, columns: ArrayView2<'_, f32>, fade: f32) -> Array2<f32> {
    let mut tile = rows.dot(&columns.t());
    tile.mapv_inplace(|cosine| say(cosine, fade));
    tile
}

/// Brings a vector to length 1; one without length stays as it is.
pub(crate) fn to_unit(vector: &mut [f32]) {
    let length = vector.iter().map(|part| part * part).sum::<f32>().sqrt();
    if length > 0.0 {
        for part in vector {
            *part /= length;
        }
    }
}

fn whole_dot(one: &[i8], other: &[i16]) -> i32 {
    one.iter().zip(other).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what is lost lies far below what was rounded before"
)]
fn whole_to_f32(value: i32) -> f32 {
    value as f32
}

#[expect(clippy::cast_possible_truncation, reason = "it lies between -127 and 127")]
fn to_i8(whole: i16) -> i8 {
    whole as i8
}

/// Whole numbers from `-most` to `most`, and what each stands for.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a scaled part lies between -most and most"
)]
fn quantised(row: &[f32], most: f32) -> (Vec<i16>, f32) {
    let largest = row.iter().fold(0.0_f32, |largest, part| largest.max(part.abs()));
    if largest == 0.0 {
        return (vec![0; row.len()], 0.0);
    }
    let scale = largest / most;
    (row.iter().map(|part| (part / scale).round() as i16).collect(), scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEARN: RidgeSettings = RidgeSettings {
        fade: 2.0,
        ridge: 0.1,
        threads: 1,
    };
    const ROWS: [&[f32]; 4] = [&[1.0, 0.0, 0.0], &[0.9, 0.43, 0.0], &[0.0, 0.0, 1.0], &[0.0, 0.43, 0.9]];

    #[test]
    fn what_is_near_an_example_is_read_like_it() {
        let semantic = Semantic::learn(&ROWS, &[0, 0, 1, 1], 2, &LEARN).unwrap();
        let reading = semantic.read(&[0.95, 0.2, 0.1]);
        assert!(reading.margins[0] > 0.7 && reading.margins[1] < 0.2, "{reading:?}");
        assert!(reading.nearest > 0.9);
        assert!(semantic.read(&[0.0, 0.0, 0.0]).nearest.abs() < 0.01);
    }

    #[test]
    fn weights_are_those_of_two_equations_by_hand() {
        let rows: [&[f32]; 2] = [&[1.0, 0.0], &[0.0, 1.0]];
        let semantic = Semantic::learn(&rows, &[0, 1], 2, &LEARN).unwrap();
        // 1.1·a + e⁻⁴·b = 1 and e⁻⁴·a + 1.1·b = 0.
        let far = (-4.0_f32).exp();
        let own = 1.1 / (1.1 * 1.1 - far * far);
        let other = -far / (1.1 * 1.1 - far * far);
        for (weight, expected) in semantic.weights.iter().zip([own, other, other, own]) {
            assert!((weight - expected).abs() < 1e-4, "{:?}", semantic.weights);
        }
    }
}
