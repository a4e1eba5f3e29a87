//! What is said while a question is open: the answer to it, or something else.

use super::{Command, PLAIN, SURE, begin, fresh, leaves};
use crate::heard::Heard;
use crate::intents::{self, Kind};
use crate::plain::plain;
use crate::state::{Slot, State};
use bank_understanding::extract::{Cue, Value};

/// What is said while a question is open.
pub(super) fn answer(state: &State, heard: &Heard<'_>) -> Command {
    let Some((task, slot)) = state.asking() else {
        return Command::Unclear;
    };
    if heard.cue(Cue::Cancel, 0.8) || heard.means("talk.stop", 0.8) {
        return Command::Cancel;
    }
    // Nothing is begun there that could be corrected.
    if slot == Slot::Which {
        return fresh(heard);
    }
    let fits = fits(slot, heard) && !(slot == Slot::Name && heard.cue(Cue::No, 0.9));
    // Whoever gives another order where a number was asked for has not answered.
    let anew = slot == Slot::Iban && !fits;
    let other = heard
        .best()
        .filter(|(intent, _)| (anew || *intent != task.intent) && intents::kind(intent) != Kind::Talk);
    let corrects = heard.cue(Cue::Correction, 0.6) || heard.cue(Cue::No, 0.75);
    if corrects && heard.valued() && !fits {
        return Command::Correct;
    }
    // Where it is to leave is never what was asked for alone, and counts whatever was asked for.
    if heard.is_source && leaves(task) {
        return Command::Fill;
    }
    // A short answer is an answer, whatever else it may look like. "Send 20 to Tom" is an order, whatever waits.
    let (short, likelier) = match slot {
        Slot::Pending => (0, SURE),
        _ => (6, 0.9),
    };
    if fits && (heard.words() <= short || other.is_none_or(|(_, score)| score < likelier)) {
        return Command::Fill;
    }
    if let Some((intent, score)) = other
        && score >= SURE
        && (!free_text(slot) || heard.words() >= 3)
    {
        return begin(intent, heard.text);
    }
    // A question of theirs is no answer to ours. What only shows something does no harm.
    if let Some((intent, score)) = other
        && score >= PLAIN
        && intents::kind(intent) == Kind::Read
        && asks(heard.text)
    {
        return begin(intent, heard.text);
    }
    if slot == Slot::Name && heard.cue(Cue::No, 0.9) {
        return Command::Cancel;
    }
    if free_text(slot) && heard.words() <= 12 {
        return Command::Fill;
    }
    if heard.cue(Cue::No, 0.9) {
        return Command::Cancel;
    }
    if heard.means(&task.intent, 0.5) && heard.valued() {
        return Command::Fill;
    }
    match heard.best() {
        // A yes or a no is no answer to what was asked.
        Some((intent, score))
            if intents::kind(intent) == Kind::Talk && score >= PLAIN && !matches!(intent, "talk.yes" | "talk.no") =>
        {
            Command::Talk(intent.to_owned())
        }
        _ => Command::Unclear,
    }
}

/// "What was …", "how much …": four words or more that begin as questions do.
fn asks(text: &str) -> bool {
    let plain = plain(text);
    let mut words = plain.split_whitespace();
    let first = words.next().unwrap_or_default();
    matches!(
        first,
        "what" | "whats" | "how" | "when" | "which" | "who" | "where" | "did" | "show"
    ) && words.count() >= 3
}

/// Where whatever is written can be the answer.
fn free_text(slot: Slot) -> bool {
    matches!(slot, Slot::Name | Slot::Payee)
}

fn fits(slot: Slot, heard: &Heard<'_>) -> bool {
    match slot {
        Slot::Amount => heard.has(|value| matches!(value, Value::Amount { .. })),
        Slot::Iban => heard.has(|value| matches!(value, Value::Iban(_))) || is_like_an_iban(heard.text),
        Slot::Day => heard.has(|value| matches!(value, Value::Days { .. } | Value::NoDay { .. })),
        Slot::Account | Slot::ToAccount | Slot::Entry => {
            heard.has(|value| matches!(value, Value::Named(_) | Value::LastDigits(_)))
        }
        Slot::Payee => heard.has(|value| matches!(value, Value::Named(_) | Value::Iban(_))),
        Slot::Pending => heard.has(|value| matches!(value, Value::Named(_) | Value::Amount { .. })),
        Slot::Product => {
            let lower = heard.text.to_lowercase();
            lower.contains("saving") || lower.contains("current") || lower.contains("checking")
        }
        Slot::Name => heard.words() <= 3,
        _ => false,
    }
}

/// A long number, though perhaps with a slip in it. Figures with words between them are none: those are orders.
fn is_like_an_iban(text: &str) -> bool {
    let mut digits = 0;
    text.split_whitespace().any(|word| {
        let here = word.chars().filter(char::is_ascii_digit).count();
        digits = if here == 0 { 0 } else { digits + here };
        digits >= 10
    })
}
