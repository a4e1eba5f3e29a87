//! Which of the requests that wait is meant, by what was said of it.

use super::amounts::as_many;
use crate::names::alike;
use crate::plain::{is_month, is_weekday, words};
use crate::state::Task;
use crate::turn::Turn;
use bank_contract::pending::PendingView;
use bank_contract::{BankError, Money};

/// What requests are called, and the operations that can be meant. The first that is said counts: "the payment limit" is no
/// payment.
const KINDS: &[(&[&str], &str)] = &[
    (&["limit", "limits"], "limits."),
    (&["payment", "payments", "transfer", "transfers"], "transfers."),
    (&["trust", "trusted"], "payees."),
];

/// Words that are written large and name nobody.
const NOBODY: &[&str] = &[
    "i", "im", "ive", "id", "ill", "larch", "iban", "api", "eur", "usd", "gbp", "chf", "jpy", "please", "it", "the",
];

/// What was said of a request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Wanted {
    /// Whom it is about, as the customer knows them: any of these.
    people: Vec<String>,
    /// Names of nobody that the customer knows, word by word.
    words: Vec<String>,
    /// What they call the account that it is about.
    account: Option<String>,
    amount: Option<Money>,
    /// The customer named its currency. Else as many units of any are meant.
    stated: bool,
    kind: Option<&'static str>,
}

impl Wanted {
    pub(super) async fn of(turn: &mut Turn<'_>, task: &Task) -> Result<Self, BankError> {
        let accounts = turn.world.accounts().await?;
        let account = task.slots.account.and_then(|said| {
            let called = accounts.into_iter().find(|account| account.account == said);
            called.map(|account| account.name)
        });
        let known = task.slots.payee.iter().chain(&task.slots.candidates);
        let people: Vec<String> = known.map(|payee| payee.name.clone()).collect();
        let words = if people.is_empty() && account.is_none() {
            names(&task.text)
        } else {
            Vec::new()
        };
        let amount = task.slots.amount;
        Ok(Self {
            people,
            words,
            account,
            amount,
            stated: amount.is_some() && task.slots.amount_stated(),
            kind: kind(&task.text),
        })
    }

    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whom it is for, or how much it is, was said.
    pub(super) fn names_one(&self) -> bool {
        !self.people.is_empty() || !self.words.is_empty() || self.amount.is_some()
    }

    /// Whether all that was said is true of it.
    pub(super) fn fits(&self, view: &PendingView) -> bool {
        let about = &view.summary;
        let payee = about.payee_name.as_deref().unwrap_or_default();
        let person = self.people.is_empty() || self.people.iter().any(|name| alike(name, payee) || within(name, payee));
        let all = [
            Some(about.title.as_str()),
            about.payee_name.as_deref(),
            about.reference.as_deref(),
            about.from_account.as_deref(),
            about.asked_by.as_deref(),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
        let named = within(&self.words.join(" "), &all);
        let account = self.account.as_ref().is_none_or(|name| within(name, &all));
        let is = |money: Money, there: Money| {
            let meant = if self.stated {
                Some(money)
            } else {
                as_many(money, there.currency())
            };
            meant == Some(there)
        };
        let amount = self
            .amount
            .is_none_or(|money| about.amount.is_some_and(|there| is(money, there)));
        let kind = self.kind.is_none_or(|kind| view.operation.starts_with(kind));
        person && named && account && amount && kind
    }
}

/// Every word of the one stands in the other.
pub(super) fn within(few: &str, many: &str) -> bool {
    let many = words(many);
    words(few).iter().all(|word| many.contains(word))
}

fn kind(text: &str) -> Option<&'static str> {
    let all = words(text);
    let said = |called: &[&str]| called.iter().any(|name| all.iter().any(|word| word == name));
    KINDS.iter().find(|(called, _)| said(called)).map(|(_, kind)| *kind)
}

/// What looks like a name: written large within a sentence, or behind "the payment to".
pub(super) fn names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut begins = true;
    let mut behind = ("", "");
    for word in text.split_whitespace() {
        let bare: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        let lower = bare.to_lowercase();
        let large = bare.chars().next().is_some_and(char::is_uppercase) && !begins;
        let paid = behind.1 == "to" && matches!(behind.0, "payment" | "transfer" | "euros" | "euro" | "money");
        let number = bare.chars().any(|c| c.is_ascii_digit());
        let whose = matches!(
            lower.as_str(),
            "my" | "the" | "a" | "an" | "me" | "somebody" | "someone"
        );
        if (large || paid)
            && bare.chars().count() > 1
            && !number
            && !whose
            && !(NOBODY.contains(&lower.as_str()) || is_month(&lower) || is_weekday(&lower))
        {
            // "Tom's payment" is of Tom.
            let name = word.split(['\'', '’']).next().unwrap_or(word);
            found.extend(words(name));
        }
        begins = word.ends_with(['.', '!', '?', ':']);
        behind = (behind.1, word);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::pending::{PendingState, Summary};
    use bank_contract::{Consent, Currency, PendingId};

    fn payment(to: &str, minor: i64) -> PendingView {
        let amount = Money::from_minor(minor, Currency::Eur).unwrap();
        PendingView {
            pending: PendingId(uuid::Uuid::nil()),
            operation: "transfers.submit".into(),
            summary: Summary {
                title: format!("Send {amount} to {to}"),
                amount: Some(amount),
                payee_name: Some(to.into()),
                ..Summary::default()
            },
            missing: Consent::Confirm,
            state: PendingState::Waiting,
            expires_at: chrono::NaiveDateTime::MIN,
            hash: String::new(),
            decided_by_other: false,
        }
    }

    fn said(text: &str) -> Wanted {
        Wanted {
            words: names(text),
            kind: kind(text),
            ..Wanted::default()
        }
    }

    #[test]
    fn a_name_that_nobody_knows_is_still_no_other_name() {
        let tom = payment("Tom", 2_000);
        for text in [
            "cancel the payment to Tom",
            "cancel the payment to tom",
            "Cancel the waiting payment",
            "I don't want Tom's payment",
            "decline to sign",
            "cancel what I was going to sign",
        ] {
            assert!(said(text).fits(&tom), "{text}");
        }
        for text in [
            "cancel the payment to Anna",
            "cancel the payment to anna",
            "turn down the request for Northwind",
            "withdraw my waiting limit change",
            "cancel the payment limit that waits",
            "I don't trust her after all, cancel that",
        ] {
            assert!(!said(text).fits(&tom), "{text}");
        }
    }

    #[test]
    fn whoever_is_known_and_how_much_must_fit_as_well() {
        let wants = |name: &str, minor: i64| Wanted {
            people: vec![name.into()],
            amount: Some(Money::from_minor(minor, Currency::Eur).unwrap()),
            ..Wanted::default()
        };
        let tom = payment("Tom Baker", 2_000);
        assert!(wants("Tom Baker", 2_000).fits(&tom));
        assert!(wants("tom", 2_000).fits(&tom));
        assert!(!wants("Tom Baker", 2_100).fits(&tom));
        assert!(!wants("Anna Weber", 2_000).fits(&tom));
        let mut dollars = payment("Tom Baker", 2_000);
        dollars.summary.amount = Some(Money::from_minor(2_000, Currency::Usd).unwrap());
        assert!(wants("Tom Baker", 2_000).fits(&dollars));
        let euros = Wanted {
            stated: true,
            ..wants("Tom Baker", 2_000)
        };
        assert!(!euros.fits(&dollars) && euros.fits(&tom));
    }
}
