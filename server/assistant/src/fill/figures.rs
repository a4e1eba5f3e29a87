//! Amounts: what is sent, what is looked for, and what a limit is or changes by.

use super::{LIKELY, put};
use crate::state::{AmountAs, Slots};
use crate::tasks::amounts::as_many;
use crate::vague;
use bank_contract::Money;
use bank_understanding::extract::{Found, Value};

/// Behind these, an amount is a bound of what is looked for.
const LEAST: &[&str] = &[
    "over",
    "above",
    "more than",
    "at least",
    "larger than",
    "bigger than",
    "from",
    "between",
];
const MOST: &[&str] = &["under", "below", "less than", "at most", "smaller than", "up to"];

/// An amount as it was said.
#[derive(Clone, Copy)]
struct Said {
    score: f32,
    money: Money,
    /// With its currency.
    stated: bool,
    /// It is the difference to what was there.
    by: bool,
}

pub(super) fn fill(intent: &str, slots: &mut Slots, said: &str, found: &[Found], over: bool) {
    // An amount in such a question is what is wondered about, and no bound of what is added up.
    if matches!(
        intent,
        "money.spent" | "money.received" | "money.average" | "money.compare"
    ) {
        return;
    }
    if vague::is_vague(intent, said, found) {
        give_up(slots, over);
        return;
    }
    // What was found has its places in the text: lower case must not move them.
    let lower = said.to_ascii_lowercase();
    let looks = intent == "accounts.transactions" || intent.starts_with("money.");
    let before = |one: &Found| lower.get(..one.span.start).unwrap_or_default().trim_end();
    let mut exact: Option<Said> = None;
    for one in found.iter().filter(|one| one.score >= LIKELY) {
        let Value::Amount { money, stated } = one.value else {
            continue;
        };
        let ends = |words: &[&str]| words.iter().any(|word| before(one).ends_with(word));
        // "No, not 50, 60"; "30 instead of the 20 euros".
        let bare = before(one).trim_end_matches(" the");
        if bare == "not"
            || [" not", " instead of", " rather than"]
                .iter()
                .any(|word| bare.ends_with(word))
        {
            continue;
        }
        if looks && ends(LEAST) {
            put(&mut slots.least, money, over);
            slots.bounds_stated |= stated;
        } else if looks && (ends(MOST) || (before(one).ends_with(" and") && slots.least.is_some())) {
            put(&mut slots.most, money, over);
            slots.bounds_stated |= stated;
        } else if exact.is_none_or(|best| one.score > best.score) {
            let negative = is_negative(&lower, one.span.start);
            exact = Some(Said {
                score: one.score,
                money: if negative { money.negated() } else { money },
                stated,
                by: vague::is_difference(&lower, &one.span),
            });
        }
    }
    if let Some(exact) = exact.filter(|_| over || slots.amount.is_none()) {
        take(intent, slots, said, exact, over);
    }
}

fn give_up(slots: &mut Slots, over: bool) {
    if over || slots.amount.is_none() {
        slots.amount = None;
        slots.amount_as = AmountAs::Vague;
    }
}

fn take(intent: &str, slots: &mut Slots, said: &str, exact: Said, over: bool) {
    let Said { money, stated, by, .. } = exact;
    // "No, 60", of what were dollars, are dollars.
    let before = slots.amount.filter(|_| slots.amount_stated() && !stated);
    let kept = before.and_then(|before| as_many(money, before.currency()));
    let money = kept.unwrap_or(money);
    let limit = intent == "limits.set";
    // "No, 10 more": than what was said before.
    let changed = slots.amount.filter(|_| over && by && !limit).map(|old| {
        let more = vague::direction(said)?;
        old.checked_add(if more { money } else { money.negated() }).ok()
    });
    match changed {
        Some(None) => return give_up(slots, over),
        Some(sum) => slots.amount = sum,
        None => slots.amount = Some(money),
    }
    slots.amount_as = match (limit && by, stated || kept.is_some()) {
        (true, _) => AmountAs::Difference,
        (false, true) => AmountAs::Stated,
        (false, false) => AmountAs::Bare,
    };
}

/// "-500": a mark right before the amount, and nothing before the mark.
fn is_negative(lower: &str, at: usize) -> bool {
    let here = lower.get(at..).unwrap_or_default();
    let marked = |text: &str| text.ends_with(['-', '−']);
    let before = lower.get(..at).unwrap_or_default();
    if here.starts_with(['-', '−']) {
        return true;
    }
    marked(before)
        && before
            .trim_end_matches(['-', '−'])
            .ends_with(|c: char| c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::super::fill as fill_task;
    use super::*;
    use crate::names::Names;
    use crate::state::Task;
    use bank_contract::Currency;

    fn after(intent: &str, texts: &[&str]) -> Slots {
        let context = bank_understanding::extract::Context {
            today: chrono::NaiveDate::MIN,
            currency: Currency::Eur,
            known: &[],
        };
        let mut task = Task::new(intent, texts[0]);
        for (at, said) in texts.iter().enumerate() {
            let found = bank_understanding::extract::extract(said, &context);
            fill_task(&mut task, said, &found, &Names::default(), at > 0);
        }
        task.slots
    }

    #[test]
    fn a_corrected_amount_can_be_more_or_less_than_before() {
        let amount = |texts: &[&str]| after("transfers.submit", texts).amount.map(|money| money.to_string());
        assert_eq!(amount(&["send 50 euros to Tom", "no, 60"]), Some("€60.00".into()));
        assert_eq!(
            amount(&["send 50 euros to Tom", "no, not 50, 60"]),
            Some("€60.00".into())
        );
        assert_eq!(amount(&["pay Tom 30 instead of the 20 euros"]), Some("€30.00".into()));
        assert_eq!(amount(&["send Tom 15 of the 20 euros I owe him"]), None);
        assert_eq!(amount(&["send 50 dollars to Tom", "no, 60"]), Some("$60.00".into()));
        assert_eq!(amount(&["send 50 euros to Tom", "no, 10 more"]), Some("€60.00".into()));
        assert_eq!(amount(&["send 50 euros to Tom", "no, 10 less"]), Some("€40.00".into()));
        assert_eq!(amount(&["send 50 euros to Tom", "no, half of it"]), None);
        assert_eq!(amount(&["send 10 more to Tom"]), Some("€10.00".into()));
    }

    #[test]
    fn a_limit_is_set_to_an_amount_or_changed_by_one() {
        let by = |said: &str| {
            let slots = after("limits.set", &[said]);
            (slots.amount.map(Money::minor), slots.amount_as == AmountAs::Difference)
        };
        for said in [
            "raise the limit by 500",
            "raise the limit by another 500",
            "make my limit 500 higher",
            "add 500 to my limit",
        ] {
            assert_eq!(by(said), (Some(50_000), true), "{said}");
        }
        for said in [
            "raise the limit to 500",
            "set the limit by programs to 500",
            "limit of 500",
        ] {
            assert_eq!(by(said), (Some(50_000), false), "{said}");
        }
    }

    fn amounts(intent: &str, said: &str) -> [Option<i64>; 3] {
        let slots = after(intent, &[said]);
        [slots.amount, slots.least, slots.most].map(|money| money.map(Money::minor))
    }

    #[test]
    fn an_amount_can_be_a_bound_of_what_is_looked_for() {
        let looked = |said| amounts("accounts.transactions", said);
        assert_eq!(looked("payments of 10 euros"), [Some(1_000), None, None]);
        assert_eq!(looked("payments over 10 euros"), [None, Some(1_000), None]);
        assert_eq!(looked("payments under 10 euros"), [None, None, Some(1_000)]);
        assert_eq!(
            looked("payments between 10 and 50 euros"),
            [None, Some(1_000), Some(5_000)]
        );
        assert_eq!(
            amounts("transfers.submit", "send up to 10 euros to Tom")[0],
            Some(1_000)
        );
    }

    #[test]
    fn less_than_nothing_stays_less_than_nothing() {
        assert_eq!(amounts("transfers.submit", "send -500 euros to Tom")[0], Some(-50_000));
        assert_eq!(amounts("transfers.submit", "send 500 euros to Tom")[0], Some(50_000));
        // The capital is longer in lower case.
        assert_eq!(
            amounts("transfers.submit", "\u{130}\u{130} send -500 euros to Tom")[0],
            Some(-50_000)
        );
    }
}
