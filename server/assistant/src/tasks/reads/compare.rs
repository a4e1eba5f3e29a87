//! One time compared with another.

use super::super::{Halt, Step, Stepped, several, sums};
use super::{comes, listed, notes, nothing, rows, span, span_in_words};
use crate::names::Names;
use crate::plain::{plain, says};
use crate::say;
use crate::state::{Span, Task};
use crate::turn::Turn;
use crate::world::Rows;
use bank_contract::accounts::TransactionView;
use bank_contract::assistant::Figure;
use bank_contract::{Currency, Money};

/// The two times that are compared, the later one first.
async fn sides(turn: &mut Turn<'_>, task: &Task) -> Result<(Span, Span), Halt> {
    let today = turn.world.now.today;
    let running = sums::this_month(today);
    // "October and November": those two, and not the one before.
    let names = Names::load(&mut turn.world).await?;
    let said = several::times(&task.text, &turn.find(&task.text, &names).await);
    if let [one, other] = said.as_slice()
        && one.from.max(other.from) <= today
    {
        let (then, now) = if one.from < other.from {
            (*one, *other)
        } else {
            (*other, *one)
        };
        let until = now.until.min(today);
        return Ok((Span { until, ..now }, then));
    }
    if task.slots.span.is_none() {
        return Ok((running, sums::before(running)));
    }
    let said = span(turn, task).await?;
    // "More than last month?" names the other side of the comparison.
    let than = says(&plain(&task.text), &["than"]);
    Ok(if than && said.until < running.from {
        (running, said)
    } else {
        (said, sums::before(said))
    })
}

pub(super) async fn compare(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let (now, then) = sides(turn, task).await?;
    let mut parts = notes(turn, task).await?;
    let first = Span {
        from: then.from.min(now.from),
        until: now.until.max(then.until),
    };
    // What was said of the time is one side of the comparison, and both are needed.
    let mut wide = task.clone();
    wide.slots.span = None;
    let found = rows(turn, &wide, first).await?;
    // A part of one side compared with the other would be no comparison.
    if let Some(cut) = found.cut {
        let with = [("count", &*cut.read.to_string()), ("day", &say::day(cut.since))];
        return Err(turn.told("compare.cut", &with));
    }
    let within = |span: Span| -> Vec<TransactionView> {
        let inside = |row: &&TransactionView| (span.from..=span.until).contains(&row.booked_on);
        found.rows.iter().filter(inside).cloned().collect()
    };
    let came_in = comes(task, &found.rows);
    let sides = [
        (now, sums::totals(&within(now), came_in)),
        (then, sums::totals(&within(then), came_in)),
    ];
    let figures = differences(turn, &sides);
    if figures.is_empty() {
        return Err(nothing(turn, task, parts, &found, came_in, &span_in_words(first)));
    }
    let title = turn.text(if came_in { "compare.received" } else { "compare.spent" }, &[]);
    parts.push(say::figures(title, figures));
    let mut shown = within(now);
    shown.retain(|row| row.amount.is_positive() == came_in);
    parts.extend(listed(turn, Rows { rows: shown, cut: None }, task.slots.account));
    turn.show(parts);
    Ok(Step::Done)
}

/// The sums of both sides and the difference, for each currency.
fn differences(turn: &Turn<'_>, sides: &[(Span, Vec<Money>); 2]) -> Vec<Figure> {
    let [(now, new), (then, old)] = sides;
    let currencies: Vec<Currency> = new.iter().chain(old).map(|money| money.currency()).collect();
    let of = |sums: &[Money], currency: Currency| {
        let sum = sums.iter().find(|sum| sum.currency() == currency);
        sum.copied().unwrap_or(Money::zero(currency))
    };
    let mut figures = Vec::new();
    for (at, currency) in currencies.iter().enumerate() {
        if currencies[..at].contains(currency) {
            continue;
        }
        let (money, other) = (of(new, *currency), of(old, *currency));
        if let Ok(difference) = money.checked_add(other.negated()) {
            let key = match difference.minor() {
                0 => "compare.same",
                minor if minor > 0 => "compare.more",
                _ => "compare.less",
            };
            figures.push(say::money(turn.text(key, &[]), difference.abs(), None));
        }
        figures.push(say::money(span_in_words(*now), money, None));
        figures.push(say::money(span_in_words(*then), other, None));
    }
    figures
}
