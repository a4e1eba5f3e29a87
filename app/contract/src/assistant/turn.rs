//! A turn as whoever works it out sees it: what there is to know, and what came of it. Both sides of the line between the bank
//! and whoever talks for it use these.

use super::{Choice, FactView, Part};
use crate::care::Reason;
use crate::{CaseId, ConversationId, FactId};
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Messages that one turn may bring. Whoever works a turn out stops before it, and says what is left; a turn with more is a
/// mistake, and is not kept. The customer's own message, and that a person takes over, come on top.
pub const MESSAGES_OF_TURN_MAX: usize = 12;
/// Parts of one message of a turn.
pub const PARTS_OF_MESSAGE_MAX: usize = 12;

type Hears = dyn Fn(&[Part]) + Send + Sync;

/// Whoever hears the messages of a turn while it is worked out. What they hear is not kept yet, and may never be: only the
/// turn's answer counts.
#[derive(Clone, Default)]
pub struct Aloud(Option<Arc<Hears>>);

impl Aloud {
    /// Somebody listens.
    pub fn to(hears: impl Fn(&[Part]) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hears)))
    }

    /// Says a message as soon as it is made.
    pub fn say(&self, message: &[Part]) {
        if let Some(hears) = &self.0 {
            hears(message);
        }
    }
}

impl fmt::Debug for Aloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Aloud(somebody)"
        } else {
            "Aloud(nobody)"
        })
    }
}

/// What there is to know besides what was said.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The bank's date.
    pub today: NaiveDate,
    /// Bank-local time.
    pub now: NaiveDateTime,
    /// The page on which it was said, such as `/accounts/{id}`.
    pub page: Option<String>,
    /// The customer's.
    pub name: String,
    pub facts: Vec<FactView>,
    /// What was pressed, where something was.
    pub chosen: Option<Choice>,
    /// A person helps in this conversation: only what is about safety is still said.
    pub with_person: Option<CaseId>,
    /// The conversation, where it is kept already: so that it can be rated, kept and deleted.
    pub conversation: Option<ConversationId>,
    /// For idempotency keys: the same for the same turn, and for no other.
    pub seed: [u8; 16],
    /// Who hears the answers as they are made.
    pub aloud: Aloud,
}

/// A person has to take over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    pub reason: Reason,
    /// What they need to know, in lines.
    pub summary: Vec<String>,
}

/// What came of a turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turned {
    /// Where the conversation is now. It comes back with the next turn, and nobody else reads it.
    pub state: Value,
    /// At most [`MESSAGES_OF_TURN_MAX`], each made of at most [`PARTS_OF_MESSAGE_MAX`] parts. Every request that the turn asked
    /// for and that waits is a card among them.
    pub messages: Vec<Vec<Part>>,
    pub hand_over: Option<HandOver>,
    /// Words of the customer's and what they mean.
    pub remember: Vec<(String, String)>,
    pub forget: Vec<FactId>,
}

impl Turned {
    /// Whether it keeps to the bounds of a turn.
    pub fn is_bounded(&self) -> bool {
        let short = |message: &Vec<Part>| message.len() <= PARTS_OF_MESSAGE_MAX;
        self.messages.len() <= MESSAGES_OF_TURN_MAX && self.messages.iter().all(short)
    }
}
