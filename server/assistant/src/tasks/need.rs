//! What a task needs, and how it is asked for.

use super::amounts::as_many;
use super::more::All;
use super::reads::cut;
use super::{Halt, direction};
use crate::plain::{plain, says};
use crate::say;
use crate::sought::{adds_up, has_words};
use crate::state::{AmountAs, Does, Offer, Slot, Task};
use crate::turn::Turn;
use crate::world::Page;
use bank_contract::accounts::{AccountView, Standing, TransactionView};
use bank_contract::assistant::Part;
use bank_contract::{EntryId, Money};
use chrono::NaiveDate;

impl Turn<'_> {
    pub(super) fn ask_for(&self, slot: Slot, key: &str, with: &[(&str, &str)], offered: Vec<Offer>) -> Halt {
        Halt::Ask {
            slot,
            parts: vec![say::text(self.text(key, with))],
            offered,
        }
    }

    pub(super) fn told(&self, key: &str, with: &[(&str, &str)]) -> Halt {
        Halt::Said(vec![say::text(self.text(key, with))])
    }

    /// The account it is about: named, on the page, or the only one.
    pub(super) async fn need_account(&mut self, task: &mut Task, key: &str) -> Result<AccountView, Halt> {
        let accounts = self.world.accounts().await?;
        let others = self.world.others().await?;
        if task.slots.account.is_none()
            && let Page::Account(here) = self.world.page()
        {
            task.slots.account = Some(here);
        }
        if task.slots.account.is_none() && accounts.len() == 1 {
            task.slots.account = accounts.first().map(|account| account.account);
        }
        if let Some(wanted) = task.slots.account
            && let Some(account) = accounts.iter().chain(&others).find(|account| account.account == wanted)
        {
            return Ok(account.clone());
        }
        if accounts.is_empty() && others.is_empty() {
            return Err(self.told("account.none", &[]));
        }
        // Only what is looked at can be somebody else's without being named.
        let looks = matches!(
            task.intent.as_str(),
            "accounts.show" | "accounts.transactions" | "ledger.balance-at"
        );
        let offered = accounts
            .iter()
            .chain(others.iter().filter(|_| looks))
            .map(|account| offer(account, Does::Account(account.account)));
        Err(self.ask_which(Slot::Account, key, offered.collect(), All::ACCOUNTS))
    }

    /// The account that money leaves: named, on the page, the only one in that currency; else it is asked.
    pub(super) async fn need_source(&mut self, task: &mut Task, key: &str) -> Result<AccountView, Halt> {
        if task.slots.account.is_none()
            && let Some(money) = task.slots.amount
        {
            let fits = |account: &AccountView| {
                account.booked.currency() == money.currency() && Some(account.account) != task.slots.to_account
            };
            let accounts = self.world.accounts().await?;
            let fitting: Vec<&AccountView> = accounts.iter().filter(|account| fits(account)).collect();
            let current: Vec<&AccountView> = fitting
                .iter()
                .copied()
                .filter(|account| account.product == bank_contract::accounts::Product::Current)
                .collect();
            let here = match self.world.page() {
                Page::Account(here) => fitting.iter().find(|account| account.account == here).copied(),
                _ => None,
            };
            let only = match (fitting.as_slice(), current.as_slice()) {
                ([only], _) | (_, [only]) => Some(*only),
                _ => None,
            };
            task.slots.account = here.or(only).map(|account| account.account);
        }
        self.only_in_currency(task, key).await?;
        self.need_account(task, key).await
    }

    pub(super) fn need_amount(&self, task: &Task, key: &str) -> Result<Money, Halt> {
        match task.slots.amount {
            Some(money) if money.is_positive() => Ok(money),
            Some(_) => Err(self.ask_for(Slot::Amount, "amount.positive", &[], Vec::new())),
            None => {
                let asked = self.ask_for(Slot::Amount, key, &[], Vec::new());
                let why =
                    (task.slots.amount_as == AmountAs::Vague).then(|| say::text(self.text("amount.in-figures", &[])));
                Err(with_before(asked, why.into_iter().collect()))
            }
        }
    }

    pub(super) fn need_name(&self, task: &Task, key: &str) -> Result<String, Halt> {
        match &task.slots.name {
            Some(name) if bank_contract::text::name(name, &()).is_ok() => Ok(name.trim().to_owned()),
            Some(_) => Err(self.ask_for(Slot::Name, "name.other", &[], Vec::new())),
            None => Err(self.ask_for(Slot::Name, key, &[], Vec::new())),
        }
    }

    /// The payment it is about: on the page, the only one that fits what was said, or one to be chosen.
    pub(super) async fn need_entry(
        &mut self,
        task: &mut Task,
        key: &str,
        fits: impl Fn(&TransactionView) -> bool,
    ) -> Result<EntryId, Halt> {
        if let Some(entry) = task.slots.entry {
            return Ok(entry);
        }
        let newest = task.slots.newest || direction::newest(&task.text);
        let this = says(&plain(&task.text), &["this"]);
        let named = task.slots.who().is_some() || task.slots.amount.is_some() || task.slots.span.is_some();
        if let (Page::Entry(entry), false) = (self.world.page(), named || (newest && !this)) {
            task.slots.entry = Some(entry);
            return Ok(entry);
        }
        let of_it = |task: &Task, rows: &[TransactionView]| -> Vec<TransactionView> {
            let wanted = |row: &&TransactionView| row.entry.is_some() && fits(row) && said_of(task, row);
            rows.iter().filter(wanted).cloned().collect()
        };
        let mut found = self.world.latest_rows().await?;
        let mut older = None;
        let mut matching = of_it(task, &found.rows);
        // What is named may be older than the latest ones.
        if matching.is_empty() && found.cut.is_some() {
            let today = self.world.now.today;
            found = self.world.rows(task.slots.account, NaiveDate::MIN, today).await?;
            older = cut(self, &found);
            matching = of_it(task, &found.rows);
        }
        if let (true, Some(who)) = (matching.is_empty(), task.slots.sought.clone()) {
            // Whoever was meant may be called otherwise there: the customer chooses, and nothing is taken for them.
            let none = say::text(self.text("entry.none-with", &[("who", &who)]));
            let before: Vec<Part> = std::iter::once(none).chain(older).collect();
            let mut anybody = task.clone();
            anybody.slots.sought = None;
            let others = of_it(&anybody, &found.rows);
            if others.is_empty() {
                return Err(Halt::Said(before));
            }
            return Err(with_before(
                self.ask_which(Slot::Entry, key, entries(&others), All::payments(task.slots.account)),
                before,
            ));
        }
        let chosen = if newest && task.slots.candidates.is_empty() {
            matching.first()
        } else {
            only(&matching)
        };
        if let Some(entry) = chosen.and_then(|row| row.entry) {
            task.slots.entry = Some(entry);
            return Ok(entry);
        }
        if matching.is_empty() {
            let none = say::text(self.text("entry.none", &[]));
            return Err(Halt::Said(std::iter::once(none).chain(older).collect()));
        }
        Err(self.ask_which(Slot::Entry, key, entries(&matching), All::payments(task.slots.account)))
    }

    /// That something cannot be done later, or again and again, where that was asked for: it is done at once, or not at all.
    pub(super) fn at_once(&self, task: &Task) -> Vec<Part> {
        let mut parts = Vec::new();
        if task.slots.when.later {
            parts.push(say::text(self.text("pay.not-later", &[])));
        }
        if task.slots.when.repeats {
            parts.push(say::text(self.text("pay.not-again", &[])));
        }
        parts
    }
}

/// Payments to choose from.
fn entries(rows: &[TransactionView]) -> Vec<Offer> {
    let offered = rows.iter().filter_map(|row| {
        Some(Offer {
            label: format!("{} · {}", row.counterparty, row.amount),
            hint: Some(format!("{}, {}", say::day(row.booked_on), row.at.format("%H:%M:%S"))),
            does: Does::Entry(row.entry?),
        })
    });
    offered.collect()
}

fn only<T>(all: &[T]) -> Option<&T> {
    match all {
        [only] => Some(only),
        _ => None,
    }
}

/// Whether a row fits what was said: with whom, how much, when.
pub(super) fn said_of(task: &Task, row: &TransactionView) -> bool {
    let slots = &task.slots;
    let with = slots
        .payee
        .as_ref()
        .is_none_or(|payee| crate::names::alike(&payee.name, &row.counterparty));
    // One word for several: any of them, and nobody else.
    let of_some = slots.payee.is_some()
        || slots.candidates.is_empty()
        || slots
            .candidates
            .iter()
            .any(|payee| crate::names::alike(&payee.name, &row.counterparty));
    // In a sum, what somebody wrote as a reference would make of it a sum of something else.
    let called = slots.sought.as_ref().is_none_or(|name| {
        has_words(&row.counterparty, name) || (!adds_up(&task.intent) && has_words(&row.reference, name))
    });
    // Where no currency was named, as many units of any are meant.
    let here_is = |money: Money, stated: bool| {
        if stated {
            Some(money).filter(|money| money.currency() == row.amount.currency())
        } else {
            as_many(money, row.amount.currency())
        }
    };
    let there = row.amount.abs().minor();
    let is = |said: Option<Money>, stated: bool, fits: &dyn Fn(i64) -> bool| {
        said.is_none_or(|money| here_is(money, stated).is_some_and(|money| fits(money.minor())))
    };
    let amount = is(slots.amount.map(Money::abs), slots.amount_stated(), &|minor| {
        minor == there
    });
    let at_least = is(slots.least, slots.bounds_stated, &|minor| there >= minor);
    let at_most = is(slots.most, slots.bounds_stated, &|minor| there <= minor);
    let when = slots
        .span
        .is_none_or(|span| (span.from..=span.until).contains(&row.booked_on));
    let here = slots.account.is_none_or(|account| account == row.account);
    with && of_some && called && amount && at_least && at_most && when && here
}

pub(super) fn offer(account: &AccountView, does: Does) -> Offer {
    let label = match &account.standing {
        Standing::Owner => account.name.clone(),
        Standing::Joint { owner, .. } | Standing::Delegate { owner, .. } | Standing::Viewer { owner, .. } => {
            format!("{} ({owner})", account.name)
        }
    };
    Offer {
        label,
        hint: Some(format!("{} · {}", account.available, account.iban.grouped())),
        does,
    }
}

/// A sentence before what is asked.
pub(super) fn with_before(halt: Halt, mut before: Vec<Part>) -> Halt {
    match halt {
        Halt::Ask { slot, parts, offered } => {
            before.extend(parts);
            Halt::Ask {
                slot,
                parts: before,
                offered,
            }
        }
        other => other,
    }
}
