//! The command line's door to the cases that the assistant has handed over.

use crate::StartError;
use crate::command::run;
use crate::telemetry::say;
use bank_contract::care::{AnswerCase, CaseLine, CaseView, CloseCase, LISTED_MAX, ListCases, ShowCase};
use bank_contract::text::one_line;
use bank_contract::{CaseId, assistant::ConversationView};
use bank_operations::Hallway;
use bank_rules::transcript;
use clap::Subcommand;
use serde_json::Value;

#[derive(Debug, Subcommand)]
pub(crate) enum CasesCommand {
    /// Those that are open: who waits first, then the most urgent.
    List,
    /// One with its summary and its conversation.
    Show { case: CaseId },
    /// Answer in the customer's conversation.
    Answer { case: CaseId, text: String },
    /// Close one: the assistant answers again.
    Close { case: CaseId },
}

impl CasesCommand {
    pub(crate) async fn run(self, bank: &Hallway) -> Result<(), StartError> {
        match self {
            Self::List => {
                let lines = run(bank, ListCases { most: LISTED_MAX }).await?;
                if lines.is_empty() {
                    say("Nobody waits for a person.");
                }
                for case in &lines {
                    say(&line(case));
                }
            }
            Self::Show { case } => say(&whole(run(bank, ShowCase { case }).await?)),
            Self::Answer { case, text } => {
                run(bank, AnswerCase { case, text }).await?;
                say("The answer stands in the conversation, and the customer is told.");
            }
            Self::Close { case } => {
                run(bank, CloseCase { case, seen: None }).await?;
                say(&format!("The case {case} is closed. The assistant answers again."));
            }
        }
        Ok(())
    }
}

/// A reason as it is written in the lists.
fn reason(case: &CaseLine) -> String {
    match serde_json::to_value(case.reason) {
        Ok(Value::String(code)) => code,
        _ => String::new(),
    }
}

fn line(case: &CaseLine) -> String {
    let state = match (case.open, case.waits) {
        (false, _) => "closed",
        (true, true) => "waits",
        (true, false) => "answered",
    };
    let (opened, last) = (
        case.opened_at.format("%Y-%m-%d %H:%M"),
        case.last_at.format("%Y-%m-%d %H:%M"),
    );
    format!(
        "{}  {:<18} {state:<9} opened {opened}, last {last}",
        case.case,
        reason(case)
    )
}

/// What customers write goes to a terminal here: nothing in it may steer that.
fn harmless(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

fn whole(view: CaseView) -> String {
    let summary: Vec<String> = view
        .summary
        .iter()
        .map(|line| format!("  {}", one_line(line)))
        .collect();
    let conversation = transcript::text(&ConversationView {
        conversation: bank_contract::ConversationId(view.line.case.0),
        begun_at: view.line.opened_at,
        rating: None,
        with_person: view.line.open,
        messages: view.messages,
    });
    harmless(&format!(
        "{}\nCustomer: {}\n{}\n\n{conversation}",
        line(&view.line),
        one_line(&view.customer_name),
        summary.join("\n")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::assistant::{MessageView, Part, Speaker};
    use bank_contract::care::Reason;

    #[test]
    fn a_case_is_shown_whole_and_nothing_in_it_steers_the_terminal() {
        let at = "2026-11-23T12:05:00".parse().unwrap();
        let line = CaseLine {
            case: CaseId(uuid::Uuid::nil()),
            reason: Reason::FraudInProgress,
            opened_at: at,
            last_at: at,
            waits: true,
            open: true,
        };
        let view = CaseView {
            line,
            customer_name: "Anna Weber".into(),
            summary: vec!["Somebody is on\nthe telephone".into()],
            messages: vec![MessageView {
                number: 1,
                by: Speaker::Customer,
                at,
                parts: vec![Part::Text {
                    text: "Help\u{1b}[2J\nme".into(),
                }],
            }],
        };
        let text = whole(view);
        assert!(text.contains("fraud-in-progress  waits"), "{text}");
        assert!(
            text.contains("Customer: Anna Weber\n  Somebody is on the telephone\n"),
            "{text}"
        );
        assert!(text.contains("\n  Help\u{fffd}[2J\n  me"), "{text}");
    }
}
