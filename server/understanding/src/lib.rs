//! What a customer's words mean.
//!
//! Two things are found in a text, apart from each other. What is wanted: [`Model`], learned from the utterances in
//! `server/understanding/data`. And what it is about: amounts, days, accounts and names, found by rules. There is no input
//! or output here, no async, no clock and no randomness: bytes, days and seeds come in as parameters.
#![expect(
    clippy::float_arithmetic,
    reason = "likelihoods are computed with floats here; money never is"
)]

mod cholesky;
pub mod corpus;
pub mod csv;
pub mod dice;
pub mod encoder;
pub mod extract;
mod lexical;
mod linear;
pub mod measure;
mod model;
mod semantic;
mod settle;
mod spelling;
pub mod text;
mod work;

pub use corpus::Corpus;
pub use encoder::Encoder;
pub use model::{ArtefactError, EncoderMismatch, Model, Ranked, Settings, TrainError, Understanding};
pub use semantic::Embed;
