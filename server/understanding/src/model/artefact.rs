//! A model as a file: a head with version and hash, then everything that was learned. Numbers are little-endian.

mod bytes;

use super::gate::Gate;
use super::{Judge, Model, Parts};
use crate::corpus::INTENTS_MAX;
use crate::lexical::{Lexical, Vocabulary};
use crate::linear::Linear;
use crate::semantic::{COMPARED_MAX, Memory, Semantic};
use crate::spelling::Speller;
use crate::text::BUCKET_BITS;
use bytes::{Reader, Writer};
use sha2::{Digest as _, Sha256};

/// What every file begins with.
const MAGIC: &[u8; 8] = b"LARCHMND";
/// Goes up with every change of what stands in the file or of how text is taken apart.
const VERSION: u32 = 3;
const HEAD: usize = 8 + 4 + 32;
/// A model of the largest corpus is smaller.
const SIZE_MAX: usize = 1 << 30;
const WORDS_MAX: usize = 1_000_000;
const WIDTH_MAX: usize = 4_096;

/// Why a file is not a model that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtefactError {
    #[error("this is not a model of the assistant's understanding")]
    NotAModel,
    #[error("the model has version {found}, and this program reads version {VERSION}: train it again")]
    Version { found: u32 },
    #[error("the model is damaged or cut off: its hash does not fit")]
    Hash,
    #[error("the model does not hold together: {0}")]
    Shape(&'static str),
    #[error("the model was learned from other data than this program ships: train it again")]
    Data,
}

impl Model {
    /// The model as a file. The same model gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.raw(&self.data_hash);
        out.raw(&self.settings_hash);
        out.count(self.intents.len());
        for intent in &self.intents {
            out.text(intent);
        }
        write_speller(&mut out, &self.parts.speller);
        write_lexical(&mut out, &self.parts.lexical);
        write_judge(&mut out, &self.lexical);
        match (&self.joined, &self.parts.semantic) {
            (Some((fingerprint, judge)), Some(semantic)) => {
                out.byte(1);
                out.raw(fingerprint);
                write_judge(&mut out, judge);
                write_semantic(&mut out, semantic);
            }
            _ => out.byte(0),
        }
        let body = out.done();
        let mut file = Vec::with_capacity(HEAD + body.len());
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&VERSION.to_le_bytes());
        file.extend_from_slice(&Sha256::digest(&body));
        file.extend_from_slice(&body);
        file
    }

    /// Reads what [`Self::to_bytes`] made.
    ///
    /// # Errors
    /// Another kind of file, another version, a hash that does not fit, or parts of sizes that do not belong together.
    pub fn from_bytes(file: &[u8]) -> Result<Self, ArtefactError> {
        if file.len() < HEAD || file.len() > SIZE_MAX || !file.starts_with(MAGIC) {
            return Err(ArtefactError::NotAModel);
        }
        let (head, body) = file.split_at(HEAD);
        let version = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
        if version != VERSION {
            return Err(ArtefactError::Version { found: version });
        }
        if Sha256::digest(body).as_slice() != &head[12..] {
            return Err(ArtefactError::Hash);
        }
        read_model(&mut Reader::new(body))
    }

    /// Reads a model, and takes it only when it was learned from this corpus.
    ///
    /// # Errors
    /// As [`Self::from_bytes`], and [`ArtefactError::Data`].
    pub fn from_bytes_for(file: &[u8], corpus: &crate::Corpus) -> Result<Self, ArtefactError> {
        let model = Self::from_bytes(file)?;
        if model.data_hash == corpus.hash() {
            Ok(model)
        } else {
            Err(ArtefactError::Data)
        }
    }
}

fn read_model(input: &mut Reader<'_>) -> Result<Model, ArtefactError> {
    let data_hash = input.hash()?;
    let settings_hash = input.hash()?;
    let classes = input.count(INTENTS_MAX)?;
    if classes < 2 {
        return Err(ArtefactError::Shape("fewer than two intents"));
    }
    let intents = (0..classes).map(|_| input.text()).collect::<Result<Vec<_>, _>>()?;
    let speller = read_speller(input)?;
    let lexical = read_lexical(input, classes)?;
    let judge = read_judge(input, 1, 5)?;
    let (semantic, joined) = match input.byte()? {
        0 => (None, None),
        1 => {
            let fingerprint = input.hash()?;
            let judge = read_judge(input, 2, 7)?;
            (Some(read_semantic(input, classes)?), Some((fingerprint, judge)))
        }
        _ => return Err(ArtefactError::Shape("neither with nor without an encoder")),
    };
    input.end()?;
    Ok(Model {
        intents,
        data_hash,
        settings_hash,
        parts: Parts {
            speller,
            lexical,
            semantic,
        },
        lexical: judge,
        joined,
    })
}

fn write_speller(out: &mut Writer, speller: &Speller) {
    out.count(speller.counts.len());
    for (word, count) in &speller.counts {
        out.text(word);
        out.raw(&count.to_le_bytes());
    }
}

fn read_speller(input: &mut Reader<'_>) -> Result<Speller, ArtefactError> {
    let words = input.count(WORDS_MAX)?;
    let counts = (0..words).map(|_| Ok((input.text()?, input.number()?)));
    Ok(Speller::from_counts(counts.collect::<Result<_, ArtefactError>>()?))
}

fn write_lexical(out: &mut Writer, lexical: &Lexical) {
    let vocabulary = &lexical.vocabulary;
    out.count(vocabulary.buckets.len());
    for bucket in &vocabulary.buckets {
        out.raw(&bucket.to_le_bytes());
    }
    out.floats(&vocabulary.idf);
    out.floats(&[vocabulary.idf_unknown, vocabulary.letters]);
    write_linear(out, &lexical.linear);
}

fn read_lexical(input: &mut Reader<'_>, classes: usize) -> Result<Lexical, ArtefactError> {
    let places = input.count(1 << BUCKET_BITS)?;
    let buckets = (0..places).map(|_| input.number()).collect::<Result<Vec<_>, _>>()?;
    if !buckets.is_sorted_by(|left, right| left < right) {
        return Err(ArtefactError::Shape("the vocabulary is out of order"));
    }
    let idf = input.floats(places)?;
    let rest = input.floats(2)?;
    let vocabulary = Vocabulary {
        buckets,
        idf,
        idf_unknown: rest[0],
        letters: rest[1],
    };
    let linear = read_linear(input, classes, places)?;
    Ok(Lexical { vocabulary, linear })
}

fn write_linear(out: &mut Writer, linear: &Linear) {
    out.floats(&linear.bias);
    out.floats(&linear.scales);
    out.wholes(&linear.weights);
}

fn read_linear(input: &mut Reader<'_>, classes: usize, places: usize) -> Result<Linear, ArtefactError> {
    Ok(Linear {
        classes,
        bias: input.floats(classes)?,
        scales: input.floats(places)?,
        weights: input.wholes(classes * places)?,
    })
}

fn write_judge(out: &mut Writer, judge: &Judge) {
    out.floats(&judge.weights);
    out.floats(&judge.gate.weights);
    out.floats(&[judge.gate.threshold]);
}

fn read_judge(input: &mut Reader<'_>, opinions: usize, figures: usize) -> Result<Judge, ArtefactError> {
    Ok(Judge {
        weights: input.floats(opinions)?,
        gate: Gate {
            weights: input.floats(figures)?,
            threshold: input.floats(1)?[0],
        },
    })
}

fn write_semantic(out: &mut Writer, semantic: &Semantic) {
    out.count(semantic.memory.width);
    out.count(semantic.memory.scales.len());
    out.wholes(&semantic.memory.rows);
    out.floats(&semantic.memory.scales);
    out.floats(&semantic.weights);
    out.floats(&[semantic.fade]);
}

fn read_semantic(input: &mut Reader<'_>, classes: usize) -> Result<Semantic, ArtefactError> {
    let width = input.count(WIDTH_MAX)?;
    let examples = input.count(COMPARED_MAX)?;
    Ok(Semantic {
        classes,
        memory: Memory {
            width,
            rows: input.wholes(width * examples)?,
            scales: input.floats(examples)?,
        },
        weights: input.floats(examples * classes)?,
        fade: input.floats(1)?[0],
    })
}
