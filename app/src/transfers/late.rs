//! What became of money, told to whoever has left the page before the bank answered: by a message that stays, with the way to what
//! it is about. What shows balances meanwhile asks for them anew.

use super::receipt::done;
use super::take_back::Undo;
use crate::accounts::{Balances, use_balances};
use crate::design::{Toasts, moved_in_words, use_toasts};
use crate::identity::passkey::Trouble;
use bank_contract::pending::Confirmed;
use bank_contract::transfers::Receipt;
use bank_contract::{Answer, BankError, PendingId};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(crate) struct Late {
    toasts: Toasts,
    pub(crate) balances: Balances,
}

pub(crate) fn use_late() -> Late {
    Late {
        toasts: use_toasts(),
        balances: use_balances(),
    }
}

impl Late {
    /// The answer to a yes. `what` says in a line what it was given to.
    pub(crate) fn confirmed(self, what: &str, pending: PendingId, answer: Result<Confirmed, Trouble>) {
        match answer {
            Ok(confirmed) => match serde_json::from_value(confirmed.output) {
                Ok(receipt) => self.moved(receipt),
                // Whatever has no receipt moved nothing.
                Err(_) => self.said(format!("Done: {what}.")),
            },
            Err(Trouble::Refused(error)) => self.failed(what, &error, format!("/pay/{pending}")),
            // Nothing was sent: it waits for a yes as before.
            Err(_) => {}
        }
    }

    /// The answer to a no, and what it comes to in words.
    pub(crate) fn cancelled(self, what: &str, pending: PendingId, answer: Result<&'static str, BankError>) {
        match answer {
            Ok(said) => self.said(said),
            Err(error) => self.failed(what, &error, format!("/pay/{pending}")),
        }
    }

    /// The answer to what was asked for in a form. What waits for a yes stands among what waits.
    pub(super) fn answered(self, what: &str, answer: Result<Answer<Receipt>, BankError>) {
        match answer {
            Ok(Answer::Done(receipt)) => self.moved(receipt),
            Ok(Answer::Waits(_)) => self.balances.have_changed(),
            Err(error) => self.failed(what, &error, "/home".to_owned()),
        }
    }

    /// Nothing is left to be done about it.
    pub(super) fn said(self, text: impl Into<String>) {
        self.balances.have_changed();
        self.toasts.say(text);
    }

    /// What was asked for has failed, or nobody knows yet.
    pub(super) fn failed(self, what: &str, error: &BankError, href: String) {
        self.balances.have_changed();
        let moved = moved_in_words(error.moved()).unwrap_or_default();
        let text = format!("{what}: {} {moved} {}", error.message(), error.next());
        self.toasts
            .keep(text, true, move |close| link(&href, "Look at it", close));
    }

    fn moved(self, receipt: Receipt) {
        self.balances.have_changed();
        let whom = match receipt.counterparty.as_str() {
            name if receipt.amount.is_negative() && !name.is_empty() => format!(" to {name}"),
            _ => String::new(),
        };
        let text = format!("{}: {}{whom}.", done(&receipt), receipt.amount.abs());
        self.toasts.keep(text, false, move |close| more(receipt.clone(), close));
    }
}

fn more(receipt: Receipt, close: Callback<()>) -> AnyView {
    let undone = Callback::new(move |()| close.run(()));
    let href = format!("/payments/{}", receipt.entry);
    let undo = (receipt.undo_until.is_some() && !receipt.reversed).then(|| view! { <Undo receipt=receipt undone /> });
    view! {
        {link(&href, "See the receipt", close)}
        {undo}
    }
    .into_any()
}

fn link(href: &str, label: &'static str, close: Callback<()>) -> AnyView {
    view! {
        <a class="tap" href=href.to_owned() on:click=move |_| close.run(())>
            {label}
        </a>
    }
    .into_any()
}
