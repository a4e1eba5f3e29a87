//! What became of a request, told to the conversation of its card. By then another one may be open here.

use super::Talk;
use crate::api::say_aloud;
use bank_contract::assistant::{Said, Say};
use bank_contract::{BankError, ConversationId, PendingId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long it waits, and how often, while something else is answered in that conversation.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
const TIMES_MAX: u32 = 10;

impl Talk {
    /// A request was decided whose card stands in this conversation.
    pub(crate) fn settled(self, pending: PendingId, conversation: Option<ConversationId>) {
        if self.kept() == conversation {
            return self.say(Said::Settled { pending });
        }
        if let Some(conversation) = conversation {
            self.tell(pending, conversation, TIMES_MAX);
        }
    }

    /// Of what waited to be said in the conversation that is being left, what became of requests is told all the same.
    pub(super) fn tell_what_waits(self, waits: Vec<Said>) {
        let Some(conversation) = self.kept() else { return };
        for said in waits {
            if let Said::Settled { pending } = said {
                self.tell(pending, conversation, TIMES_MAX);
            }
        }
    }

    /// Tells it beside what is open here, which hears nothing of the answer.
    fn tell(self, pending: PendingId, conversation: ConversationId, times: u32) {
        let say = Say {
            conversation: Some(conversation),
            said: Said::Settled { pending },
            page: None,
        };
        spawn_local(async move {
            match say_aloud(say, |_| ()).await {
                // Nothing of it is kept.
                Err(BankError::StillRunning | BankError::Busy { .. } | BankError::SlowDown { .. }) if times > 1 => {
                    set_timeout(move || self.tell_later(pending, conversation, times - 1), AGAIN_AFTER);
                }
                // Whoever has come back to it reads it there.
                _ if self.kept() == Some(conversation) => self.look(),
                _ => {}
            }
        });
    }

    fn tell_later(self, pending: PendingId, conversation: ConversationId, times: u32) {
        if self.kept() == Some(conversation) {
            self.say(Said::Settled { pending });
        } else {
            self.tell(pending, conversation, times);
        }
    }
}
