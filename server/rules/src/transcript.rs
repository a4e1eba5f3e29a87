//! A conversation as plain text, for a customer to keep. Only headings begin at the margin: what anybody wrote is indented.

use bank_contract::assistant::{ConversationView, Figure, MessageView, Part, Speaker};
use bank_contract::pending::PendingState;
use bank_contract::text::breaks_line;
use std::fmt::Write as _;

const fn name(by: Speaker) -> &'static str {
    match by {
        Speaker::Customer => "You",
        Speaker::Assistant => "Assistant",
        Speaker::Person => "A person at the bank",
    }
}

fn figure(figure: &Figure) -> String {
    let money = figure.money.map(|money| money.to_string());
    let said: Vec<&str> = money.as_deref().into_iter().chain(figure.value.as_deref()).collect();
    format!("{}: {}", figure.label, said.join(", "))
}

/// What became of a request, and whether anything was done.
const fn became(state: PendingState) -> &'static str {
    match state {
        PendingState::Waiting => "To confirm",
        PendingState::Done => "Confirmed and done",
        PendingState::Cancelled => "Cancelled, and not done",
        PendingState::Expired => "Ran out, and not done",
        PendingState::Refused => "Confirmed, refused, and not done",
    }
}

/// The lines of a part. Whatever customers can press is said in words.
fn lines(part: &Part) -> Vec<String> {
    match part {
        Part::Text { text } => vec![text.clone()],
        Part::Signed { name } => vec![format!("Written by {name}")],
        Part::Figures { title, figures } => {
            let mut lines = vec![title.clone()];
            lines.extend(figures.iter().map(figure));
            lines
        }
        Part::Accounts { accounts } => accounts
            .iter()
            .map(|account| format!("{}, {}: {}", account.name, account.iban.grouped(), account.booked))
            .collect(),
        Part::Transactions { rows, more } => {
            let row = |row: &bank_contract::accounts::TransactionView| {
                format!(
                    "{} {} {} {}",
                    row.booked_on, row.counterparty, row.amount, row.reference
                )
                .trim_end()
                .to_owned()
            };
            let mut lines: Vec<String> = rows.iter().map(row).collect();
            if *more {
                lines.push("And more.".to_owned());
            }
            lines
        }
        Part::Receipt { receipt } => vec![format!(
            "Receipt: {} {} {}",
            receipt.booked_on, receipt.counterparty, receipt.amount
        )],
        Part::Card { pending } => vec![format!("{}: {}", became(pending.state), pending.summary.title)],
        Part::Choices { choices } => choices.iter().map(|choice| format!("- {}", choice.label)).collect(),
        Part::Link { label, .. } => vec![format!("Page: {label}")],
        Part::Article { title, quote, .. } => vec![format!("From the help, “{title}”:"), quote.clone()],
        Part::HandedOver { summary, elsewhere, .. } => {
            let heading = if *elsewhere {
                "Added to what a person has already, in another conversation:"
            } else {
                "Handed over to a person:"
            };
            let mut lines = vec![heading.to_owned()];
            lines.extend(summary.iter().cloned());
            lines
        }
    }
}

fn message(out: &mut String, view: &MessageView) {
    let at = view.at.format("%Y-%m-%d %H:%M");
    let _ = writeln!(out, "\n{}, {at}", name(view.by));
    for part in view.parts.iter().flat_map(lines) {
        // A line break may stand in anything: a name, a reference, a label.
        for line in part.replace("\r\n", "\n").split(breaks_line) {
            let _ = writeln!(out, "{}", format!("  {line}").trim_end());
        }
    }
}

/// The whole conversation.
pub fn text(view: &ConversationView) -> String {
    let mut out = format!(
        "A conversation at Larch, begun {}\n",
        view.begun_at.format("%Y-%m-%d %H:%M")
    );
    for one in &view.messages {
        message(&mut out, one);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::assistant::{Choice, Place};
    use bank_contract::pending::{PendingView, Summary};
    use bank_contract::{CaseId, Consent, ConversationId, Currency, Money, PendingId};
    use chrono::NaiveDateTime;

    #[test]
    fn a_conversation_reads_as_it_was_said_with_all_that_could_be_pressed_in_words() {
        let at: NaiveDateTime = "2026-11-23T12:05:00".parse().unwrap();
        let said = |number, by, parts| MessageView { number, by, at, parts };
        let spent = Figure {
            label: "Groceries".into(),
            money: Some(Money::from_minor(1_234, Currency::Eur).unwrap()),
            value: Some("three payments".into()),
            place: Some(Place::Home),
        };
        let view = ConversationView {
            conversation: ConversationId(uuid::Uuid::nil()),
            begun_at: at,
            rating: None,
            with_person: true,
            messages: vec![
                said(
                    1,
                    Speaker::Customer,
                    vec![Part::Text {
                        text: "Hello\nthere".into(),
                    }],
                ),
                said(
                    2,
                    Speaker::Assistant,
                    vec![
                        Part::Figures {
                            title: "Spent".into(),
                            figures: vec![spent],
                        },
                        Part::Choices {
                            choices: vec![Choice {
                                label: "Yes".into(),
                                hint: None,
                            }],
                        },
                        Part::HandedOver {
                            case: CaseId(uuid::Uuid::nil()),
                            summary: vec!["Wants a person".into()],
                            elsewhere: false,
                        },
                    ],
                ),
                said(
                    3,
                    Speaker::Person,
                    vec![Part::Text {
                        text: "Good day".into(),
                    }],
                ),
            ],
        };
        assert_eq!(
            text(&view),
            "A conversation at Larch, begun 2026-11-23 12:05\n\n\
             You, 2026-11-23 12:05\n  Hello\n  there\n\n\
             Assistant, 2026-11-23 12:05\n  Spent\n  Groceries: €12.34, three payments\n  - Yes\n\
             \x20 Handed over to a person:\n  Wants a person\n\n\
             A person at the bank, 2026-11-23 12:05\n  Good day\n"
        );
    }

    #[test]
    fn a_request_says_what_became_of_it_and_whether_anything_was_done() {
        for (state, said) in [
            (PendingState::Waiting, "To confirm: Send €5.00 to Tom"),
            (PendingState::Done, "Confirmed and done: Send €5.00 to Tom"),
            (PendingState::Cancelled, "Cancelled, and not done: Send €5.00 to Tom"),
            (PendingState::Expired, "Ran out, and not done: Send €5.00 to Tom"),
            (
                PendingState::Refused,
                "Confirmed, refused, and not done: Send €5.00 to Tom",
            ),
        ] {
            let pending = Box::new(request(state));
            assert_eq!(lines(&Part::Card { pending }), [said]);
        }
    }

    fn request(state: PendingState) -> PendingView {
        PendingView {
            pending: PendingId(uuid::Uuid::nil()),
            operation: "transfers.submit".into(),
            summary: Summary {
                title: "Send €5.00 to Tom".into(),
                ..Summary::default()
            },
            missing: Consent::Confirm,
            state,
            expires_at: NaiveDateTime::default(),
            hash: String::new(),
            decided_by_other: false,
        }
    }

    #[test]
    fn nothing_that_is_written_in_a_conversation_looks_like_a_heading() {
        let at: NaiveDateTime = "2026-11-23T12:05:00".parse().unwrap();
        let forged = |end: &str| format!("Hello{end}{end}A person at the bank, 2026-11-23 12:06{end}Refund approved");
        let ends = ["\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"];
        let parts = ends.iter().flat_map(|end| {
            [
                Part::Text { text: forged(end) },
                Part::Choices {
                    choices: vec![Choice {
                        label: forged(end),
                        hint: None,
                    }],
                },
                Part::HandedOver {
                    case: CaseId(uuid::Uuid::nil()),
                    summary: vec![forged(end)],
                    elsewhere: false,
                },
            ]
        });
        let view = ConversationView {
            conversation: ConversationId(uuid::Uuid::nil()),
            begun_at: at,
            rating: None,
            with_person: true,
            messages: vec![MessageView {
                number: 1,
                by: Speaker::Customer,
                at,
                parts: parts.collect(),
            }],
        };
        let text = text(&view);
        let at_margin: Vec<&str> = text
            .split(breaks_line)
            .filter(|line| !line.is_empty() && !line.starts_with("  "))
            .collect();
        assert_eq!(
            at_margin,
            [
                "A conversation at Larch, begun 2026-11-23 12:05",
                "You, 2026-11-23 12:05"
            ],
            "{text:?}"
        );
    }
}
