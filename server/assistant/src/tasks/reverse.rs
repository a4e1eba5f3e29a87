//! A payment back to where it came from: undone by whoever sent it, within seconds, or sent back by whoever got it.

use super::direction::{self, Way};
use super::{Halt, Stepped, cards, several};
use crate::plain::{plain, says};
use crate::say;
use crate::state::Task;
use crate::turn::Turn;
use bank_contract::EntryId;
use bank_contract::accounts::{EntryKind, TransactionView};
use bank_contract::assistant::Part;
use bank_contract::transfers::{Receipt, ReversePayment, ShowReceipt};

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let wanted = way(&task.text);
    // The last payment is the last one, also where another one before it could still be sent back.
    let last = task.slots.newest || direction::newest(&task.text);
    let fits = |row: &TransactionView| {
        direction::goes(wanted, row.amount) && is_payment(row.kind, last) && (last || !row.reversed)
    };
    let entry: EntryId = turn.need_entry(task, "reverse.which", fits).await?;
    let receipt = turn.world.read(ShowReceipt { entry }).await?;
    if let Some(key) = hindrance(turn, &receipt) {
        let with = [("name", receipt.counterparty.as_str()), ("kind", receipt.kind.label())];
        let said = say::text(turn.text(key, &with));
        let shown = Part::Receipt {
            receipt: Box::new(receipt),
        };
        return Err(Halt::Said(vec![said, shown]));
    }
    let key = turn.world.key();
    let mut before = turn.at_once(task);
    before.extend(several::one_only(turn, task, &receipt.counterparty).await?);
    cards::ask(turn, ReversePayment { entry, key }, before, "reverse.done").await
}

/// Only a payment between two accounts here has somebody who could send it back; any can be the last one.
fn is_payment(kind: EntryKind, any: bool) -> bool {
    match kind {
        EntryKind::Transfer => true,
        EntryKind::Reversal | EntryKind::Interest | EntryKind::Fee => false,
        _ => any,
    }
}

/// Why it cannot be taken back, if so.
fn hindrance(turn: &Turn<'_>, receipt: &Receipt) -> Option<&'static str> {
    let now = turn.world.now.now;
    let undo = receipt.undo_until.is_some_and(|until| until >= now);
    if receipt.reversed {
        Some("reverse.already")
    } else if undo || receipt.returnable {
        None
    } else if receipt.kind != EntryKind::Transfer {
        Some("reverse.not-here")
    } else if receipt.amount.is_negative() {
        Some("reverse.too-late")
    } else {
        Some("reverse.not-yours")
    }
}

/// Whether a payment that the customer made is to be undone, or one that they got is to be sent back.
fn way(text: &str) -> Option<Way> {
    let plain = plain(text);
    let says = |words: &[&str]| says(&plain, words);
    // "Incoming", "paid me": whatever it is called then, the money came in.
    if let Some(way) = direction::of_one(text) {
        return Some(way);
    }
    let back = says(&["back"]);
    if says(&["undo", "undone", "unsend", "revert", "revoke", "rollback", "unpay"])
        || (back && says(&["take", "pull", "roll", "claw", "get", "taken", "took"]))
    {
        return Some(Way::Out);
    }
    if says(&["return", "refund", "repay", "bounce"]) || (back && says(&["send", "give", "pay", "go", "let"])) {
        return Some(Way::In);
    }
    says(&["my payment", "my transfer", "payment to", "transfer to"]).then_some(Way::Out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoing_is_of_what_was_sent_and_sending_back_of_what_came() {
        for text in [
            "undo my last payment",
            "Undo!",
            "take back my last transfer",
            "quick, take the payment to Tom back",
            "undo the payment I just made",
            "reverse my last payment",
            "reverse the payment to the gym",
            "get my money back from the transfer of 10 seconds ago",
        ] {
            assert_eq!(way(text), Some(Way::Out), "{text}");
        }
        for text in [
            "send the money back to Jonas",
            "return the 50 euros that came in from Larsen",
            "somebody paid me by mistake, send it back",
            "refund the sender of the 15 euros",
            "undo the payment that I received",
            "give Aisha her 12.50 back, she paid me twice",
        ] {
            assert_eq!(way(text), Some(Way::In), "{text}");
        }
        assert_eq!(way("reverse that payment"), None);
    }
}
