//! Answers from the customer's own payments: what was spent, what came in, and what one payment is.

mod compare;

use self::compare::compare;
use super::direction::{self, Way};
use super::kinds::no_kinds;
use super::more::All;
use super::need::{offer, said_of};
use super::{Halt, Step, Stepped, accounts, several, sums};
use crate::fill::LIKELY;
use crate::names::Names;
use crate::plain::{plain, says};
use crate::say::{self, ROWS_MAX};
use crate::state::{AmountAs, Does, Span, Task};
use crate::turn::Turn;
use crate::world::{Rows, real};
use bank_contract::accounts::TransactionView;
use bank_contract::assistant::{Figure, Part, Place};
use bank_contract::pending::ShowProof;
use bank_contract::transfers::ShowReceipt;
use bank_contract::{AccountId, BankError, Money};
use bank_understanding::extract::{Found, Value};
use chrono::Days;

/// Days that an average is taken over, where nothing else is said.
const AVERAGE_DAYS: u64 = 90;

/// The other end of what is asked for by its size.
const SMALLEST: &[&str] = &["smallest", "lowest", "tiniest", "cheapest", "littlest"];

/// Of which no day is known.
const UNKNOWN_TIMES: &[&str] = &[
    "since",
    "christmas",
    "easter",
    "ramadan",
    "eid",
    "hanukkah",
    "diwali",
    "thanksgiving",
    "halloween",
    "my birthday",
    "in the future",
    "the holidays",
];

/// "1950", and no amount: such a number is one where something is done with it, "did I receive 2000".
fn names_a_year(text: &str, found: &[Found]) -> bool {
    let is_amount = |at: usize| {
        let amount = |one: &&Found| one.score >= LIKELY && matches!(one.value, Value::Amount { .. });
        found.iter().filter(amount).any(|one| one.span.contains(&at))
    };
    let is_year = |word: &str| {
        let digits = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        digits && (word.starts_with("19") || word.starts_with("20"))
    };
    // "In 1950".
    let of_a_time = |word: &str| {
        matches!(
            word,
            "in" | "of" | "since" | "until" | "during" | "before" | "after" | "year"
        )
    };
    let mut at = 0;
    let mut before = String::new();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let begins = at;
        // What splits is one character.
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        let time = of_a_time(&std::mem::replace(&mut before, word.to_lowercase()));
        is_year(word) && (time || !is_amount(begins))
    })
}

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "money.explain" => explain(turn, task).await,
        _ => several::step(turn, task).await,
    }
}

/// Of all that was paid or came, or of what went to or came from the one who is named.
pub(super) async fn one(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "money.spent" => total(turn, task, false).await,
        "money.received" => total(turn, task, true).await,
        "money.largest" => largest(turn, task).await,
        "money.last-payment" => last(turn, task).await,
        "money.compare" => compare(turn, task).await,
        "money.average" => average(turn, task).await,
        _ => accounts::transactions(turn, task).await,
    }
}

async fn rows(turn: &mut Turn<'_>, task: &Task, span: Span) -> Result<Rows, BankError> {
    // An account of somebody else's is not among the customer's own rows.
    let others = turn.world.others().await?;
    let theirs = task
        .slots
        .account
        .filter(|said| others.iter().any(|account| account.account == *said));
    let mut found = turn.world.rows(theirs, span.from, span.until).await?;
    // Both sides of a move between own accounts are seen before one account is looked at alone.
    found.rows = real(&found.rows);
    found.rows.retain(|row| said_of(task, row));
    Ok(found)
}

/// The time that was said, up to today; the month that runs where none was. What is all to come cannot be known.
async fn span(turn: &mut Turn<'_>, task: &Task) -> Result<Span, Halt> {
    let today = turn.world.now.today;
    // "Since my birthday": a figure of another time would be a wrong one.
    if task.slots.span.is_none() {
        let names = Names::load(&mut turn.world).await?;
        let found = turn.find(&task.text, &names).await;
        if says(&plain(&task.text), UNKNOWN_TIMES) || names_a_year(&task.text, &found) {
            return Err(turn.told("span.unknown", &[]));
        }
    }
    let span = task.slots.span.unwrap_or_else(|| sums::this_month(today));
    if span.from > today {
        return Err(turn.told("future.unknown", &[]));
    }
    Ok(Span {
        from: span.from,
        until: span.until.min(today),
    })
}

pub(super) fn span_in_words(span: Span) -> String {
    if span.from == span.until {
        say::day(span.from)
    } else {
        format!("{} – {}", say::day(span.from), say::day(span.until))
    }
}

/// What has to be known before the figures: which account they are of, where it is one of them, that there are no kinds of
/// payments, and that what is to come is in none of them.
async fn notes(turn: &mut Turn<'_>, task: &Task) -> Result<Vec<Part>, BankError> {
    let mut notes: Vec<Part> = no_kinds(turn, task).await?.into_iter().collect();
    let mut accounts = turn.world.accounts().await?;
    accounts.extend(turn.world.others().await?);
    let said = accounts
        .iter()
        .find(|account| Some(account.account) == task.slots.account);
    if let Some(account) = said {
        let label = offer(account, Does::Account(account.account)).label;
        notes.push(say::text(turn.text("sum.of-account", &[("account", &label)])));
    }
    let today = turn.world.now.today;
    let runs = task
        .slots
        .span
        .is_none_or(|span| span.from <= today && span.until > today);
    if runs && says(&plain(&task.text), &["will i", "i will", "ill", "going to", "gonna"]) {
        notes.push(say::text(turn.text("future.so-far", &[])));
    }
    Ok(notes)
}

/// Whether what came in is wanted. "From Tom" is only a hint, so it counts where something came.
fn comes(task: &Task, rows: &[TransactionView]) -> bool {
    match direction::said(&task.text) {
        Some(way) => way == Way::In,
        None => hints_in(task) && rows.iter().any(|row| row.amount.is_positive()),
    }
}

fn hints_in(task: &Task) -> bool {
    let own_account = task.slots.account.is_some() && task.slots.who().is_none();
    direction::from_somebody(&task.text, own_account)
}

/// Nothing went that way in that time, with whoever was named: an answer about all would be a wrong figure.
fn nothing(turn: &Turn<'_>, task: &Task, mut parts: Vec<Part>, found: &Rows, came_in: bool, when: &str) -> Halt {
    let who = task.slots.who();
    let key = match (came_in, who.is_some()) {
        (true, true) => "received.none-from",
        (true, false) => "received.none",
        (false, true) => "spent.none-at",
        (false, false) => "spent.none",
    };
    let with = [("who", who.unwrap_or_default()), ("when", when)];
    parts.push(say::text(turn.text(key, &with)));
    parts.extend(cut(turn, found));
    Halt::Said(parts)
}

/// That not all payments of a time were looked at, where that is so.
pub(super) fn cut(turn: &Turn<'_>, found: &Rows) -> Option<Part> {
    let cut = found.cut?;
    let with = [("count", &*cut.read.to_string()), ("day", &say::day(cut.since))];
    Some(say::text(turn.text("span.cut", &with)))
}

fn listed(turn: &Turn<'_>, mut found: Rows, account: Option<AccountId>) -> Vec<Part> {
    let mut parts: Vec<Part> = cut(turn, &found).into_iter().collect();
    let of = found.rows.len();
    found.rows.truncate(ROWS_MAX);
    if !found.rows.is_empty() {
        parts.push(Part::Transactions {
            rows: found.rows,
            more: of > ROWS_MAX,
        });
    }
    parts.extend(turn.more(ROWS_MAX, of, All::payments(account)));
    parts
}

/// "Did I receive 2000 from Tom?": the amount of a payment that is looked for. A sum of other payments is no answer to that.
async fn wondered(turn: &mut Turn<'_>, task: &Task) -> Result<Option<(Money, AmountAs)>, BankError> {
    let asks = ["did", "have", "has", "havent", "hasnt", "didnt", "had"];
    let plain = plain(&task.text);
    if !plain.split_whitespace().next().is_some_and(|word| asks.contains(&word)) {
        return Ok(None);
    }
    let names = Names::load(&mut turn.world).await?;
    let found = turn.find(&task.text, &names).await;
    let mut looked_for = Task::new("accounts.transactions", &task.text);
    turn.fill(&mut looked_for, &task.text, &found, &names, false);
    let slots = looked_for.slots;
    let exact = slots.least.is_none() && slots.most.is_none();
    Ok(slots.amount.filter(|_| exact).map(|amount| (amount, slots.amount_as)))
}

async fn total(turn: &mut Turn<'_>, task: &mut Task, came_in: bool) -> Stepped {
    if let Some(amount) = wondered(turn, task).await? {
        task.slots.amount = Some(amount.0);
        task.slots.amount_as = amount.1;
        "accounts.transactions".clone_into(&mut task.intent);
        return accounts::transactions(turn, task).await;
    }
    // What was plainly said goes before what was understood of it.
    let came_in = direction::done(&task.text).map_or(came_in, |way| way == Way::In);
    let span = span(turn, task).await?;
    let mut parts = notes(turn, task).await?;
    let mut found = rows(turn, task, span).await?;
    found.rows.retain(|row| row.amount.is_positive() == came_in);
    let when = span_in_words(span);
    let who = task.slots.who().map(str::to_owned);
    let sums = sums::totals(&found.rows, came_in);
    if sums.is_empty() {
        return Err(nothing(turn, task, parts, &found, came_in, &when));
    }
    let key = match (came_in, who.is_some()) {
        (true, false) => "received.title",
        (true, true) => "received.from",
        (false, false) => "spent.title",
        (false, true) => "spent.at",
    };
    let title = turn.text(key, &[("when", &when), ("who", &who.unwrap_or_default())]);
    let count = found.rows.len();
    let label = match count {
        1 => turn.text("sum.of-one", &[]),
        _ => turn.text("sum.of", &[("count", &count.to_string())]),
    };
    let figures = sums
        .into_iter()
        .map(|sum| say::money(label.clone(), sum, None))
        .collect();
    parts.push(say::figures(title, figures));
    parts.extend(listed(turn, found, task.slots.account));
    turn.show(parts);
    Ok(Step::Done)
}

async fn largest(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let span = span(turn, task).await?;
    let mut parts = notes(turn, task).await?;
    let mut found = rows(turn, task, span).await?;
    let came_in = comes(task, &found.rows);
    found.rows.retain(|row| row.amount.is_positive() == came_in);
    let when = span_in_words(span);
    if found.rows.is_empty() {
        return Err(nothing(turn, task, parts, &found, came_in, &when));
    }
    let smallest = says(&plain(&task.text), SMALLEST);
    let size = |row: &TransactionView| row.amount.abs().minor();
    if smallest {
        found.rows.sort_by_key(size);
    } else {
        found.rows.sort_by_key(|row| std::cmp::Reverse(size(row)));
    }
    let most = task
        .slots
        .count
        .map_or(5, |count| usize::try_from(count).unwrap_or(5))
        .clamp(1, ROWS_MAX);
    let more = found.rows.len() > most;
    found.rows.truncate(most);
    let figures = found.rows.iter().take(1).map(line).collect();
    let key = if smallest { "smallest.title" } else { "largest.title" };
    let title = turn.text(key, &[("when", &when)]);
    parts.push(say::figures(title, figures));
    parts.extend(cut(turn, &found));
    parts.push(Part::Transactions { rows: found.rows, more });
    turn.show(parts);
    Ok(Step::Done)
}

fn line(row: &TransactionView) -> Figure {
    say::money(
        format!("{}, {}", row.counterparty, say::day(row.booked_on)),
        row.amount,
        row.entry.map(Place::Entry),
    )
}

async fn last(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let today = turn.world.now.today;
    let span = match task.slots.span {
        Some(_) => span(turn, task).await?,
        None => Span {
            from: today.checked_sub_days(Days::new(400)).unwrap_or(today),
            until: today,
        },
    };
    let mut parts = notes(turn, task).await?;
    let found = rows(turn, task, span).await?;
    let said = direction::said(&task.text).or(hints_in(task).then_some(Way::In));
    let either = said.is_none() && says(&plain(&task.text), &["with"]);
    let came_in = said == Some(Way::In);
    let fits = |row: &&TransactionView| either || row.amount.is_positive() == came_in;
    let that_way = found.rows.iter().find(fits);
    let Some(row) = that_way.or(found.rows.first()).cloned() else {
        let when = span_in_words(span);
        let none = match task.slots.who() {
            Some(who) => turn.text("entries.none-with", &[("who", who), ("when", &when)]),
            None => turn.text("last.none", &[("when", &when)]),
        };
        parts.push(say::text(none));
        parts.extend(cut(turn, &found));
        return Err(Halt::Said(parts));
    };
    if that_way.is_none() {
        parts.push(say::text(turn.text("last.other-way", &[])));
        parts.extend(cut(turn, &found));
    }
    let key = if row.amount.is_positive() {
        "last.received"
    } else {
        "last.paid"
    };
    parts.push(say::figures(turn.text(key, &[]), vec![line(&row)]));
    parts.push(Part::Transactions {
        rows: vec![row],
        more: false,
    });
    turn.show(parts);
    Ok(Step::Done)
}

/// The time that an average is taken over. "In a week" is how much at a time here, and not when, so a time behind today is
/// passed over for one that is past.
async fn span_of_average(turn: &mut Turn<'_>, task: &Task) -> Result<(Option<Span>, Span), BankError> {
    let today = turn.world.now.today;
    let mut said = task.slots.span.filter(|span| span.from <= today);
    if said.is_none() && task.slots.span.is_some() {
        let names = Names::load(&mut turn.world).await?;
        let found = turn.find(&task.text, &names).await;
        said = found
            .iter()
            .filter(|one| one.score >= LIKELY)
            .find_map(|one| match one.value {
                Value::Days { from, until } if from <= today => Some(Span { from, until }),
                _ => None,
            });
    }
    let usual = Span {
        from: today.checked_sub_days(Days::new(AVERAGE_DAYS - 1)).unwrap_or(today),
        until: today,
    };
    let span = said.map_or(usual, |span| Span {
        from: span.from,
        until: span.until.min(today),
    });
    Ok((said, span))
}

async fn average(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let plain = plain(&task.text);
    let (per, key) = sums::unit_of_average(&plain);
    let ahead = task.slots.span.is_some_and(|span| span.from > turn.world.now.today);
    let (said, mut span) = span_of_average(turn, task).await?;
    task.slots.span = said;
    let mut parts = notes(turn, task).await?;
    if ahead && said.is_none() && says(&plain, &["next", "coming", "tomorrow", "will"]) {
        parts.push(say::text(turn.text("future.unknown", &[])));
    }
    let mut found = rows(turn, task, span).await?;
    // A sum of some days is no average of more.
    if let Some(cut) = found.cut {
        span.from = cut.since.clamp(span.from, span.until);
    }
    let came_in = comes(task, &found.rows);
    found.rows.retain(|row| row.amount.is_positive() == came_in);
    let when = span_in_words(span);
    let mut figures = Vec::new();
    for sum in sums::totals(&found.rows, came_in) {
        if let Some(average) = sums::average(sum, span, per) {
            figures.push(say::money(turn.text(key, &[]), average, None));
            figures.push(say::money(turn.text("average.sum", &[("when", &when)]), sum, None));
        }
    }
    if figures.is_empty() {
        return Err(nothing(turn, task, parts, &found, came_in, &when));
    }
    let title = turn.text("average.title", &[("when", &when)]);
    parts.push(say::figures(title, figures));
    parts.extend(listed(turn, found, task.slots.account));
    turn.show(parts);
    Ok(Step::Done)
}

/// What one payment is: its receipt, and whether it was signed.
async fn explain(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let way = direction::of_one(&task.text);
    let fits = |row: &TransactionView| direction::goes(way, row.amount);
    if let Some(who) = who_is(&task.text) {
        // Whoever is not known is nobody whose payments could be shown.
        if task.slots.who().is_none() && task.slots.candidates.is_empty() {
            return Err(turn.told("entry.none-with", &[("who", &who)]));
        }
        task.slots.newest = true;
    }
    let entry = turn.need_entry(task, "explain.which", fits).await?;
    let parts = explained(turn, entry).await?;
    let who = parts.iter().find_map(|part| match part {
        Part::Receipt { receipt } => Some(receipt.counterparty.clone()),
        _ => None,
    });
    let mut shown = several::one_only(turn, task, &who.unwrap_or_default()).await?;
    shown.extend(parts);
    turn.show(shown);
    Ok(Step::Done)
}

/// "Who is Mum?": the name that is asked about.
fn who_is(text: &str) -> Option<String> {
    let said = text.trim().trim_end_matches(['?', '.', '!']);
    let lower = said.to_ascii_lowercase();
    let start = ["who is ", "who's ", "whos ", "who was "]
        .iter()
        .find(|start| lower.starts_with(**start))?;
    let name = said.get(start.len()..)?.trim();
    let pointed = ["this", "that", "it", "he", "she", "they", "behind", "the one"];
    let plain = plain(name);
    let none = pointed.iter().any(|word| plain.starts_with(&format!(" {word} ")));
    (!name.is_empty() && !none).then(|| name.to_owned())
}

pub(super) async fn explained(turn: &mut Turn<'_>, entry: bank_contract::EntryId) -> Result<Vec<Part>, BankError> {
    let receipt = turn.world.read(ShowReceipt { entry }).await?;
    let proof = turn.world.read(ShowProof { entry }).await?;
    let day = say::day(receipt.booked_on);
    let with = [
        ("kind", receipt.kind.label()),
        ("name", receipt.counterparty.as_str()),
        ("day", day.as_str()),
        ("account", receipt.account_name.as_str()),
    ];
    let key = if receipt.amount.is_negative() {
        "explain.paid"
    } else {
        "explain.came"
    };
    let mut parts = vec![say::text(turn.text(key, &with))];
    if receipt.amount.is_negative() {
        let key = if proof.is_some() {
            "explain.signed"
        } else {
            "explain.unsigned"
        };
        parts.push(say::text(turn.text(key, &[])));
    }
    parts.push(Part::Receipt {
        receipt: Box::new(receipt),
    });
    parts.push(say::link(turn.text("receipt.label", &[]), Place::Entry(entry)));
    Ok(parts)
}
