//! Moving money: to others, over the cash desk, and back.

use super::need::with_before;
use super::{Halt, Step, Stepped, between, cards, direction, payees, reverse, several};
use crate::names::Names;
use crate::orders::more_than_one;
use crate::say;
use crate::state::{AmountAs, Payee, Slot, Task};
use crate::turn::Turn;
use bank_contract::accounts::{EntryKind, TransactionView};
use bank_contract::assistant::{Part, Place};
use bank_contract::transfers::{CheckPayee, Deposit, PayeeMatch, ShowReceipt, SubmitTransfer, Withdraw};

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let first = task.asked == 0;
    let stepped = match task.intent.as_str() {
        "transfers.submit" => submit(turn, task).await,
        "transfers.move" => between::step(turn, task).await,
        "transfers.deposit" => deposit(turn, task).await,
        "transfers.withdraw" => withdraw(turn, task).await,
        "transfers.check-payee" => check(turn, task).await,
        "transfers.reverse" => reverse::step(turn, task).await,
        "transfers.repeat" => repeat(turn, task).await,
        _ => receipt(turn, task).await,
    };
    // Before anything is asked, the customer knows what cannot be had. It stands above the card again.
    stepped.map_err(|halt| {
        if first {
            with_before(halt, turn.at_once(task))
        } else {
            halt
        }
    })
}

async fn submit(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    // "Send 50 to my savings": to an account of their own.
    let nobody = task.slots.payee.is_none() && task.slots.iban.is_none() && task.slots.candidates.is_empty();
    if nobody && task.slots.to_account.is_some() {
        "transfers.move".clone_into(&mut task.intent);
        return between::step(turn, task).await;
    }
    let payee = payees::need(turn, task, "pay.who").await?;
    turn.need_amount(task, "pay.how-much")
        .map_err(|halt| named(turn, halt, &payee))?;
    // Nobody looks an IBAN up for what cannot be paid.
    turn.has_currency(task).await?;
    let iban = payees::need_iban(turn, task).await?;
    let from = turn.need_source(task, "pay.from").await?;
    let amount = turn.amount_at(task, &from, Slot::Account, "pay.from").await?;
    let payee = task.slots.payee.clone().unwrap_or(payee);
    // An account of somebody else is checked like a new one, also where it was chosen.
    let lent = task
        .slots
        .lent
        .iter()
        .any(|(_, owner)| owner.iban.as_ref() == Some(&iban));
    let payee = Payee {
        sure: payee.sure && !lent,
        ..payee
    };
    let (name, mut before) = verified(turn, &payee, &iban).await?;
    before.extend(turn.at_once(task));
    let names = Names::load(&mut turn.world).await?;
    let found = turn.find(&task.text, &names).await;
    if more_than_one(&task.text, &payee.name, &found, &names) {
        let with = [("amount", &*amount.to_string()), ("name", &name)];
        before.push(say::text(turn.text("pay.one-only", &with)));
    }
    let submit = SubmitTransfer {
        from: from.account,
        payee_name: name,
        payee_iban: iban,
        amount,
        reference: task.slots.reference.clone().unwrap_or_default(),
        key: turn.world.key(),
    };
    cards::ask(turn, submit, before, "pay.done").await
}

/// Says with whom it is about when the amount is asked.
fn named(turn: &Turn<'_>, halt: Halt, payee: &Payee) -> Halt {
    let to = turn.text("pay.to", &[("name", &payee.name)]);
    with_before(halt, vec![say::text(to)])
}

/// Before somebody new is paid, the name is checked, and the customer reads what came of it.
async fn verified(turn: &mut Turn<'_>, payee: &Payee, iban: &bank_contract::Iban) -> Result<(String, Vec<Part>), Halt> {
    let trusted = turn.world.trusted().await?.into_iter().any(|known| known.iban == *iban);
    if trusted || (payee.sure && payee.iban.as_ref() == Some(iban)) {
        return Ok((payee.name.clone(), Vec::new()));
    }
    let check = CheckPayee {
        iban: iban.clone(),
        name: payee.name.clone(),
    };
    let found = turn.world.read(check).await?;
    let name = match &found {
        PayeeMatch::Close(holder) => holder.clone(),
        _ => payee.name.clone(),
    };
    Ok((name, vec![say::text(match_in_words(turn, &found, &payee.name))]))
}

fn match_in_words(turn: &Turn<'_>, found: &PayeeMatch, typed: &str) -> String {
    match found {
        PayeeMatch::Full => turn.text("check.full", &[("name", typed)]),
        PayeeMatch::Close(holder) => turn.text("check.close", &[("name", typed), ("holder", holder)]),
        PayeeMatch::None => turn.text("check.none", &[("name", typed)]),
    }
}

async fn deposit(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    turn.need_amount(task, "deposit.how-much")?;
    turn.only_in_currency(task, "deposit.where").await?;
    let account = turn.need_account(task, "deposit.where").await?;
    let amount = turn.amount_at(task, &account, Slot::Account, "deposit.where").await?;
    let deposit = Deposit {
        account: account.account,
        amount,
        key: turn.world.key(),
    };
    let before = turn.at_once(task);
    cards::ask(turn, deposit, before, "deposit.done").await
}

async fn withdraw(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    turn.need_amount(task, "withdraw.how-much")?;
    let account = turn.need_source(task, "withdraw.where").await?;
    let amount = turn.amount_at(task, &account, Slot::Account, "withdraw.where").await?;
    let withdraw = Withdraw {
        account: account.account,
        amount,
        key: turn.world.key(),
    };
    let before = turn.at_once(task);
    cards::ask(turn, withdraw, before, "withdraw.done").await
}

async fn check(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let payee = payees::need(turn, task, "check.who").await?;
    let Some(iban) = task.slots.iban.clone().or(payee.iban.clone()) else {
        return Err(turn.ask_for(Slot::Iban, "check.iban", &[], Vec::new()));
    };
    let check = CheckPayee {
        iban,
        name: payee.name.clone(),
    };
    let found = turn.world.read(check).await?;
    let said = say::text(match_in_words(turn, &found, &payee.name));
    turn.show(vec![said]);
    Ok(Step::Done)
}

async fn receipt(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let way = direction::of_one(&task.text);
    let fits = |row: &TransactionView| direction::goes(way, row.amount);
    let entry = turn.need_entry(task, "receipt.which", fits).await?;
    let receipt = turn.world.read(ShowReceipt { entry }).await?;
    let link = say::link(turn.text("receipt.label", &[]), Place::Entry(entry));
    let mut parts = several::one_only(turn, task, &receipt.counterparty).await?;
    parts.push(Part::Receipt {
        receipt: Box::new(receipt),
    });
    parts.push(link);
    turn.show(parts);
    Ok(Step::Done)
}

/// The same again: a new payment with what the old one's receipt says.
async fn repeat(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let again = |row: &TransactionView| {
        row.amount.is_negative() && matches!(row.kind, EntryKind::Transfer | EntryKind::Outgoing) && !row.reversed
    };
    let changed = task.slots.amount.take();
    let entry = turn.need_entry(task, "repeat.which", again).await;
    task.slots.amount = changed;
    let receipt = turn.world.read(ShowReceipt { entry: entry? }).await?;
    // The one on the page may be any: whoever paid the customer is not somebody whom they chose to pay.
    let sent = receipt.amount.is_negative() && matches!(receipt.kind, EntryKind::Transfer | EntryKind::Outgoing);
    if !sent {
        return Err(turn.told("repeat.not-sent", &[]));
    }
    let Some(iban) = receipt.counterparty_iban.clone() else {
        return Err(turn.told("repeat.no-iban", &[("name", &receipt.counterparty)]));
    };
    "transfers.submit".clone_into(&mut task.intent);
    task.slots.iban = Some(iban.clone());
    task.slots.payee = Some(Payee {
        name: receipt.counterparty.clone(),
        iban: Some(iban),
        sure: true,
    });
    task.slots.account = Some(receipt.account);
    // What is said anew is in the currency of before.
    task.slots.amount = changed;
    // "The same, but half of it" is asked for.
    if changed.is_none() && task.slots.amount_as != AmountAs::Vague {
        task.slots.amount = Some(receipt.amount.abs());
        task.slots.amount_as = AmountAs::Stated;
    }
    task.slots.reference.get_or_insert(receipt.reference);
    Box::pin(submit(turn, task)).await
}
