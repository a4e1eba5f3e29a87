//! Messages as they are shown: as they were said, but for requests, which are shown as they stand now.

use crate::hallway::{Context, Refusal};
use bank_contract::PendingId;
use bank_contract::assistant::{MessageView, Part};
use bank_contract::pending::PendingView;
use bank_storage::assistant::{self as store, ConversationRow, MessageRow};
use bank_storage::pending;
use chrono::{DateTime, Utc};

pub(super) fn shown(cx: &Context<'_>, row: MessageRow) -> MessageView {
    MessageView {
        number: row.number,
        by: row.by,
        at: cx.local(row.at),
        parts: row.parts,
    }
}

/// The messages of a conversation that are kept, in their order; those up to a moment, where there is one.
pub(crate) async fn messages(
    cx: &Context<'_>,
    row: &ConversationRow,
    until: Option<DateTime<Utc>>,
) -> Result<Vec<MessageView>, Refusal> {
    let mut kept = store::messages_of(cx.tx, row).await?;
    kept.retain(|message| until.is_none_or(|until| message.at <= until));
    let mut views: Vec<MessageView> = kept.into_iter().map(|message| shown(cx, message)).collect();
    // What became of a request later is told to whom the conversation belongs.
    if until.is_none() {
        bring_up_to_date(cx, row, &mut views).await?;
    }
    Ok(views)
}

fn card(part: &mut Part) -> Option<&mut PendingView> {
    match part {
        Part::Card { pending } => Some(pending),
        _ => None,
    }
}

/// What was said long ago must not offer a press that is worth nothing any more.
async fn bring_up_to_date(
    cx: &Context<'_>,
    conversation: &ConversationRow,
    views: &mut [MessageView],
) -> Result<(), Refusal> {
    let parts = views.iter_mut().flat_map(|view| &mut view.parts);
    let mut cards: Vec<&mut PendingView> = parts.filter_map(card).collect();
    let wanted: Vec<PendingId> = cards.iter().map(|card| card.pending).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    for row in pending::find_all(cx.tx, &wanted).await? {
        let now = PendingView {
            decided_by_other: row.user() != conversation.user,
            ..row.view(cx.now, cx.bank.settings.zone)?
        };
        for card in cards.iter_mut().filter(|card| card.pending == now.pending) {
            **card = now.clone();
        }
    }
    Ok(())
}
