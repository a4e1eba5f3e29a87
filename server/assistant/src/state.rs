//! Where a conversation is. It is kept between turns and read by nobody else.

use bank_contract::accounts::Product;
use bank_contract::care::Reason;
use bank_contract::limits::Channel;
use bank_contract::{
    AccountId, Currency, EntryId, FactId, Iban, MandateId, Money, PasskeyId, PendingId, SessionId, TokenId,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A state of another version is not read.
const VERSION: u32 = 1;

/// Where a conversation is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub(crate) version: u32,
    /// What is being done, the innermost last.
    pub(crate) stack: Vec<Task>,
    /// What comes after that.
    pub(crate) queue: Vec<Task>,
    /// What was shown as a card last, so that it can be corrected.
    pub(crate) carded: Option<Task>,
    /// What was confirmed just before: what "that" means for a short time.
    pub(crate) just_done: Option<Done>,
    /// The question that was answered last, to be asked again of something else.
    pub(crate) answered: Option<Task>,
    /// Whoever was spoken of last.
    pub(crate) person: Option<Payee>,
    /// What can be chosen now.
    pub(crate) offered: Vec<Offer>,
    /// How often in a row nothing was understood.
    pub(crate) unclear: u8,
    /// What was said last, to be said again.
    pub(crate) last: Vec<String>,
    /// What the customer said lately, for a person who takes over.
    pub(crate) heard: Vec<String>,
    /// What a person was asked for about last, so that the same is not told at length again.
    pub(crate) handed: Option<Reason>,
}

impl State {
    /// One that cannot be read begins anew.
    pub fn read(value: Value) -> Self {
        let state: Self = serde_json::from_value(value).unwrap_or_default();
        if state.version == VERSION && state.stack.len() <= crate::STACK_MAX {
            state
        } else {
            Self::default()
        }
    }

    pub fn write(mut self) -> Value {
        self.version = VERSION;
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// The question that is open.
    pub(crate) fn asking(&self) -> Option<(&Task, Slot)> {
        let task = self.stack.last()?;
        task.asking.map(|slot| (task, slot))
    }
}

/// What was confirmed last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    pub(crate) title: String,
    pub(crate) operation: String,
    pub(crate) amount: Option<Money>,
    pub(crate) payee: Option<String>,
    /// What the customer had said of it, where its card was the open one.
    pub(crate) task: Option<Task>,
    /// Turns since then.
    pub(crate) turns: u8,
}

/// Something that is being done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Task {
    pub(crate) intent: String,
    pub(crate) slots: Slots,
    pub(crate) asking: Option<Slot>,
    /// How often the same was asked.
    pub(crate) asked: u8,
    /// What the customer said to begin it.
    pub(crate) text: String,
    pub(crate) pending: Option<PendingId>,
}

impl Task {
    pub(crate) fn new(intent: &str, text: &str) -> Self {
        Self {
            intent: intent.to_owned(),
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

/// What a task has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Slot {
    Account,
    ToAccount,
    Amount,
    Payee,
    Iban,
    Name,
    Day,
    Entry,
    Pending,
    Token,
    Session,
    Passkey,
    Fact,
    Product,
    Trusted,
    Mandate,
    /// "Did you mean …?"
    Which,
}

/// Whom money goes to, or whom something is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payee {
    pub(crate) name: String,
    pub(crate) iban: Option<Iban>,
    /// The customer chose it, or has paid it or trusts it; nothing is to be asked.
    pub(crate) sure: bool,
}

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
}

/// How an amount was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AmountAs {
    /// Without a currency: it is in that of the account which it turns out to be about.
    #[default]
    Bare,
    /// With its currency.
    Stated,
    /// As the difference to what is there: "by 500".
    Difference,
    /// In words that need reckoning, or as one of two figures: it is asked for.
    Vague,
}

/// What the bank does not do: it is said, and never done at once without a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct When {
    /// It is to be done on a later day.
    pub(crate) later: bool,
    /// It is to be done again and again.
    pub(crate) repeats: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Slots {
    pub(crate) account: Option<AccountId>,
    pub(crate) to_account: Option<AccountId>,
    pub(crate) amount: Option<Money>,
    pub(crate) amount_as: AmountAs,
    /// Of payments that are looked for: this much or more.
    pub(crate) least: Option<Money>,
    /// This much or less.
    pub(crate) most: Option<Money>,
    /// The customer named the currency of these two.
    pub(crate) bounds_stated: bool,
    pub(crate) payee: Option<Payee>,
    /// Of payments that are looked for: a name that nobody known has.
    pub(crate) sought: Option<String>,
    /// One word, several people.
    pub(crate) candidates: Vec<Payee>,
    /// Accounts of others that are called, or whose owner is called, like the payee: what was said, and the owner.
    pub(crate) lent: Vec<(String, Payee)>,
    pub(crate) iban: Option<Iban>,
    /// The payee has another IBAN than those that are known.
    pub(crate) elsewhere: bool,
    pub(crate) reference: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) span: Option<Span>,
    /// A day was said that there is not, in words.
    pub(crate) no_day: Option<String>,
    pub(crate) when: When,
    pub(crate) count: Option<u32>,
    pub(crate) entry: Option<EntryId>,
    /// The newest one is meant.
    pub(crate) newest: bool,
    pub(crate) pending: Option<PendingId>,
    pub(crate) token: Option<TokenId>,
    pub(crate) session: Option<SessionId>,
    pub(crate) passkey: Option<PasskeyId>,
    pub(crate) fact: Option<FactId>,
    pub(crate) product: Option<Product>,
    pub(crate) currency: Option<Currency>,
    pub(crate) channel: Option<Channel>,
    pub(crate) trusted: Option<Iban>,
    pub(crate) mandate: Option<MandateId>,
}

/// Something that can be chosen, and what choosing it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) hint: Option<String>,
    pub(crate) does: Does,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Does {
    /// Begins a task, with what was said for it.
    Start {
        intent: String,
        text: String,
    },
    Account(AccountId),
    ToAccount(AccountId),
    /// Sure from then on that it is chosen.
    Payee(Payee),
    /// Not one of those: ask for the IBAN.
    OtherPayee {
        name: String,
    },
    Entry(EntryId),
    Pending(PendingId),
    Token(TokenId),
    Session(SessionId),
    Passkey(PasskeyId),
    Fact(FactId),
    Product(Product),
    Trusted(Iban),
    Mandate(MandateId),
    Person,
    /// None of those.
    Nothing,
}

impl Slots {
    /// Whom payments are looked for by.
    pub(crate) fn who(&self) -> Option<&str> {
        let payee = self.payee.as_ref().map(|payee| payee.name.as_str());
        payee.or(self.sought.as_deref())
    }

    /// Whether the customer named the amount's currency.
    pub(crate) fn amount_stated(&self) -> bool {
        self.amount_as == AmountAs::Stated
    }

    /// Takes what was chosen.
    pub(crate) fn take(&mut self, does: &Does) {
        match does {
            Does::Account(account) => self.account = Some(*account),
            Does::ToAccount(account) => self.to_account = Some(*account),
            Does::Payee(payee) => {
                self.iban.clone_from(&payee.iban);
                self.payee = Some(Payee {
                    sure: true,
                    ..payee.clone()
                });
                self.candidates.clear();
            }
            Does::OtherPayee { name } => {
                self.payee = Some(Payee {
                    name: name.clone(),
                    iban: None,
                    sure: true,
                });
                self.iban = None;
                self.elsewhere = true;
                self.candidates.clear();
            }
            Does::Entry(entry) => self.entry = Some(*entry),
            Does::Pending(pending) => self.pending = Some(*pending),
            Does::Token(token) => self.token = Some(*token),
            Does::Session(session) => self.session = Some(*session),
            Does::Passkey(passkey) => self.passkey = Some(*passkey),
            Does::Fact(fact) => self.fact = Some(*fact),
            Does::Product(product) => self.product = Some(*product),
            Does::Mandate(mandate) => self.mandate = Some(*mandate),
            Does::Trusted(iban) => self.trusted = Some(iban.clone()),
            Does::Start { .. } | Does::Person | Does::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_state_that_cannot_be_read_begins_anew() {
        let state = State {
            unclear: 1,
            ..State::default()
        };
        assert_eq!(State::read(state.write()).unclear, 1);
        for bad in [
            json!(null),
            json!(7),
            json!({"version": 99, "unclear": 2}),
            json!({"version": 1, "stack": 5}),
        ] {
            assert_eq!(State::read(bad), State::default());
        }
    }
}
