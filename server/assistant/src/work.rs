//! The tasks of a turn are worked on one after the other, within what one turn may say and ask for.

use crate::QUEUE_MAX;
use crate::say;
use crate::state::{Offer, Slot, Task};
use crate::tasks::{self, Halt, Step};
use crate::turn::Turn;
use bank_contract::BankError;
use bank_contract::assistant::Part;
use bank_contract::assistant::turn::MESSAGES_OF_TURN_MAX;

/// Messages that are kept for the end of a turn: what is left out, and the question that is open.
const OF_THE_END: usize = 2;

impl Turn<'_> {
    /// How many messages tasks can still bring, besides what stands at the end of a turn.
    pub(crate) fn room(&self) -> usize {
        MESSAGES_OF_TURN_MAX.saturating_sub(self.out.len() + OF_THE_END)
    }

    /// How many of so many answers there is room for, each of so many messages. Where something is left out, one more names
    /// it; and so does the way back to what is open.
    pub(crate) fn room_for(&self, answers: usize, messages: usize, leaves_out: bool) -> usize {
        let back = usize::from(!self.state.stack.is_empty());
        let room = self.room().saturating_sub(back);
        if answers * messages + usize::from(leaves_out) <= room {
            answers
        } else {
            room.saturating_sub(1) / messages
        }
    }

    /// Works on what is on the stack until a question is open or nothing is left. A task is begun only where there is room for
    /// all that may come of it, so that nothing waits for a yes that was not shown; what is not done is named.
    pub(crate) async fn go_on(&mut self) {
        let mut done = 0;
        while self.hand_over.is_none() && self.state.offered.is_empty() {
            let Some(mut task) = self.next_task() else { break };
            if task.asking == Some(Slot::Which) {
                continue;
            }
            if self.room() == 0 || self.world.is_spent() {
                self.left.push(task);
                continue;
            }
            if task.asking.take().is_some() {
                let what = self.title(&task.intent);
                self.say("back", &[("what", &what)]);
            }
            match tasks::step(self, &mut task).await {
                Ok(Step::Done) => self.keep_answered(&task, false),
                Ok(Step::Card(pending)) => {
                    self.keep_answered(&task, true);
                    task.pending = Some(pending);
                    self.state.carded = Some(task);
                }
                Err(Halt::Ask { slot, parts, offered }) => {
                    // What is open stands last.
                    self.bound_queue();
                    self.say_not_done(done);
                    return self.ask(task, slot, parts, offered);
                }
                Err(Halt::Said(parts)) => {
                    self.keep_answered(&task, false);
                    self.show(parts);
                }
                // It is one of many that were too much together.
                Err(Halt::Bank(BankError::Busy { .. })) if self.world.is_spent() && done > 0 => {
                    self.left.push(task);
                    continue;
                }
                Err(Halt::Bank(error)) => self.refused(&error),
            }
            done += 1;
        }
        self.bound_queue();
        self.say_not_done(done);
    }

    /// The newest of what is begun, or the first of what waits behind it.
    fn next_task(&mut self) -> Option<Task> {
        let begun = self.state.stack.pop();
        begun.or_else(|| (!self.state.queue.is_empty()).then(|| self.state.queue.remove(0)))
    }

    /// Only so many wait for a later turn. What has no place is named, where something is open that it could wait for.
    fn bound_queue(&mut self) {
        let kept = self.state.queue.len().min(QUEUE_MAX);
        let before = std::mem::take(&mut self.left);
        let mut left = self.state.queue.split_off(kept);
        left.extend(before);
        if self.state.queue.is_empty() {
            self.left = left;
            return;
        }
        if let Some(what) = self.words_of_all(&left) {
            let count = QUEUE_MAX.to_string();
            self.say("queue.full", &[("count", &count), ("what", &what)]);
        }
    }

    /// That not all of what was said is done, because it was too much for one turn.
    fn say_not_done(&mut self, done: usize) {
        let left = std::mem::take(&mut self.left);
        if let Some(what) = self.words_of_all(&left) {
            self.say("turn.full", &[("count", &done.to_string()), ("what", &what)]);
        }
    }

    fn ask(&mut self, mut task: Task, slot: Slot, mut parts: Vec<Part>, offered: Vec<Offer>) {
        task.asked += 1;
        if task.asked > 6 {
            // It leads nowhere.
            self.offer_person();
            return;
        }
        task.asking = Some(slot);
        if !offered.is_empty() {
            parts.push(say::choices(&offered));
        }
        self.state.offered = offered;
        self.state.stack.push(task);
        self.show(parts);
    }
}
