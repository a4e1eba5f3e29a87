//! What is done with an answer, a correction, a stop, and with what was not understood.

use crate::STACK_MAX;
use crate::called::answered;
use crate::names::Names;
use crate::plain::{plain, says};
use crate::say;
use crate::state::{Does, Offer, Slot, Task};
use crate::tasks;
use crate::turn::Turn;
use bank_contract::assistant::Part;
use bank_contract::pending::{CancelPending, PendingState, PendingView, ShowPending, Summary};
use bank_contract::text::one_line;
use bank_contract::{Answer, BankError, PendingId};
use bank_understanding::extract::Found;

/// Characters of what the customer said that are said back.
const QUOTED_MAX: usize = 120;

/// What became of a request that was to be taken back.
enum Taken {
    /// It is ended; what it was about.
    Back(Box<Summary>),
    /// It had ended by itself, and nothing came of it.
    Over(String),
    /// It was confirmed before.
    TooLate(String),
    /// That it ends has to be confirmed.
    Asks(Box<PendingView>),
}

impl Turn<'_> {
    pub(crate) fn fill_open(&mut self, text: &str, found: &[Found], names: &Names) {
        let Some(mut task) = self.state.stack.pop() else { return };
        match task.asking {
            Some(Slot::Name) => {
                // What a word means is read from the whole answer.
                let whole = task.intent == "assistant.remember";
                task.slots.name = Some(if whole { text.trim().to_owned() } else { answered(text) });
            }
            Some(Slot::Iban) => {
                task.slots.iban = None;
                self.fill(&mut task, text, found, names, false);
                if task.slots.iban.is_none()
                    && text.contains(|c: char| c.is_ascii_digit())
                    && let Err(error) = bank_contract::Iban::parse(text)
                {
                    let why = say::text(error.to_string());
                    self.show(vec![why]);
                }
            }
            Some(Slot::Payee) => {
                task.slots.payee = None;
                task.slots.candidates.clear();
                let sides = (task.slots.account, task.slots.to_account);
                self.fill(&mut task, text, found, names, false);
                // "From my savings" and "to my savings" name nobody.
                let is_account = sides != (task.slots.account, task.slots.to_account);
                if !is_account && task.slots.payee.is_none() && task.slots.iban.is_none() {
                    let name = text.trim().trim_start_matches("to ").trim_end_matches(['.', '!', '?']);
                    task.slots.payee = bank_contract::text::name(name, &())
                        .is_ok()
                        .then(|| crate::state::Payee {
                            name: name.to_owned(),
                            iban: None,
                            sure: false,
                        });
                }
            }
            // What was said of it before fitted nothing, or more than one.
            Some(Slot::Pending) => {
                task.slots.payee = None;
                task.slots.sought = None;
                task.slots.candidates.clear();
                task.slots.amount = None;
                text.clone_into(&mut task.text);
                self.fill(&mut task, text, found, names, false);
            }
            Some(Slot::Amount) => {
                task.slots.amount = None;
                self.fill(&mut task, text, found, names, false);
            }
            _ => self.fill(&mut task, text, found, names, false),
        }
        task.asking = None;
        self.state.offered.clear();
        self.state.stack.push(task);
    }

    /// "No, 60", "I meant Anna": what is open, or the card that was shown, with the new values.
    pub(crate) async fn correct(&mut self, text: &str, found: &[Found], names: &Names) {
        if let Some(mut task) = self.state.stack.pop() {
            task.asking = None;
            // The question is asked again, with what there is to choose.
            self.state.offered.clear();
            self.fill(&mut task, text, found, names, true);
            self.state.stack.push(task);
            return;
        }
        let Some(mut task) = self.state.carded.take() else {
            return;
        };
        if let Some(pending) = task.pending.take() {
            match self.take_back(pending).await {
                Ok(Taken::Back(what)) => self.say_ended("correct.withdrawn", &what),
                Ok(Taken::Over(_)) => {}
                // What was done is not made over: another one would come on top of it.
                Ok(Taken::TooLate(what)) => return self.say("done.already", &[("what", &what)]),
                Ok(Taken::Asks(card)) => self.with_card("correct.leave-old", card),
                Err(error) => return self.refused(&error),
            }
        }
        self.fill(&mut task, text, found, names, true);
        self.state.stack.push(task);
    }

    /// Leaves what was begun. Where nothing is, and something waits, "cancel" is about that.
    pub(crate) async fn cancel_or_end(&mut self, text: &str) {
        let idle = self.state.stack.is_empty() && self.state.carded.is_none() && self.state.queue.is_empty();
        if idle
            && says(&plain(text), &["cancel"])
            && let Ok(Some(_)) = tasks::waits::titles(self).await
        {
            self.begin(Task::new("pending.cancel", "cancel"));
            return;
        }
        self.cancel().await;
    }

    pub(crate) async fn cancel(&mut self) {
        self.state.offered.clear();
        let waited = std::mem::take(&mut self.state.queue);
        self.stop().await;
        if let Some(what) = self.words_of_all(&waited) {
            self.say("cancel.rest", &[("what", &what)]);
        }
    }

    /// Leaves what is open, or takes back what waits at the card.
    async fn stop(&mut self) {
        if let Some(task) = self.state.stack.pop() {
            let what = self.title(&task.intent);
            self.say("cancel.left", &[("what", &what)]);
            return;
        }
        let Some(pending) = self.state.carded.take().and_then(|task| task.pending) else {
            self.say("cancel.nothing", &[]);
            return;
        };
        match self.take_back(pending).await {
            Ok(Taken::Back(what)) => self.say_ended("cancel.card", &what),
            Ok(Taken::Over(what)) => self.say("card.over", &[("what", &what)]),
            Ok(Taken::TooLate(what)) => self.say("done.already", &[("what", &what)]),
            Ok(Taken::Asks(card)) => self.with_card("cancel.card-stays", card),
            Err(error) => self.refused(&error),
        }
    }

    /// What the customer said to begin something, or what it is called.
    pub(crate) fn words_of(&self, task: &Task) -> String {
        let said = one_line(&task.text);
        // An address is nothing that the bank says, whoever wrote it.
        if said.is_empty() || said.contains("://") || said.contains("](") {
            return self.title(&task.intent);
        }
        let short: String = said.chars().take(QUOTED_MAX).collect();
        let more = if short.len() < said.len() { "…" } else { "" };
        self.text("quoted", &[("text", &format!("{short}{more}"))])
    }

    /// The words of all of them; none where there are none.
    pub(crate) fn words_of_all(&self, tasks: &[Task]) -> Option<String> {
        let words: Vec<String> = tasks.iter().map(|task| self.words_of(task)).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// That a request has ended, and that nothing came of it.
    pub(crate) fn say_ended(&mut self, key: &str, what: &Summary) {
        let moves = what.amount.is_some();
        let nothing = self.text(if moves { "nothing.moved" } else { "nothing.changed" }, &[]);
        self.say(key, &[("what", &what.title), ("nothing", &nothing)]);
    }

    fn with_card(&mut self, key: &str, pending: Box<PendingView>) {
        let said = say::text(self.text(key, &[]));
        self.show(vec![said, Part::Card { pending }]);
    }

    /// Ends a request of this conversation. One that was made elsewhere as well is the customer's to end: it waits as a card.
    async fn take_back(&mut self, pending: PendingId) -> Result<Taken, BankError> {
        let view = self.world.read(ShowPending { pending }).await?;
        match view.state {
            PendingState::Waiting => {}
            PendingState::Done => return Ok(Taken::TooLate(view.summary.title)),
            PendingState::Cancelled | PendingState::Expired | PendingState::Refused => {
                return Ok(Taken::Over(view.summary.title));
            }
        }
        match self.world.call(CancelPending { pending }).await? {
            Answer::Done(()) => Ok(Taken::Back(Box::new(view.summary))),
            Answer::Waits(card) => Ok(Taken::Asks(card)),
        }
    }

    /// A yes in words moves nothing: it is given at the card.
    pub(crate) async fn remind(&mut self) {
        let Some(pending) = self.state.carded.as_ref().and_then(|task| task.pending) else {
            return;
        };
        match self.world.read(ShowPending { pending }).await {
            Ok(view) if view.state == PendingState::Waiting => {
                let said = say::text(self.text("card.press", &[]));
                self.show(vec![
                    said,
                    Part::Card {
                        pending: Box::new(view),
                    },
                ]);
            }
            Ok(view) => {
                self.state.carded = None;
                if view.state == PendingState::Done {
                    self.say("done.already", &[("what", &view.summary.title)]);
                } else {
                    self.say("card.over", &[("what", &view.summary.title)]);
                }
            }
            Err(error) => self.refused(&error),
        }
    }

    pub(crate) fn clarify(&mut self, intents: &[String], text: &str) {
        self.state.unclear += 1;
        if self.state.unclear > 2 {
            self.offer_person();
            return;
        }
        if intents.is_empty() {
            self.say("clarify.what", &[]);
            return;
        }
        let mut offered: Vec<Offer> = intents
            .iter()
            .map(|intent| Offer {
                label: self.title(intent),
                hint: None,
                does: Does::Start {
                    intent: intent.clone(),
                    text: text.to_owned(),
                },
            })
            .collect();
        offered.push(Offer {
            label: self.text("clarify.none", &[]),
            hint: None,
            does: Does::Nothing,
        });
        let said = say::text(self.text("clarify.which", &[]));
        self.show(vec![said, say::choices(&offered)]);
        let deep = self.state.stack.len() >= STACK_MAX;
        if !deep {
            let mut task = Task::new("talk.which", text);
            task.asking = Some(Slot::Which);
            self.state.stack.retain(|task| task.asking != Some(Slot::Which));
            self.state.stack.push(task);
        }
        self.state.offered = offered;
    }

    pub(crate) fn unclear(&mut self) {
        self.state.unclear += 1;
        if self.state.unclear > 2 {
            self.offer_person();
            return;
        }
        self.say("unclear", &[]);
        // The question is asked again, with what there is to choose.
        self.state.offered.clear();
        if let Some(task) = self.state.stack.last_mut() {
            task.asking = None;
        }
    }

    pub(crate) fn offer_person(&mut self) {
        self.state.unclear = 0;
        self.state.stack.retain(|task| task.asking != Some(Slot::Which));
        let offered = vec![
            Offer {
                label: self.text("person.yes", &[]),
                hint: None,
                does: Does::Person,
            },
            Offer {
                label: self.text("person.no", &[]),
                hint: None,
                does: Does::Nothing,
            },
        ];
        let said = say::text(self.text("person.offer", &[]));
        self.show(vec![said, say::choices(&offered)]);
        self.state.offered = offered;
    }
}
