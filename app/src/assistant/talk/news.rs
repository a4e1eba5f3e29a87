//! What the bank tells of a conversation that is open here already.

use super::heard::{forget_words, has_heard, last_number};
use super::{Known, Talk, Unsaid, aloud, standing};
use crate::api::call;
use crate::errors::After;
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
        if self.standing.with_untracked(|before| *before != standing) {
            self.standing.set(standing);
        }
        if self.messages.with_untracked(|all| *all != view.messages) {
            self.messages.set(view.messages);
        }
    }

    /// Tries again. The answer may have been lost after the bank had heard it, so the conversation is looked at first.
    pub(crate) fn again(self) {
        let Some(Unsaid { said, .. }) = self.unsaid.get_untracked() else {
            return;
        };
        self.to_words();
        let Some(conversation) = self.kept() else {
            return self.once_more(said);
        };
        let (known, last) = (self.known(), self.messages.with_untracked(|all| last_number(all)));
        self.doing.start(async move {
            let conversation = Some(conversation);
            let view = call(ShowConversation { conversation }).await?;
            self.tried(said, view, known, last);
            Ok(After::Stay)
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
