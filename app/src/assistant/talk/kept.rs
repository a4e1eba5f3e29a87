//! What can be done with a conversation that the bank keeps, and how the requests in it stand.

use super::Talk;
use crate::api::call;
use crate::errors::After;
use bank_contract::PendingId;
use bank_contract::assistant::{DeleteConversation, ExportConversation, Part, RateConversation, Rating};
use bank_contract::pending::PendingState;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

impl Talk {
    pub(crate) fn rate(self, rating: Rating) {
        let Some(conversation) = self.kept() else { return };
        self.doing.start(async move {
            call(RateConversation { conversation, rating }).await?;
            if self.kept() == Some(conversation) {
                self.changes();
                self.standing.update(|standing| standing.rating = Some(rating));
            }
            Ok(After::Stay)
        });
    }

    /// Saves the conversation as a file of plain text.
    pub(crate) fn export(self) {
        let Some(conversation) = self.kept() else { return };
        self.doing.start(async move {
            let text = call(ExportConversation { conversation }).await?;
            save("larch-conversation.txt", &text);
            Ok(After::Stay)
        });
    }

    /// Changes when a conversation was deleted here: lists of them are not true any more.
    pub(crate) fn deleted(self) -> Memo<u32> {
        Memo::new(move |_| self.queue.with(|queue| queue.deleted))
    }

    pub(crate) fn delete(self) {
        let Some(conversation) = self.kept() else { return };
        self.doing.start(async move {
            call(DeleteConversation { conversation }).await?;
            self.queue.update(|queue| queue.deleted = queue.deleted.wrapping_add(1));
            if self.kept() == Some(conversation) {
                self.clear();
            }
            Ok(After::Stay)
        });
    }

    /// How a request stands, as far as it is known here.
    pub(crate) fn state_of(self, pending: PendingId) -> Option<PendingState> {
        self.messages.with(|all| {
            let mut parts = all.iter().rev().flat_map(|message| &message.parts);
            parts.find_map(|part| match part {
                Part::Card { pending: card } if card.pending == pending => Some(card.state),
                _ => None,
            })
        })
    }

    /// A request was decided in this conversation.
    pub(crate) fn decided(self, pending: PendingId, state: PendingState) {
        self.changes();
        self.messages.update(|all| {
            for part in all.iter_mut().flat_map(|message| &mut message.parts) {
                if let Part::Card { pending: card } = part
                    && card.pending == pending
                {
                    card.state = state;
                }
            }
        });
    }
}

/// Hands a text to the browser as a file (RFC 2397). In the browser only.
fn save(name: &str, text: &str) {
    let Ok(link) = document().create_element("a") else {
        return;
    };
    let address = format!(
        "data:text/plain;charset=utf-8,{}",
        String::from(js_sys::encode_uri_component(text))
    );
    if link.set_attribute("href", &address).is_ok() && link.set_attribute("download", name).is_ok() {
        link.unchecked_into::<web_sys::HtmlElement>().click();
    }
}
