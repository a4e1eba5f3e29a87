//! From what was understood to what is to be done. Pure: the same state and the same text give the same commands.

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
}

/// An intent this likely is begun while another question is open.
const SURE: f32 = 0.7;
/// Below this, and with another one close by, it is asked which one was meant.
const PLAIN: f32 = 0.5;
const CLOSE: f32 = 0.12;
/// From here on, the likeliest is begun where it is plain whom or what it is about.
const LIKELY: f32 = 0.25;

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
        let too_late = state.done.is_some() && state.carded.is_none();
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
        if heard.is_source && state.carded.as_ref().is_some_and(leaves) {
            return vec![Command::Correct];
        }
        if heard.cue(Cue::No, 0.9) || heard.means("talk.no", 0.6) {
            return vec![Command::Cancel];
        }
    }
    if state.done.is_some() {
        let corrects = heard.cue(Cue::Correction, 0.6) || heard.cue(Cue::No, 0.75);
        if (corrects && heard.valued()) || heard.cue(Cue::No, 0.9) {
            return vec![Command::TooLate];
        }
    }
    vec![fresh(heard)]
}

/// Whether money leaves an account by it.
fn leaves(task: &Task) -> bool {
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

/// What is said while a question is open.
fn answer(state: &State, heard: &Heard<'_>) -> Command {
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

/// Where whatever is written can be the answer.
fn free_text(slot: Slot) -> bool {
    matches!(slot, Slot::Name | Slot::Payee)
}

fn fits(slot: Slot, heard: &Heard<'_>) -> bool {
    match slot {
        Slot::Amount => heard.has(|value| matches!(value, Value::Amount { .. })),
        Slot::Iban => {
            heard.has(|value| matches!(value, Value::Iban(_)))
                || heard.text.chars().filter(char::is_ascii_digit).count() >= 10
        }
        Slot::Day => heard.has(|value| matches!(value, Value::Days { .. })),
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
    ["shall i ", "should i ", "shall we ", "should we "]
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
    let plain = works && about && score >= LIKELY;
    if (heard.understood.rejected || close) && !plain {
        return Command::Clarify(
            ranked
                .iter()
                .filter(|(intent, score)| *score >= 0.05 && intents::kind(intent) != Kind::Talk)
                .take(3)
                .map(|(intent, _)| intent.clone())
                .collect(),
        );
    }
    if intents::kind(intent) == Kind::Talk {
        Command::Talk(intent.to_owned())
    } else {
        begin(intent, heard.text)
    }
}

/// Whoever wonders whether to do something has not asked for it.
fn begin(intent: &str, text: &str) -> Command {
    if intents::kind(intent) == Kind::Task && asks_whether(text) {
        Command::Clarify(vec![intent.to_owned()])
    } else {
        start(intent, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Offer, Payee};
    use crate::understood::Understood;

    fn understood(ranked: &[(&str, f32)], rejected: bool) -> Understood {
        Understood {
            ranked: ranked
                .iter()
                .map(|(intent, score)| ((*intent).to_owned(), *score))
                .collect(),
            rejected,
        }
    }

    fn first(state: &State, text: &str, understood: &Understood) -> Command {
        let known = [];
        let found = bank_understanding::extract::extract(
            text,
            &bank_understanding::extract::Context {
                today: chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
                currency: bank_contract::Currency::Eur,
                known: &known,
            },
        );
        let heard = Heard {
            text,
            understood,
            found: &found,
            is_source: false,
        };
        decide(state, &heard).remove(0)
    }

    fn asking(slot: Slot) -> State {
        let mut task = Task::new("transfers.submit", "send money to Tom");
        task.asking = Some(slot);
        State {
            stack: vec![task],
            ..State::default()
        }
    }

    #[test]
    fn an_amount_answers_the_question_for_one() {
        let state = asking(Slot::Amount);
        for text in ["60", "60 euros please", "it's 12.50"] {
            assert_eq!(
                first(&state, text, &understood(&[("talk.yes", 0.3)], true)),
                Command::Fill,
                "{text}"
            );
        }
    }

    #[test]
    fn a_question_in_the_middle_is_a_digression() {
        let state = asking(Slot::Amount);
        let asked = understood(&[("accounts.list", 0.9)], false);
        assert!(matches!(
            first(&state, "how much money do I have?", &asked),
            Command::Start { intent, .. } if intent == "accounts.list"
        ));
    }

    #[test]
    fn stopping_leaves_what_was_begun() {
        for text in ["cancel", "never mind", "stop"] {
            assert_eq!(
                first(
                    &asking(Slot::Amount),
                    text,
                    &understood(&[("pending.cancel", 0.9)], false)
                ),
                Command::Cancel
            );
        }
    }

    #[test]
    fn a_card_is_corrected_and_never_confirmed_in_words() {
        let state = State {
            carded: Some(Task::new("transfers.submit", "")),
            ..State::default()
        };
        assert_eq!(
            first(&state, "no, 60", &understood(&[("talk.no", 0.9)], false)),
            Command::Correct
        );
        assert_eq!(
            first(&state, "yes, do it", &understood(&[("talk.yes", 0.9)], false)),
            Command::YesToCard
        );
        assert_eq!(
            first(&state, "no", &understood(&[("talk.no", 0.9)], false)),
            Command::Cancel
        );
    }

    #[test]
    fn what_was_offered_is_chosen_by_number_or_name() {
        let offer = |label: &str| Offer {
            label: label.into(),
            hint: None,
            does: Does::Nothing,
        };
        let state = State {
            offered: vec![offer("Household"), offer("Nest egg")],
            ..asking(Slot::Account)
        };
        let nothing = understood(&[("talk.yes", 0.2)], true);
        assert_eq!(first(&state, "the second one", &nothing), Command::Pick(1));
        assert_eq!(first(&state, "household", &nothing), Command::Pick(0));
        assert_eq!(first(&state, "1", &nothing), Command::Pick(0));
    }

    #[test]
    fn a_name_that_several_have_or_that_a_stranger_gave_themselves_chooses_nobody() {
        let offer = |label: &str, does: Does| Offer {
            label: label.into(),
            hint: None,
            does,
        };
        let payee = |sure: bool| {
            Does::Payee(Payee {
                name: "Tom".into(),
                iban: None,
                sure,
            })
        };
        let nothing = understood(&[("talk.yes", 0.2)], true);
        let offering = |offered: Vec<Offer>| State {
            offered,
            ..asking(Slot::Payee)
        };
        let known = offering(vec![offer("Tom", payee(true))]);
        assert_eq!(first(&known, "tom", &nothing), Command::Pick(0));
        let stranger = offering(vec![offer("Tom", payee(false))]);
        assert_eq!(first(&stranger, "tom", &nothing), Command::Fill);
        assert_eq!(first(&stranger, "the first one", &nothing), Command::Pick(0));
        let both = offering(vec![offer("Tom", payee(true)), offer("tom", payee(false))]);
        assert_eq!(first(&both, "Tom", &nothing), Command::PickSame);
        let twice = offering(vec![offer("Tom", payee(true)), offer("Tom", payee(true))]);
        assert_eq!(first(&twice, "Tom", &nothing), Command::Pick(0));
    }

    #[test]
    fn an_amount_alone_is_for_nothing_and_whoever_wonders_has_not_asked() {
        let sure = understood(&[("transfers.submit", 0.9)], false);
        for text in ["60 euros", "€60", "60", "$12.50!"] {
            assert_eq!(first(&State::default(), text, &sure), Command::Bare, "{text}");
        }
        assert!(matches!(
            first(&State::default(), "60 euros to Tom", &sure),
            Command::Start { .. }
        ));
        for text in ["Shall I send 100 to Tom?", "should I pay this"] {
            let asked_back = Command::Clarify(vec!["transfers.submit".into()]);
            assert_eq!(first(&State::default(), text, &sure), asked_back, "{text}");
        }
    }

    #[test]
    fn what_is_to_be_kept_is_not_cancelled() {
        let meant = understood(&[("pending.cancel", 0.9)], false);
        let carded = State {
            carded: Some(Task::new("transfers.submit", "")),
            ..State::default()
        };
        for text in ["don't cancel it", "please do not cancel the payment to Tom"] {
            assert_eq!(first(&carded, text, &meant), Command::YesToCard, "{text}");
            let told = Command::Talk("talk.no".into());
            assert_eq!(first(&State::default(), text, &meant), told, "{text}");
        }
        assert_eq!(first(&carded, "cancel it", &meant), Command::Cancel);
    }

    #[test]
    fn a_no_is_no_name() {
        let no = understood(&[("talk.no", 0.9)], false);
        assert_eq!(first(&asking(Slot::Name), "no", &no), Command::Cancel);
        assert_eq!(first(&asking(Slot::Name), "Rainy days", &no), Command::Fill);
    }

    #[test]
    fn what_is_not_understood_is_asked_back_with_what_it_might_be() {
        let near = understood(&[("limits.show", 0.3), ("limits.set", 0.25), ("talk.yes", 0.2)], true);
        assert_eq!(
            first(&State::default(), "my limit thing", &near),
            Command::Clarify(vec!["limits.show".into(), "limits.set".into()])
        );
    }
}
