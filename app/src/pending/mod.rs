//! Operations that wait: shown as the bank understood them, and agreed to by a press or by a signature.

mod agree;
mod ask;
mod elsewhere;
mod facts;
mod outcome;
mod proof;

pub(crate) use agree::{Signer, yes_words};
pub(crate) use ask::Asking;
pub(crate) use elsewhere::{elsewhere, goes_on, place};
pub(crate) use facts::{facts, heading, notices, words_of_asker};
pub(crate) use outcome::{Outcome, may_have_ended, outcome};
pub(crate) use proof::ProofOffer;
