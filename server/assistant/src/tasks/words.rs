//! What is answered in words: the help's articles, and what the bank does not offer.

use super::reads::explained;
use super::waits::own_limits;
use super::{Step, Stepped, accounts, waits};
use crate::say;
use crate::state::Task;
use crate::turn::Turn;
use crate::world::Page;
use bank_contract::assistant::{Part, Place};

pub(super) async fn help(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    // "Cancel the payment to Tom": where just that waits, it is no question.
    if task.intent == "transfer.cancel"
        && !task.text.contains('?')
        && let Some(pending) = waits::named(turn, task).await?
    {
        return waits::cancel_this(turn, pending).await;
    }
    // "The IBAN of Tom", "IBAN for savings": where one is named, or hardly anything is said, it is shown.
    let named = task.slots.payee.is_some() || task.slots.account.is_some() || !task.slots.candidates.is_empty();
    if task.intent == "help.iban" && (named || task.text.split_whitespace().count() <= 2) {
        return accounts::iban(turn, task).await;
    }
    let mut parts = Vec::new();
    // "Why was this not signed?", beside the payment: from its receipt first.
    let about_one = matches!(
        task.intent.as_str(),
        "help.signatures" | "help.proofs" | "transfer.fee" | "help.undo"
    );
    if let (true, Page::Entry(entry)) = (about_one, turn.world.page())
        && let Ok(explained) = explained(turn, entry).await
    {
        parts.extend(explained);
    }
    // How limits work is told beside what they are.
    if task.intent == "help.limits"
        && let Ok(own) = own_limits(turn).await
    {
        parts.extend(own);
    }
    match turn.house.library.of_intent(&task.intent) {
        Some(article) => {
            parts.push(Part::Article {
                slug: article.slug.clone(),
                title: article.title.clone(),
                quote: article.quote(),
            });
        }
        None => parts.push(say::text(turn.text("help.missing", &[]))),
    }
    if task.intent == "transfer.cancel"
        && let Some(waiting) = waits::titles(turn).await?
    {
        parts.push(say::text(turn.text("pending.can-end", &[("what", &waiting)])));
    }
    turn.show(parts);
    Ok(Step::Done)
}

/// That it is not offered, and what can be done instead.
pub(super) fn absent(turn: &mut Turn<'_>, intent: &str) -> Step {
    let mut parts = if let Some(absent) = turn.house.library.absent(intent) {
        vec![say::text(absent.answer.clone()), say::text(absent.instead.clone())]
    } else {
        let what = turn.title(intent);
        vec![say::text(turn.text("absent.other", &[("what", &what)]))]
    };
    if let Some((label, place)) = way_on(intent) {
        parts.push(say::link(turn.text(label, &[]), place));
    }
    turn.show(parts);
    Step::Done
}

/// The page where something of it can be done.
fn way_on(intent: &str) -> Option<(&'static str, Place)> {
    Some(match intent {
        "cards.lost" | "cards.compromised" | "cards.phone-lost" => ("identity.profile-label", Place::Profile),
        "absent.standing-order" | "absent.international" => ("pay.label", Place::Pay),
        "absent.interest" | "absent.pots" => ("account.open-label", Place::OpenAccount),
        "topup.by-cash-or-cheque" | "cash.declined" | "cash.fee" => ("cash.label", Place::Cash),
        _ => return None,
    })
}
