//! What the customer's words can stand for: own accounts, payees, and people they were paid by.

use crate::plain::words;
use crate::state::Payee;
use crate::world::World;
use bank_contract::accounts::{AccountView, Product, Standing, TransactionView};
use bank_contract::assistant::FactView;
use bank_contract::payees::TrustedPayee;
use bank_contract::{AccountId, BankError};
use bank_understanding::extract::{KNOWN_MAX, Kind, Known};

/// What a known name stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Thing {
    Account(AccountId),
    /// Of somebody whose mandate the customer holds. Whoever pays into it pays its owner.
    Other(AccountId, Payee),
    Payee(Payee),
}

/// The names, and what stands behind each, in the same order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) known: Vec<Known>,
    pub(crate) things: Vec<Thing>,
}

impl Names {
    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn load(world: &mut World<'_>) -> Result<Self, BankError> {
        let accounts = world.accounts().await?;
        let trusted = world.trusted().await?;
        let latest = world.latest().await?;
        let mut names = Self::of(&accounts, &trusted, &latest, &world.now.facts);
        for account in world.others().await? {
            names.add_other(&account);
        }
        Ok(names)
    }

    pub(crate) fn of(
        accounts: &[AccountView],
        trusted: &[TrustedPayee],
        latest: &[TransactionView],
        facts: &[FactView],
    ) -> Self {
        let mut names = Self::default();
        for account in accounts {
            names.add_account(account, accounts);
        }
        for payee in trusted {
            names.add_payee(&payee.name, Some(payee.iban.clone()), true);
        }
        for row in latest {
            let own = accounts.iter().any(|account| account.name == row.counterparty);
            if !own && !row.counterparty.trim().is_empty() {
                // Whoever only paid the customer is not somebody whom they pay: a stranger can choose any name.
                names.add_payee(&row.counterparty, None, row.amount.is_negative());
            }
        }
        for fact in facts {
            names.add_fact(fact, accounts);
        }
        names.known.truncate(KNOWN_MAX);
        names.things.truncate(KNOWN_MAX);
        names
    }

    fn add_account(&mut self, account: &AccountView, all: &[AccountView]) {
        let alone = all.iter().filter(|other| other.product == account.product).count() == 1;
        let words: &[&str] = match account.product {
            Product::Current => &[
                "current account",
                "current",
                "checking",
                "everyday account",
                "main account",
            ],
            Product::Savings => &["savings account", "savings", "saving", "saver"],
        };
        let mut also: Vec<String> = Vec::new();
        if alone {
            also.extend(words.iter().map(|word| (*word).to_owned()));
        }
        if all
            .iter()
            .filter(|other| other.booked.currency() == account.booked.currency())
            .count()
            == 1
        {
            also.push(format!("{} account", account.booked.currency().code().to_lowercase()));
        }
        self.known.push(Known {
            kind: Kind::Account,
            name: account.name.clone(),
            also,
            digits: Some(account.iban.as_str().to_owned()),
        });
        self.things.push(Thing::Account(account.account));
    }

    /// "Mirela's account", or as the account is called. Its owner can call it anything: a word that something of the
    /// customer's own has as well means that, and the owner has to be named.
    fn add_other(&mut self, account: &AccountView) {
        let (Standing::Joint { owner, .. } | Standing::Delegate { owner, .. } | Standing::Viewer { owner, .. }) =
            &account.standing
        else {
            return;
        };
        if self.known.len() >= KNOWN_MAX {
            return;
        }
        let first = owner.split_whitespace().next().unwrap_or(owner);
        let mut also = Vec::new();
        for whose in [owner.as_str(), first] {
            also.push(format!("{whose}'s account"));
            also.push(format!("{whose}’s account"));
            also.push(format!("account of {whose}"));
        }
        let name = if self.has_word_of(&account.name) {
            also.remove(0)
        } else {
            account.name.clone()
        };
        self.known.push(Known {
            kind: Kind::Account,
            name,
            also,
            digits: Some(account.iban.as_str().to_owned()),
        });
        let payee = Payee {
            name: owner.clone(),
            iban: Some(account.iban.clone()),
            sure: false,
        };
        self.things.push(Thing::Other(account.account, payee));
    }

    /// Whether something of the customer's own is called nearly like this: "Tom" is Tom Baker as well.
    fn has_word_of(&self, name: &str) -> bool {
        let words = telling(name);
        let own = self.known.iter().zip(&self.things);
        own.filter(|(_, thing)| !matches!(thing, Thing::Other(..)))
            .flat_map(|(known, _)| std::iter::once(&known.name).chain(&known.also))
            .any(|called| alike(called, name) || telling(called).iter().any(|word| words.contains(word)))
    }

    fn add_payee(&mut self, name: &str, iban: Option<bank_contract::Iban>, sure: bool) {
        let same = |thing: &Thing| matches!(thing, Thing::Payee(payee) if alike(&payee.name, name));
        if let Some(at) = self.things.iter().position(same) {
            if let Some(Thing::Payee(payee)) = self.things.get_mut(at) {
                payee.sure |= sure;
                // One name and two numbers: which one is asked.
                let known = payee.iban.as_ref();
                if known.is_some_and(|known| iban.as_ref().is_some_and(|other| other != known)) {
                    payee.iban = None;
                }
            }
            return;
        }
        self.known.push(Known {
            kind: Kind::Payee,
            name: name.to_owned(),
            also: Vec::new(),
            digits: iban.as_ref().map(|iban| iban.as_str().to_owned()),
        });
        self.things.push(Thing::Payee(Payee {
            name: name.to_owned(),
            iban,
            sure,
        }));
    }

    /// A word of the customer's own goes before whatever others call themselves.
    fn add_fact(&mut self, fact: &FactView, accounts: &[AccountView]) {
        self.forget_named(&fact.word);
        if let Some(account) = accounts.iter().find(|account| alike(&account.name, &fact.meaning)) {
            if let Some(at) = self
                .things
                .iter()
                .position(|thing| *thing == Thing::Account(account.account))
            {
                self.known[at].also.push(fact.word.clone());
            }
            return;
        }
        let meant = |thing: &Thing| matches!(thing, Thing::Payee(payee) if alike(&payee.name, &fact.meaning));
        if let Some(at) = self.things.iter().position(meant) {
            self.known[at].also.push(fact.word.clone());
            return;
        }
        self.add_payee(&fact.meaning, None, false);
        if let Some(known) = self.known.last_mut() {
            known.also.push(fact.word.clone());
        }
    }

    fn forget_named(&mut self, word: &str) {
        let named = |thing: &Thing| matches!(thing, Thing::Payee(payee) if alike(&payee.name, word));
        while let Some(at) = self.things.iter().position(named) {
            self.things.remove(at);
            self.known.remove(at);
        }
    }
}

/// The words of a name that tell it from others.
fn telling(name: &str) -> Vec<String> {
    let mut words = words(name);
    words.retain(|word| !matches!(word.as_str(), "account" | "of" | "the" | "and"));
    words
}

/// Two names that people would take for the same.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::FactId;
    use chrono::NaiveDate;

    #[test]
    fn a_word_of_the_customers_goes_before_a_stranger_of_that_name() {
        let mut names = Names::default();
        names.add_payee("Mum", None, false);
        names.add_payee("Anna Weber", None, true);
        names.add_fact(
            &FactView {
                fact: FactId(uuid::Uuid::nil()),
                word: "Mum".into(),
                meaning: "Anna Weber".into(),
                since: NaiveDate::MIN,
            },
            &[],
        );
        assert_eq!(names.known.len(), 1);
        assert_eq!(names.known[0].also, ["Mum"]);
    }

    #[test]
    fn somebody_who_was_paid_once_is_known_even_if_they_paid_as_well() {
        let mut names = Names::default();
        names.add_payee("Tom", None, false);
        names.add_payee("tom ", None, true);
        assert!(matches!(&names.things[..], [Thing::Payee(payee)] if payee.sure));
    }
}
