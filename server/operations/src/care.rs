//! People who help: the cases that wait for one, and their answers.

use crate::assistant::messages;
use crate::hallway::{Caller, Context, Handler, Refusal};
use bank_contract::assistant::{Part, Speaker};
use bank_contract::care::{AnswerCase, CaseLine, CaseView, CloseCase, ListCases, ShowCase};
use bank_contract::{BankError, CaseId, CustomerId, UserId};
use bank_storage::assistant::{self as conversations, NewMessage};
use bank_storage::{care as store, identity as people};
use serde_json::json;

fn line(cx: &Context<'_>, row: &store::CaseRow) -> CaseLine {
    CaseLine {
        case: row.case,
        reason: row.reason,
        opened_at: cx.local(row.opened_at),
        last_at: cx.local(row.last_at),
        waits: row.waits,
        open: row.open,
    }
}

async fn find(cx: &Context<'_>, case: CaseId) -> Result<store::CaseRow, Refusal> {
    Ok(store::find(cx.tx, case).await?.ok_or(BankError::NotFound)?)
}

async fn customer(cx: &Context<'_>, user: UserId) -> Result<CustomerId, Refusal> {
    Ok(people::customer_of(cx.tx, user).await?.ok_or(BankError::NotFound)?)
}

/// A case that is open, its conversation held.
async fn open(cx: &Context<'_>, case: CaseId) -> Result<(store::CaseRow, conversations::ConversationRow), Refusal> {
    let row = find(cx, case).await?;
    let conversation = conversations::find_locked(cx.tx, row.conversation).await?;
    // Looked at again, now that nobody else can close it.
    let row = find(cx, case).await?;
    match conversation {
        Some(conversation) if row.open => Ok((row, conversation)),
        _ => Err(BankError::invalid("case", "This case is closed.").into()),
    }
}

impl Handler for ListCases {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<CaseLine>, Refusal> {
        let rows = store::all_open(cx.tx, i64::from(self.most)).await?;
        Ok(rows.iter().map(|row| line(cx, row)).collect())
    }
}

impl Handler for ShowCase {
    async fn handle(self, cx: &mut Context<'_>) -> Result<CaseView, Refusal> {
        let row = find(cx, self.case).await?;
        let conversation = conversations::find(cx.tx, row.conversation).await?;
        let conversation = conversation.ok_or(BankError::NotFound)?;
        let customer = customer(cx, row.user).await?;
        Ok(CaseView {
            line: line(cx, &row),
            customer_name: people::customer_name(cx.tx, customer).await?.unwrap_or_default(),
            summary: row.summary,
            // What is said after it was closed is between the customer and the assistant again.
            messages: messages(cx, &conversation, row.closed_at).await?,
        })
    }
}

impl Handler for AnswerCase {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let (row, conversation) = open(cx, self.case).await?;
        let text = self.text.trim().to_owned();
        let mut parts = vec![Part::Text { text }];
        // Whoever writes at the command line has no name.
        if let Caller::Staff(staff) = &cx.visit.caller {
            let name = staff.name.clone();
            parts.insert(0, Part::Signed { name });
        }
        let answer = NewMessage {
            by: Speaker::Person,
            parts,
        };
        conversations::append(cx.tx, &conversation, vec![answer], cx.now).await?;
        store::answered(cx.tx, row.case, cx.now).await?;
        let customer = customer(cx, row.user).await?;
        cx.tell("care.answered", customer, json!({}));
        Ok(())
    }
}

impl Handler for CloseCase {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let (row, conversation) = open(cx, self.case).await?;
        let unseen = self
            .seen
            .is_some_and(|seen| i64::from(seen) < i64::from(conversation.messages));
        if row.waits && unseen {
            let words = "They have written again meanwhile. Read it before you close this case.";
            return Err(BankError::invalid("seen", words).into());
        }
        // What was written while this waited for the conversation belongs to the case.
        store::close(cx.tx, row.case, cx.now.max(conversation.last_at)).await?;
        Ok(())
    }
}
