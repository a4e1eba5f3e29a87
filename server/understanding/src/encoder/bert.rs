//! BERT's forward pass (Devlin et al., 2019). Texts stand below each other, so that few large products are made instead of
//! many small ones; each looks at itself only.

use super::TOKENS_MAX;
use super::safetensors::{Tensors, TensorsError};
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, s};
use std::ops::Range;

/// The width of one head of attention, in all models of this family.
const HEAD_WIDTH: usize = 32;
const LAYERS_MAX: usize = 48;
const EPSILON: f32 = 1e-12;

pub(super) struct Bert {
    words: Array2<f32>,
    /// Positions, with the one kind of token that is used added to each.
    positions: Array2<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    /// Queries, keys and values beside each other: one large product instead of three.
    attend: Dense,
    attended: Dense,
    attended_norm: Norm,
    widen: Dense,
    narrow: Dense,
    narrow_norm: Norm,
}

struct Dense {
    /// Inputs by outputs.
    weights: Array2<f32>,
    bias: Array1<f32>,
}

struct Norm {
    scale: Array1<f32>,
    shift: Array1<f32>,
}

impl Bert {
    pub(super) fn new(tensors: &Tensors<'_>) -> Result<Self, TensorsError> {
        let (words, width) = tensors.shape("embeddings.word_embeddings.weight")?;
        if width % HEAD_WIDTH != 0 {
            return Err(TensorsError::Shape("embeddings.word_embeddings.weight".to_owned()));
        }
        let (places, _) = tensors.shape("embeddings.position_embeddings.weight")?;
        if places < TOKENS_MAX {
            return Err(TensorsError::Shape("embeddings.position_embeddings.weight".to_owned()));
        }
        let (kinds, _) = tensors.shape("embeddings.token_type_embeddings.weight")?;
        let kinds = table(tensors, "embeddings.token_type_embeddings.weight", kinds, width)?;
        let mut positions = table(tensors, "embeddings.position_embeddings.weight", places, width)?;
        positions += &kinds.row(0);
        let layers = (0..LAYERS_MAX)
            .map(|number| format!("encoder.layer.{number}"))
            .take_while(|name| tensors.has(&format!("{name}.output.dense.weight")))
            .map(|name| Layer::new(tensors, &name, width))
            .collect::<Result<Vec<_>, _>>()?;
        if layers.is_empty() {
            return Err(TensorsError::Missing("encoder.layer.0.output.dense.weight".to_owned()));
        }
        Ok(Self {
            words: table(tensors, "embeddings.word_embeddings.weight", words, width)?,
            positions,
            norm: Norm::new(tensors, "embeddings.LayerNorm", width)?,
            layers,
        })
    }

    /// How many pieces of text it knows.
    pub(super) fn words(&self) -> usize {
        self.words.nrows()
    }

    /// For each text, given as its tokens ([`TOKENS_MAX`] at most), the mean of what the last layer makes of each of them.
    pub(super) fn means(&self, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut spans = Vec::with_capacity(texts.len());
        let mut count = 0;
        for tokens in texts {
            spans.push(count..count + tokens.len());
            count += tokens.len();
        }
        let mut states = Array2::<f32>::zeros((count, self.words.ncols()));
        let placed = texts.iter().flat_map(|tokens| tokens.iter().enumerate());
        for (mut state, (place, token)) in states.rows_mut().into_iter().zip(placed) {
            // The vocabulary was checked to be as long as the table.
            state.assign(&self.words.row(*token as usize));
            state += &self.positions.row(place);
        }
        self.norm.apply(&mut states);
        for layer in &self.layers {
            states = layer.apply(&states, &spans);
        }
        let mean = |span: Range<usize>| states.slice(s![span, ..]).mean_axis(Axis(0));
        spans
            .into_iter()
            .map(|span| mean(span).map(|mean| mean.to_vec()).unwrap_or_default())
            .collect()
    }
}

impl Layer {
    fn new(tensors: &Tensors<'_>, name: &str, width: usize) -> Result<Self, TensorsError> {
        let (wide, _) = tensors.shape(&format!("{name}.intermediate.dense.weight"))?;
        let part = |part: &str| Dense::new(tensors, &format!("{name}.attention.self.{part}"), width, width);
        let parts = [part("query")?, part("key")?, part("value")?];
        let mut attend = Dense {
            weights: Array2::zeros((width, 3 * width)),
            bias: Array1::zeros(3 * width),
        };
        for (at, part) in parts.iter().enumerate() {
            let columns = at * width..(at + 1) * width;
            attend.weights.slice_mut(s![.., columns.clone()]).assign(&part.weights);
            attend.bias.slice_mut(s![columns]).assign(&part.bias);
        }
        Ok(Self {
            attend,
            attended: Dense::new(tensors, &format!("{name}.attention.output.dense"), width, width)?,
            attended_norm: Norm::new(tensors, &format!("{name}.attention.output.LayerNorm"), width)?,
            widen: Dense::new(tensors, &format!("{name}.intermediate.dense"), width, wide)?,
            narrow: Dense::new(tensors, &format!("{name}.output.dense"), wide, width)?,
            narrow_norm: Norm::new(tensors, &format!("{name}.output.LayerNorm"), width)?,
        })
    }

    fn apply(&self, states: &Array2<f32>, spans: &[Range<usize>]) -> Array2<f32> {
        let mut attended = self.attended.apply(&attention(&self.attend.apply(states), spans));
        attended += states;
        self.attended_norm.apply(&mut attended);
        let mut wide = self.widen.apply(&attended);
        wide.mapv_inplace(gelu);
        let mut out = self.narrow.apply(&wide);
        out += &attended;
        self.narrow_norm.apply(&mut out);
        out
    }
}

/// Every token looks at every token of its text, once for each head. Columns: queries, keys, values.
fn attention(joined: &Array2<f32>, spans: &[Range<usize>]) -> Array2<f32> {
    let width = joined.ncols() / 3;
    let mut out = Array2::zeros((joined.nrows(), width));
    for span in spans {
        let text = joined.slice(s![span.clone(), ..]);
        attention_within(text, out.slice_mut(s![span.clone(), ..]));
    }
    out
}

fn attention_within(joined: ArrayView2<'_, f32>, mut out: ArrayViewMut2<'_, f32>) {
    let width = out.ncols();
    let scale = 1.0 / f32_of(HEAD_WIDTH).sqrt();
    for head in (0..width).step_by(HEAD_WIDTH) {
        let part = |from: usize| joined.slice(s![.., from + head..from + head + HEAD_WIDTH]);
        let mut looks = part(0).dot(&part(width).t());
        for mut row in looks.rows_mut() {
            let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.mapv_inplace(|look| ((look - highest) * scale).exp());
            let sum = row.sum();
            row /= sum;
        }
        out.slice_mut(s![.., head..head + HEAD_WIDTH])
            .assign(&looks.dot(&part(2 * width)));
    }
}

impl Dense {
    /// The file has outputs by inputs; the product wants it the other way round.
    fn new(tensors: &Tensors<'_>, name: &str, inputs: usize, outputs: usize) -> Result<Self, TensorsError> {
        let weights = table(tensors, &format!("{name}.weight"), outputs, inputs)?;
        Ok(Self {
            weights: weights.t().as_standard_layout().into_owned(),
            bias: vector(tensors, &format!("{name}.bias"), outputs)?,
        })
    }

    fn apply(&self, states: &Array2<f32>) -> Array2<f32> {
        let mut out = states.dot(&self.weights);
        out += &self.bias;
        out
    }
}

impl Norm {
    fn new(tensors: &Tensors<'_>, name: &str, width: usize) -> Result<Self, TensorsError> {
        Ok(Self {
            scale: vector(tensors, &format!("{name}.weight"), width)?,
            shift: vector(tensors, &format!("{name}.bias"), width)?,
        })
    }

    fn apply(&self, states: &mut Array2<f32>) {
        let width = f32_of(states.ncols());
        for mut row in states.rows_mut() {
            let mean = row.sum() / width;
            row -= mean;
            let spread = row.iter().map(|part| part * part).sum::<f32>() / width;
            row /= (spread + EPSILON).sqrt();
            row *= &self.scale;
            row += &self.shift;
        }
    }
}

fn table(tensors: &Tensors<'_>, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, TensorsError> {
    let numbers = tensors.numbers(name, &[rows, columns])?;
    Array2::from_shape_vec((rows, columns), numbers).map_err(|_| TensorsError::Shape(name.to_owned()))
}

fn vector(tensors: &Tensors<'_>, name: &str, length: usize) -> Result<Array1<f32>, TensorsError> {
    Ok(Array1::from_vec(tensors.numbers(name, &[length])?))
}

/// x·Φ(x). The error function by Abramowitz and Stegun, 7.1.26: off by 1.5e-7 at most.
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly = t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    let erf = 1.0 - poly * (-z * z).exp();
    0.5 * x * (1.0 + erf.copysign(x))
}

#[expect(clippy::cast_precision_loss, reason = "widths are some hundred")]
fn f32_of(width: usize) -> f32 {
    width as f32
}
