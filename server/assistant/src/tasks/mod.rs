//! What is done for each intent. A task asks for what is missing by failing with [`Halt::Ask`]; it is called again when the
//! answer is there.

mod accounts;
pub(crate) mod amounts;
mod between;
mod cards;
pub(crate) mod care;
mod direction;
mod identity;
pub(crate) mod kinds;
mod mandates;
pub(crate) mod memory;
mod more;
mod need;
mod pay;
mod payees;
mod programs;
mod reads;
mod reverse;
mod several;
mod sums;
mod talk;
pub(crate) mod waits;
mod wanted;
mod words;

pub(crate) use self::direction::newest;
use crate::intents::{Kind, kind};
use crate::state::{Offer, Slot, Task};
use crate::turn::Turn;
use bank_contract::assistant::Part;
use bank_contract::{BankError, PendingId};

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Done,
    /// It waits at a card for a yes in the browser.
    Card(PendingId),
}

/// Why a task cannot go on now.
#[derive(Debug)]
pub(crate) enum Halt {
    /// Something is missing.
    Ask {
        slot: Slot,
        parts: Vec<Part>,
        offered: Vec<Offer>,
    },
    /// It cannot be done; why has its words.
    Said(Vec<Part>),
    Bank(BankError),
}

impl From<BankError> for Halt {
    fn from(error: BankError) -> Self {
        Self::Bank(error)
    }
}

pub(crate) type Stepped = Result<Step, Halt>;

/// Goes on with a task.
pub(crate) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let intent = task.intent.clone();
    match kind(&intent) {
        Kind::Talk => return Ok(talk::step(turn, task)),
        Kind::Help => return words::help(turn, task).await,
        Kind::Absent => return Ok(words::absent(turn, &intent)),
        Kind::Care => {
            let reason = crate::intents::reason(&intent).unwrap_or(bank_contract::care::Reason::Person);
            care::hand_over(turn, reason).await;
            return Ok(Step::Done);
        }
        Kind::Task | Kind::Read => {}
    }
    // Another day in its place would be a guess.
    if let Some(day) = task.slots.no_day.take() {
        let with = [("day", day.as_str())];
        return Err(if intent == "ledger.balance-at" {
            turn.ask_for(Slot::Day, "day.none-which", &with, Vec::new())
        } else {
            turn.told("day.none", &with)
        });
    }
    match intent.split('.').next().unwrap_or_default() {
        "accounts" | "ledger" => accounts::step(turn, task).await,
        "money" => reads::step(turn, task).await,
        "transfers" => pay::step(turn, task).await,
        "payees" => payees::step(turn, task).await,
        "limits" | "pending" => waits::step(turn, task).await,
        "tokens" => programs::step(turn, task).await,
        "mandates" => mandates::step(turn, task).await,
        "identity" | "notifications" => identity::step(turn, task).await,
        "assistant" => memory::step(turn, task),
        _ => Ok(words::absent(turn, &intent)),
    }
}
