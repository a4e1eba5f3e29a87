//! Limits, and what waits for a yes.

use super::more::All;
use super::wanted::Wanted;
use super::{Halt, Step, Stepped, cards};
use crate::CHOICES_MAX;
use crate::say;
use crate::state::{AmountAs, Does, Offer, Slot, Task};
use crate::turn::Turn;
use crate::world::Page;
use bank_contract::assistant::{Part, Place};
use bank_contract::limits::{Channel, SetLimit, ShowLimits, whole};
use bank_contract::pending::{CancelPending, ListPending, PendingView, ShowPending, ShowProof};
use bank_contract::{Answer, BankError, Money, PendingId};

/// Requests that are shown as cards at once.
const CARDS_MAX: usize = 5;

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "limits.show" => limits(turn).await,
        "limits.set" => set_limit(turn, task).await,
        "pending.list" => list(turn).await,
        "pending.cancel" => cancel(turn, task).await,
        "pending.show-proof" => proof(turn, task).await,
        _ => show(turn, task).await,
    }
}

async fn limits(turn: &mut Turn<'_>) -> Stepped {
    let parts = own_limits(turn).await?;
    turn.show(parts);
    Ok(Step::Done)
}

/// The customer's own limits, as they stand now.
pub(super) async fn own_limits(turn: &mut Turn<'_>) -> Result<Vec<Part>, BankError> {
    let limits = turn.world.read(ShowLimits {}).await?;
    let mut figures = Vec::new();
    for limit in &limits {
        let key = match limit.channel {
            Channel::Everything => "limits.everything",
            Channel::Programs => "limits.programs",
        };
        figures.push(say::value(
            turn.text(key, &[]),
            whole(limit.daily_max),
            Some(Place::Limits),
        ));
        if let Some(rise) = limit.rise {
            let from = rise.from.format("%-d %B %Y, %H:%M").to_string();
            let label = turn.text("limits.rises", &[("when", &from)]);
            figures.push(say::value(label, whole(rise.daily_max), Some(Place::Limits)));
        }
    }
    let said = say::text(turn.text("limits.what", &[]));
    let title = turn.text("limits.title", &[]);
    Ok(vec![say::figures(title, figures), said])
}

async fn set_limit(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let amount = match task.slots.amount {
        Some(money) if task.slots.amount_as == AmountAs::Difference => return limit_by(turn, task, money).await,
        Some(money) => money,
        None if task.slots.amount_as != AmountAs::Vague && says_zero(&task.text) => {
            Money::zero(turn.world.currency().await)
        }
        None => turn.need_amount(task, "limits.how-much")?,
    };
    let unit = amount.currency().minor_per_unit();
    if amount.is_negative() || amount.minor() % unit != 0 {
        task.slots.amount = None;
        return Err(turn.ask_for(Slot::Amount, "limits.whole", &[], Vec::new()));
    }
    let set = SetLimit {
        channel: task.slots.channel.unwrap_or(Channel::Everything),
        daily_max: amount.minor() / unit,
    };
    let mut before = vec![say::text(turn.text("limits.rule", &[]))];
    before.extend(turn.at_once(task));
    cards::ask(turn, set, before, "limits.done").await
}

/// "Raise the limit by 500": the new one is reckoned from the one that counts now, and both are said.
async fn limit_by(turn: &mut Turn<'_>, task: &mut Task, by: Money) -> Stepped {
    let channel = task.slots.channel.unwrap_or(Channel::Everything);
    let limits = turn.world.read(ShowLimits {}).await?;
    let now = limits
        .iter()
        .find(|limit| limit.channel == channel)
        .map(|limit| limit.daily_max);
    let unit = by.currency().minor_per_unit();
    let units = by.minor() / unit;
    let then = match (now, crate::vague::direction(&task.text)) {
        (Some(now), Some(up)) if by.is_positive() && by.minor() % unit == 0 => now
            .checked_add(if up { units } else { -units })
            .filter(|then| *then >= 0),
        _ => None,
    };
    let (Some(now), Some(then)) = (now, then) else {
        task.slots.amount = None;
        task.slots.amount_as = AmountAs::Bare;
        return Err(turn.ask_for(Slot::Amount, "limits.how-much", &[], Vec::new()));
    };
    let by = turn.text("limits.by", &[("now", &whole(now)), ("then", &whole(then))]);
    let mut before = vec![say::text(by), say::text(turn.text("limits.rule", &[]))];
    before.extend(turn.at_once(task));
    let set = SetLimit {
        channel,
        daily_max: then,
    };
    cards::ask(turn, set, before, "limits.done").await
}

fn says_zero(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["zero", "nothing", "block all"].iter().any(|word| lower.contains(word))
}

async fn list(turn: &mut Turn<'_>) -> Stepped {
    let waiting = turn.world.read(ListPending {}).await?;
    if waiting.is_empty() {
        return Err(turn.told("pending.none", &[]));
    }
    let count = waiting.len().to_string();
    let mut parts = vec![say::text(turn.text("pending.count", &[("count", &count)]))];
    let more = turn.more(CARDS_MAX, waiting.len(), All::WAITING);
    parts.extend(waiting.into_iter().take(CARDS_MAX).map(|view| Part::Card {
        pending: Box::new(view),
    }));
    parts.extend(more);
    turn.show(parts);
    Ok(Step::Done)
}

/// The one that waits: on the page, the only one that fits what was said, or one to be chosen. None is taken that does not fit.
async fn need_pending(turn: &mut Turn<'_>, task: &mut Task) -> Result<PendingId, Halt> {
    if let Some(pending) = task.slots.pending {
        return Ok(pending);
    }
    let waiting: Vec<PendingView> = turn.world.read(ListPending {}).await?;
    let said = Wanted::of(turn, task).await?;
    if let Page::Pending(here) = turn.world.page() {
        // A page that has nothing to do with what was said is not what was meant.
        let shown = waiting.iter().find(|view| view.pending == here);
        if shown.map_or(said.is_nothing(), |view| said.fits(view)) {
            return Ok(here);
        }
    }
    let matching: Vec<&PendingView> = waiting.iter().filter(|view| said.fits(view)).collect();
    let offers = |views: &[&PendingView]| -> Vec<Offer> {
        let offer = |view: &&PendingView| Offer {
            label: view.summary.title.clone(),
            hint: Some(view.expires_at.format("%-d %B, %H:%M").to_string()),
            does: Does::Pending(view.pending),
        };
        views.iter().map(offer).collect()
    };
    match (matching.as_slice(), waiting.as_slice()) {
        (_, []) => Err(turn.told("pending.none", &[])),
        ([only], _) => Ok(only.pending),
        ([], [other]) => {
            let with = [("what", other.summary.title.as_str())];
            Err(turn.ask_for(Slot::Pending, "pending.only-other", &with, offers(&[other])))
        }
        ([], others) => {
            let others: Vec<&PendingView> = others.iter().collect();
            Err(turn.ask_which(Slot::Pending, "pending.others", offers(&others), All::WAITING))
        }
        (several, _) => Err(turn.ask_which(Slot::Pending, "pending.which", offers(several), All::WAITING)),
    }
}

/// The one that waits and was named: whom it is for, or how much it is.
pub(super) async fn named(turn: &mut Turn<'_>, task: &Task) -> Result<Option<PendingId>, BankError> {
    let waiting = turn.world.read(ListPending {}).await?;
    let said = Wanted::of(turn, task).await?;
    let mut fits = waiting.iter().filter(|view| said.names_one() && said.fits(view));
    Ok(match (fits.next(), fits.next()) {
        (Some(only), None) => Some(only.pending),
        _ => None,
    })
}

/// The payments that wait, in words.
pub(crate) async fn titles(turn: &mut Turn<'_>) -> Result<Option<String>, BankError> {
    let waiting = turn.world.read(ListPending {}).await?;
    let payments = waiting.iter().filter(|view| view.operation.starts_with("transfers."));
    let mut titles: Vec<String> = payments.map(|view| view.summary.title.clone()).collect();
    if let Some(more) = titles.len().checked_sub(CHOICES_MAX).filter(|more| *more > 0) {
        titles.truncate(CHOICES_MAX);
        titles.push(turn.text("pending.and-more", &[("count", &more.to_string())]));
    }
    Ok((!titles.is_empty()).then(|| titles.join("; ")))
}

/// Shown again as a card. The yes is given there: in words it counts for nothing.
async fn show(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let pending = need_pending(turn, task).await?;
    let view = turn.world.read(ShowPending { pending }).await?;
    let key = if task.intent == "pending.confirm" {
        "card.press"
    } else {
        "card.look"
    };
    let said = say::text(turn.text(key, &[]));
    let link = say::link(turn.text("pending.label", &[]), Place::Pending(pending));
    turn.show(vec![
        said,
        Part::Card {
            pending: Box::new(view),
        },
        link,
    ]);
    Ok(Step::Done)
}

async fn cancel(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let pending = need_pending(turn, task).await?;
    cancel_this(turn, pending).await
}

pub(super) async fn cancel_this(turn: &mut Turn<'_>, pending: PendingId) -> Stepped {
    let view = turn.world.read(ShowPending { pending }).await?;
    match turn.world.call(CancelPending { pending }).await? {
        Answer::Waits(card) => Ok(cards::show(turn, card, Vec::new())),
        Answer::Done(()) => {
            turn.say_ended("pending.cancelled", &view.summary);
            Ok(Step::Done)
        }
    }
}

async fn proof(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let entry = turn
        .need_entry(task, "proof.which", |row| row.amount.is_negative())
        .await?;
    let link = say::link(turn.text("receipt.label", &[]), Place::Entry(entry));
    let Some(proof) = turn.world.read(ShowProof { entry }).await? else {
        let none = say::text(turn.text("proof.none", &[]));
        turn.show(vec![none, link]);
        return Ok(Step::Done);
    };
    let when = proof.signed_at.format("%-d %B %Y, %H:%M UTC").to_string();
    let said = say::text(turn.text("proof.there", &[("when", &when)]));
    turn.show(vec![said, link]);
    Ok(Step::Done)
}
