//! A second opinion on what a sentence means, from a language model, where the bank has one.
//!
//! It is asked only when the bank's own understanding is not sure. It sees masked words ([`mask`]), and may choose one of the
//! bank's own intents, or none: nothing else it says is read. What only answers is begun with its choice; what changes
//! something, and what brings a person in, is offered as a choice that the customer has to press. What a text is about (whom,
//! how much, when) is found in the text itself, never by the model.

mod mask;

use crate::command::Command;
use crate::intents::{Kind, kind};
use crate::turn::Turn;
use bank_understanding::corpus::shipped_catalogue;
use bank_understanding::extract::Found;
use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

/// One of the bank's intents, to be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub intent: String,
    /// What a customer wants with it, in a sentence.
    pub wants: String,
}

/// All that can be chosen, the same for every question and every customer.
pub fn wishes() -> &'static [Wish] {
    static WISHES: LazyLock<Vec<Wish>> = LazyLock::new(|| {
        let entries = shipped_catalogue().unwrap_or_default();
        let wishes = entries.into_iter().filter(|entry| may_be_chosen(&entry.name));
        wishes
            .map(|entry| Wish {
                intent: entry.name,
                wants: entry.sentence,
            })
            .collect()
    });
    &WISHES
}

/// A yes, a no and a stop count only from the customer, and so does what becomes of the bank's memory of them.
fn may_be_chosen(intent: &str) -> bool {
    let own_word = matches!(
        intent,
        "assistant.remember" | "assistant.forget" | "assistant.delete" | "assistant.rate"
    );
    let reason = kind(intent) == Kind::Care && intent != PERSON;
    kind(intent) != Kind::Talk && !own_word && !reason
}

const PERSON: &str = "care.person";

/// The answer to a [question](Advises::advise): the place of a [wish](wishes), or none of them.
pub type Advice<'a> = Pin<Box<dyn Future<Output = Option<usize>> + Send + 'a>>;

/// Whoever is asked what a sentence means.
pub trait Advises: Send + Sync {
    /// `masked` has common words only, with marks such as `[name]` for all others. None where nothing fits, and where no
    /// answer came in time: the bank then goes on by itself.
    fn advise<'a>(&'a self, masked: &'a str) -> Advice<'a>;
}

impl Turn<'_> {
    /// What is to be done, with a second opinion where the first one is a question.
    pub(crate) async fn advised(&mut self, commands: Vec<Command>, text: &str, found: &[Found]) -> Vec<Command> {
        let [Command::Clarify(_) | Command::Unclear] = commands.as_slice() else {
            return commands;
        };
        let (Some(adviser), false) = (self.adviser, self.with_person()) else {
            return commands;
        };
        let Some(masked) = mask::masked(text, found) else {
            return commands;
        };
        let chosen = adviser.advise(&masked).await;
        let Some(intent) = chosen.and_then(|at| wishes().get(at)).map(|wish| wish.intent.clone()) else {
            return commands;
        };
        if matches!(kind(&intent), Kind::Read | Kind::Help | Kind::Absent) {
            self.say("advised.guess", &[]);
            return vec![Command::Start {
                intent,
                text: text.to_owned(),
            }];
        }
        let [Command::Clarify(near)] = commands.as_slice() else {
            return vec![Command::Clarify(vec![intent])];
        };
        let others = near.iter().filter(|other| **other != intent).take(2).cloned();
        vec![Command::Clarify(
            std::iter::once(intent.clone()).chain(others).collect(),
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_only_from_the_customer_cannot_be_chosen() {
        let names: Vec<&str> = wishes().iter().map(|wish| wish.intent.as_str()).collect();
        for wish in ["transfers.submit", "money.spent", "help.passkeys", "cards.lost", PERSON] {
            assert!(names.contains(&wish), "{wish}");
        }
        for own in ["talk.yes", "talk.no", "talk.stop", "assistant.remember", "care.crisis"] {
            assert!(!names.contains(&own), "{own}");
        }
        assert!(names.len() > 150, "{}", names.len());
    }
}
