//! Operations that wait: shown as the bank understood them, and agreed to by a press or by a signature.

mod agree;
mod ask;
mod facts;
mod proof;

pub(crate) use agree::{Signer, yes_words};
pub(crate) use ask::Asking;
pub(crate) use facts::{facts, notices};
pub(crate) use proof::ProofOffer;
