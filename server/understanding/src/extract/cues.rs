//! What the text says to the question before it: yes, no, stop, or "I meant…". A yes moves money, so it is only heard
//! where nothing in the text takes it back.

use super::tokens::Token;
use super::{Cue, Search, Value};
use std::ops::Range;

/// Phrases, longest first within their kind.
const PHRASES: &[(&str, Cue)] = &[
    ("yes", Cue::Yes),
    ("yes please", Cue::Yes),
    ("yeah", Cue::Yes),
    ("yea", Cue::Yes),
    ("yep", Cue::Yes),
    ("yup", Cue::Yes),
    ("sure", Cue::Yes),
    ("ok", Cue::Yes),
    ("okay", Cue::Yes),
    ("correct", Cue::Yes),
    ("thats right", Cue::Yes),
    ("that is right", Cue::Yes),
    ("right", Cue::Yes),
    ("exactly", Cue::Yes),
    ("of course", Cue::Yes),
    ("absolutely", Cue::Yes),
    ("go ahead", Cue::Yes),
    ("go for it", Cue::Yes),
    ("do it", Cue::Yes),
    ("do that", Cue::Yes),
    ("do this", Cue::Yes),
    ("please do", Cue::Yes),
    ("confirm", Cue::Yes),
    ("i confirm", Cue::Yes),
    ("confirmed", Cue::Yes),
    ("sounds good", Cue::Yes),
    ("looks good", Cue::Yes),
    ("i do", Cue::Yes),
    ("no problem", Cue::Yes),
    ("why not", Cue::Yes),
    ("no", Cue::No),
    ("nope", Cue::No),
    ("nah", Cue::No),
    ("no thanks", Cue::No),
    ("no thank you", Cue::No),
    ("not that", Cue::No),
    ("not that one", Cue::No),
    ("dont", Cue::No),
    ("do not", Cue::No),
    ("dont think so", Cue::No),
    ("do not think so", Cue::No),
    ("never", Cue::No),
    ("no way", Cue::No),
    ("not now", Cue::No),
    ("not yet", Cue::No),
    ("not today", Cue::No),
    ("not really", Cue::No),
    ("not at all", Cue::No),
    ("better not", Cue::No),
    ("maybe not", Cue::No),
    ("rather not", Cue::No),
    ("certainly not", Cue::No),
    ("definitely not", Cue::No),
    ("thats not it", Cue::No),
    ("thats wrong", Cue::No),
    ("that is wrong", Cue::No),
    ("wrong", Cue::No),
    ("cancel", Cue::Cancel),
    ("stop", Cue::Cancel),
    ("abort", Cue::Cancel),
    ("never mind", Cue::Cancel),
    ("nevermind", Cue::Cancel),
    ("forget it", Cue::Cancel),
    ("forget about it", Cue::Cancel),
    ("leave it", Cue::Cancel),
    ("drop it", Cue::Cancel),
    ("scrap that", Cue::Cancel),
    ("i changed my mind", Cue::Cancel),
    ("i meant", Cue::Correction),
    ("i mean", Cue::Correction),
    ("make it", Cue::Correction),
    ("make that", Cue::Correction),
    ("change it to", Cue::Correction),
    ("change that to", Cue::Correction),
    ("actually", Cue::Correction),
    ("instead", Cue::Correction),
    ("rather", Cue::Correction),
    ("sorry", Cue::Correction),
    ("oops", Cue::Correction),
    ("not to", Cue::Correction),
    ("wait", Cue::Correction),
];

/// They begin like a cue, and are neither a yes nor a no.
const NEITHER: &[&str] = &[
    "not sure",
    "dont know",
    "do not know",
    "dont mind",
    "do not mind",
    "dont care",
    "do not care",
    "dont worry",
    "do not worry",
    "dont understand",
    "do not understand",
];

/// They turn round what comes after them, as far as [`REACH`] and not over a mark or a "but".
const NEGATIONS: &[&str] = &[
    "not", "dont", "never", "cant", "cannot", "wont", "isnt", "arent", "aint", "doesnt", "didnt", "wasnt", "shouldnt",
    "wouldnt", "mustnt",
];
/// Words between a negation and what it turns round: "I don't want you to cancel".
const REACH: usize = 4;

/// Around a cue, these words change nothing.
const FILLERS: &[&str] = &[
    "please", "it", "that", "thats", "this", "thanks", "thank", "you", "then", "just", "well", "oh", "and", "for",
    "me", "now", "all", "again", "fine", "is", "pls", "the", "i", "im",
];

/// A phrase in the text: its words, counted among all words.
struct Hit {
    words: Range<usize>,
    /// Nothing, where it is one of [`NEITHER`].
    cue: Option<Cue>,
}

pub(super) fn find(search: &mut Search<'_>) {
    let words: Vec<usize> = (0..search.tokens.len())
        .filter(|at| search.tokens[*at].is_word())
        .collect();
    let hits = turned_round(search, &words, phrases(search, &words));
    let spoken = search
        .tokens
        .iter()
        .filter(|token| token.is_word() || token.is_number())
        .count();
    let explained = (0..words.len())
        .filter(|place| {
            hits.iter().any(|hit| hit.words.contains(place)) || FILLERS.contains(&search.word(words[*place]))
        })
        .count();
    // Nothing else is said: the whole text is the answer.
    let whole = explained >= spoken;
    let refused = hits.iter().any(|hit| hit.cue == Some(Cue::No));
    let asks = search.tokens.iter().any(|token| token.text == "?");
    for hit in hits {
        let Some(cue) = hit.cue else { continue };
        let (from, until) = (words[hit.words.start], words[hit.words.end - 1] + 1);
        let comma = matches!(search.word(until), "," | "." | "!" | ";" | "-" | "–");
        let begins = hit.words.start == 0;
        let score: f32 = match cue {
            _ if whole => 0.95,
            Cue::Yes | Cue::No if begins && comma => 0.85,
            Cue::No if begins && search.tokens.get(until).is_some_and(Token::is_number) => 0.8,
            Cue::Yes | Cue::No if begins => 0.5,
            Cue::Correction if hit.words.start <= 3 => 0.8,
            Cue::Correction => 0.6,
            Cue::Cancel if begins && words.len() <= 3 => 0.5,
            _ => 0.2,
        };
        // "No, do it" and "is that right?" are no yes that anything may be done on.
        let doubted = cue == Cue::Yes && (refused || asks);
        search.note(
            from..until,
            Value::Cue(cue),
            if doubted { score.min(0.5) } else { score },
        );
    }
    correction_by_no(search);
}

fn phrases(search: &Search<'_>, words: &[usize]) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let found = longest_at(search, &words[place..]);
        if let Some((cue, length)) = found {
            hits.push(Hit {
                words: place..place + length,
                cue,
            });
        }
        place += found.map_or(1, |(_, length)| length);
    }
    hits
}

/// Hears what stands with a negation as a no, whether that comes before it ("don't do it", "that's not right") or after
/// it ("of course not"). "Don't cancel" is a no as well: the question was then whether to.
fn turned_round(search: &Search<'_>, words: &[usize], hits: Vec<Hit>) -> Vec<Hit> {
    let mut heard: Vec<Hit> = Vec::new();
    for mut hit in hits {
        if is_only_not(search, words, &hit) {
            continue;
        }
        if matches!(hit.cue, Some(Cue::Yes | Cue::Cancel)) {
            if let Some(from) = negation_before(search, words, hit.words.start, &heard) {
                // The negation may have been a find of its own.
                heard.retain(|other| other.words.end <= from);
                hit = Hit {
                    words: from..hit.words.end,
                    cue: Some(Cue::No),
                };
            } else if hit.cue == Some(Cue::Yes) && negates_next(search, words, hit.words.end) {
                hit = Hit {
                    words: hit.words.start..hit.words.end + 1,
                    cue: Some(Cue::No),
                };
            }
        }
        // What was taken into the one before is no find of its own.
        if heard.last().is_none_or(|last| last.words.end <= hit.words.start) {
            heard.push(hit);
        }
    }
    heard
}

/// "Not to anna, to ben" corrects. In "I asked you not to do it" the words only negate.
fn is_only_not(search: &Search<'_>, words: &[usize], hit: &Hit) -> bool {
    let first = words[hit.words.start];
    let inside = first
        .checked_sub(1)
        .is_some_and(|before| search.tokens[before].is_word());
    hit.cue == Some(Cue::Correction) && search.word(first) == "not" && inside
}

/// The place of a negation that reaches as far as this word.
fn negation_before(search: &Search<'_>, words: &[usize], place: usize, heard: &[Hit]) -> Option<usize> {
    let mut after = place;
    for before in (place.saturating_sub(REACH + 1)..place).rev() {
        let joined = words[before] + 1 == words[after];
        if !joined || search.word(words[before]) == "but" {
            return None;
        }
        let spoken_for = heard.iter().find(|other| other.words.contains(&before));
        let denies =
            |other: &Hit| other.cue == Some(Cue::No) || NEGATIONS.contains(&search.word(words[other.words.start]));
        if spoken_for.is_some_and(|other| !denies(other)) {
            return None;
        }
        if NEGATIONS.contains(&search.word(words[before])) {
            return Some(spoken_for.map_or(before, |other| other.words.start));
        }
        after = before;
    }
    None
}

/// Whether the next word, without a mark before it, is a negation.
fn negates_next(search: &Search<'_>, words: &[usize], place: usize) -> bool {
    let Some(next) = words.get(place) else { return false };
    let joined = place.checked_sub(1).is_some_and(|last| words[last] + 1 == *next);
    joined && NEGATIONS.contains(&search.word(*next))
}

/// "No, 60": a no with a value behind it corrects.
fn correction_by_no(search: &mut Search<'_>) {
    if !matches!(search.word(0), "no" | "nope" | "nah" | "not") {
        return;
    }
    let after = search
        .tokens
        .iter()
        .skip(1)
        .filter(|token| token.is_word() || token.is_number())
        .count();
    let comma = matches!(search.word(1), "," | "." | "-" | "–");
    let number = search.tokens.get(1 + usize::from(comma)).is_some_and(Token::is_number);
    if (1..=8).contains(&after) && (comma || number) && !matches!(search.word(2), "thanks" | "thank") {
        search.note(0..1, Value::Cue(Cue::Correction), 0.75);
    }
}

/// The longest phrase that begins with these words, which stand beside each other.
fn longest_at(search: &Search<'_>, words: &[usize]) -> Option<(Option<Cue>, usize)> {
    let telling = PHRASES.iter().map(|(phrase, cue)| (*phrase, Some(*cue)));
    let neither = NEITHER.iter().map(|phrase| (*phrase, None));
    let mut best: Option<(Option<Cue>, usize)> = None;
    for (phrase, cue) in telling.chain(neither) {
        let length = phrase.split(' ').count();
        let fits = words.len() >= length
            && words[..length].windows(2).all(|pair| pair[1] == pair[0] + 1)
            && phrase
                .split(' ')
                .zip(words)
                .all(|(wanted, at)| search.word(*at) == wanted);
        if fits && best.is_none_or(|(_, longest)| length > longest) {
            best = Some((cue, length));
        }
    }
    best
}
