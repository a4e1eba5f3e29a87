//! "And this month?", "what about Tom?", "only those over 100", "show them": the question that was answered just before, asked
//! again of something else. Nothing is taken for that which says anything besides.

mod asked;
mod done;

use self::asked::{account_places, asked_of, earlier, other};
use crate::command::{Command, leaves};
use crate::fill::LIKELY;
use crate::heard::Heard;
use crate::names::{Names, Thing};
use crate::plain::plain;
use crate::pronouns::says_person;
use crate::sources::is_source;
use crate::state::{Payee, Span, Task};
use crate::turn::Turn;
use crate::{WORDS_MAX, intents};
use bank_contract::AccountId;
use bank_understanding::extract::{Found, Value};
use chrono::NaiveDate;

/// What is said before it.
const LEADS: &[&str] = &[
    "and what about",
    "and how about",
    "what about",
    "how about",
    "and then",
    "and also",
    "same for",
    "and",
    "or",
    "ok and",
    "okay and",
];
/// Around what is asked of instead, and nothing besides.
const AROUND: &[&str] = &[
    "at", "to", "from", "in", "for", "on", "with", "of", "by", "my", "the", "our", "account", "please", "then", "just",
    "only", "instead", "since", "during", "those", "ones",
];
/// Around a bound: "only the ones over 100".
const BOUNDS: &[&str] = &[
    "only", "just", "the", "ones", "one", "those", "that", "are", "were", "over", "above", "more", "than", "under",
    "below", "less", "at", "least", "most", "show", "me", "euros", "between", "and", "please",
];
/// What a size is said with.
const SIZES: &[&str] = &[
    "over",
    "above",
    "more than",
    "under",
    "below",
    "less than",
    "at least",
    "at most",
];
/// The payments of a sum.
const THEM: &[&str] = &[
    "show them",
    "show me them",
    "show those",
    "show me those",
    "show me",
    "list them",
    "which ones",
    "which are they",
    "which payments",
    "what were they",
    "show me which",
    "show me the payments",
    "show the payments",
    "from whom",
    "from who",
    "to whom",
    "who from",
    "who to",
];
/// The last payment with whoever was asked about.
const LAST: &[&str] = &[
    "when was the last one",
    "when was the last",
    "when was that",
    "when was it",
    "the last one",
];
/// What the last payment came to stands in the answer already.
const HOW_MUCH: &[&str] = &[
    "how much",
    "how much was it",
    "how much was that",
    "what was it",
    "when was it",
];

/// Words that say nothing by themselves: what is made of such only is about what went before.
const BARE: &[&str] = &[
    "and", "or", "but", "so", "then", "what", "how", "why", "when", "who", "whom", "which", "where", "about", "him",
    "her", "them", "it", "that", "this", "these", "those", "to", "from", "at", "in", "for", "of", "with", "the",
    "other", "one", "ones", "last", "month", "week", "year", "before", "after", "too", "also", "not", "is", "was",
    "are", "were", "me", "much", "many",
];

/// Whether a text is nothing but such words, so that nothing can be read into it.
pub(crate) fn is_bare(text: &str) -> bool {
    let words = plain(text);
    let mut words = words.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| BARE.contains(&word))
}

/// Questions that can be asked again of something else.
pub(crate) fn is_question(intent: &str) -> bool {
    matches!(
        intent,
        "accounts.list" | "accounts.show" | "accounts.transactions" | "accounts.iban" | "ledger.balance-at"
    ) || is_sum(intent)
        || intent == "money.last-payment"
}

fn is_sum(intent: &str) -> bool {
    matches!(
        intent,
        "money.spent" | "money.received" | "money.average" | "money.largest" | "money.compare"
    )
}

/// Where something stands in a text.
type Place = std::ops::Range<usize>;

/// The same question as it is asked now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Again {
    pub(crate) intent: String,
    pub(crate) text: String,
    pub(crate) account: Option<AccountId>,
    pub(crate) span: Option<Span>,
}

/// A text, and what was found in it.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) text: &'a str,
    pub(crate) found: &'a [Found],
}

impl<'a> Told<'a> {
    /// The places of whatever was found of a kind, in their order.
    fn places(self, kind: impl Fn(&Value) -> bool) -> Vec<Place> {
        let likely = self.found.iter().filter(|one| one.score >= LIKELY && kind(&one.value));
        let mut places: Vec<_> = likely.map(|one| one.span.clone()).collect();
        places.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        places.dedup_by(|next, before| next.start < before.end);
        places
    }

    fn days(self) -> Vec<Place> {
        self.places(|value| matches!(value, Value::Days { .. }))
    }

    fn named(self) -> Vec<Place> {
        self.places(|value| matches!(value, Value::Named(_)))
    }

    fn at(self, span: &Place) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The words that stand in none of those places.
    fn without(self, places: &[Place]) -> String {
        let mut rest = String::new();
        let mut from = 0;
        for span in places {
            rest.push_str(self.text.get(from..span.start).unwrap_or_default());
            rest.push(' ');
            from = from.max(span.end);
        }
        rest.push_str(self.text.get(from..).unwrap_or_default());
        rest
    }
}

/// The question that was answered, with its words, and what is said now.
struct Follow<'a> {
    before: &'a Task,
    asked: Told<'a>,
    now: Told<'a>,
    names: &'a Names,
    /// What is said now, without marks and without what stands before it.
    rest: &'a str,
    /// Something stood before it: "and", "what about".
    led: bool,
}

impl Follow<'_> {
    fn same(&self, text: String) -> Again {
        Again {
            intent: self.before.intent.clone(),
            text,
            account: None,
            span: None,
        }
    }

    /// The payments of it, all of them or those of a size.
    fn listed(&self, text: String) -> Again {
        Again {
            intent: "accounts.transactions".to_owned(),
            account: self.before.slots.account,
            span: self.before.slots.span,
            ..self.same(text)
        }
    }

    /// "Show them", "when was the last one", "how much was it".
    fn of_it(&self) -> Option<Again> {
        let text = || self.asked.text.to_owned();
        let last = self.before.intent == "money.last-payment";
        if is_sum(&self.before.intent) && THEM.contains(&self.rest) {
            return Some(self.listed(text()));
        }
        if last && HOW_MUCH.contains(&self.rest) {
            return Some(self.same(text()));
        }
        (!last && self.before.slots.who().is_some() && LAST.contains(&self.rest)).then(|| Again {
            intent: "money.last-payment".to_owned(),
            ..self.same(text())
        })
    }

    /// "And the month before", "and in the other one".
    fn beside(&self, own: &[AccountId], today: NaiveDate) -> Option<Again> {
        if let Some(span) = earlier(self.before, self.rest, today) {
            return Some(Again {
                account: self.before.slots.account,
                span: Some(span),
                ..self.same(self.asked.without(&self.asked.days()))
            });
        }
        let account = other(self.before, self.rest, own)?;
        Some(Again {
            account: Some(account),
            span: self.before.slots.span,
            ..self.same(self.asked.without(&account_places(self.asked, self.names)))
        })
    }

    /// "Only those over 100".
    fn of_a_size(&self, amounts: &[Place]) -> Option<Again> {
        let lower = self.now.text.to_ascii_lowercase();
        let from = SIZES.iter().filter_map(|word| lower.find(word)).min()?;
        let fits = is_sum(&self.before.intent) || self.before.intent == "accounts.transactions";
        let bound = self.now.text.get(from..)?;
        (fits && self.has_only(amounts, BOUNDS)).then(|| self.listed(format!("{} {bound}", self.asked.text)))
    }

    /// "And this month", "what about Tom".
    fn instead(&self) -> Option<Again> {
        let (days, people) = (self.now.days(), self.now.named());
        let mut all = [days.clone(), people.clone()].concat();
        all.sort_by_key(|span| span.start);
        let around: Vec<&str> = AROUND.iter().chain(LEADS).flat_map(|words| words.split(' ')).collect();
        if all.is_empty() || !self.has_only(&all, &around) {
            return None;
        }
        let own_named = !account_places(self.now, self.names).is_empty();
        Some(Again {
            account: self.before.slots.account.filter(|_| !own_named),
            span: self.before.slots.span.filter(|_| days.is_empty()),
            ..self.same(asked_of(self, &days, &people))
        })
    }

    /// Whether nothing is said besides those places but some words.
    fn has_only(&self, places: &[Place], words: &[&str]) -> bool {
        let left = plain(&self.now.without(places));
        left.split_whitespace().all(|word| words.contains(&word))
    }
}

/// What is asked again, where a text is nothing but that. `own` are the customer's accounts.
fn again(
    before: &Task,
    asked: Told<'_>,
    now: Told<'_>,
    names: &Names,
    own: &[AccountId],
    today: NaiveDate,
) -> Option<Again> {
    let said = plain(now.text);
    let said = said.trim();
    let behind = LEADS.iter().find_map(|lead| said.strip_prefix(&format!("{lead} ")));
    let follow = Follow {
        before,
        asked,
        now,
        names,
        rest: behind.unwrap_or(said),
        led: behind.is_some(),
    };
    let beside = || follow.led.then(|| follow.beside(own, today)).flatten();
    follow.of_it().or_else(beside).or_else(|| {
        let amounts = now.places(|value| matches!(value, Value::Amount { .. }));
        if amounts.is_empty() {
            follow.instead()
        } else {
            follow.of_a_size(&amounts)
        }
    })
}

impl Turn<'_> {
    /// Does or answers the same as before for something else, where nothing but that was said.
    pub(crate) async fn follows(&mut self, text: &str, found: &[Found], names: &Names) -> bool {
        // "From my savings" corrects the card that is open, also behind a question.
        let corrects = self.state.carded.as_ref().is_some_and(leaves) && is_source(text, found, names);
        let follows = !corrects && (self.does_again(text, found, names) || self.asks_again(text, found, names).await);
        if follows {
            self.state.just_done = None;
        }
        follows
    }

    async fn asks_again(&mut self, text: &str, found: &[Found], names: &Names) -> bool {
        let open = self.state.asking().is_some();
        let Some(before) = self.state.answered.clone().filter(|_| !open) else {
            return false;
        };
        let asked = self.find(&before.text, names).await;
        let accounts = self.world.accounts().await.unwrap_or_default();
        let own: Vec<AccountId> = accounts.iter().map(|account| account.account).collect();
        let asked = Told {
            text: &before.text,
            found: &asked,
        };
        let today = self.world.now.today;
        let again = again(&before, asked, Told { text, found }, names, &own, today);
        let Some(again) = again.filter(|again| again.text.chars().count() <= WORDS_MAX) else {
            return false;
        };
        let mut task = Task::new(&again.intent, &again.text);
        let found = self.find(&again.text, names).await;
        self.fill(&mut task, &again.text, &found, names, false);
        task.slots.account = task.slots.account.or(again.account);
        task.slots.span = task.slots.span.or(again.span);
        // Whoever was meant by "him" stands in no text.
        let nobody = task.slots.who().is_none() && task.slots.candidates.is_empty();
        if nobody && says_person(&before.text) {
            task.slots.payee.clone_from(&before.slots.payee);
        }
        self.begin(task);
        true
    }

    /// Keeps what was answered, so that it can be asked again of something else, and whom it was about.
    pub(crate) fn keep_answered(&mut self, task: &Task, is_card: bool) {
        if intents::kind(&task.intent) == intents::Kind::Talk {
            return;
        }
        let question = !is_card && is_question(&task.intent);
        self.state.answered = question.then(|| task.clone());
        if let Some(payee) = task.slots.payee.clone().filter(|_| task.slots.candidates.is_empty()) {
            self.state.person = Some(payee);
        }
    }

    /// "Send him 20": whoever was spoken of last, where nobody is named. The card says who that is.
    pub(crate) fn mean_person(&self, task: &mut Task) {
        let slots = &task.slots;
        let nobody = slots.who().is_none() && slots.candidates.is_empty() && slots.iban.is_none();
        let of_people = matches!(
            task.intent.as_str(),
            "transfers.submit" | "transfers.repeat" | "transfers.receipt" | "transfers.reverse" | "payees.trust"
        ) || task.intent.starts_with("money.")
            || task.intent == "accounts.transactions";
        if nobody && of_people && says_person(&task.text) {
            // Whoever is being paid goes before whoever was spoken of before that.
            let open: Option<Payee> = self.state.stack.last().and_then(|open| open.slots.payee.clone());
            task.slots.payee = open.or_else(|| self.state.person.clone());
        }
    }
}

/// What can be meant by somebody's name alone.
const OF_A_PERSON: [&str; 3] = ["transfers.submit", "accounts.transactions", "money.last-payment"];

/// What is meant by a name alone, where it was to be begun or asked about: an account is shown, and of a person it is asked.
pub(crate) fn of_a_name(commands: &[Command], heard: &Heard<'_>, names: &Names) -> Option<Command> {
    let [Command::Start { .. } | Command::Clarify(_)] = commands else {
        return None;
    };
    let told = Told {
        text: heard.text,
        found: heard.found,
    };
    let alone = |places: &[Place]| {
        let left = plain(&told.without(places));
        let around = |word: &str| matches!(word, "my" | "the" | "our" | "account" | "please");
        places.len() == 1 && left.split_whitespace().all(around)
    };
    let person = |thing: Option<&Thing>| matches!(thing, Some(Thing::Payee(_)));
    if alone(&account_places(told, names)) {
        return Some(Command::Start {
            intent: "accounts.show".to_owned(),
            text: heard.text.to_owned(),
        });
    }
    let people = told.places(|value| matches!(value, Value::Named(at) if person(names.things.get(*at))));
    alone(&people).then(|| Command::Clarify(OF_A_PERSON.map(str::to_owned).to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_say_nothing_by_themselves_are_told_from_those_that_do() {
        for text in [
            "and him?",
            "why?",
            "and last month?",
            "what about her",
            "how much was it?",
        ] {
            assert!(is_bare(text), "{text}");
        }
        for text in ["he hits me", "help", "stop", "and he hits me", "", "?", "no"] {
            assert!(!is_bare(text), "{text}");
        }
    }
}
