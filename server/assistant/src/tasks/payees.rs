//! Whom money goes to. A stranger can choose any name, so whoever has only paid the customer is never taken without asking.

use super::more::All;
use super::{Halt, Step, Stepped, cards, several};
use crate::CHOICES_MAX;
use crate::names::alike;
use crate::say;
use crate::sought::has_words;
use crate::state::{Does, Offer, Payee, Slot, Task};
use crate::turn::Turn;
use bank_contract::Iban;
use bank_contract::accounts::{AccountView, EntryKind, Standing, TransactionView};
use bank_contract::assistant::Place;
use bank_contract::payees::{EndTrust, TrustPayee};

/// Receipts that are looked at for an IBAN.
const RECEIPTS_MAX: usize = 5;
/// People of one name whose IBANs are looked up.
const PEOPLE_MAX: usize = 3;
/// Trusted payees that are shown at once.
const TRUSTED_MAX: usize = 20;

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "payees.trust" => trust(turn, task).await,
        "payees.end-trust" => end(turn, task).await,
        _ => list(turn).await,
    }
}

/// Who it is, as far as the customer said.
pub(super) async fn need(turn: &mut Turn<'_>, task: &mut Task, key: &str) -> Result<Payee, Halt> {
    if !task.slots.candidates.is_empty() {
        let people = task.slots.candidates.clone();
        let mut offered = Vec::new();
        let people_of = people.len();
        for payee in people.into_iter().take(PEOPLE_MAX) {
            offered.extend(ways(turn, &payee).await?.into_iter().map(offer));
        }
        let of = offered.len() + people_of.saturating_sub(PEOPLE_MAX);
        return Err(among(turn, "pay.which", "", offered, of));
    }
    if let Some(payee) = &task.slots.payee {
        return Ok(payee.clone());
    }
    if let Some(iban) = &task.slots.iban {
        let known = turn
            .world
            .trusted()
            .await?
            .into_iter()
            .find(|payee| payee.iban == *iban);
        if let Some(known) = known {
            let payee = Payee {
                name: known.name,
                iban: Some(known.iban),
                sure: true,
            };
            task.slots.payee = Some(payee.clone());
            return Ok(payee);
        }
        return Err(turn.ask_for(Slot::Payee, "pay.whose", &[], Vec::new()));
    }
    Err(turn.ask_for(Slot::Payee, key, &[], Vec::new()))
}

/// The number that goes with the name: said, kept in the list of trusted payees, or on receipts.
pub(super) async fn need_iban(turn: &mut Turn<'_>, task: &mut Task) -> Result<Iban, Halt> {
    if let Some(iban) = &task.slots.iban {
        return Ok(iban.clone());
    }
    let Some(payee) = task.slots.payee.clone() else {
        return Err(turn.ask_for(Slot::Payee, "pay.who", &[], Vec::new()));
    };
    if let Some(iban) = &payee.iban {
        return Ok(iban.clone());
    }
    let asked = |turn: &Turn<'_>| turn.ask_for(Slot::Iban, "pay.iban", &[("name", &payee.name)], Vec::new());
    // "Another account" was chosen: the same list is not offered again.
    if payee.sure && task.slots.elsewhere {
        return Err(asked(turn));
    }
    let found = ways(turn, &payee).await?;
    if found.is_empty() && task.slots.lent.is_empty() {
        let owners = owners(turn, &payee.name).await?;
        if !owners.is_empty() {
            // Whoever is chosen is checked like somebody new.
            let named = owners.iter().map(|owner| (payee.name.clone(), owner.clone()));
            task.slots.lent.extend(named);
            let of = owners.len();
            return Err(among(
                turn,
                "pay.owner",
                &payee.name,
                owners.into_iter().map(offer).collect(),
                of,
            ));
        }
    }
    let lent: Vec<Payee> = lent_as(task, &payee.name);
    match found.as_slice() {
        // Only an account of somebody else is called so, and whoever it belongs to chose that.
        [] if !lent.is_empty() => {
            let offered: Vec<Offer> = lent.into_iter().map(offer).collect();
            let of = offered.len();
            Err(among(turn, "pay.lent", &payee.name, offered, of))
        }
        [] => Err(asked(turn)),
        [only] if only.sure => {
            task.slots.payee = Some(only.clone());
            only.iban.clone().ok_or_else(|| asked(turn))
        }
        _ => {
            let key = if found.iter().all(|way| way.sure) {
                "pay.which"
            } else {
                "pay.stranger"
            };
            let of = found.len();
            Err(among(
                turn,
                key,
                &payee.name,
                found.into_iter().map(offer).collect(),
                of,
            ))
        }
    }
}

/// Whoever owns an account of others that the customer may use, by their name with the bank or a part of it.
async fn owners(turn: &mut Turn<'_>, name: &str) -> Result<Vec<Payee>, Halt> {
    let others = turn.world.others().await?;
    let owner = |account: &AccountView| {
        let (Standing::Joint { owner, .. } | Standing::Delegate { owner, .. } | Standing::Viewer { owner, .. }) =
            &account.standing
        else {
            return None;
        };
        has_words(owner, name).then(|| Payee {
            name: owner.clone(),
            iban: Some(account.iban.clone()),
            sure: false,
        })
    };
    Ok(others.iter().filter_map(owner).collect())
}

/// The owners of accounts that were meant by this name, perhaps.
fn lent_as(task: &Task, name: &str) -> Vec<Payee> {
    let called = task.slots.lent.iter().filter(|(said, _)| said == name);
    called.map(|(_, owner)| owner.clone()).collect()
}

/// Asks which of so many it is, and whether it is somebody else with this name.
fn among(turn: &Turn<'_>, key: &str, name: &str, mut offered: Vec<Offer>, of: usize) -> Halt {
    offered.truncate(CHOICES_MAX - 1);
    let mut parts = vec![say::text(turn.text(key, &[("name", name)]))];
    parts.extend(turn.more(offered.len(), of, All::ACCOUNTS));
    if !name.is_empty() {
        offered.push(Offer {
            label: turn.text("pay.another", &[]),
            hint: None,
            does: Does::OtherPayee { name: name.to_owned() },
        });
    }
    Halt::Ask {
        slot: Slot::Payee,
        parts,
        offered,
    }
}

fn offer(payee: Payee) -> Offer {
    Offer {
        label: payee.name.clone(),
        hint: payee.iban.as_ref().map(Iban::grouped),
        does: Does::Payee(payee),
    }
}

/// The IBANs that a name is known by. Sure are those that the customer trusts or has paid.
async fn ways(turn: &mut Turn<'_>, payee: &Payee) -> Result<Vec<Payee>, Halt> {
    if payee.iban.is_some() {
        return Ok(vec![payee.clone()]);
    }
    let mut found: Vec<Payee> = Vec::new();
    for trusted in turn.world.trusted().await? {
        if alike(&trusted.name, &payee.name) {
            found.push(Payee {
                name: trusted.name,
                iban: Some(trusted.iban),
                sure: true,
            });
        }
    }
    let named = |row: &&TransactionView| {
        alike(&row.counterparty, &payee.name)
            && row.entry.is_some()
            && matches!(
                row.kind,
                EntryKind::Transfer | EntryKind::Outgoing | EntryKind::Incoming
            )
    };
    let rows = turn.world.latest().await?;
    // What was paid to them comes first: that is whom the customer means.
    let (paid, came): (Vec<TransactionView>, Vec<TransactionView>) = rows
        .iter()
        .filter(named)
        .cloned()
        .partition(|row| row.amount.is_negative());
    for row in paid.iter().take(RECEIPTS_MAX).chain(came.iter().take(2)) {
        let Some(entry) = row.entry else { continue };
        let receipt = turn.world.receipt(entry).await?;
        let Some(iban) = receipt.counterparty_iban else {
            continue;
        };
        let sure = row.amount.is_negative();
        match found.iter_mut().find(|known| known.iban.as_ref() == Some(&iban)) {
            Some(known) => known.sure |= sure,
            None => found.push(Payee {
                name: receipt.counterparty,
                iban: Some(iban),
                sure,
            }),
        }
    }
    Ok(found)
}

/// The IBANs of somebody whom the customer trusts or has paid. What others say of themselves is none.
pub(super) async fn ibans(turn: &mut Turn<'_>, task: &Task) -> Stepped {
    let people: Vec<Payee> = task.slots.payee.iter().chain(&task.slots.candidates).cloned().collect();
    let mut known = Vec::new();
    for payee in people.iter().take(PEOPLE_MAX) {
        let ways = ways(turn, payee).await?.into_iter().filter(|way| way.sure);
        known.extend(ways.filter_map(|way| Some(say::value(way.name, way.iban?.grouped(), None))));
    }
    let name = people.first().map(|payee| payee.name.clone()).unwrap_or_default();
    let with = [("name", name.as_str())];
    if known.is_empty() {
        return Err(turn.told("payee.no-iban", &with));
    }
    let said = say::text(turn.text("payee.iban", &with));
    turn.show(vec![said, say::figures("IBAN", known)]);
    Ok(Step::Done)
}

async fn trust(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let payee = need(turn, task, "trust.who").await?;
    let iban = need_iban(turn, task).await?;
    let name = task.slots.payee.as_ref().map_or(payee.name, |payee| payee.name.clone());
    let before = several::one_only(turn, task, &name).await?;
    cards::ask(turn, TrustPayee { iban, name }, before, "trust.done").await
}

async fn list(turn: &mut Turn<'_>) -> Stepped {
    let trusted = turn.world.trusted().await?;
    let link = say::link(turn.text("trusted.label", &[]), Place::Payees);
    if trusted.is_empty() {
        let none = say::text(turn.text("trusted.none", &[]));
        turn.show(vec![none, link]);
        return Ok(Step::Done);
    }
    let figures = trusted
        .iter()
        .take(TRUSTED_MAX)
        .map(|payee| say::value(payee.name.clone(), payee.iban.grouped(), None))
        .collect();
    let mut parts = vec![say::figures(turn.text("trusted.title", &[]), figures)];
    parts.extend(turn.more_is_there(TRUSTED_MAX, trusted.len()));
    parts.push(link);
    turn.show(parts);
    Ok(Step::Done)
}

async fn end(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let trusted = turn.world.trusted().await?;
    if trusted.is_empty() {
        return Err(turn.told("trusted.none", &[]));
    }
    let said = task.slots.payee.as_ref().map(|payee| payee.name.clone());
    let named: Vec<_> = trusted
        .iter()
        .filter(|payee| said.as_ref().is_some_and(|name| alike(name, &payee.name)))
        .collect();
    let chosen = task
        .slots
        .trusted
        .clone()
        .or_else(|| match (named.as_slice(), trusted.as_slice()) {
            ([only], _) => Some(only.iban.clone()),
            _ => None,
        });
    let Some(iban) = chosen else {
        let offered = trusted.iter().map(|payee| Offer {
            label: payee.name.clone(),
            hint: Some(payee.iban.grouped()),
            does: Does::Trusted(payee.iban.clone()),
        });
        return Err(turn.ask_which(Slot::Trusted, "end-trust.which", offered.collect(), All::TRUSTED));
    };
    let name = trusted
        .iter()
        .find(|payee| payee.iban == iban)
        .map(|payee| payee.name.clone());
    let before = several::one_only(turn, task, &name.unwrap_or_default()).await?;
    cards::ask(turn, EndTrust { iban }, before, "end-trust.done").await
}
