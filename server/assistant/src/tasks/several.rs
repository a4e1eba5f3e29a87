//! Several people or times in one question about payments: each of them is answered, and what is not is named.

use super::{Halt, Step, Stepped, reads};
use crate::fill::LIKELY;
use crate::names::{Names, Thing, alike};
use crate::orders::{end_of, joined, next_name};
use crate::plain::words;
use crate::say;
use crate::sought::{name_behind, sought};
use crate::state::{Payee, Span, Task};
use crate::turn::Turn;
use bank_contract::assistant::Part;
use bank_contract::{AccountId, BankError};
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

/// Answers a question about payments: about each of those and each of the times that are named in it, one after the other.
pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let (questions, others) = questions(turn, task).await?;
    if questions.len() < 2 && others.is_empty() {
        return reads::one(turn, task).await;
    }
    // Those have the name and the time in their own titles.
    let titled = matches!(task.intent.as_str(), "money.spent" | "money.received") || questions.len() < 2;
    let most = questions.len().min(EACH_MAX);
    let leaves_out = most < questions.len() || !others.is_empty();
    let most = turn.room_for(most, if titled { 1 } else { 2 }, leaves_out);
    let (answered, left) = questions.split_at(most);
    for (about, question) in answered {
        if !titled {
            turn.say("sum.about", &[("what", about)]);
        }
        match reads::one(turn, &mut question.clone()).await {
            Ok(_) => {}
            Err(Halt::Said(parts)) => turn.show(parts),
            Err(other) => return Err(other),
        }
    }
    let left = left.iter().map(|(about, _)| about.as_str());
    let left: Vec<&str> = left.chain(others.iter().map(Who::name)).collect();
    if !left.is_empty() {
        turn.say("sum.left-out", &[("what", &left.join("; "))]);
    }
    Ok(Step::Done)
}

/// The same question about each by themselves, and what each is about; and who else is named.
async fn questions(turn: &mut Turn<'_>, task: &Task) -> Result<(Vec<(String, Task)>, Vec<Who>), BankError> {
    let (people, others) = people(turn, task).await?;
    let mut asked: Vec<(String, Task)> = match people.as_slice() {
        [] | [_] => vec![(String::new(), task.clone())],
        several => several
            .iter()
            .map(|who| (who.name().to_owned(), who.asked(task)))
            .collect(),
    };
    let names = Names::load(&mut turn.world).await?;
    let times = times(&task.text, &turn.find(&task.text, &names).await);
    if times.len() > 1
        && matches!(
            task.intent.as_str(),
            "money.spent" | "money.received" | "accounts.transactions"
        )
    {
        let at = |(who, task): &(String, Task), span: &Span| {
            let mut task = task.clone();
            task.slots.span = Some(*span);
            let when = reads::span_in_words(*span);
            let about = if who.is_empty() { when } else { format!("{who}, {when}") };
            (about, task)
        };
        asked = asked
            .iter()
            .flat_map(|one| times.iter().map(move |span| at(one, span)))
            .collect();
    }
    Ok((asked, others))
}

/// That only one of several who were named is meant by what is shown, where that is so.
pub(super) async fn one_only(turn: &mut Turn<'_>, task: &Task, name: &str) -> Result<Vec<Part>, BankError> {
    let (people, others) = people(turn, task).await?;
    let several = task.slots.candidates.is_empty() && people.len() + others.len() > 1;
    let said = several.then(|| say::text(turn.text("one.only", &[("name", name)])));
    Ok(said.into_iter().collect())
}

/// The own accounts that stand in a list, as the same question about each. None where there are not several.
pub(super) async fn accounts(turn: &mut Turn<'_>, task: &Task) -> Result<Vec<Task>, BankError> {
    let names = Names::load(&mut turn.world).await?;
    let found = turn.find(&task.text, &names).await;
    let mut all: Vec<(&Found, AccountId)> = found
        .iter()
        .filter(|one| one.score >= LIKELY)
        .filter_map(|one| match one.value {
            Value::Named(at) => match names.things.get(at) {
                Some(Thing::Account(account)) => Some((one, *account)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    all.sort_by_key(|(one, _)| one.span.start);
    all.dedup_by_key(|(_, account)| *account);
    let listed = |pair: &[(&Found, AccountId)]| in_a_list(&task.text, &pair[0].0.span, &pair[1].0.span);
    // The answer to a question about one account is about that one.
    let asked = all.iter().any(|(_, account)| Some(*account) == task.slots.account);
    if all.len() < 2 || all.len() > EACH_MAX || !asked || !all.windows(2).all(listed) {
        return Ok(Vec::new());
    }
    let of = |(_, account): (&Found, AccountId)| {
        let mut task = task.clone();
        task.slots.account = Some(account);
        task
    };
    Ok(all.into_iter().map(of).collect())
}

/// "In May and June": times that stand in a list with nothing between them. None where there are not several.
pub(super) fn times(text: &str, found: &[Found]) -> Vec<Span> {
    let mut likely: Vec<(&Found, Span)> = found
        .iter()
        .filter(|one| one.score >= LIKELY)
        .filter_map(|one| match one.value {
            Value::Days { from, until } => Some((one, Span { from, until })),
            _ => None,
        })
        .collect();
    likely.sort_by(|(one, _), (other, _)| other.score.total_cmp(&one.score));
    let mut all: Vec<(&Found, Span)> = Vec::new();
    for (one, span) in likely {
        let mut others = all.iter();
        if others.all(|(other, _)| other.span.end <= one.span.start || one.span.end <= other.span.start) {
            all.push((one, span));
        }
    }
    all.sort_by_key(|(one, _)| one.span.start);
    let listed = |pair: &[(&Found, Span)]| in_a_list(text, &pair[0].0.span, &pair[1].0.span);
    if all.windows(2).all(listed) {
        all.into_iter().map(|(_, span)| span).collect()
    } else {
        Vec::new()
    }
}

/// Whom it is about, each once, and who else is named: of them, something else may be asked. Several of one name are each of
/// them: an answer about one would be a guess.
async fn people(turn: &mut Turn<'_>, task: &Task) -> Result<(Vec<Who>, Vec<Who>), BankError> {
    let slots = &task.slots;
    if slots.payee.is_none() && !slots.candidates.is_empty() {
        return Ok((slots.candidates.iter().cloned().map(Who::Known).collect(), Vec::new()));
    }
    let Some(who) = slots.who() else {
        return Ok((Vec::new(), Vec::new()));
    };
    let names = Names::load(&mut turn.world).await?;
    let found = turn.find(&task.text, &names).await;
    // Whoever stands before somebody known may be known by nothing: "at Starbucks and Market Hall".
    let sought = sought(&task.intent, &task.text, &found);
    let first: Vec<&str> = std::iter::once(who).chain(sought.as_deref()).collect();
    let all = mentioned(&task.text, &first, &found, &names);
    let lists = lists(&task.text, all.iter().map(|(span, _)| span));
    let at = all.iter().position(|(_, one)| alike(one.name(), who)).unwrap_or(0);
    let list = lists.get(at).copied();
    let (mut people, mut others): (Vec<Who>, Vec<Who>) = (Vec::new(), Vec::new());
    for ((_, who), its_list) in all.into_iter().zip(lists) {
        let mut before = people.iter().chain(&others);
        if before.any(|known| alike(known.name(), who.name())) {
            continue;
        }
        if Some(its_list) == list {
            people.push(who);
        } else {
            others.push(who);
        }
    }
    Ok((people, others))
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

/// Of each, in which list it stands.
fn lists<'a>(text: &str, spans: impl Iterator<Item = &'a Range<usize>>) -> Vec<usize> {
    let mut list = 0;
    let mut before: Option<&Range<usize>> = None;
    spans
        .map(|span| {
            let goes_on = before.replace(span).is_none_or(|before| in_a_list(text, before, span));
            list += usize::from(!goes_on);
            list
        })
        .collect()
}

/// Words that stand between two of a list.
const BETWEEN: &[&str] = &[
    "and", "or", "plus", "also", "to", "from", "at", "with", "in", "on", "my", "our", "the", "mr", "mrs", "ms",
];

/// Whether two stand beside each other in a list: "Tom and to Tiago", but not "Tom and get back from Tiago".
fn in_a_list(text: &str, one: &Range<usize>, next: &Range<usize>) -> bool {
    let between = text.get(one.end..next.start).unwrap_or_default();
    let words = words(between);
    let is_and = |word: &String| matches!(word.as_str(), "and" | "or" | "plus");
    let joined = between.contains([',', '&']) || words.iter().any(is_and);
    one == next || (joined && words.iter().all(|word| BETWEEN.contains(&word.as_str())))
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
