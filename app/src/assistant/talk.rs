//! The conversation that is open: one for all pages, so that it goes on while the customer walks through the bank.

mod cursor;
mod heard;
mod kept;
mod news;
mod still;
#[cfg(test)]
mod tests;
mod told;

use super::aloud;
use super::places::PAGE;
use crate::api::{call, say_aloud};
use crate::errors::{After, Doing};
use bank_contract::assistant::{ConversationView, MessageView, Part, Rating, Said, Say, ShowConversation, Turn};
use bank_contract::{BankError, ConversationId};
use heard::hands_over;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// Most answers are there before; saying that one is coming would only flicker.
const THINKING_AFTER: Duration = Duration::from_millis(300);

/// What stands in the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Side {
    #[default]
    Talk,
    /// Earlier conversations.
    Past,
    /// What the assistant remembers.
    Memory,
}

/// How far the latest conversation has come into the browser.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum Begun {
    #[default]
    NotYet,
    OnItsWay,
    Here,
    Refused(BankError),
}

/// What could not be said, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsaid {
    pub(crate) error: BankError,
    pub(crate) said: Said,
}

/// What is on its way to the bank.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sending {
    pub(crate) said: Said,
    /// It has been on its way for so long that it is worth saying.
    pub(crate) long: bool,
    /// What the answer to it has said so far: not kept yet.
    pub(crate) heard: Vec<Vec<Part>>,
}

/// How the conversation stands at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// None before the first words of a new one.
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) with_person: bool,
    pub(crate) rating: Option<Rating>,
}

/// What comes after what is on its way.
#[derive(Clone, Debug, Default)]
struct Queue {
    /// What is said once there is room for it.
    later: Vec<Said>,
    /// Which conversation this is, by count: an answer to an earlier one comes too late.
    count: u32,
    /// How often what is known here has changed by what was done here: a view that was asked for before is too old.
    changes: u32,
    /// How many conversations were deleted here.
    deleted: u32,
    /// The conversations that were shown here: what begins a new one is in none of them.
    met: Vec<ConversationId>,
}

/// What was known here at one moment: which conversation, and how often it had changed by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    count: u32,
    changes: u32,
}

#[derive(Clone, Copy)]
pub(crate) struct Talk {
    /// One that is only looked at, as in the gallery, and what its ids begin with: nothing in it asks the bank.
    still: Option<&'static str>,
    /// The panel is open.
    pub(super) open: RwSignal<bool>,
    pub(super) side: RwSignal<Side>,
    pub(super) begun: RwSignal<Begun>,
    pub(super) messages: RwSignal<Vec<MessageView>>,
    pub(super) standing: RwSignal<Standing>,
    pub(super) draft: RwSignal<String>,
    pub(super) sending: RwSignal<Option<Sending>>,
    pub(super) unsaid: RwSignal<Option<Unsaid>>,
    /// The newest answer, for whoever listens.
    pub(super) aloud: RwSignal<String>,
    pub(super) offline: RwSignal<bool>,
    /// The page that is talked about: the last one that was not the conversation itself.
    pub(super) about: RwSignal<Option<String>>,
    /// Where it is not sure what was meant, somebody outside the bank is asked.
    pub(super) language_model: RwSignal<bool>,
    pub(super) doing: Doing,
    queue: RwSignal<Queue>,
}

pub(crate) fn provide_talk() {
    provide_context(Talk::new());
}

/// # Panics
/// Never: [`provide_talk`] stands in the app itself.
pub(super) fn use_talk() -> Talk {
    expect_context::<Talk>()
}

impl Talk {
    fn new() -> Self {
        Self {
            still: None,
            open: RwSignal::new(false),
            side: RwSignal::new(Side::Talk),
            begun: RwSignal::new(Begun::NotYet),
            messages: RwSignal::new(Vec::new()),
            standing: RwSignal::new(Standing::default()),
            draft: RwSignal::new(String::new()),
            sending: RwSignal::new(None),
            unsaid: RwSignal::new(None),
            aloud: RwSignal::new(String::new()),
            offline: RwSignal::new(false),
            about: RwSignal::new(None),
            language_model: RwSignal::new(false),
            doing: Doing::new(),
            queue: RwSignal::new(Queue::default()),
        }
    }

    pub(super) fn is_still(self) -> bool {
        self.still.is_some()
    }

    /// What its ids begin with.
    pub(super) fn name(self) -> &'static str {
        self.still.unwrap_or("talk")
    }

    /// Whether a person has been asked to help.
    pub(super) fn with_person(self) -> Memo<bool> {
        Memo::new(move |_| self.standing.with(|standing| standing.with_person))
    }

    /// Brings the latest conversation when it is not there yet, and looks for news in it when it is.
    pub(super) fn load(self) {
        if self.is_still() {
            return;
        }
        match self.begun.get_untracked() {
            Begun::OnItsWay => return,
            Begun::Here => return self.look(),
            Begun::NotYet | Begun::Refused(_) => {}
        }
        self.begun.set(Begun::OnItsWay);
        let known = self.known();
        spawn_local(async move {
            let latest = call(ShowConversation { conversation: None }).await;
            // Another conversation was opened meanwhile, or a new one begun.
            if self.count() != known.count {
                if let Ok(Some(before)) = latest
                    && self.known().changes == known.changes
                {
                    self.meets(before.conversation);
                }
                return;
            }
            match latest {
                Ok(latest) => {
                    if let Some(view) = latest {
                        self.show(view);
                    }
                    self.begun.set(Begun::Here);
                    self.go_on();
                }
                Err(error) => {
                    self.begun.set(Begun::Refused(error.clone()));
                    let later = self.queue.try_update(|queue| std::mem::take(&mut queue.later));
                    for said in later.unwrap_or_default() {
                        self.keep(said, error.clone());
                    }
                }
            }
        });
    }

    fn show(self, view: ConversationView) {
        self.meets(view.conversation);
        self.standing.set(standing(&view));
        self.messages.set(view.messages);
    }

    /// Opens one of the earlier conversations.
    pub(super) fn go_to(self, conversation: ConversationId) {
        let (count, side) = (self.count(), self.side.get_untracked());
        self.doing.start(async move {
            let conversation = Some(conversation);
            let view = call(ShowConversation { conversation }).await?;
            let view = view.ok_or(BankError::NotFound)?;
            // Whoever has turned to something else meanwhile stays there.
            if self.count() != count || self.side.get_untracked() != side {
                return Ok(After::Stay);
            }
            self.turn_to_talk();
            self.leave();
            self.show(view);
            self.to_words_if_free();
            Ok(After::Stay)
        });
    }

    /// Begins anew; the conversation so far stays among the earlier ones.
    pub(super) fn begin(self) {
        self.turn_to_talk();
        self.clear();
    }

    /// Nothing is said in it yet. Whoever has turned to something else meanwhile stays there.
    fn clear(self) {
        self.leave();
        self.standing.set(Standing::default());
        self.messages.set(Vec::new());
        self.to_words_if_free();
    }

    /// Nothing of the conversation so far comes into the next one.
    fn leave(self) {
        let later = self.queue.try_update(|queue| {
            queue.count = queue.count.wrapping_add(1);
            std::mem::take(&mut queue.later)
        });
        self.tell_what_waits(later.unwrap_or_default());
        self.begun.set(Begun::Here);
        self.sending.set(None);
        self.unsaid.set(None);
        self.aloud.set(String::new());
        self.doing.clear();
    }

    /// What is shown already is not drawn anew.
    fn turn_to_talk(self) {
        if self.side.get_untracked() != Side::Talk {
            self.side.set(Side::Talk);
        }
    }

    /// Says what stands in the draft.
    pub(super) fn send(self) {
        // The bank may have heard it.
        if self.is_to_try_again() {
            return self.again();
        }
        if let Some(said) = self.take_draft() {
            self.say(said);
        }
    }

    /// What stands in the draft, out of it. None when there is nothing, or no room for it yet.
    fn take_draft(self) -> Option<Said> {
        let text = self.draft.get_untracked().trim().to_owned();
        if text.is_empty() || self.is_still() || self.sending.with_untracked(Option::is_some) {
            return None;
        }
        self.draft.set(String::new());
        Some(Said::Words { text })
    }

    /// Says something, or waits with it until the conversation is there and the answer before has come.
    pub(super) fn say(self, said: Said) {
        if self.is_still() {
            return;
        }
        // What became of a request is told by itself, and takes nobody away from what they look at.
        if !matches!(said, Said::Settled { .. }) {
            self.turn_to_talk();
        }
        self.say_unseen(said);
    }

    /// As [`Self::say`], for what comes of an answer: the customer may look at something else by then.
    fn say_unseen(self, said: Said) {
        if self.begun.get_untracked() != Begun::Here {
            self.queue.update(|queue| queue.later.push(said));
            return self.load();
        }
        if self.sending.with_untracked(Option::is_some) {
            // What became of a request must not get lost. Of all else there is one at a time.
            if matches!(said, Said::Settled { .. }) {
                self.queue.update(|queue| queue.later.push(said));
            }
            return;
        }
        // What became of a request is told by itself: what else failed is still to be mended.
        if matches!(said, Said::Settled { .. }) {
            self.is_said(&said);
        } else {
            self.unsaid.set(None);
            self.doing.clear();
        }
        self.aloud.set(String::new());
        self.sending.set(Some(Sending {
            said: said.clone(),
            long: false,
            heard: Vec::new(),
        }));
        self.ask(said);
    }

    fn ask(self, said: Said) {
        let long = move || {
            self.sending.update(|sending| {
                if let Some(sending) = sending {
                    sending.long = true;
                }
            });
        };
        let thinking = set_timeout_with_handle(long, THINKING_AFTER);
        self.changes();
        let count = self.count();
        let say = Say {
            conversation: self.conversation(),
            said: said.clone(),
            page: self.about.get_untracked(),
        };
        spawn_local(async move {
            let hear = |message| {
                if self.count() != count {
                    return;
                }
                self.sending.update(|sending| {
                    if let Some(sending) = sending {
                        sending.heard.push(message);
                    }
                });
            };
            let turn = say_aloud(say, hear).await;
            if let Ok(thinking) = thinking {
                thinking.clear();
            }
            if self.count() != count {
                return;
            }
            self.sending.set(None);
            match turn {
                Ok(turn) => {
                    self.add(turn);
                    self.go_on();
                }
                Err(error) => self.keep(said, error),
            }
        });
    }

    /// Says what had to wait.
    fn go_on(self) {
        let next = self
            .queue
            .try_update(|queue| (!queue.later.is_empty()).then(|| queue.later.remove(0)));
        if let Some(said) = next.flatten() {
            self.say_unseen(said);
        }
    }

    fn add(self, turn: Turn) {
        self.changes();
        self.meets(turn.conversation);
        let handed_over = turn.messages.iter().any(hands_over);
        self.aloud.set(aloud::all(&turn.messages));
        self.standing.update(|standing| {
            standing.conversation = Some(turn.conversation);
            standing.with_person |= handed_over;
        });
        self.messages.update(|messages| messages.extend(turn.messages));
    }

    /// It was not said: what was typed stands in the field again, before what was typed meanwhile.
    fn keep(self, said: Said, error: BankError) {
        if let Said::Words { text } = &said {
            self.draft.update(|draft| {
                *draft = if draft.trim().is_empty() {
                    text.clone()
                } else {
                    format!("{text}\n{draft}")
                };
            });
        }
        // It was deleted elsewhere: what is said next begins another one.
        if error == BankError::NotFound && matches!(said, Said::Words { .. }) {
            self.standing.set(Standing::default());
        }
        self.unsaid.set(Some(Unsaid { error, said }));
    }

    fn conversation(self) -> Option<ConversationId> {
        self.standing.with_untracked(|standing| standing.conversation)
    }

    /// The conversation, when it is one that the bank keeps and not only one to look at.
    pub(super) fn kept(self) -> Option<ConversationId> {
        self.conversation().filter(|_| !self.is_still())
    }

    fn count(self) -> u32 {
        self.queue.with_untracked(|queue| queue.count)
    }

    fn known(self) -> Known {
        self.queue.with_untracked(|queue| Known {
            count: queue.count,
            changes: queue.changes,
        })
    }

    /// Something was done here that a view of the bank's which is on its way does not have in it.
    fn changes(self) {
        self.queue.update(|queue| queue.changes = queue.changes.wrapping_add(1));
    }

    /// The customer has come to another page.
    pub(super) fn come_to(self, path: &str) {
        if path != PAGE && path.len() <= 100 {
            self.about.set(Some(path.to_owned()));
        }
    }
}

fn standing(view: &ConversationView) -> Standing {
    Standing {
        conversation: Some(view.conversation),
        with_person: view.with_person,
        rating: view.rating,
    }
}
