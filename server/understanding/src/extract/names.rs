//! The customer's own accounts, cards, payees and merchants, by name, with slips of the finger, and by their last digits.

use super::tokens::{Token, folded};
use super::{KNOWN_MAX, Known, Search, Value};
use crate::spelling::distance_within;
use std::collections::{HashMap, HashSet};

const NAME_TOKENS_MAX: usize = 6;
/// Marks between two words of a name.
const MARKS_MAX: usize = 2;
const ALSO_MAX: usize = 8;
/// Said whole and rightly.
const WHOLE: f32 = 1.0;
/// Its first word, such as a first name.
const FIRST: f32 = 0.85;
/// Another of its words.
const OTHER: f32 = 0.7;
/// What each slip costs.
const SLIP: f32 = 0.12;

/// Words that are never a slip of somebody's name, and never stand for one alone.
const COMMON: &[&str] = &[
    "a", "about", "account", "accounts", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "back",
    "balance", "bank", "be", "bill", "block", "but", "by", "can", "cancel", "card", "cards", "cash", "change", "could",
    "date", "day", "did", "do", "does", "done", "euro", "euros", "for", "from", "get", "give", "had", "has", "have",
    "help", "how", "in", "is", "it", "last", "like", "lock", "lost", "make", "many", "may", "me", "money", "month",
    "more", "much", "my", "name", "need", "new", "no", "not", "now", "of", "on", "one", "open", "or", "other", "out",
    "over", "pay", "paid", "please", "send", "show", "some", "spend", "spent", "stop", "take", "thank", "thanks",
    "that", "the", "them", "there", "this", "to", "today", "transfer", "was", "week", "what", "when", "where", "which",
    "who", "why", "will", "with", "would", "year", "yes", "you", "your",
];
/// What a company's name ends with, and nobody says.
const LEGAL: &[&str] = &[
    "gmbh", "ltd", "limited", "inc", "llc", "co", "kg", "ag", "se", "plc", "sa", "bv", "com", "de", "net", "org", "ug",
    "ev",
];

/// Letters of a word that may stand for a whole name also with a slip in it.
const PART_WITH_SLIPS_MIN: usize = 5;

/// So many meanings of one word are kept: whoever asks back cannot offer more.
const MEANINGS_MAX: usize = 12;

/// A name as its words, by their numbers in [`Words`].
struct Name {
    at: usize,
    words: Vec<usize>,
    /// All of them written as one.
    joined: Option<usize>,
}

/// The distinct words of the text and of all names, and the slips between them, each pair compared once.
struct Words {
    said: Vec<Vec<char>>,
    /// For each token, its place in `said`.
    tokens: Vec<usize>,
    wanted: Vec<Vec<char>>,
    numbers: HashMap<Vec<char>, usize>,
    slips: HashMap<(usize, usize), Option<usize>>,
}

struct Hit {
    from: usize,
    until: usize,
    at: usize,
    score: f32,
}

pub(super) fn find_names(search: &mut Search<'_>) {
    let mut words = Words::new(search.tokens);
    let names = names(search.context.known, &mut words);
    let mut hits: Vec<Hit> = Vec::new();
    for from in 0..search.tokens.len() {
        if !named(&search.tokens[from]) {
            continue;
        }
        let mut here: Vec<Hit> = Vec::new();
        for name in &names {
            if let Some((length, score)) = words.matched(search.tokens, from, name) {
                here.push(Hit {
                    from,
                    until: from + length,
                    at: name.at,
                    score,
                });
            }
        }
        // The sort is stable: of alike ones, those that the customer has first.
        here.sort_by(|a, b| b.score.total_cmp(&a.score));
        here.truncate(MEANINGS_MAX);
        hits.extend(here);
    }
    let mut noted = HashSet::new();
    for (place, hit) in hits.iter().enumerate() {
        if !covered(&hits, place) && noted.insert((hit.from, hit.until, hit.at)) {
            search.note(hit.from..hit.until, Value::Named(hit.at), hit.score);
        }
    }
}

/// A part of what was said whole is not a find of its own; nor is the worse of two names of the same thing.
fn covered(hits: &[Hit], place: usize) -> bool {
    let hit = &hits[place];
    // Hits are in the order of the text, and a name has a few words.
    let before = hits[..place]
        .iter()
        .rev()
        .take_while(|other| other.from + 2 * NAME_TOKENS_MAX > hit.from);
    let after = hits[place + 1..].iter().take_while(|other| other.from == hit.from);
    before.chain(after).any(|other| {
        let inside = other.from <= hit.from && hit.until <= other.until;
        let wider = other.until - other.from > hit.until - hit.from;
        inside && ((wider && other.score >= hit.score) || (other.at == hit.at && other.score > hit.score))
    })
}

fn named(token: &Token) -> bool {
    token.is_word() || token.is_number()
}

fn names(known: &[Known], words: &mut Words) -> Vec<Name> {
    let mut names = Vec::new();
    for (at, known) in known.iter().take(KNOWN_MAX).enumerate() {
        for name in std::iter::once(&known.name).chain(known.also.iter().take(ALSO_MAX)) {
            let mut parts: Vec<Vec<char>> = super::tokens::tokens(name)
                .into_iter()
                .filter(named)
                .map(|token| token.text.chars().collect())
                .collect();
            parts.truncate(NAME_TOKENS_MAX);
            while parts.len() > 1 && parts.last().is_some_and(|word| is_one_of(word, LEGAL)) {
                parts.pop();
            }
            let joined: Vec<char> = parts.iter().flatten().copied().collect();
            let joined = (parts.len() > 1 && joined.len() >= 5).then(|| words.number(joined));
            let parts: Vec<usize> = parts.into_iter().map(|part| words.number(part)).collect();
            if !parts.is_empty() {
                names.push(Name {
                    at,
                    words: parts,
                    joined,
                });
            }
        }
    }
    names
}

impl Words {
    fn new(tokens: &[Token]) -> Self {
        let mut said: Vec<Vec<char>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut numbers = Vec::with_capacity(tokens.len());
        for token in tokens {
            let place = *places.entry(token.text.as_str()).or_insert(said.len());
            if place == said.len() {
                said.push(token.text.chars().collect());
            }
            numbers.push(place);
        }
        Self {
            said,
            tokens: numbers,
            wanted: Vec::new(),
            numbers: HashMap::new(),
            slips: HashMap::new(),
        }
    }

    fn number(&mut self, word: Vec<char>) -> usize {
        let next = self.wanted.len();
        let number = *self.numbers.entry(word.clone()).or_insert(next);
        if number == next {
            self.wanted.push(word);
        }
        number
    }

    /// Slips between a token and a word of a name.
    fn slips(&mut self, token: usize, wanted: usize) -> Option<usize> {
        let said = *self.tokens.get(token)?;
        let (spoken, meant) = (&self.said[said], &self.wanted[wanted]);
        *self
            .slips
            .entry((said, wanted))
            .or_insert_with(|| slips_between(spoken, meant))
    }

    /// How many tokens from here are this name, and how well they fit.
    fn matched(&mut self, tokens: &[Token], from: usize, name: &Name) -> Option<(usize, f32)> {
        if let Some((length, slips)) = self.whole(tokens, from, name) {
            return Some((length, WHOLE - slip_cost(slips)));
        }
        let said = &self.said[self.tokens[from]];
        if name.words.len() < 2 || said.len() < 3 || is_one_of(said, COMMON) {
            return None;
        }
        for (place, part) in name.words.iter().enumerate() {
            let telling = !is_one_of(&self.wanted[*part], COMMON) && !is_one_of(&self.wanted[*part], LEGAL);
            // One short word with a slip is as well another name: "Lena" is no slip of "Luna Cinema".
            let long = self.wanted[*part].len() >= PART_WITH_SLIPS_MIN;
            if let Some(slips) = self.slips(from, *part).filter(|slips| telling && (*slips == 0 || long)) {
                let base = if place == 0 { FIRST } else { OTHER };
                return Some((1, base - slip_cost(slips)));
            }
        }
        None
    }

    /// All words of the name in their order, a possessive s forgiven; or all of it written as one word.
    fn whole(&mut self, tokens: &[Token], from: usize, name: &Name) -> Option<(usize, usize)> {
        let mut slips = 0;
        let mut at = from;
        let mut fits = true;
        for part in &name.words {
            // Marks within a name ("H&M", "Coca-Cola") are passed over.
            let marks = at..(at + MARKS_MAX).min(tokens.len());
            at += tokens
                .get(marks)
                .map_or(0, |rest| rest.iter().take_while(|token| !named(token)).count());
            let Some(more) = self.slips(at, *part) else {
                fits = false;
                break;
            };
            slips += more;
            at += 1;
        }
        if fits && slips <= name.words.len().max(2) {
            return Some((at - from, slips));
        }
        let joined = name.joined?;
        self.slips(from, joined).map(|slips| (1, slips))
    }
}

/// Slips between two words, as many as their length forgives; none for a common word.
fn slips_between(said: &[char], wanted: &[char]) -> Option<usize> {
    if said == wanted {
        return Some(0);
    }
    // "Annas" and "Zoe's".
    if said.len() == wanted.len() + 1 && said.last() == Some(&'s') && said.starts_with(wanted) && wanted.len() >= 3 {
        return Some(0);
    }
    let forgiven = match wanted.len() {
        0..4 => return None,
        4..8 => 1,
        _ => 2,
    };
    let first_fits = said.first() == wanted.first() || (said.len() > 1 && said[0] == wanted[1] && said[1] == wanted[0]);
    if !first_fits || is_one_of(said, COMMON) {
        return None;
    }
    distance_within(said, wanted, forgiven)
}

#[expect(clippy::cast_precision_loss, reason = "a few slips")]
fn slip_cost(slips: usize) -> f32 {
    slips as f32 * SLIP
}

fn is_one_of(word: &[char], list: &[&str]) -> bool {
    list.iter().any(|one| one.chars().eq(word.iter().copied()))
}

/// "ending 1234", "ends in 4711", "…4711", "*4711".
pub(super) fn find_digits(search: &mut Search<'_>) {
    for at in 0..search.tokens.len() {
        let token = &search.tokens[at];
        let digits =
            token.is_number() && (3..=6).contains(&token.text.len()) && token.text.bytes().all(|b| b.is_ascii_digit());
        if !digits || search.used[at] {
            continue;
        }
        let word = |back: usize| at.checked_sub(back).map_or("", |place| search.word(place));
        let led = matches!(word(1), "ending" | "ends" | "*" | "…" | "x" | "xx" | "xxx" | "xxxx")
            || (matches!(word(1), "in" | "with" | "on" | ".") && matches!(word(2), "ending" | "ends" | "end" | "."))
            || (word(1) == "digits" || (word(1) == "are" && word(2) == "digits"));
        let text = token.text.clone();
        let ends = |digits: &str| {
            let plain: String = folded(digits.chars()).chars().filter(|c| c.is_alphanumeric()).collect();
            plain.ends_with(&text)
        };
        let known: Vec<usize> = search
            .context
            .known
            .iter()
            .take(KNOWN_MAX)
            .enumerate()
            .filter(|(_, known)| known.digits.as_deref().is_some_and(ends))
            .map(|(at, _)| at)
            .collect();
        // Four digits alone are rather an amount, unless they are led by words.
        if led && known.is_empty() {
            search.take(at..at + 1, Value::LastDigits(text), 0.9);
        } else if led {
            for place in known {
                search.take(at..at + 1, Value::Named(place), 0.98);
            }
        } else if text.len() >= 4 {
            for place in known {
                search.note(at..at + 1, Value::Named(place), 0.6);
            }
        }
    }
}
