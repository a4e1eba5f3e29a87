//! Conversations to look at, as in the gallery.

use super::{Begun, Sending, Standing, Talk, Unsaid};
use bank_contract::BankError;
use bank_contract::assistant::{MessageView, Part, Said};
use leptos::prelude::*;

impl Talk {
    /// One to look at, as it is after these messages.
    pub(crate) fn still(name: &'static str, messages: Vec<MessageView>) -> Self {
        let talk = Self {
            still: Some(name),
            ..Self::new()
        };
        talk.begun.set(Begun::Here);
        talk.messages.set(messages);
        talk
    }

    /// An answer to look at that does not come.
    pub(crate) fn and_thinks(self, text: &str) -> Self {
        let said = Said::Words { text: text.to_owned() };
        self.sending.set(Some(Sending {
            said,
            long: true,
            heard: Vec::new(),
        }));
        self
    }

    /// The beginning of an answer to look at.
    pub(crate) fn and_has_said(self, message: Vec<Part>) -> Self {
        self.sending.update(|sending| {
            if let Some(sending) = sending {
                sending.heard.push(message);
            }
        });
        self
    }

    /// Words to look at that did not reach the bank.
    pub(crate) fn and_fails(self, text: &str, error: BankError) -> Self {
        let said = Said::Words { text: text.to_owned() };
        self.draft.set(text.to_owned());
        self.unsaid.set(Some(Unsaid { error, said }));
        self
    }

    /// To look at while there is no network.
    pub(crate) fn and_is_offline(self) -> Self {
        self.offline.set(true);
        self
    }

    /// To look at where a language model is asked.
    pub(crate) fn and_asks_a_language_model(self) -> Self {
        self.language_model.set(true);
        self
    }

    /// To look at as it stands at the bank.
    pub(crate) fn and_stands(self, standing: Standing) -> Self {
        self.standing.set(standing);
        self
    }
}
