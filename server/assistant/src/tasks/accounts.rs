//! Accounts: opening, naming, showing them, and what happened in them.

use super::kinds::{kind_in, no_kinds};
use super::more::All;
use super::need::said_of;
use super::reads::{cut, span_in_words};
use super::{Halt, Step, Stepped, cards, direction, payees, several};
use crate::plain::{plain, says};
use crate::say::{self, ROWS_MAX};
use crate::sought::has_words;
use crate::state::{Does, Offer, Slot, Task};
use crate::turn::Turn;
use crate::world::Rows;
use bank_contract::accounts::{AccountView, OpenAccount, Product, RenameAccount, ShowAccount, TransactionView};
use bank_contract::assistant::{Part, Place};
use bank_contract::ledger::ShowBalanceAt;
use bank_contract::{BankError, Currency};
use chrono::{Days, NaiveDate, NaiveTime};

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let shows = matches!(
        task.intent.as_str(),
        "accounts.list" | "accounts.show" | "accounts.iban" | "ledger.balance-at"
    );
    let each = if shows {
        several::accounts(turn, task).await?
    } else {
        Vec::new()
    };
    if each.is_empty() {
        return one(turn, task).await;
    }
    let (answered, left) = each.split_at(turn.room_for(each.len(), 1, false));
    for task in answered {
        match one(turn, &mut task.clone()).await {
            Ok(_) => {}
            Err(Halt::Said(parts)) => turn.show(parts),
            // With the answer, all of them are shown.
            Err(other) => return Err(other),
        }
    }
    let own = turn.world.accounts().await?;
    let is_left = |account: &&AccountView| left.iter().any(|task| task.slots.account == Some(account.account));
    let names: Vec<&str> = own
        .iter()
        .filter(is_left)
        .map(|account| account.name.as_str())
        .collect();
    if !names.is_empty() {
        turn.say("sum.left-out", &[("what", &names.join("; "))]);
    }
    Ok(Step::Done)
}

async fn one(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "accounts.open" => open(turn, task).await,
        "accounts.show" => show(turn, task).await,
        "accounts.iban" => iban(turn, task).await,
        "accounts.rename" => rename(turn, task).await,
        "accounts.transactions" => several::step(turn, task).await,
        // Of a day to come nothing is known, whichever account it is.
        "ledger.balance-at" if task.slots.account.is_none() && moment(turn, task) == Moment::ToCome => {
            list(turn, task).await
        }
        "ledger.balance-at" => balance_at(turn, task).await,
        _ => list(turn, task).await,
    }
}

async fn list(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    if task.slots.account.is_some() {
        return show(turn, task).await;
    }
    let moment = moment(turn, task);
    if moment == Moment::Past {
        return balance_at(turn, task).await;
    }
    let accounts = turn.world.accounts().await?;
    let others = turn.world.others().await?;
    if accounts.is_empty() && others.is_empty() {
        let open = say::link(turn.text("account.open-label", &[]), Place::OpenAccount);
        let none = say::text(turn.text("account.none", &[]));
        turn.show(vec![none, open]);
        return Ok(Step::Done);
    }
    let mut totals: Vec<(Currency, i64)> = Vec::new();
    for account in &accounts {
        let money = account.booked;
        match totals.iter_mut().find(|(currency, _)| *currency == money.currency()) {
            Some((_, sum)) => *sum += money.minor(),
            None => totals.push((money.currency(), money.minor())),
        }
    }
    let title = turn.text("account.all", &[]);
    let figures = totals.into_iter().filter_map(|(currency, minor)| {
        let sum = bank_contract::Money::from_minor(minor, currency).ok()?;
        Some(say::money(turn.text("account.total", &[]), sum, Some(Place::Home)))
    });
    let figures: Vec<_> = figures.collect();
    let mut parts: Vec<Part> = of_now(turn, moment).into_iter().collect();
    if !accounts.is_empty() {
        parts.push(say::figures(title, figures));
        parts.push(Part::Accounts { accounts });
    }
    if !others.is_empty() {
        parts.push(say::text(turn.text("account.others", &[])));
        parts.push(Part::Accounts { accounts: others });
    }
    turn.show(parts);
    Ok(Step::Done)
}

async fn show(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let moment = moment(turn, task);
    if moment == Moment::Past {
        return balance_at(turn, task).await;
    }
    let known = turn.need_account(task, "account.which").await?;
    let account = turn.world.read(ShowAccount { account: known.account }).await?;
    let place = Some(Place::Account(account.account));
    let figures = vec![
        say::money(turn.text("account.available", &[]), account.available, place.clone()),
        say::money(turn.text("account.booked", &[]), account.booked, place.clone()),
        say::money(turn.text("account.held", &[]), account.held, place),
    ];
    let mut parts: Vec<Part> = of_now(turn, moment).into_iter().collect();
    parts.push(say::figures(account.name.clone(), figures));
    parts.push(Part::Accounts {
        accounts: vec![account],
    });
    turn.show(parts);
    Ok(Step::Done)
}

/// The customer's own, or that of whoever is named.
pub(super) async fn iban(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let somebody = task.slots.payee.is_some() || !task.slots.candidates.is_empty();
    if somebody && !says(&plain(&task.text), &["my", "our", "mine"]) {
        return payees::ibans(turn, task).await;
    }
    let accounts = turn.world.accounts().await?;
    let wanted = |account: &&AccountView| task.slots.account.is_none_or(|id| id == account.account);
    let more = turn.more(ROWS_MAX, accounts.iter().filter(wanted).count(), All::ACCOUNTS);
    let figures: Vec<_> = accounts
        .iter()
        .filter(wanted)
        .take(ROWS_MAX)
        .map(|account| {
            let label = format!("{} ({})", account.name, account.booked.currency());
            say::value(label, account.iban.grouped(), Some(Place::Account(account.account)))
        })
        .collect();
    if figures.is_empty() {
        return Err(turn.told("account.none", &[]));
    }
    let name = turn.world.now.name.clone();
    let said = say::text(turn.text("account.iban", &[("name", &name)]));
    let mut parts = vec![said, say::figures("IBAN", figures)];
    parts.extend(more);
    turn.show(parts);
    Ok(Step::Done)
}

async fn open(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let Some(product) = task.slots.product else {
        let offer = |key: &str, product| Offer {
            label: turn.text(key, &[]),
            hint: None,
            does: Does::Product(product),
        };
        let offered = vec![
            offer("product.current", Product::Current),
            offer("product.savings", Product::Savings),
        ];
        return Err(turn.ask_for(Slot::Product, "open.which", &[], offered));
    };
    let name = task.slots.name.clone().unwrap_or_else(|| {
        let key = if product == Product::Savings {
            "product.savings"
        } else {
            "product.current"
        };
        turn.text(key, &[])
    });
    let open = OpenAccount {
        name,
        product,
        currency: task.slots.currency.unwrap_or(Currency::Eur),
    };
    cards::ask(turn, open, Vec::new(), "open.done").await
}

async fn rename(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let account = turn.need_account(task, "rename.which").await?;
    let name = turn.need_name(task, "rename.name")?;
    let rename = RenameAccount {
        account: account.account,
        name,
    };
    cards::ask(turn, rename, Vec::new(), "rename.done").await
}

pub(super) async fn transactions(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    if task.slots.account.is_none()
        && let crate::world::Page::Account(here) = turn.world.page()
    {
        task.slots.account = Some(here);
    }
    let today = turn.world.now.today;
    if task.slots.span.is_some_and(|span| span.from > today) {
        return Err(turn.told("future.unknown", &[]));
    }
    let no_kind = no_kinds(turn, task).await?;
    let way = direction::done(&task.text);
    let most = task
        .slots
        .count
        .map_or(ROWS_MAX, |count| usize::try_from(count).unwrap_or(ROWS_MAX))
        .clamp(1, 20);
    let (found, since) = looked_through(turn, task, way.is_some()).await?;
    let mut matching: Vec<_> = found
        .rows
        .iter()
        .filter(|row| said_of(task, row) && direction::goes(way, row.amount))
        .cloned()
        .collect();
    let mut parts: Vec<Part> = of_kind(turn, task, no_kind, &mut matching).into_iter().collect();
    let count = matching.len().to_string();
    if matching.is_empty() {
        parts.push(none(turn, task));
        parts.extend(cut(turn, &found));
        return Err(Halt::Said(parts));
    }
    let (key, day) = match since {
        Some(day) => ("entries.found-since", say::day(day)),
        None => ("entries.found", String::new()),
    };
    parts.push(say::text(turn.text(key, &[("count", &count), ("day", &day)])));
    parts.extend(cut(turn, &found));
    let of = matching.len();
    parts.push(Part::Transactions {
        rows: matching.into_iter().take(most).collect(),
        more: of > most,
    });
    // Whoever asked for the last three has them.
    let asked_for = task.slots.count.is_some_and(|count| usize::try_from(count) == Ok(most));
    if !asked_for {
        parts.extend(turn.more(most, of, All::payments(task.slots.account)));
    }
    turn.show(parts);
    Ok(Step::Done)
}

/// There are no kinds of payments, but whoever pays the rent has often written so: those are left, where there are some.
fn of_kind(turn: &Turn<'_>, task: &Task, no_kind: Option<Part>, rows: &mut Vec<TransactionView>) -> Option<Part> {
    let no_kind = no_kind?;
    let Some(word) = kind_in(&task.text) else {
        return Some(no_kind);
    };
    let written = |row: &TransactionView| has_words(&row.reference, &word);
    if !rows.iter().any(written) {
        return Some(no_kind);
    }
    rows.retain(written);
    Some(say::text(turn.text("entries.with-word", &[("word", &word)])))
}

/// That no payment fits: by the amount and the name that were said, where they were.
fn none(turn: &Turn<'_>, task: &Task) -> Part {
    // There may be others with whoever was named.
    if let Some(amount) = task.slots.amount {
        let (amount, who) = (amount.to_string(), task.slots.who());
        let key = who.map_or("entries.none-of", |_| "entries.none-of-with");
        let with = [("amount", amount.as_str()), ("who", who.unwrap_or_default())];
        return say::text(turn.text(key, &with));
    }
    let text = match (task.slots.who(), task.slots.span) {
        (Some(who), Some(span)) => turn.text("entries.none-with", &[("who", who), ("when", &span_in_words(span))]),
        (Some(who), None) => turn.text("entry.none-with", &[("who", who)]),
        (None, _) => turn.text("entries.none", &[]),
    };
    say::text(text)
}

/// The payments among which those that were asked for are looked for, and since when that is, where it is not all of them. To
/// see what there is, the latest are enough; what is looked for by whom, how much or which way may be older.
async fn looked_through(turn: &mut Turn<'_>, task: &Task, way: bool) -> Result<(Rows, Option<NaiveDate>), BankError> {
    let slots = &task.slots;
    let bounds = slots.amount.is_some() || slots.least.is_some() || slots.most.is_some();
    let searched = slots.who().is_some() || bounds || way;
    let today = turn.world.now.today;
    if let Some(span) = slots.span {
        return Ok((turn.world.rows(slots.account, span.from, span.until).await?, None));
    }
    if searched && (slots.account.is_some() || turn.world.latest_rows().await?.cut.is_some()) {
        return Ok((turn.world.rows(slots.account, NaiveDate::MIN, today).await?, None));
    }
    if slots.account.is_some() {
        let from = today.checked_sub_days(Days::new(365)).unwrap_or(today);
        return Ok((turn.world.rows(slots.account, from, today).await?, Some(from)));
    }
    let mut latest = turn.world.latest_rows().await?;
    let since = latest.cut.take().map(|cut| cut.since);
    Ok((latest, since))
}

async fn balance_at(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let account = turn.need_account(task, "balance-at.which").await?;
    let Some(span) = task.slots.span else {
        return Err(turn.ask_for(Slot::Day, "balance-at.day", &[], Vec::new()));
    };
    let today = turn.world.now.today;
    if span.from > today {
        ahead(turn, &account);
        return Ok(Step::Done);
    }
    // Of a time that runs, now is the latest moment that there is.
    let day = span.until.min(today);
    let end = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
    let at = if day == today {
        turn.world.now.now
    } else {
        day.and_time(end)
    };
    let past = turn
        .world
        .read(ShowBalanceAt {
            account: account.account,
            at,
        })
        .await?;
    let when = say::day(day);
    let key = if day == today {
        "balance-at.now"
    } else {
        "balance-at.title"
    };
    let title = turn.text(key, &[("account", &account.name), ("day", &when)]);
    let figure = say::money(
        turn.text("account.booked", &[]),
        past.booked,
        Some(Place::Account(account.account)),
    );
    turn.show(vec![say::figures(title, vec![figure])]);
    Ok(Step::Done)
}

/// A balance of a day to come is not known; the one of now is.
fn ahead(turn: &mut Turn<'_>, account: &AccountView) {
    let said = say::text(turn.text("balance-at.future", &[]));
    let title = turn.text("balance-at.now", &[("account", &account.name)]);
    let place = Some(Place::Account(account.account));
    let figure = say::money(turn.text("account.booked", &[]), account.booked, place);
    turn.show(vec![said, say::figures(title, vec![figure])]);
}

/// Which moment a balance is asked of, where an account or all of them are asked for with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Now,
    /// The time runs, and what is there now is not all of it.
    Runs,
    Past,
    ToCome,
}

fn moment(turn: &Turn<'_>, task: &Task) -> Moment {
    let today = turn.world.now.today;
    let plain = plain(&task.text);
    let says = |words: &[&str]| says(&plain, words);
    // "What is left until Friday": until then is no moment.
    let bound = says(&["until", "till", "til", "by", "since", "opened"]);
    match task.slots.span {
        Some(span) if bound || (span.from == today && span.until == today) => Moment::Now,
        Some(span) if span.from > today => Moment::ToCome,
        Some(_) if says(&["will", "going to"]) => Moment::ToCome,
        Some(span) if span.until < today => Moment::Past,
        Some(_) => Moment::Runs,
        None => Moment::Now,
    }
}

/// What is said before the balances of now, where another time was asked for as well.
fn of_now(turn: &Turn<'_>, moment: Moment) -> Option<Part> {
    let key = match moment {
        Moment::Runs => "balance.so-far",
        Moment::ToCome => "balance.to-come",
        Moment::Now | Moment::Past => return None,
    };
    Some(say::text(turn.text(key, &[])))
}
