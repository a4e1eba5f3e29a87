//! People who may act for the customer, and for whom the customer may act. Granting and accepting are done on their pages: there
//! the accounts and bounds are chosen, and codes are secret.

use super::more::All;
use super::{Step, Stepped, cards};
use crate::say;
use crate::state::{Does, Offer, Slot, Task};
use crate::turn::Turn;
use bank_contract::BankError;
use bank_contract::assistant::{Figure, Place};
use bank_contract::mandates::{EndMandate, ListMandates, MandateState, MandateView, Power};

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "mandates.grant" => Ok(turn.at_page("mandates.grant", "mandates.label", Place::Mandates)),
        "mandates.accept" => Ok(turn.at_page("mandates.accept", "mandates.label", Place::Mandates)),
        "mandates.revoke" => end(turn, task).await,
        _ => list(turn).await,
    }
}

fn alive(view: &MandateView) -> bool {
    matches!(view.state, MandateState::Offered | MandateState::Active)
}

/// Those that were given, and those that are held.
async fn living(turn: &mut Turn<'_>) -> Result<(Vec<MandateView>, Vec<MandateView>), BankError> {
    let mut view = turn.world.read(ListMandates {}).await?;
    view.given.retain(alive);
    view.held.retain(alive);
    Ok((view.given, view.held))
}

fn figure(turn: &Turn<'_>, view: &MandateView) -> Figure {
    let may = match &view.power {
        _ if view.state == MandateState::Offered => turn.text("mandates.offered", &[]),
        Power::View => turn.text("mandates.view", &[]),
        Power::Pay(bounds) => turn.text("mandates.pay", &[("amount", &bounds.pay_up_to.to_string())]),
        Power::Joint => turn.text("mandates.joint", &[]),
    };
    say::value(view.other.clone(), may, Some(Place::Mandates))
}

async fn list(turn: &mut Turn<'_>) -> Stepped {
    let (given, held) = living(turn).await?;
    if given.is_empty() && held.is_empty() {
        return Ok(turn.at_page("mandates.none", "mandates.label", Place::Mandates));
    }
    let mut parts = Vec::new();
    for (key, views) in [("mandates.given", given), ("mandates.held", held)] {
        if !views.is_empty() {
            let figures = views.iter().map(|view| figure(turn, view)).collect();
            parts.push(say::figures(turn.text(key, &[]), figures));
        }
    }
    parts.push(say::link(turn.text("mandates.label", &[]), Place::Mandates));
    turn.show(parts);
    Ok(Step::Done)
}

async fn end(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    if let Some(mandate) = task.slots.mandate {
        return cards::ask(turn, EndMandate { mandate }, Vec::new(), "mandates.ended").await;
    }
    let (given, held) = living(turn).await?;
    if given.is_empty() && held.is_empty() {
        return Ok(turn.at_page("mandates.none", "mandates.label", Place::Mandates));
    }
    let mut offered = Vec::new();
    for (key, views) in [("mandates.given", &given), ("mandates.held", &held)] {
        for view in views {
            offered.push(Offer {
                label: view.other.clone(),
                hint: Some(turn.text(key, &[])),
                does: Does::Mandate(view.mandate),
            });
        }
    }
    let all = All("mandates.label", Place::Mandates);
    Err(turn.ask_which(Slot::Mandate, "mandates.which", offered, all))
}
