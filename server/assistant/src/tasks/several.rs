//! Several people in one question about payments: each of them is answered, and whoever is not is named.

use super::{Halt, Step, Stepped, reads};
use crate::fill::LIKELY;
use crate::names::{Names, Thing, alike};
use crate::orders::{end_of, joined, next_name};
use crate::say;
use crate::sought::{name_behind, sought};
use crate::state::{Payee, Task};
use crate::turn::Turn;
use bank_contract::BankError;
use bank_understanding::extract::{Found, Value};
use std::ops::Range;

/// So many are answered at once.
const EACH_MAX: usize = 4;
/// Likelier by less than this is as likely.
const AS_LIKELY: f32 = 0.05;

/// Somebody whom a question is about.
enum Who {
    Known(Payee),
    Sought(String),
}

impl Who {
    fn name(&self) -> &str {
        match self {
            Self::Known(payee) => &payee.name,
            Self::Sought(name) => name,
        }
    }

    /// The same question about them alone.
    fn asked(&self, task: &Task) -> Task {
        let mut task = task.clone();
        task.slots.candidates.clear();
        (task.slots.payee, task.slots.sought) = match self {
            Self::Known(payee) => (Some(payee.clone()), None),
            Self::Sought(name) => (None, Some(name.clone())),
        };
        task
    }
}

/// Answers a question about payments: about each of those who are named in it, one after the other.
pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let people = people(turn, task).await?;
    if people.len() < 2 {
        return reads::one(turn, task).await;
    }
    let (answered, left) = people.split_at(people.len().min(EACH_MAX));
    for who in answered {
        match reads::one(turn, &mut who.asked(task)).await {
            Ok(_) => {}
            Err(Halt::Said(parts)) => turn.show(parts),
            Err(other) => return Err(other),
        }
    }
    if !left.is_empty() {
        let names: Vec<&str> = left.iter().map(Who::name).collect();
        let said = turn.text("sum.left-out", &[("who", &names.join(", "))]);
        turn.show(vec![say::text(said)]);
    }
    Ok(Step::Done)
}

/// Whom it is about, each once. Several of one name are each of them: an answer about one would be a guess.
async fn people(turn: &mut Turn<'_>, task: &Task) -> Result<Vec<Who>, BankError> {
    let slots = &task.slots;
    if slots.payee.is_none() && !slots.candidates.is_empty() {
        return Ok(slots.candidates.iter().cloned().map(Who::Known).collect());
    }
    let Some(who) = slots.who() else {
        return Ok(Vec::new());
    };
    let names = Names::load(&mut turn.world).await?;
    let found = turn.find(&task.text, &names).await;
    let mut all: Vec<Who> = Vec::new();
    // Whoever stands before somebody known may be known by nothing: "at Starbucks and Market Hall".
    let sought = sought(&task.intent, &task.text, &found);
    let first: Vec<&str> = std::iter::once(who).chain(sought.as_deref()).collect();
    for (_, who) in mentioned(&task.text, &first, &found, &names) {
        if !all.iter().any(|known| alike(known.name(), who.name())) {
            all.push(who);
        }
    }
    Ok(all)
}

/// Those who stand in a list with each other, as they stand in the text. Nobody where there is no list.
fn mentioned(text: &str, first: &[&str], found: &[Found], names: &Names) -> Vec<(Range<usize>, Who)> {
    let mut all = known(found, names);
    for name in first {
        let Some(end) = end_of(text, name) else { continue };
        let span = end - name.len()..end;
        if !all
            .iter()
            .any(|(other, _)| other.start < span.end && span.start < other.end)
        {
            all.push((span, Who::Sought((*name).to_owned())));
        }
    }
    // Behind each of them may stand somebody whom nobody knows.
    let mut at = 0;
    while let Some(end) = all.get(at).map(|(span, _)| span.end) {
        at += 1;
        let Some(next) = next_name(text, end) else { continue };
        let taken = all.iter().any(|(span, _)| span.contains(&next) || span.start == next);
        if !taken
            && all.len() < 2 * EACH_MAX
            && let Some(name) = name_behind(text, next, found)
        {
            let until = end_of(text.get(next..).unwrap_or_default(), &name).unwrap_or(name.len());
            all.push((next..next + until, Who::Sought(name)));
        }
    }
    all.sort_by_key(|(span, _)| span.start);
    let listed: Vec<_> = all
        .iter()
        .map(|(span, who)| (span, who.name().to_lowercase()))
        .collect();
    if joined(text, &listed) { all } else { Vec::new() }
}

/// Those whom the bank knows, by where they stand; of names that stand in each other, the likeliest.
fn known(found: &[Found], names: &Names) -> Vec<(Range<usize>, Who)> {
    let mut likely: Vec<(&Found, &Payee)> = found
        .iter()
        .filter(|one| one.score >= LIKELY)
        .filter_map(|one| match one.value {
            Value::Named(at) => match names.things.get(at) {
                Some(Thing::Payee(payee)) => Some((one, payee)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    likely.sort_by(|(one, _), (other, _)| other.score.total_cmp(&one.score));
    let mut all: Vec<(&Found, &Payee)> = Vec::new();
    for (one, payee) in likely {
        let mut here = all
            .iter()
            .filter(|(other, _)| other.span.start < one.span.end && one.span.start < other.span.end);
        let as_likely = |other: &Found| other.span == one.span && other.score - one.score < AS_LIKELY;
        if here.all(|(other, _)| as_likely(other)) {
            all.push((one, payee));
        }
    }
    all.into_iter()
        .map(|(one, payee)| (one.span.clone(), Who::Known(payee.clone())))
        .collect()
}
