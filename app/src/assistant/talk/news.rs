//! What the bank tells of a conversation that is open here already.

use super::heard::{began_with, forget_words, has_heard, last_number, typed_after};
use super::{Known, Talk, Unsaid, aloud, standing};
use crate::api::call;
use crate::errors::After;
use bank_contract::ConversationId;
use bank_contract::assistant::{ConversationView, MessageView, Said, ShowConversation};
use leptos::prelude::*;
use leptos::task::spawn_local;

impl Talk {
    /// Looks whether there is something new: an answer of a person, or a request that was decided elsewhere.
    pub(crate) fn look(self) {
        let Some(conversation) = self.kept() else { return };
        if self.sending.with_untracked(Option::is_some) {
            return;
        }
        let known = self.known();
        spawn_local(async move {
            let view = call(ShowConversation {
                conversation: Some(conversation),
            });
            // What cannot be had now is asked for again soon.
            if let Ok(Some(view)) = view.await {
                self.hear_news(view, known);
            }
        });
    }

    /// Takes a view that was asked for when so much was known. An older one would take away what came after it.
    pub(super) fn hear_news(self, view: ConversationView, known: Known) {
        if self.known() == known && self.sending.with_untracked(Option::is_none) {
            self.news(view);
        }
    }

    fn news(self, view: ConversationView) {
        let known = self.messages.with_untracked(|all| last_number(all));
        let new: Vec<MessageView> = view.messages.iter().filter(|m| m.number > known).cloned().collect();
        if !new.is_empty() {
            self.aloud.set(aloud::all(&new));
        }
        let standing = standing(&view);
        self.meets(view.conversation);
        if self.standing.with_untracked(|before| *before != standing) {
            self.standing.set(standing);
        }
        if self.messages.with_untracked(|all| *all != view.messages) {
            self.messages.set(view.messages);
        }
    }

    /// Tries again. The answer may have been lost after the bank had heard it, so the conversation is looked at first: the
    /// latest one, where this would have begun a new one.
    pub(crate) fn again(self) {
        let Some(Unsaid { said, .. }) = self.unsaid.get_untracked().filter(|_| !self.is_still()) else {
            return;
        };
        self.to_words();
        let (known, conversation) = (self.known(), self.conversation());
        let last = self.messages.with_untracked(|all| last_number(all));
        self.doing.start(async move {
            let view = call(ShowConversation { conversation }).await?;
            if conversation.is_some() {
                self.tried(said, view, known, last);
            } else {
                let begun = view.filter(|view| self.may_have_begun(view, &said));
                self.tried(said, begun, known, 0);
            }
            Ok(After::Stay)
        });
    }

    /// Whether this is the conversation that was to begin with these words, and none of those from before.
    pub(super) fn may_have_begun(self, view: &ConversationView, said: &Said) -> bool {
        let met = self
            .queue
            .with_untracked(|queue| queue.met.contains(&view.conversation));
        !met && began_with(view, said)
    }

    /// Whether what could not be said stands in the field, to be sent once more.
    pub(super) fn is_to_try_again(self) -> bool {
        self.unsaid.with_untracked(|unsaid| {
            let of = |draft: &String| {
                unsaid
                    .as_ref()
                    .is_some_and(|unsaid| typed_after(draft, &unsaid.said).is_some())
            };
            self.draft.with_untracked(of)
        })
    }

    /// This conversation is known here from now on.
    pub(super) fn meets(self, conversation: ConversationId) {
        self.queue.update(|queue| {
            if !queue.met.contains(&conversation) {
                queue.met.push(conversation);
            }
        });
    }

    /// The bank has told what it had heard when so much was known here, up to the last message by its number.
    pub(super) fn tried(self, said: Said, view: Option<ConversationView>, known: Known, last: u32) {
        // In another conversation it is not said again, and nothing of this one is shown.
        if self.known().count != known.count {
            return;
        }
        match view.filter(|view| has_heard(view, last, &said)) {
            Some(view) => {
                self.is_said(&said);
                self.draft.update(|draft| forget_words(draft, &said));
                if self.known() == known {
                    self.news(view);
                } else {
                    self.look();
                }
            }
            None if self.known() == known => self.once_more(said),
            // The customer has gone on by themselves.
            None => {}
        }
    }

    /// Takes back that this could not be said. What failed meanwhile keeps its notice.
    pub(super) fn is_said(self, said: &Said) {
        let is_it = |unsaid: &Option<Unsaid>| unsaid.as_ref().is_some_and(|unsaid| unsaid.said == *said);
        if self.unsaid.with_untracked(is_it) {
            self.unsaid.set(None);
        }
    }

    fn once_more(self, said: Said) {
        match said {
            // As it stands in the field now.
            Said::Words { .. } => {
                self.unsaid.set(None);
                if let Some(said) = self.take_draft() {
                    self.say_unseen(said);
                }
            }
            Said::Chosen { .. } | Said::Settled { .. } => self.say_unseen(said),
        }
    }
}
