//! From an operation's answer to what is shown of it.

use super::{Step, Stepped};
use crate::say;
use crate::turn::Turn;
use bank_contract::assistant::Part;
use bank_contract::pending::PendingView;
use bank_contract::{Answer, Operation};

/// Asks for an operation that changes something: shown as a card. Where money moves, it is done at once only when the same turn was
/// worked out before, never kept, and agreed to elsewhere meanwhile: `done` says so.
pub(super) async fn ask<O: Operation>(turn: &mut Turn<'_>, operation: O, before: Vec<Part>, done: &str) -> Stepped {
    match turn.world.call(operation).await? {
        Answer::Waits(view) => Ok(show(turn, view, before)),
        Answer::Done(_) => {
            let mut parts = before;
            parts.push(say::text(turn.text(done, &[])));
            turn.show(parts);
            Ok(Step::Done)
        }
    }
}

/// What waits for a yes, as a card.
pub(super) fn show(turn: &mut Turn<'_>, view: Box<PendingView>, before: Vec<Part>) -> Step {
    let pending = view.pending;
    let mut parts = before;
    parts.push(say::text(turn.text("card.look", &[])));
    parts.push(Part::Card { pending: view });
    turn.show(parts);
    Step::Card(pending)
}
