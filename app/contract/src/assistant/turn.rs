//! A turn as whoever works it out sees it: what there is to know, and what came of it. Both sides of the line between the bank
//! and whoever talks for it use these.

use super::{Choice, FactView, Part};
use crate::care::Reason;
use crate::{CaseId, ConversationId, FactId};
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

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
    /// Messages, each made of parts.
    pub messages: Vec<Vec<Part>>,
    pub hand_over: Option<HandOver>,
    /// Words of the customer's and what they mean.
    pub remember: Vec<(String, String)>,
    pub forget: Vec<FactId>,
}
