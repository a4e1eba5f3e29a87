//! What is done with a press: on a choice, or on a card.

use crate::care;
use crate::names::Names;
use crate::say;
use crate::state::{Does, Done, Offer, Slot, Task};
use crate::tasks;
use crate::turn::Turn;
use bank_contract::PendingId;
use bank_contract::care::Reason;
use bank_contract::pending::{PendingState, ShowPending};

impl Turn<'_> {
    /// A press. One that fits nothing that is offered does nothing: labels hold what others wrote.
    pub(crate) async fn chosen(&mut self) {
        let chosen = self.world.now.chosen.clone();
        let looks_so = |offer: &&Offer| {
            let said = chosen.as_ref();
            said.is_some_and(|choice| offer.label == choice.label && offer.hint == choice.hint)
        };
        let mut offered = self.state.offered.iter().filter(looks_so);
        let Some(offer) = offered.next().cloned() else {
            self.say("choice.old", &[]);
            return;
        };
        if offered.any(|other| other.does != offer.does) {
            self.ask_place();
            return;
        }
        let safe = |intent: &str| {
            let reasons = [
                Reason::FraudInProgress,
                Reason::Scammed,
                Reason::Abuse,
                Reason::Gambling,
            ];
            reasons.iter().any(|reason| care::safe_steps(*reason).contains(&intent))
        };
        // A person helps: what is about safety still works.
        if self.with_person()
            && !matches!(&offer.does, Does::Start { intent, .. } if safe(intent))
            && self.state.stack.is_empty()
        {
            return;
        }
        self.take(offer.does).await;
        self.go_on().await;
    }

    /// Several that are offered look the same: only their places tell them apart.
    pub(crate) fn ask_place(&mut self) {
        let said = say::text(self.text("choice.same", &[]));
        let choices = say::choices(&self.state.offered);
        self.show(vec![said, choices]);
    }

    pub(crate) async fn take(&mut self, does: Does) {
        self.state.unclear = 0;
        self.state.just_done = None;
        let offered = std::mem::take(&mut self.state.offered);
        match does {
            Does::Start { intent, text } => {
                self.state.stack.retain(|task| task.asking != Some(Slot::Which));
                let mut task = Task::new(&intent, &text);
                if let Ok(names) = Names::load(&mut self.world).await {
                    let found = self.find(&text, &names).await;
                    self.fill(&mut task, &text, &found, &names, false);
                }
                self.begin(task);
            }
            Does::Person => {
                self.state.stack.clear();
                tasks::care::hand_over(self, Reason::NotUnderstood).await;
            }
            Does::Nothing => {
                let before = self.state.stack.len();
                self.state.stack.retain(|task| task.asking != Some(Slot::Which));
                if before == self.state.stack.len() && self.state.asking().is_some() {
                    self.state.stack.pop();
                }
                self.say("clarify.again", &[]);
            }
            value => match self.state.stack.last_mut() {
                Some(task) => {
                    task.asking = None;
                    task.slots.take(&value);
                }
                None => self.state.offered = offered,
            },
        }
    }

    /// The request of a card was dealt with in the browser.
    pub(crate) async fn settled(&mut self, pending: PendingId) {
        let view = self.world.read(ShowPending { pending }).await;
        let waits = view.as_ref().is_ok_and(|view| view.state == PendingState::Waiting);
        let its_card = |task: &mut Task| !waits && task.pending == Some(pending);
        let settled = self.state.carded.take_if(its_card);
        if self.with_person() {
            return;
        }
        match view {
            Ok(view) => {
                if !waits {
                    self.state.just_done = None;
                }
                let what = view.summary;
                match view.state {
                    PendingState::Waiting => self.say("settled.waiting", &[("what", &what.title)]),
                    PendingState::Done => {
                        self.say("settled.done", &[("what", &what.title)]);
                        self.state.just_done = Some(Done {
                            title: what.title,
                            operation: view.operation,
                            amount: what.amount,
                            payee: what.payee_name,
                            task: settled,
                            turns: 0,
                        });
                    }
                    PendingState::Cancelled => self.say_ended("settled.cancelled", &what),
                    PendingState::Expired => self.say_ended("settled.expired", &what),
                    PendingState::Refused => self.say_ended("settled.refused", &what),
                }
            }
            Err(error) => self.refused(&error),
        }
        self.go_on().await;
    }
}
