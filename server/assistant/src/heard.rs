//! What was heard: a text, what it may mean and what is in it.

use crate::understood::Understood;
use bank_understanding::extract::{Choice, Cue, Found, Value};

/// What was heard.
pub(crate) struct Heard<'a> {
    pub(crate) text: &'a str,
    pub(crate) understood: &'a Understood,
    pub(crate) found: &'a [Found],
    /// It names the account that money is to leave, and nothing besides.
    pub(crate) is_source: bool,
}

impl Heard<'_> {
    pub(crate) fn cue(&self, wanted: Cue, least: f32) -> bool {
        self.found
            .iter()
            .any(|one| one.value == Value::Cue(wanted) && one.score >= least)
    }

    pub(crate) fn has(&self, kind: impl Fn(&Value) -> bool) -> bool {
        self.found.iter().any(|one| one.score >= 0.4 && kind(&one.value))
    }

    pub(crate) fn valued(&self) -> bool {
        self.has(|value| {
            matches!(
                value,
                Value::Amount { .. } | Value::Named(_) | Value::Iban(_) | Value::Days { .. }
            )
        })
    }

    /// An amount, and no word of what it is for.
    pub(crate) fn is_an_amount(&self) -> bool {
        let amounts = self
            .found
            .iter()
            .filter(|one| matches!(one.value, Value::Amount { .. }));
        let within = |at: usize| amounts.clone().any(|one| one.span.contains(&at));
        let mut letters = self.text.char_indices().filter(|(_, c)| c.is_alphabetic());
        self.has(|value| matches!(value, Value::Amount { .. })) && letters.all(|(at, _)| within(at))
    }

    pub(crate) fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }

    pub(crate) fn best(&self) -> Option<(&str, f32)> {
        self.understood.best().filter(|_| !self.understood.rejected)
    }

    pub(crate) fn means(&self, intent: &str, least: f32) -> bool {
        self.best()
            .is_some_and(|(best, score)| best == intent && score >= least)
    }

    /// "the second one", "2": counted from 0, of so many.
    pub(crate) fn nth(&self, of: usize, least: f32) -> Option<usize> {
        let choice = self
            .found
            .iter()
            .filter(|one| one.score >= least)
            .find_map(|one| match one.value {
                Value::Choice(choice) => Some(choice),
                _ => None,
            })?;
        let at = match choice {
            Choice::Nth(nth) => usize::try_from(nth).ok()?.checked_sub(1)?,
            Choice::Last => of.checked_sub(1)?,
        };
        (at < of).then_some(at)
    }
}
