//! From what was understood to what is to be done. Pure: the same state and the same text give the same commands.

mod answer;
#[cfg(test)]
mod tests;

use self::answer::answer;
use crate::follow::is_bare;
use crate::heard::Heard;
use crate::intents::{self, Kind};
use crate::plain::plain;
use crate::state::{Does, Slot, State, Task};
use crate::tasks::memory;
use crate::written;
use bank_understanding::extract::{Cue, Value};

/// What the conversation is to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Command {
    /// Begin something; from here on it is about that.
    Start { intent: String, text: String },
    /// The answer to the question that is open.
    Fill,
    /// What was said before was wrong.
    Correct,
    /// One of those that were offered, counted from 0.
    Pick(usize),
    /// One of several that are called the same.
    PickSame,
    /// None of those.
    PickNone,
    /// Which of these was meant?
    Clarify(Vec<String>),
    /// Leave what was begun.
    Cancel,
    /// A yes in words to a card: it counts in the browser only.
    YesToCard,
    /// Part of the conversation itself.
    Talk(String),
    /// What was settled just before is done, and is not changed by words.
    TooLate,
    /// A number or a mark, and nothing that it could be for.
    Bare,
    /// The text does not answer the question that is open.
    Unclear,
    /// Said in one breath with more than a turn begins. It is named, and nothing else is done with it.
    LeftOut(String),
}

impl Command {
    /// Words that are no other topic: what "that" means outlasts them, for a short time.
    pub(crate) fn begins_nothing(&self) -> bool {
        matches!(self, Self::Talk(_) | Self::Clarify(_) | Self::Bare | Self::Unclear)
    }
}

/// An intent this likely is begun while another question is open.
const SURE: f32 = 0.7;
/// Below this, and with another one close by, it is asked which one was meant.
const PLAIN: f32 = 0.5;
const CLOSE: f32 = 0.12;
/// From here on, the likeliest is begun where it is plain whom or what it is about.
const LIKELY: f32 = 0.25;
/// What stands beside a thanks, and is answered.
const LESS: f32 = 0.2;

pub(crate) fn decide(state: &State, heard: &Heard<'_>) -> Vec<Command> {
    if let Some(pick) = pick(state, heard) {
        return vec![pick];
    }
    if state.asking().is_some() {
        return vec![answer(state, heard)];
    }
    if keeps(heard.text) {
        return vec![if state.carded.is_some() {
            Command::YesToCard
        } else {
            Command::Talk("talk.no".to_owned())
        }];
    }
    if heard.cue(Cue::Cancel, 0.8) || heard.means("talk.stop", 0.5) {
        let too_late = state.just_done.is_some() && state.carded.is_none();
        return vec![if too_late { Command::TooLate } else { Command::Cancel }];
    }
    if state.carded.is_some() {
        if heard.cue(Cue::Yes, 0.9) || heard.means("talk.yes", 0.6) {
            return vec![Command::YesToCard];
        }
        let corrects = heard.cue(Cue::Correction, 0.6) || heard.cue(Cue::No, 0.75);
        if corrects && (heard.valued() || written::reference(heard.text).is_some()) {
            return vec![Command::Correct];
        }
        // "And add the reference beer."
        let adds = heard.words() <= 8 && written::reference(heard.text).is_some() && !heard.text.contains('?');
        if adds && !heard.valued() && state.carded.as_ref().is_some_and(leaves) {
            return vec![Command::Correct];
        }
        if heard.is_source && state.carded.as_ref().is_some_and(leaves) {
            return vec![Command::Correct];
        }
        if heard.cue(Cue::No, 0.9) || heard.means("talk.no", 0.6) {
            return vec![Command::Cancel];
        }
    }
    if state.just_done.is_some() {
        let corrects = heard.cue(Cue::Correction, 0.6) || heard.cue(Cue::No, 0.75);
        if (corrects && heard.valued()) || heard.cue(Cue::No, 0.9) || heard.means("talk.no", 0.6) {
            return vec![Command::TooLate];
        }
    }
    vec![fresh(heard)]
}

/// Whether money leaves an account by it.
pub(crate) fn leaves(task: &Task) -> bool {
    matches!(
        task.intent.as_str(),
        "transfers.submit" | "transfers.move" | "transfers.withdraw"
    )
}

/// One of those that were offered, by its number or its name.
fn pick(state: &State, heard: &Heard<'_>) -> Option<Command> {
    let offered = &state.offered;
    if offered.is_empty() {
        return None;
    }
    let asked = state.asking().map(|(_, slot)| slot);
    // A bare number is an amount where one is asked for.
    let least = if asked == Some(Slot::Amount) { 0.8 } else { 0.45 };
    if let Some(at) = heard.nth(offered.len(), least) {
        return Some(Command::Pick(at));
    }
    let said = heard.text.trim().trim_end_matches(['.', '!']).to_lowercase();
    let named = |label: &str| label.trim_end_matches(['.', '?', '…']).to_lowercase() == said;
    let mut called = (0..offered.len()).filter(|at| named(&offered[*at].label));
    if let Some(at) = called.next() {
        if called.any(|other| offered[other].does != offered[at].does) {
            return Some(Command::PickSame);
        }
        // Whoever says a name again has not looked at whose it is.
        if !matches!(&offered[at].does, Does::Payee(payee) if !payee.sure) {
            return Some(Command::Pick(at));
        }
    }
    // "Do you mean it?", of the only one that waits: ending it moves nothing, and all else is asked again on its card.
    if asked == Some(Slot::Pending) && offered.len() == 1 && heard.cue(Cue::Yes, 0.9) {
        return Some(Command::Pick(0));
    }
    if asked == Some(Slot::Which) {
        if heard.cue(Cue::Yes, 0.9) && offered.len() <= 3 {
            return Some(Command::Pick(0));
        }
        if heard.cue(Cue::No, 0.9) {
            return Some(Command::PickNone);
        }
    }
    None
}

fn start(intent: &str, text: &str) -> Command {
    Command::Start {
        intent: intent.to_owned(),
        text: text.to_owned(),
    }
}

/// "Don't cancel it."
fn keeps(text: &str) -> bool {
    let kept = ["cancel", "stop", "end", "abort"];
    kept.iter().any(|what| {
        let phrases = [
            format!("dont {what}"),
            format!("do not {what}"),
            format!("not to {what}"),
        ];
        phrases
            .iter()
            .any(|phrase| plain(text).contains(&format!(" {phrase} ")))
    })
}

/// "Shall I send 100 to Tom, what do you think?"
pub(crate) fn asks_whether(text: &str) -> bool {
    let said = text.trim_start().to_ascii_lowercase();
    [
        "shall i ",
        "should i ",
        "shall we ",
        "should we ",
        "if i ",
        "what if i ",
        "what happens if i ",
        "suppose i ",
    ]
    .iter()
    .any(|start| said.starts_with(start))
}

/// What is said while no question is open.
fn fresh(heard: &Heard<'_>) -> Command {
    if memory::explains(heard.text) {
        return start("assistant.remember", heard.text);
    }
    if !heard.text.chars().any(char::is_alphabetic) || heard.is_an_amount() {
        return Command::Bare;
    }
    let ranked = &heard.understood.ranked;
    let Some((intent, score)) = heard.understood.best() else {
        return Command::Clarify(Vec::new());
    };
    let second = ranked.get(1).map_or(0.0, |(_, score)| *score);
    let close = score < PLAIN && score - second < CLOSE;
    // With somebody's name or number in it, what is likeliest is begun: nothing comes of it without a press.
    let about = heard.has(|value| matches!(value, Value::Named(_) | Value::Iban(_)));
    let works = matches!(intents::kind(intent), Kind::Task | Kind::Read);
    let plain = works && about && score >= LIKELY && (intents::shows(intent) || intent.starts_with("transfers."));
    if is_bare(heard.text) && matches!(intents::kind(intent), Kind::Help | Kind::Absent | Kind::Care) {
        return Command::Bare;
    }
    if (heard.understood.rejected || close || score < least(intent)) && !plain {
        return Command::Clarify(near(ranked));
    }
    // "Thanks, so what is my limit?" is more than thanks.
    let (next, likely) = ranked
        .get(1)
        .map_or(("", 0.0), |(intent, score)| (intent.as_str(), *score));
    let polite = matches!(intent, "talk.thanks" | "talk.greeting" | "talk.yes");
    let answers = intents::shows(next) || intents::kind(next) == Kind::Help;
    if polite && answers && likely >= LESS && heard.words() > 3 {
        return start(next, heard.text);
    }
    if intents::kind(intent) == Kind::Talk {
        Command::Talk(intent.to_owned())
    } else {
        begin(intent, heard.text)
    }
}

/// How likely something must be to be begun. What only shows something does no harm; a card or a person that nobody asked for
/// does, and an article about something else is no answer.
fn least(intent: &str) -> f32 {
    match intents::kind(intent) {
        Kind::Help => 0.45,

        // Danger is never asked about: care has its own threshold, and this is below it.
        Kind::Care if intents::is_danger(intent) => 0.0,
        Kind::Absent | Kind::Care => 0.5,
        Kind::Task if !intents::shows(intent) => 0.5,
        _ => 0.0,
    }
}

/// What may have been meant. Death or despair are not asked about where hardly anything speaks for it.
fn near(ranked: &[(String, f32)]) -> Vec<String> {
    let enough = |(intent, score): &&(String, f32)| match intents::kind(intent) {
        Kind::Talk => false,
        Kind::Care => *score >= 0.2,
        _ => *score >= 0.07,
    };
    ranked
        .iter()
        .filter(enough)
        .take(3)
        .map(|(intent, _)| intent.clone())
        .collect()
}

/// Whoever wonders whether to do something has not asked for it.
fn begin(intent: &str, text: &str) -> Command {
    if intents::kind(intent) == Kind::Task && asks_whether(text) {
        Command::Clarify(vec![intent.to_owned()])
    } else {
        start(intent, text)
    }
}
