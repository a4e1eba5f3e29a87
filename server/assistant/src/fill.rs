//! Puts what was found in a text where the task needs it.

mod figures;

use crate::called::called;
use crate::names::{Names, Thing};
use crate::sought::{has_words, sought};
use crate::state::{Payee, Slot, Slots, Span, Task};
use crate::written::{reference, written_name};
use bank_contract::accounts::Product;
use bank_contract::limits::Channel;
use bank_understanding::extract::{Found, Value, currency_word};
use chrono::NaiveDate;

/// What is less likely than this is not taken without asking.
pub(crate) const LIKELY: f32 = 0.45;

/// Takes over what a text says. What is there is overwritten only in a correction.
pub(crate) fn fill(task: &mut Task, said: &str, found: &[Found], names: &Names, over: bool) {
    // What was found has its places in the text: lower case must not move them.
    let lower = said.to_ascii_lowercase();
    let slots = &mut task.slots;
    figures::fill(&task.intent, slots, said, found, over);
    if let Some(span) = best(found, |value| match value {
        Value::Days { from, until } => Some(Span {
            from: *from,
            until: *until,
        }),
        _ => None,
    }) {
        put(&mut slots.span, span, over);
    }
    slots.no_day = best(found, |value| match value {
        Value::NoDay { day, month, year } => Some(no_day(*day, *month, *year)),
        _ => None,
    });
    if let Some(count) = best(found, |value| match value {
        Value::Count(count) => Some(*count),
        _ => None,
    }) {
        put(&mut slots.count, count, over);
    }
    if let Some(iban) = best(found, |value| match value {
        Value::Iban(iban) => Some(iban.clone()),
        _ => None,
    }) {
        put(&mut slots.iban, iban, over);
    }
    let places = Places {
        said,
        lower: &lower,
        found,
        names,
        asked: task.asking.filter(|slot| asks_for_a_side(&task.intent, *slot)),
    };
    fill_accounts(&task.intent, slots, &places, over);
    fill_payee(&task.intent, slots, said, found, names, over);
    turn_to_target(task, &places, over);
    let slots = &mut task.slots;
    fill_words(slots, said, over);
    // An old name that is known ends before the new one begins.
    let account = |one: &&Found| match one.value {
        Value::Named(at) => one.score >= LIKELY && matches!(names.things.get(at), Some(Thing::Account(_))),
        _ => false,
    };
    let after = found.iter().find(account).map_or(0, |one| one.span.end);
    if let Some(name) = called(&task.intent, said, after) {
        put(&mut task.slots.name, name, over);
    }
}

/// "31 February", "29 February 2026".
fn no_day(day: u32, month: u32, year: Option<i32>) -> String {
    let name = NaiveDate::from_ymd_opt(2_000, month, 1).map_or(String::new(), |first| first.format(" %B").to_string());
    let year = year.map_or(String::new(), |year| format!(" {year}"));
    format!("{day}{name}{year}")
}

fn put<T>(slot: &mut Option<T>, value: T, over: bool) {
    if over || slot.is_none() {
        *slot = Some(value);
    }
}

fn best<T>(found: &[Found], pick: impl Fn(&Value) -> Option<T>) -> Option<T> {
    let likely = found.iter().filter(|one| one.score >= LIKELY);
    likely
        .filter_map(|one| pick(&one.value).map(|value| (one.score, value)))
        .fold(None, |best: Option<(f32, T)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .map(|(_, value)| value)
}

/// Where names stand in what was said, and which side a bare one is of.
struct Places<'a> {
    said: &'a str,
    /// The same with small letters, of the same length.
    lower: &'a str,
    found: &'a [Found],
    names: &'a Names,
    /// The side that was asked for.
    asked: Option<Slot>,
}

impl Places<'_> {
    /// Names that are likely enough, and what they stand for.
    fn likely(&self) -> impl Iterator<Item = (&Found, &Thing)> {
        let likely = self.found.iter().filter(|one| one.score >= LIKELY);
        likely.filter_map(|one| match one.value {
            Value::Named(at) => self.names.things.get(at).map(|thing| (one, thing)),
            _ => None,
        })
    }

    /// Whether what begins here is where money goes: "to my savings", or all that is said where that was asked for.
    fn into(&self, at: usize) -> bool {
        let other = || self.out_of(at) || is_behind(self.lower, at, &["for"]);
        let target = matches!(self.asked, Some(Slot::ToAccount | Slot::Payee));
        into(self.lower, at) || (target && !other())
    }

    fn out_of(&self, at: usize) -> bool {
        out_of(self.lower, at)
    }

    /// Whether these words are the owner's name itself, and not where money leaves.
    fn is_paid(&self, one: &Found, owner: &Payee) -> bool {
        let called = self.said.get(one.span.clone()).unwrap_or_default();
        let paid_already = self.is_own(one, true);
        !paid_already && !self.out_of(one.span.start) && has_words(&owner.name, called)
    }

    fn goes_to_somebody(&self) -> bool {
        let mut likely = self.likely();
        likely.any(|(one, thing)| match thing {
            Thing::Payee(_) => self.into(one.span.start),
            Thing::Other(..) => self.into(one.span.start) && !self.is_own(one, true),
            Thing::Account(_) => false,
        })
    }

    fn goes_to_own(&self) -> bool {
        let mut likely = self.likely();
        // "Take what is in my savings" is where it lies.
        let lies = |at: usize| is_behind(self.lower, at, &["in"]);
        likely.any(|(one, thing)| {
            matches!(thing, Thing::Account(_)) && self.into(one.span.start) && !lies(one.span.start)
        })
    }

    /// Whether these words mean something of the customer's own as well, or somebody whom they pay. Others call themselves,
    /// and their accounts, what they like: that never goes before it.
    fn is_own(&self, one: &Found, into: bool) -> bool {
        let mut here = self
            .likely()
            .filter(|(other, _)| other.span.start < one.span.end && one.span.start < other.span.end);
        here.any(|(_, thing)| match thing {
            Thing::Account(_) => true,
            Thing::Payee(_) => into,
            Thing::Other(..) => false,
        })
    }
}

/// Whether the answer to a question is an account that money leaves, or where it goes.
fn asks_for_a_side(intent: &str, asked: Slot) -> bool {
    match intent {
        "transfers.move" => matches!(asked, Slot::Account | Slot::ToAccount),
        "transfers.submit" => asked == Slot::Payee,
        _ => false,
    }
}

fn fill_accounts(intent: &str, slots: &mut Slots, places: &Places<'_>, over: bool) {
    let moves = intent == "transfers.move";
    let pays = moves || intent == "transfers.submit";
    for (one, thing) in places.likely() {
        let at = one.span.start;
        let into = pays && places.into(at);
        let leaves = moves && places.out_of(at);
        let account = match thing {
            Thing::Other(..) if places.is_own(one, into) => continue,
            // "Pay Mirela": the person, and no account.
            Thing::Other(_, owner) if intent == "transfers.submit" && places.is_paid(one, owner) => {
                let name = places.said.get(one.span.clone()).unwrap_or_default().to_owned();
                let payee = Payee {
                    name,
                    iban: None,
                    sure: false,
                };
                put(&mut slots.payee, payee, over);
                continue;
            }
            Thing::Other(_, owner) if into => {
                let called = places.said.get(one.span.clone()).unwrap_or_default();
                if !names_owner(called, &owner.name) {
                    fill_lent(slots, called, owner, over);
                    continue;
                }
                if let Some(iban) = owner.iban.clone() {
                    put(&mut slots.iban, iban, over);
                }
                put(&mut slots.payee, owner.clone(), over);
                continue;
            }
            Thing::Account(account) | Thing::Other(account, _) => *account,
            Thing::Payee(_) => continue,
        };
        // Where money was to go is not where it leaves: "from there" turns it round.
        if over && leaves && slots.to_account == Some(account) {
            slots.to_account = slots.account.replace(account);
            continue;
        }
        // Whichever side was asked for, the one that is said is meant.
        let said = places.asked.is_some();
        if into || (moves && !leaves && slots.account == Some(account)) {
            put(&mut slots.to_account, account, over || (said && into));
        } else if slots.to_account != Some(account) || (said && leaves) {
            put(&mut slots.account, account, over || (said && leaves));
        }
    }
}

/// Whoever is somebody else has no account among the customer's own: "move 20 to Tom" sends them money. A correction can turn
/// one into the other: "no, to Tom", "no, to my savings".
fn turn_to_target(task: &mut Task, places: &Places<'_>, over: bool) {
    let (somebody, own) = (places.goes_to_somebody(), places.goes_to_own());
    let slots = &mut task.slots;
    match task.intent.as_str() {
        "transfers.move" if somebody && !own && (over || slots.to_account.is_none()) => {
            slots.to_account = None;
            "transfers.submit".clone_into(&mut task.intent);
        }
        "transfers.submit" if over && own && !somebody => {
            slots.payee = None;
            slots.iban = None;
            slots.candidates.clear();
            slots.lent.clear();
            "transfers.move".clone_into(&mut task.intent);
        }
        _ => {}
    }
}

/// "Mirela's account": by its owner, who has that name with the bank, and not by what they call the account.
fn names_owner(called: &str, owner: &str) -> bool {
    let called = called.to_lowercase();
    let first = owner.split_whitespace().next().unwrap_or(owner).to_lowercase();
    let words: Vec<&str> = called.split(|c: char| !c.is_alphanumeric()).collect();
    words.contains(&"account") && words.contains(&first.as_str())
}

/// Who is meant by what somebody else calls their account is asked.
fn fill_lent(slots: &mut Slots, called: &str, owner: &Payee, over: bool) {
    let same = slots.payee.as_ref().is_some_and(|payee| payee.name == called);
    if !over && slots.payee.is_some() && !same {
        return;
    }
    if over {
        slots.iban = None;
    }
    slots.payee = Some(Payee {
        name: called.to_owned(),
        iban: None,
        sure: false,
    });
    slots.lent.push((called.to_owned(), owner.clone()));
}

/// Whether what begins here is where something goes: "to my savings".
fn into(lower: &str, at: usize) -> bool {
    is_behind(lower, at, &["to", "into", "in", "onto"])
}

/// Whether what begins here is where something leaves: "from my savings".
fn out_of(lower: &str, at: usize) -> bool {
    is_behind(lower, at, &["from", "out of"])
}

fn is_behind(lower: &str, at: usize, words: &[&str]) -> bool {
    let before = before(lower, at);
    words.iter().any(|word| {
        let rest = before.strip_suffix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
    })
}

/// What stands before a name, without "my" and "the".
fn before(lower: &str, at: usize) -> &str {
    let before = lower.get(..at).unwrap_or_default().trim_end();
    before
        .strip_suffix(" my")
        .or(before.strip_suffix(" the"))
        .unwrap_or(before)
}

fn fill_payee(intent: &str, slots: &mut Slots, said: &str, found: &[Found], names: &Names, over: bool) {
    let mut people: Vec<(f32, std::ops::Range<usize>, Payee)> = Vec::new();
    for one in found.iter().filter(|one| one.score >= LIKELY) {
        if let Value::Named(at) = one.value
            && let Some(Thing::Payee(payee)) = names.things.get(at)
        {
            people.push((one.score, one.span.clone(), payee.clone()));
        }
    }
    if intent == "transfers.submit" {
        keep_paid(&mut people, said, found);
    }
    people.sort_by(|a, b| b.0.total_cmp(&a.0));
    if let Some((score, span, first)) = people.first().cloned() {
        let same = people
            .iter()
            .filter(|(other, at, _)| *at == span && score - other < 0.05);
        let all: Vec<Payee> = same.map(|(_, _, payee)| payee.clone()).collect();
        if over || slots.payee.is_none() {
            slots.sought = None;
            if over {
                slots.iban = None;
            }
            if all.len() > 1 {
                slots.payee = None;
                slots.candidates = all;
            } else {
                slots.candidates.clear();
                slots.payee = Some(first);
            }
        }
        return;
    }
    if let Some(name) = sought(intent, said, found) {
        put(&mut slots.sought, name, over);
        if over {
            slots.payee = None;
        }
    }
    let pays = matches!(intent, "transfers.submit" | "payees.trust" | "transfers.check-payee");
    if pays
        && (over || slots.payee.is_none())
        && let Some(name) = written_name(said, found)
    {
        if over {
            slots.iban = None;
        }
        slots.payee = Some(Payee {
            name,
            iban: None,
            sure: false,
        });
    }
}

/// "20 to Bianca for Tom": whoever stands behind "to" is paid, and whoever stands behind "for" is what it is for.
fn keep_paid(people: &mut Vec<(f32, std::ops::Range<usize>, Payee)>, said: &str, found: &[Found]) {
    let lower = said.to_ascii_lowercase();
    if people.iter().any(|(_, at, _)| into(&lower, at.start)) {
        people.retain(|(_, at, _)| into(&lower, at.start));
        return;
    }
    let is_for = |at: usize| is_behind(&lower, at, &["for"]);
    let paid = people.iter().any(|(_, at, _)| !is_for(at.start)) || written_name(said, found).is_some();
    if paid {
        people.retain(|(_, at, _)| !is_for(at.start));
    }
}

fn fill_words(slots: &mut Slots, said: &str, over: bool) {
    if let Some(reference) = reference(said) {
        put(&mut slots.reference, reference, over);
    }
    // Whole words: "both" is no bot, and France is no franc.
    let lower = said.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let says = |any: &[&str]| words.iter().any(|word| any.contains(word));
    if says(&["saving", "savings", "saver"]) {
        put(&mut slots.product, Product::Savings, over);
    } else if lower.contains("current account") || says(&["checking", "current"]) {
        put(&mut slots.product, Product::Current, over);
    }
    let signs = lower.split(char::is_whitespace);
    if let Some(currency) = words.iter().copied().chain(signs).find_map(currency_word) {
        put(&mut slots.currency, currency, over);
    }
    let programs = [
        "program",
        "programs",
        "programme",
        "programmes",
        "api",
        "apis",
        "token",
        "tokens",
        "bot",
        "bots",
        "script",
        "scripts",
    ];
    if says(&programs) {
        put(&mut slots.channel, Channel::Programs, over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;

    #[test]
    fn a_currency_and_a_channel_are_words_and_no_parts_of_words() {
        let slots = |said: &str| {
            let mut slots = Slots::default();
            fill_words(&mut slots, said, false);
            slots
        };
        for (said, currency) in [
            ("open an account in dollars", Some(Currency::Usd)),
            ("open a $ account", Some(Currency::Usd)),
            ("an account in kuwaiti dinars", Some(Currency::Kwd)),
            ("a CHF account please", Some(Currency::Chf)),
            ("open an account for my holidays in france", None),
            ("an account for the frankfurt flat", None),
            ("an account for Mr Poundstone", None),
            ("an account for the Yentas", None),
        ] {
            assert_eq!(slots(said).currency, currency, "{said}");
        }
        for said in [
            "set both limits to 500",
            "a limit for my bottle shop",
            "my description, a limit of 500",
        ] {
            assert_eq!(slots(said).channel, None, "{said}");
        }
        assert_eq!(slots("set the limit of my bots to 50").channel, Some(Channel::Programs));
    }
}
