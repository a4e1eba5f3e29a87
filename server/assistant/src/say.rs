//! Parts of a message, bounded.

use crate::state::Offer;
use bank_contract::assistant::{Choice, Figure, Part, Place};
use bank_contract::{BankError, Money, Moved};
use chrono::NaiveDate;

/// Rows that are shown at once.
pub(crate) const ROWS_MAX: usize = 10;

pub(crate) fn text(text: impl Into<String>) -> Part {
    Part::Text { text: text.into() }
}

pub(crate) fn link(label: impl Into<String>, place: Place) -> Part {
    Part::Link {
        label: label.into(),
        place,
    }
}

pub(crate) fn figures(title: impl Into<String>, figures: Vec<Figure>) -> Part {
    Part::Figures {
        title: title.into(),
        figures,
    }
}

pub(crate) fn money(label: impl Into<String>, money: Money, place: Option<Place>) -> Figure {
    Figure {
        label: label.into(),
        money: Some(money),
        value: None,
        place,
    }
}

pub(crate) fn value(label: impl Into<String>, value: impl Into<String>, place: Option<Place>) -> Figure {
    Figure {
        label: label.into(),
        money: None,
        value: Some(value.into()),
        place,
    }
}

pub(crate) fn choices(offered: &[Offer]) -> Part {
    Part::Choices {
        choices: offered
            .iter()
            .map(|offer| Choice {
                label: offer.label.clone(),
                hint: offer.hint.clone(),
            })
            .collect(),
    }
}

/// "26 November 2026".
pub(crate) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A refusal in words: what happened, whether money moved, what is next.
pub(crate) fn refusal(error: &BankError, nothing_moved: &str) -> String {
    let mut said = error.message();
    if error.moved() == Moved::Nothing {
        said.push(' ');
        said.push_str(nothing_moved);
    }
    said.push(' ');
    said.push_str(error.next());
    said
}
