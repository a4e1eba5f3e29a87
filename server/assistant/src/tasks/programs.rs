//! Programs that were let in.

use super::more::All;
use super::wanted::{names, within};
use super::{Step, Stepped, cards};
use crate::say;
use crate::state::{Does, Offer, Slot, Task};
use crate::turn::Turn;
use bank_contract::assistant::Place;
use bank_contract::tokens::{ListTokens, RevokeToken, TokenState, TokenView};

/// Programs that are shown at once.
const PROGRAMS_MAX: usize = 20;
const ALL: All = All("tokens.label", Place::Programs);

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "tokens.list" => list(turn).await,
        "tokens.revoke" => revoke(turn, task).await,
        _ => Ok(turn.at_page("tokens.create", "tokens.label", Place::Programs)),
    }
}

impl Turn<'_> {
    /// What is done on a page of its own, and why there.
    pub(super) fn at_page(&mut self, key: &str, label: &str, place: Place) -> Step {
        let said = say::text(self.text(key, &[]));
        let link = say::link(self.text(label, &[]), place);
        self.show(vec![said, link]);
        Step::Done
    }
}

async fn active(turn: &mut Turn<'_>) -> Result<Vec<TokenView>, bank_contract::BankError> {
    let mut tokens = turn.world.read(ListTokens {}).await?;
    tokens.retain(|token| token.state == TokenState::Active);
    Ok(tokens)
}

async fn list(turn: &mut Turn<'_>) -> Stepped {
    let tokens = active(turn).await?;
    if tokens.is_empty() {
        return Ok(turn.at_page("tokens.none", "tokens.label", Place::Programs));
    }
    let figures = tokens
        .iter()
        .take(PROGRAMS_MAX)
        .map(|token| {
            let may = match token.pay_up_to {
                Some(money) => turn.text("tokens.pays", &[("amount", &money.to_string())]),
                None => turn.text("tokens.reads", &[]),
            };
            say::value(token.name.clone(), may, Some(Place::Programs))
        })
        .collect();
    let title = turn.text("tokens.title", &[]);
    let mut parts = vec![say::figures(title, figures)];
    parts.extend(turn.more(PROGRAMS_MAX, tokens.len(), ALL));
    turn.show(parts);
    Ok(Step::Done)
}

async fn revoke(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    if let Some(token) = task.slots.token {
        return cards::ask(turn, RevokeToken { token }, Vec::new(), "tokens.revoked").await;
    }
    let tokens = active(turn).await?;
    if tokens.is_empty() {
        return Ok(turn.at_page("tokens.none", "tokens.label", Place::Programs));
    }
    let named: Vec<&TokenView> = tokens
        .iter()
        .filter(|token| token.name.contains(char::is_alphanumeric) && within(&token.name, &task.text))
        .collect();
    let only = match (named.as_slice(), tokens.as_slice()) {
        ([only], _) => Some(only.token),
        // The only one is meant where no other name was said.
        ([], [only]) if within(&names(&task.text).join(" "), &only.name) => Some(only.token),
        _ => None,
    };
    if let Some(token) = only {
        return cards::ask(turn, RevokeToken { token }, Vec::new(), "tokens.revoked").await;
    }
    let offered = tokens.iter().map(|token| Offer {
        label: token.name.clone(),
        hint: Some(format!("…{}", token.hint)),
        does: Does::Token(token.token),
    });
    Err(turn.ask_which(Slot::Token, "tokens.which", offered.collect(), ALL))
}
