//! What a text's words and letters say: frequencies of hashed pieces, then a linear classifier.

use crate::linear::{LearnSettings, Linear, Sparse};
use crate::text::{BUCKET_BITS, Pieces, pieces};

/// How the pieces are weighed and the classifier is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LexicalSettings {
    /// A piece that fewer examples have is not learned.
    pub(crate) examples_min: u32,
    /// The weight of letters, beside 1 for words.
    pub(crate) letters: f32,
    pub(crate) learn: LearnSettings,
}

/// The pieces that were met in training, and how telling each is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Vocabulary {
    /// In ascending order.
    pub(crate) buckets: Vec<u32>,
    /// Square roots of smoothed inverse document frequencies: what is rare counts for more, but not much more.
    pub(crate) idf: Vec<f32>,
    /// What a piece would have that was never met.
    pub(crate) idf_unknown: f32,
    pub(crate) letters: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lexical {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) linear: Linear,
}

/// What the words say about a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LexicalReading {
    /// For each class.
    pub(crate) margins: Vec<f32>,
    /// Which part of the text was met in training, 0 to 1.
    pub(crate) known: f32,
}

impl Vocabulary {
    fn learn(documents: &[Pieces], settings: &LexicalSettings) -> Self {
        let mut counts = vec![0_u32; 1 << BUCKET_BITS];
        for document in documents {
            for (bucket, _) in document.words.iter().chain(&document.stems).chain(&document.letters) {
                counts[*bucket as usize] += 1;
            }
        }
        let mut vocabulary = Self {
            idf_unknown: idf(documents.len(), 0),
            letters: settings.letters,
            ..Self::default()
        };
        for (bucket, count) in (0..).zip(counts) {
            if count >= settings.examples_min.max(1) {
                vocabulary.buckets.push(bucket);
                vocabulary.idf.push(idf(documents.len(), count));
            }
        }
        vocabulary
    }

    /// A vector of three, each of length 1 (words, their beginnings, and letters, with their own weight), and the part
    /// that is known.
    fn vector(&self, pieces: &Pieces) -> (Sparse, f32) {
        let groups = [
            (&pieces.words, 1.0),
            (&pieces.stems, 1.0),
            (&pieces.letters, self.letters),
        ];
        let mut vector = Sparse::with_capacity(groups.iter().map(|(group, _)| group.len()).sum());
        let mut known = (0.0, 0.0);
        for (counted, weight) in groups {
            let from = vector.len();
            let (mut met, mut unmet) = (0.0_f32, 0.0_f32);
            for (bucket, count) in counted {
                let often = 1.0 + count_of(*count).ln();
                if let Ok(place) = self.buckets.binary_search(bucket) {
                    let value = often * self.idf[place];
                    met += value * value;
                    vector.push((u32::try_from(place).unwrap_or(u32::MAX), value));
                } else {
                    unmet += (often * self.idf_unknown).powi(2);
                }
            }
            let scale = if met > 0.0 { weight / met.sqrt() } else { 0.0 };
            for (_, value) in &mut vector[from..] {
                *value *= scale;
            }
            known.0 += met;
            known.1 += unmet;
        }
        vector.sort_unstable_by_key(|(place, _)| *place);
        let all: f32 = known.0 + known.1;
        (vector, if all > 0.0 { known.0 / all } else { 0.0 })
    }
}

impl Lexical {
    /// The first of the texts are originals; the rest are their copies with slips, which add nothing to the vocabulary.
    pub(crate) fn learn(
        texts: &[&str],
        originals: usize,
        labels: &[usize],
        classes: usize,
        settings: &LexicalSettings,
    ) -> Self {
        let documents: Vec<Pieces> = texts.iter().map(|text| pieces(text)).collect();
        let vocabulary = Vocabulary::learn(&documents[..originals.min(documents.len())], settings);
        let vectors: Vec<Sparse> = documents.iter().map(|document| vocabulary.vector(document).0).collect();
        let linear = Linear::learn(&vectors, labels, classes, vocabulary.buckets.len(), &settings.learn);
        Self { vocabulary, linear }
    }

    pub(crate) fn read(&self, text: &str) -> LexicalReading {
        let (vector, known) = self.vocabulary.vector(&pieces(text));
        let margins = self.linear.margins(&vector);
        LexicalReading { margins, known }
    }
}

fn idf(documents: usize, with: u32) -> f32 {
    (((1.0 + count_of(u32::try_from(documents).unwrap_or(u32::MAX))) / (1.0 + count_of(with))).ln() + 1.0).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^24")]
fn count_of(count: u32) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: LexicalSettings = LexicalSettings {
        examples_min: 1,
        letters: 1.0,
        learn: LearnSettings {
            cost: 1.0,
            own_cost: 1.0,
            rounds_max: 50,
            tolerance: 0.01,
            seed: 1,
            threads: 1,
        },
    };

    fn small() -> Lexical {
        let texts = [
            "freeze my card",
            "lock the card",
            "send money to anna",
            "pay anna twenty euros",
        ];
        Lexical::learn(&texts, 4, &[0, 0, 1, 1], 2, &SETTINGS)
    }

    #[test]
    fn words_that_were_learned_are_told_apart_and_typos_are_forgiven() {
        let lexical = small();
        for (text, class) in [
            ("please freeze the card", 0),
            ("freze my crd", 0),
            ("pay anna", 1),
            ("sennd mony to ana", 1),
        ] {
            let margins = lexical.read(text).margins;
            assert!(margins[class] > margins[1 - class], "{text}: {margins:?}");
        }
    }

    #[test]
    fn a_text_in_another_tongue_is_hardly_known() {
        let lexical = small();
        assert!(lexical.read("freeze my card").known > 0.99);
        assert!(lexical.read("zwölf boxkämpfer").known < 0.1);
        assert!(lexical.read("").known < 0.5);
    }
}
