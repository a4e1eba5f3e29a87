//! "Undo that", "do it again", "the same for Anna": what was confirmed last, and how long it is meant by that.
//!
//! It is meant in the next three turns, and not any more when something else was begun or asked meanwhile: a thanks, or what was
//! not understood, is nothing else. Whatever is meant by "that" later is asked for.

use super::Told;
use crate::names::{Names, Thing};
use crate::plain::{plain, says};
use crate::say;
use crate::state::{AmountAs, Done, Payee, Task};
use crate::tasks::newest;
use crate::turn::Turn;
use bank_contract::assistant::Part;
use bank_understanding::extract::{Found, Value};

/// Turns in which "that" is what was confirmed last.
const TURNS_MAX: u8 = 3;
/// What is said of a payment, and of nothing else.
const OF_A_PAYMENT: &[&str] = &[
    "payment",
    "payments",
    "transfer",
    "transfers",
    "money",
    "paid",
    "sent",
    "pay",
    "send",
];
/// Around somebody for whom the same is to be done.
const AGAIN: &[&str] = &[
    "and", "same", "the", "also", "too", "to", "for", "please", "as", "well", "again", "then", "now", "do", "it",
];

impl Turn<'_> {
    /// One more turn since something was confirmed.
    pub(crate) fn done_grows_old(&mut self) {
        if let Some(done) = &mut self.state.just_done {
            done.turns = done.turns.saturating_add(1);
        }
        self.state.just_done.take_if(|done| done.turns > TURNS_MAX);
    }

    /// "And to Anna", "same for Anna", behind a card: the same for somebody else, and never what was paid to them before.
    pub(super) fn does_again(&mut self, text: &str, found: &[Found], names: &Names) -> bool {
        let open = self.state.asking().is_some();
        let done = self.state.just_done.as_ref().and_then(|done| done.task.as_ref());
        let Some(before) = self.state.carded.as_ref().or(done).filter(|_| !open).cloned() else {
            return false;
        };
        let payee = |thing: Option<&Thing>| matches!(thing, Some(Thing::Payee(_)));
        let told = Told { text, found };
        let people = told.places(|value| matches!(value, Value::Named(at) if payee(names.things.get(*at))));
        let left = plain(&told.without(&people));
        let words = || left.split_whitespace();
        let fits = matches!(
            before.intent.as_str(),
            "transfers.submit" | "payees.trust" | "payees.end-trust"
        );
        let again = words().any(|word| matches!(word, "and" | "same" | "also" | "too"));
        if !fits
            || self.asks_about_people()
            || !again
            || people.len() != 1
            || !words().all(|word| AGAIN.contains(&word))
        {
            return false;
        }
        let mut task = Task::new(&before.intent, text);
        self.fill(&mut task, text, found, names, false);
        task.slots.amount = before.slots.amount;
        task.slots.amount_as = before.slots.amount_as;
        task.slots.account = before.slots.account;
        self.begin(task);
        true
    }

    /// Behind a question about payments, somebody else is asked about, whatever waits at a card.
    fn asks_about_people(&self) -> bool {
        let asked = self.state.answered.as_ref().map(|task| task.intent.as_str());
        asked.is_some_and(|intent| intent.starts_with("money.") || intent == "accounts.transactions")
    }

    /// "Undo it" and "do it again", right behind a yes, are about that: the payment that was confirmed, and no other one. Where
    /// it was no payment, gives what is said instead: nothing is aimed at that was not meant.
    pub(crate) fn mean_done(&mut self, task: &mut Task, done: &Done) -> Option<Vec<Part>> {
        let undoes = match task.intent.as_str() {
            "transfers.reverse" => true,
            "transfers.repeat" => false,
            _ => return None,
        };
        let slots = &task.slots;
        let who = slots.who().is_some() || !slots.candidates.is_empty();
        let named = who || slots.amount.is_some() || slots.span.is_some();
        if !matches!(done.operation.as_str(), "transfers.submit" | "transfers.move") {
            let of_a_payment = says(&plain(&task.text), OF_A_PAYMENT);
            return (!named && !of_a_payment).then(|| self.not_undone(done, undoes));
        }
        if !undoes && named {
            return None;
        }
        task.slots.newest = true;
        if !named && !newest(&task.text) {
            task.slots.payee = done.payee.clone().map(|name| Payee {
                name,
                iban: None,
                sure: false,
            });
            task.slots.amount = done.amount;
            task.slots.amount_as = AmountAs::Stated;
        }
        None
    }

    /// "Undo that", before a yes: what waits at the card, and nothing that was paid before.
    pub(crate) fn means_card(&self, task: &Task) -> bool {
        let slots = &task.slots;
        let named =
            slots.who().is_some() || !slots.candidates.is_empty() || slots.amount.is_some() || slots.span.is_some();
        task.intent == "transfers.reverse"
            && !named
            && !newest(&task.text)
            && !says(&plain(&task.text), OF_A_PAYMENT)
            && self.state.stack.is_empty()
            && self.state.carded.as_ref().is_some_and(|card| card.pending.is_some())
    }

    /// What was done last, and how it is changed back.
    fn not_undone(&self, done: &Done, undoes: bool) -> Vec<Part> {
        let how = match done.operation.as_str() {
            _ if !undoes => "undo.tell",
            "accounts.rename" | "identity.rename-passkey" => "undo.rename",
            "limits.set" => "undo.limit",
            "payees.trust" => "undo.trust",
            "payees.end-trust" => "undo.end-trust",
            _ => "undo.tell",
        };
        let key = if undoes { "undo.no-payment" } else { "again.no-payment" };
        let how = self.text(how, &[]);
        vec![say::text(self.text(key, &[("what", &done.title), ("how", &how)]))]
    }
}
