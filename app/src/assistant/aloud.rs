//! Messages in words, for whoever listens: what a screen reader says of an answer, once, when it comes.

use crate::pending::{heading, outcome};
use bank_contract::assistant::{Figure, MessageView, Part, Speaker};
use bank_contract::pending::{PendingState, PendingView};

/// All that is new and not the customer's own.
pub(super) fn all(messages: &[MessageView]) -> String {
    let heard = messages.iter().filter(|message| message.by != Speaker::Customer);
    heard.map(one).collect::<Vec<_>>().join(" ")
}

fn one(message: &MessageView) -> String {
    let who = match message.by {
        Speaker::Customer => "You",
        Speaker::Assistant => "Larch",
        Speaker::Person => "A person at Larch",
    };
    let signed = message.parts.iter().find_map(|part| match part {
        Part::Signed { name } => Some(format!("{name} at Larch")),
        _ => None,
    });
    let parts: Vec<String> = message
        .parts
        .iter()
        .map(in_words)
        .filter(|text| !text.is_empty())
        .collect();
    format!("{}: {}", signed.as_deref().unwrap_or(who), parts.join(" "))
}

/// A part as one says it.
pub(crate) fn in_words(part: &Part) -> String {
    match part {
        Part::Text { text } => text.clone(),
        // Who it was is said before the message.
        Part::Signed { .. } => String::new(),
        Part::Figures { title, figures } => match figures.first() {
            Some(first) => format!("{title}: {}.", figure(first)),
            None => format!("{title}."),
        },
        Part::Accounts { accounts } => {
            let each = accounts
                .iter()
                .map(|account| format!("{}, {}.", account.name, account.available));
            each.collect::<Vec<_>>().join(" ")
        }
        Part::Transactions { rows, .. } => match rows.len() {
            1 => "One payment.".into(),
            count => format!("{count} payments."),
        },
        Part::Receipt { receipt } => format!("Receipt: {}, {}.", receipt.counterparty, receipt.amount),
        Part::Card { pending } => card(pending),
        Part::Choices { choices } => {
            let labels: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
            format!("Choose: {}.", labels.join(", "))
        }
        Part::Link { label, .. } => format!("Link: {label}."),
        Part::Article { title, quote, .. } => format!("{title}. {quote}"),
        Part::HandedOver { elsewhere: false, .. } => "A person at Larch has this now, and answers here.".into(),
        Part::HandedOver { elsewhere: true, .. } => {
            "This was added to what a person at Larch has already. They answer in your other conversation.".into()
        }
    }
}

fn card(request: &PendingView) -> String {
    let what = heading(&request.summary);
    match request.state {
        PendingState::Waiting if request.decided_by_other => format!("The owner was asked: {what}."),
        PendingState::Waiting => format!("Waits for your yes: {what}."),
        state => format!("{what}: {}.", outcome(request, state).title),
    }
}

fn figure(figure: &Figure) -> String {
    match (figure.money, &figure.value) {
        (Some(money), Some(value)) => format!("{money}, {value}"),
        (Some(money), None) => money.to_string(),
        (None, Some(value)) => value.clone(),
        (None, None) => figure.label.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::assistant::{Choice, Place};
    use bank_contract::{Currency, Money};

    fn message(by: Speaker, parts: Vec<Part>) -> MessageView {
        MessageView {
            number: 1,
            by,
            at: chrono::NaiveDateTime::default(),
            parts,
        }
    }

    fn text(text: &str) -> Part {
        Part::Text { text: text.into() }
    }

    #[test]
    fn answers_are_said_with_who_gave_them_and_one_s_own_words_are_not() {
        let messages = [
            message(Speaker::Customer, vec![text("How much do I have?")]),
            message(Speaker::Assistant, vec![text("Enough.")]),
            message(Speaker::Person, vec![text("Good morning.")]),
        ];
        assert_eq!(all(&messages), "Larch: Enough. A person at Larch: Good morning.");
    }

    #[test]
    fn of_figures_the_answer_is_said_and_of_choices_all() {
        let figures = Part::Figures {
            title: "Paid out, in October".into(),
            figures: vec![Figure {
                label: "Sum of 3 payments".into(),
                money: Money::from_minor(-12_050, Currency::Eur).ok(),
                value: None,
                place: Some(Place::Home),
            }],
        };
        let choice = |label: &str| Choice {
            label: label.into(),
            hint: None,
        };
        let choices = Part::Choices {
            choices: vec![choice("Anna Weber"), choice("Anna Vogel")],
        };
        let said = all(&[message(Speaker::Assistant, vec![figures, choices])]);
        assert_eq!(
            said,
            "Larch: Paid out, in October: −€120.50. Choose: Anna Weber, Anna Vogel."
        );
    }
}
