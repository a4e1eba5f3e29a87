//! Lists that are cut: that there is more is said, and where all of it is.

use super::Halt;
use crate::CHOICES_MAX;
use crate::say;
use crate::state::{Offer, Slot};
use crate::turn::Turn;
use bank_contract::AccountId;
use bank_contract::assistant::{Part, Place};

/// A page that has all of a list, with the key of what it is called.
pub(super) struct All(pub(super) &'static str, pub(super) Place);

impl All {
    pub(super) const ACCOUNTS: Self = Self("account.all", Place::Home);
    pub(super) const WAITING: Self = Self("pending.all", Place::Home);
    pub(super) const TRUSTED: Self = Self("trusted.label", Place::Payees);

    /// Where the payments of an account are, or the accounts where it can be any.
    pub(super) fn payments(account: Option<AccountId>) -> Self {
        match account {
            Some(account) => Self("account.page", Place::Account(account)),
            None => Self::ACCOUNTS,
        }
    }
}

impl Turn<'_> {
    /// What is said below a list that shows only so many of them; nothing where it shows all.
    pub(super) fn more(&self, shown: usize, of: usize, all: All) -> Vec<Part> {
        let mut parts = self.more_is_there(shown, of);
        if !parts.is_empty() {
            parts.push(say::link(self.text(all.0, &[]), all.1));
        }
        parts
    }

    /// The same, where the page stands below the list in any case.
    pub(super) fn more_is_there(&self, shown: usize, of: usize) -> Vec<Part> {
        match of.saturating_sub(shown) {
            0 => Vec::new(),
            1 => vec![say::text(self.text("list.one-more", &[]))],
            more => vec![say::text(self.text("list.more", &[("count", &more.to_string())]))],
        }
    }

    /// Asks which of them it is. Those that find no place among the choices are on their page.
    pub(super) fn ask_which(&self, slot: Slot, key: &str, offered: Vec<Offer>, all: All) -> Halt {
        self.ask_among(slot, key, &[], offered, all)
    }

    pub(super) fn ask_among(
        &self,
        slot: Slot,
        key: &str,
        with: &[(&str, &str)],
        mut offered: Vec<Offer>,
        all: All,
    ) -> Halt {
        let mut parts = vec![say::text(self.text(key, with))];
        parts.extend(self.more(CHOICES_MAX, offered.len(), all));
        offered.truncate(CHOICES_MAX);
        Halt::Ask { slot, parts, offered }
    }
}
