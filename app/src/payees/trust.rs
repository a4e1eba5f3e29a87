//! The offer to trust somebody who was paid.

use crate::api::ask;
use crate::design::{Button, ButtonKind, Toasts, use_toasts};
use crate::errors::{After, Doing};
use crate::pending::Asking;
use bank_contract::Iban;
use bank_contract::payees::{TrustPayee, TrustedPayee};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(crate) struct Trust {
    asking: Asking,
    doing: Doing,
    toasts: Toasts,
}

impl Trust {
    pub(crate) fn new() -> Self {
        let this = Self {
            asking: Asking::new(),
            doing: Doing::new(),
            toasts: use_toasts(),
        };
        this.asking.on_done(move |payee: TrustedPayee| this.said(&payee));
        this
    }

    fn said(self, payee: &TrustedPayee) {
        let words = format!("You trust {}. Next time a press is enough.", payee.name);
        self.toasts.say(words);
    }

    pub(crate) fn button(self, iban: Iban, name: String) -> AnyView {
        let on_click = move |_| {
            let trust = TrustPayee {
                iban: iban.clone(),
                name: name.clone(),
            };
            self.doing.start(async move {
                self.asking.take(ask(trust).await?, |payee| {
                    self.said(&payee);
                    Ok(After::Stay)
                })
            });
        };
        view! {
            <Button kind=ButtonKind::Quiet busy=self.doing.busy() on:click=on_click>
                "Trust this payee"
            </Button>
        }
        .into_any()
    }

    /// What was refused, in place.
    pub(crate) fn note(self) -> AnyView {
        self.doing.note()
    }

    pub(crate) fn dialog(self) -> AnyView {
        self.asking.dialog("Trust this payee?")
    }
}
