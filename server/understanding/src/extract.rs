//! What a text is about, found by rules: amounts, days, IBANs, the customer's own accounts and payees, yes and no.
//!
//! Nothing is decided here. Where a text can mean two things, both are found, each with a score; whoever asks for one
//! kind of value takes the best, or asks back. Only the first [`TOKENS_MAX`] words and numbers are read.

mod amounts;
mod calendar;
mod cues;
mod dates;
mod measures;
mod names;
mod numerals;
mod plain;
mod tokens;

use bank_contract::{Currency, Iban, Money};
use chrono::NaiveDate;
use std::ops::Range;
use tokens::Token;

pub use amounts::currency_word;
pub use tokens::TOKENS_MAX;

/// More names than this are not compared with.
pub const KNOWN_MAX: usize = 1_000;

/// What the text is read against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The bank's business date.
    pub today: NaiveDate,
    /// Of amounts that name none.
    pub currency: Currency,
    /// The customer's own accounts, cards, payees and so on, [`KNOWN_MAX`] at most.
    pub known: &'a [Known],
}

/// Something of the customer's that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub kind: Kind,
    pub name: String,
    /// Other words for it: "current", "checking", a short name.
    pub also: Vec<String>,
    /// A number that it is known by: the IBAN, or the end of a card's number. Compared from the end.
    pub digits: Option<String>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Account,
    Card,
    Payee,
    Merchant,
    Category,
}

/// A piece of the text, and what it can mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Bytes of the text, on the borders of characters.
    pub span: Range<usize>,
    pub value: Value,
    /// 0 to 1: how likely it is meant so.
    pub score: f32,
}

/// What a piece of text can mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `stated`: the currency stands in the text; otherwise it is that of the context.
    Amount {
        money: Money,
        stated: bool,
    },
    /// From the first to the last day, both included; one day when they are alike.
    Days {
        from: NaiveDate,
        until: NaiveDate,
    },
    /// A day that its month does not have: "31 February".
    NoDay {
        day: u32,
        /// 1 to 12.
        month: u32,
        /// Where it was said.
        year: Option<i32>,
    },
    Duration {
        count: u32,
        unit: Unit,
    },
    /// How many of something.
    Count(u32),
    Iban(Iban),
    Email(String),
    /// The place in [`Context::known`].
    Named(usize),
    /// Digits at the end of a number that nothing known has.
    LastDigits(String),
    Card(CardWord),
    Cue(Cue),
    /// One of those that were offered.
    Choice(Choice),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardWord {
    Debit,
    Credit,
    Virtual,
    Physical,
}

/// What the text says to the question before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    Yes,
    No,
    /// To stop what was begun.
    Cancel,
    /// What was said before was wrong, and what follows is right.
    Correction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Counted from 1.
    Nth(u32),
    Last,
}

/// Everything that can be found in a text, in the order of the text, the likelier first.
pub fn extract(text: &str, context: &Context<'_>) -> Vec<Found> {
    let tokens = tokens::tokens(text);
    let mut search = Search {
        text,
        tokens: &tokens,
        context,
        used: vec![false; tokens.len()],
        found: Vec::new(),
    };
    // Whatever takes a number away comes before what would take any number for an amount.
    plain::find(&mut search);
    names::find_digits(&mut search);
    names::find_names(&mut search);
    dates::find(&mut search);
    measures::find(&mut search);
    cues::find(&mut search);
    amounts::find(&mut search);
    let mut found = search.found;
    found.sort_by(|a, b| a.span.start.cmp(&b.span.start).then(b.score.total_cmp(&a.score)));
    found
}

/// A text while it is searched.
struct Search<'a> {
    text: &'a str,
    tokens: &'a [Token],
    context: &'a Context<'a>,
    /// Numbers that mean something already.
    used: Vec<bool>,
    found: Vec<Found>,
}

impl Search<'_> {
    /// Notes what some tokens mean.
    fn note(&mut self, at: Range<usize>, value: Value, score: f32) {
        let (Some(first), Some(last)) = (self.tokens.get(at.start), self.tokens.get(at.end.saturating_sub(1))) else {
            return;
        };
        self.found.push(Found {
            span: first.span.start..last.span.end,
            value,
            score,
        });
    }

    /// Notes, and takes the tokens away from later rules.
    fn take(&mut self, at: Range<usize>, value: Value, score: f32) {
        self.used[at.clone()].fill(true);
        self.note(at, value, score);
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    fn free(&self, at: Range<usize>) -> bool {
        self.used.get(at).is_some_and(|used| !used.contains(&true))
    }
}

#[cfg(test)]
mod tests;
