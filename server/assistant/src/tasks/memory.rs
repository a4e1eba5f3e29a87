//! What the assistant remembers, and the conversation itself.

use super::{Halt, Step, Stepped};
use crate::CHOICES_MAX;
use crate::say;
use crate::state::{Does, Offer, Slot, Task};
use crate::turn::Turn;
use crate::written::behind;
use bank_contract::assistant::FactView;
use bank_contract::text;

/// What ends, keeps or rates the conversation is not done through itself: a text could talk it into that.
pub(super) fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "assistant.show-memory" => show(turn),
        "assistant.remember" => remember(turn, task),
        "assistant.forget" => forget(turn, task),
        "assistant.export" => Err(turn.told("memory.export", &[])),
        "assistant.delete" => Err(turn.told("memory.delete", &[])),
        _ => Err(turn.told("memory.rate", &[])),
    }
}

fn show(turn: &mut Turn<'_>) -> Stepped {
    let facts = turn.world.now.facts.clone();
    if facts.is_empty() {
        return Err(turn.told("memory.none", &[]));
    }
    let figures = facts
        .iter()
        .take(50)
        .map(|fact| say::value(fact.word.clone(), fact.meaning.clone(), None))
        .collect();
    let title = turn.text("memory.title", &[]);
    let how = say::text(turn.text("memory.how-to-forget", &[]));
    turn.show(vec![say::figures(title, figures), how]);
    Ok(Step::Done)
}

/// Whether this can be nothing but an explanation.
pub(crate) fn explains(said: &str) -> bool {
    let lower = said.trim().to_lowercase();
    let means = [" i mean ", " i always mean "]
        .iter()
        .any(|words| lower.contains(words));
    means && (lower.starts_with("by ") || lower.starts_with("when i say "))
}

/// "By Mum I mean Anna Weber", "my landlord is Immo Nord", "when I say gym I mean Fit and Well".
pub(crate) fn meaning(said: &str) -> Option<(String, String)> {
    let (word, meaning) = if let Some(rest) = behind(said, &["by ", "when i say "]) {
        split(rest, &[" i mean ", " i always mean ", " i meant "])?
    } else if let Some(rest) = behind(said, &["call "]) {
        let (meaning, word) = split(rest, &[" my ", " just "])?;
        (word, meaning)
    } else {
        let rest = behind(said, &["remember that ", "remember: ", "remember "]).unwrap_or(said);
        split(rest, &[" is called ", " is ", " means ", " = "])?
    };
    let word = clean(&word);
    let meaning = clean(&meaning);
    let fine = |name: &str| text::name(name, &()).is_ok() && name.split_whitespace().count() <= 6;
    (fine(&word) && fine(&meaning)).then_some((word, meaning))
}

fn split(rest: &str, joints: &[&str]) -> Option<(String, String)> {
    let lower = rest.to_ascii_lowercase();
    joints.iter().find_map(|joint| {
        let at = lower.find(joint)?;
        Some((rest.get(..at)?.to_owned(), rest.get(at + joint.len()..)?.to_owned()))
    })
}

fn clean(name: &str) -> String {
    let name = name.trim().trim_matches(['"', '“', '”', '\'', ',', '.', '!']).trim();
    let lower = name.to_ascii_lowercase();
    let bare = ["my ", "the "]
        .iter()
        .find(|word| lower.starts_with(*word))
        .and_then(|word| name.get(word.len()..))
        .unwrap_or(name);
    bare.trim().to_owned()
}

fn remember(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let said = task
        .slots
        .name
        .as_deref()
        .filter(|_| task.asked > 0)
        .unwrap_or(&task.text)
        .to_owned();
    let Some((word, meaning)) = meaning(&said) else {
        return Err(turn.ask_for(Slot::Name, "memory.how", &[], Vec::new()));
    };
    if bank_contract::Iban::parse(&meaning).is_ok() {
        return Err(turn.told("memory.no-iban", &[]));
    }
    let said = say::text(turn.text("memory.kept", &[("word", &word), ("meaning", &meaning)]));
    turn.remember.push((word, meaning));
    turn.show(vec![said]);
    Ok(Step::Done)
}

fn forget(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let facts = turn.world.now.facts.clone();
    let lower = task.text.to_lowercase();
    let named: Vec<&FactView> = facts
        .iter()
        .filter(|fact| lower.contains(&fact.word.to_lowercase()))
        .collect();
    let chosen = match task.slots.fact {
        Some(wanted) => facts.iter().find(|fact| fact.fact == wanted),
        None => match named.as_slice() {
            [only] => Some(*only),
            _ => None,
        },
    };
    if let Some(fact) = chosen {
        turn.forget.push(fact.fact);
        let said = say::text(turn.text("memory.forgotten", &[("word", &fact.word)]));
        turn.show(vec![said]);
        return Ok(Step::Done);
    }
    if facts.is_empty() {
        return Err(turn.told("memory.none", &[]));
    }
    let mut which = vec![say::text(turn.text("memory.which", &[]))];
    if facts.len() > CHOICES_MAX {
        which.push(say::text(turn.text("memory.more", &[])));
    }
    let offered = facts.iter().take(CHOICES_MAX).map(|fact| Offer {
        label: fact.word.clone(),
        hint: Some(fact.meaning.clone()),
        does: Does::Fact(fact.fact),
    });
    Err(Halt::Ask {
        slot: Slot::Fact,
        parts: which,
        offered: offered.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meaning_is_read_in_several_ways() {
        for (said, wanted) in [
            ("By Mum I mean Anna Weber.", Some(("Mum", "Anna Weber"))),
            ("when I say gym I mean FitHaus", Some(("gym", "FitHaus"))),
            (
                "remember that my landlord is Immo Nord",
                Some(("landlord", "Immo Nord")),
            ),
            ("My sister is Lena Maier", Some(("sister", "Lena Maier"))),
            (
                "by \u{130}\u{130}\u{212A} i mean \u{130}",
                Some(("\u{130}\u{130}\u{212A}", "\u{130}")),
            ),
            ("remember me", None),
            ("what do you remember", None),
            (
                "by Mum I mean DE71 9999 0001 7310 0482 95",
                Some(("Mum", "DE71 9999 0001 7310 0482 95")),
            ),
        ] {
            let wanted = wanted.map(|(word, meaning)| (word.to_owned(), meaning.to_owned()));
            assert_eq!(meaning(said), wanted, "{said}");
        }
    }
}
