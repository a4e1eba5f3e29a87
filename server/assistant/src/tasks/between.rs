//! Moving money between own accounts.

use super::more::All;
use super::need::offer;
use super::{Halt, Stepped, cards};
use crate::say;
use crate::state::{Does, Offer, Slot, Task};
use crate::turn::Turn;
use bank_contract::accounts::AccountView;
use bank_contract::assistant::Place;
use bank_contract::transfers::MoveMoney;
use bank_contract::{AccountId, Money};

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let accounts = turn.world.accounts().await?;
    if accounts.len() < 2 {
        let open = say::link(turn.text("account.open-label", &[]), Place::OpenAccount);
        let said = say::text(turn.text("move.one-account", &[]));
        return Err(Halt::Said(vec![said, open]));
    }
    turn.need_amount(task, "move.how-much")?;
    // An account that was named says what the amount is in, where the customer did not.
    let from = named(turn, task, Slot::Account).await?;
    if let Some(from) = &from {
        turn.amount_at(task, from, Slot::Account, "move.from").await?;
    }
    if let Some(to) = named(turn, task, Slot::ToAccount).await? {
        let currency = from.map_or(to.booked.currency(), |from| from.booked.currency());
        if currency != to.booked.currency() {
            return Err(turn.told(
                "pay.other-currency",
                &[
                    ("account", &to.name),
                    ("other", to.booked.currency().code()),
                    ("currency", currency.code()),
                ],
            ));
        }
        turn.amount_at(task, &to, Slot::ToAccount, "move.to").await?;
    }
    let amount = turn.need_amount(task, "move.how-much")?;
    let fitting = fitting(turn, task, amount, &accounts)?;
    the_other_of_two(task, &fitting);
    let Some(to) = task.slots.to_account else {
        let offered = offers(&fitting, task.slots.account, Does::ToAccount);
        return Err(turn.ask_which(Slot::ToAccount, "move.to", offered, All::ACCOUNTS));
    };
    if task.slots.account == Some(to) {
        task.slots.account = None;
    }
    if task.slots.account.is_none() {
        let offered = offers(&fitting, Some(to), Does::Account);
        return Err(turn.ask_which(Slot::Account, "move.from", offered, All::ACCOUNTS));
    }
    let from = turn.need_account(task, "move.from").await?;
    let wanted = MoveMoney {
        from: from.account,
        to,
        amount,
        reference: task.slots.reference.clone().unwrap_or_default(),
        key: turn.world.key(),
    };
    let before = turn.at_once(task);
    cards::ask(turn, wanted, before, "move.done").await
}

async fn named(turn: &mut Turn<'_>, task: &Task, slot: Slot) -> Result<Option<AccountView>, Halt> {
    let wanted = match slot {
        Slot::ToAccount => task.slots.to_account,
        _ => task.slots.account,
    };
    let mut all = turn.world.accounts().await?;
    all.extend(turn.world.others().await?);
    Ok(all.into_iter().find(|account| Some(account.account) == wanted))
}

/// Between which accounts it can be: those in its currency, or in any where none was said and two have it.
fn fitting<'a>(
    turn: &Turn<'_>,
    task: &Task,
    amount: Money,
    accounts: &'a [AccountView],
) -> Result<Vec<&'a AccountView>, Halt> {
    let currency = |account: &AccountView| account.booked.currency();
    let open = !task.slots.amount_stated() && task.slots.account.is_none() && task.slots.to_account.is_none();
    let has_another = |one: &&AccountView| {
        let same = accounts.iter().filter(|other| currency(other) == currency(one));
        same.count() > 1
    };
    let fitting: Vec<&AccountView> = if open {
        accounts.iter().filter(has_another).collect()
    } else {
        let same = |account: &&AccountView| currency(account) == amount.currency();
        accounts.iter().filter(same).collect()
    };
    let mut others = fitting.iter().filter(|account| {
        Some(account.account) != task.slots.account && Some(account.account) != task.slots.to_account
    });
    let complete = task.slots.account.is_some() && task.slots.to_account.is_some();
    if !complete && others.next().is_none() {
        let code = amount.currency().code();
        return Err(turn.told("move.no-other", &[("currency", code)]));
    }
    Ok(fitting)
}

/// Of two, the one that was not named is the other side.
fn the_other_of_two(task: &mut Task, fitting: &[&AccountView]) {
    let [one, other] = fitting else { return };
    let but = |named: AccountId| {
        if one.account == named {
            other.account
        } else {
            one.account
        }
    };
    match (task.slots.account, task.slots.to_account) {
        (None, Some(to)) => task.slots.account = Some(but(to)),
        (Some(from), None) => task.slots.to_account = Some(but(from)),
        _ => {}
    }
}

fn offers(fitting: &[&AccountView], without: Option<AccountId>, does: impl Fn(AccountId) -> Does) -> Vec<Offer> {
    fitting
        .iter()
        .filter(|account| Some(account.account) != without)
        .map(|account| offer(account, does(account.account)))
        .collect()
}
