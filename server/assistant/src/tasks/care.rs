//! A person takes over, at once, with everything that they need; and what is safe to do meanwhile is offered.

use crate::state::{Does, Offer, State};
use crate::turn::Turn;
use crate::world::Page;
use crate::{care, say};
use bank_contract::assistant::turn::HandOver;
use bank_contract::care::Reason;
use bank_contract::pending::ListPending;
use bank_contract::text::one_line;

/// Payments that are named to the person.
const PAYMENTS_MAX: usize = 3;

pub(crate) async fn hand_over(turn: &mut Turn<'_>, reason: Reason) {
    let key = care::key(reason);
    let summary = summary(turn, reason).await;
    let (heard, steps) = match turn.house.library.care(key) {
        Some(care) => (care.heard.clone(), care.steps.clone()),
        None => (turn.text(key, &[]), Vec::new()),
    };
    let mut parts = vec![say::text(heard)];
    let waits = turn.world.now.with_person.is_some();
    if waits && turn.state.handed == Some(reason) {
        parts.extend(steps.into_iter().take(1).map(say::text));
        parts.push(say::text(turn.text("care.again", &[])));
    } else {
        parts.extend(steps.into_iter().take(6).map(say::text));
    }
    if !waits {
        parts.push(say::text(turn.text("care.handed-over", &[])));
    }
    let offered: Vec<Offer> = care::safe_steps(reason)
        .iter()
        .map(|intent| Offer {
            label: turn.title(intent),
            hint: None,
            does: Does::Start {
                intent: (*intent).to_owned(),
                text: String::new(),
            },
        })
        .collect();
    if !offered.is_empty() {
        parts.push(say::choices(&offered));
    }
    // What was begun is left: under pressure nothing goes on by itself.
    turn.state = State {
        offered,
        heard: std::mem::take(&mut turn.state.heard),
        handed: Some(reason),
        ..State::default()
    };
    turn.show(parts);
    turn.hand_over = Some(HandOver { reason, summary });
}

async fn summary(turn: &mut Turn<'_>, reason: Reason) -> Vec<String> {
    let key = care::key(reason);
    let why = match turn.house.library.care(key) {
        Some(care) => care.summary.clone(),
        None => turn.text("summary.other", &[]),
    };
    let mut lines = vec![why];
    let name = turn.world.now.name.clone();
    lines.push(turn.text("summary.customer", &[("name", &name)]));
    for said in turn.state.heard.clone() {
        lines.push(turn.text("summary.said", &[("text", &said)]));
    }
    if let Some(task) = turn.state.stack.last().or(turn.state.carded.as_ref()) {
        let what = turn.title(&task.intent);
        lines.push(turn.text("summary.doing", &[("what", &what)]));
    }
    if turn.world.page() != Page::Other
        && let Some(page) = turn.world.now.page.clone()
    {
        lines.push(turn.text("summary.page", &[("page", &page)]));
    }
    // A person is asked for even when the bank cannot be read from just now.
    if let Ok(waiting) = turn.world.read(ListPending {}).await {
        for view in waiting.iter().take(PAYMENTS_MAX) {
            lines.push(turn.text("summary.waits", &[("what", &view.summary.title)]));
        }
    }
    if let Ok(rows) = turn.world.latest().await {
        for row in rows.iter().filter(|row| row.amount.is_negative()).take(PAYMENTS_MAX) {
            let (amount, at) = (row.amount.to_string(), row.at.format("%-d %B %Y, %H:%M").to_string());
            let with = [
                ("amount", amount.as_str()),
                ("name", row.counterparty.as_str()),
                ("when", at.as_str()),
            ];
            lines.push(turn.text("summary.paid", &with));
        }
    }
    // What somebody wrote must not look like a line of the bank's.
    lines.iter().map(|line| one_line(line)).collect()
}
