//! The assistant: turns of a conversation, what is kept of them, and what it remembers.

mod at_work;
mod banker;
mod before;
mod door;
mod memory;
mod say;
mod views;

pub(crate) use at_work::AtWork;
pub use banker::{Aloud, Banker, HandOver, Situation, Turned, Turning};
pub(crate) use say::TurnMade;
pub(crate) use views::messages;

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::assistant::{
    ConversationLine, ConversationView, DeleteConversation, ExportConversation, ListConversations, RateConversation,
    ShowConversation,
};
use bank_contract::{BankError, ConversationId};
use bank_rules::transcript;
use bank_storage::assistant as store;

async fn find(cx: &Context<'_>, conversation: ConversationId) -> Result<store::ConversationRow, Refusal> {
    Ok(store::find(cx.tx, conversation).await?.ok_or(BankError::NotFound)?)
}

async fn view(cx: &Context<'_>, row: &store::ConversationRow) -> Result<ConversationView, Refusal> {
    Ok(ConversationView {
        conversation: row.conversation,
        begun_at: cx.local(row.begun_at),
        rating: row.rating,
        with_person: row.with_person,
        messages: messages(cx, row, None).await?,
    })
}

impl Handler for ShowConversation {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Option<ConversationView>, Refusal> {
        let row = match self.conversation {
            Some(conversation) => Some(find(cx, conversation).await?),
            None => store::latest(cx.tx, cx.who()?.user).await?,
        };
        match row {
            Some(row) => view(cx, &row).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Handler for ListConversations {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<ConversationLine>, Refusal> {
        let rows = store::of_user(cx.tx, cx.who()?.user).await?;
        let lines = rows.into_iter().map(|row| ConversationLine {
            conversation: row.conversation,
            begun_at: cx.local(row.begun_at),
            last_at: cx.local(row.last_at),
            title: row.title,
            with_person: row.with_person,
        });
        Ok(lines.collect())
    }
}

impl Handler for ExportConversation {
    async fn handle(self, cx: &mut Context<'_>) -> Result<String, Refusal> {
        let row = find(cx, self.conversation).await?;
        Ok(transcript::text(&view(cx, &row).await?))
    }
}

impl Handler for DeleteConversation {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let row = store::find_locked(cx.tx, self.conversation).await?;
        if row.ok_or(BankError::NotFound)?.with_person {
            let why = "A person is helping you in this conversation. You can delete it when they are done.";
            return Err(BankError::invalid("conversation", why).into());
        }
        Ok(store::delete(cx.tx, self.conversation).await?)
    }
}

impl Handler for RateConversation {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::rate(cx.tx, self.conversation, self.rating).await?)
    }
}
