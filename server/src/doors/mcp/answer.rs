//! What a call comes to, in the words of the protocol: as data, and the same data as text. Nothing that other people wrote
//! leaves the data.

use super::super::rest::{refusal_described, retry_after};
use bank_contract::pending::{PendingState, PendingView};
use bank_contract::{Answer, BankError};
use bank_operations::Outcome;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

pub(super) fn of(outcome: Outcome<Value>, origin: &str) -> CallToolResult {
    match outcome.answer {
        Answer::Done(answer) => {
            CallToolResult::structured(json!({ "state": "done", "replayed": outcome.replayed, "answer": answer }))
        }
        Answer::Waits(view) => waits(&view, origin),
    }
}

/// No error: the agent did what it could, and the rest is the customer's.
fn waits(view: &PendingView, origin: &str) -> CallToolResult {
    let page = format!("/pay/{}", view.pending);
    let (state, says) = match view.state {
        PendingState::Waiting => (
            "waits",
            format!(
                "Nothing has moved yet. The customer has to review this and sign it in the app, at {origin}{page}. \
                 Nobody can do it for them."
            ),
        ),
        PendingState::Done => ("over", "The customer has said yes to this, and it was done.".to_owned()),
        PendingState::Cancelled | PendingState::Expired | PendingState::Refused => (
            "over",
            "This waited for the customer and has ended without being done: nothing has moved. Ask the customer before \
             it is tried again; a new try needs a new key."
                .to_owned(),
        ),
    };
    let mut result = CallToolResult::structured(json!({
        "state": state, "says": says, "page": page, "pending": view,
    }));
    result.content.insert(0, ContentBlock::text(says));
    result
}

/// A refusal with the bank's stable code.
pub(super) fn refused(error: &BankError) -> CallToolResult {
    let mut members = refusal_described(error);
    members.insert("state".into(), json!("refused"));
    if let Some(seconds) = retry_after(error) {
        members.insert("retry_after_s".into(), json!(seconds));
    }
    CallToolResult::structured_error(Value::Object(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_its_code_whether_money_moved_and_when_to_come_back() {
        let result = refused(&BankError::SlowDown { retry_after_s: 9 });
        assert_eq!(result.is_error, Some(true));
        let data = result.structured_content.unwrap();
        assert_eq!(
            (
                &data["state"],
                &data["code"],
                &data["money_moved"],
                &data["retry_after_s"]
            ),
            (&json!("refused"), &json!("slow_down"), &json!("no"), &json!(9))
        );
        let lost = refused(&BankError::Unsettled).structured_content.unwrap();
        assert_eq!(
            (&lost["money_moved"], &lost["retry_after_s"]),
            (&json!("unknown"), &json!(1))
        );
    }
}
