//! Amounts of money: "50", "€1.2k", "twelve fifty", "a hundred and twenty", "1.234,56", "20 quid".

use super::numerals;
use super::{Search, Value};
use crate::spelling::distance_within;
use bank_contract::{Currency, Money};

/// With a currency beside it, in digits.
const STATED: f32 = 0.95;
/// A number alone.
const BARE: f32 = 0.6;
/// A number alone that is rather a year.
const YEAR: f32 = 0.3;

/// A number at some tokens, in minor units of no currency yet.
struct Figure {
    /// As [`Money::parse`] reads it.
    typed: String,
    times: i64,
    /// Tokens after the first.
    length: usize,
    in_words: bool,
}

pub(super) fn find(search: &mut Search<'_>) {
    let mut at = 0;
    while at < search.tokens.len() {
        at += amount_at(search, at).unwrap_or(1);
    }
}

/// Notes the amount that begins at a token, and says how many tokens it has.
fn amount_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    if search.used[at] {
        return None;
    }
    let before = currency_of(search, at);
    let figure_at = if before.is_some() { at + 1 } else { at };
    if before.is_none()
        && let Some((minor, currency, length)) = coin_at(search, at)
    {
        return note(search, at, length, minor, currency, true, STATED);
    }
    let figure = figure_at_token(search, figure_at)?;
    if !search.free(figure_at..figure_at + figure.length) {
        return None;
    }
    let mut end = figure_at + figure.length;
    let after = if before.is_none() {
        currency_of(search, end)
    } else {
        None
    };
    end += usize::from(after.is_some());
    let stated = before.or(after);
    let currency = stated.unwrap_or(search.context.currency);
    let is_share = matches!(search.word(end), "%" | "percent");
    if is_share {
        return None;
    }
    // What is too large or too exact is no amount, and neither is a part of it.
    let Some(mut minor) = minor_of(&figure, currency) else {
        return Some(end - at);
    };
    if stated.is_some() {
        if let Some((more, length)) = cents_after(search, end, currency) {
            minor = minor.checked_add(more)?;
            end += length;
        }
    } else if let Some((more, length)) = spoken_cents(search, &figure, end, currency) {
        minor = minor.checked_add(more)?;
        end += length;
        // "twelve fifty euros".
        if let Some(named) = currency_of(search, end) {
            return note(search, at, end + 1 - at, minor, named, true, STATED);
        }
    }
    let score = match stated {
        Some(_) => STATED,
        None if !figure.in_words
            && figure.times == 1
            && is_year(&figure.typed)
            && !is_paid(search, at..figure_at + figure.length) =>
        {
            YEAR
        }
        None if figure.in_words && figure.times == 1 && figure.typed.len() == 1 => YEAR,
        None => BARE,
    };
    note(search, at, end - at, minor, currency, stated.is_some(), score)
}

fn note(
    search: &mut Search<'_>,
    at: usize,
    length: usize,
    minor: i64,
    currency: Currency,
    stated: bool,
    score: f32,
) -> Option<usize> {
    let money = Money::from_minor(minor, currency).ok()?;
    search.note(at..at + length, Value::Amount { money, stated }, score);
    Some(length)
}

/// A number in digits or words, with what multiplies it.
fn figure_at_token(search: &Search<'_>, at: usize) -> Option<Figure> {
    let token = search.tokens.get(at)?;
    if token.is_number() {
        // What is glued to letters on the left is a name: "cash24".
        let named = token.glued
            && at
                .checked_sub(1)
                .is_some_and(|before| search.tokens[before].is_word() && currency_of(search, before).is_none());
        if named {
            return None;
        }
        let next = search.tokens.get(at + 1);
        let (times, length) = multiples(search, at + 1);
        // Letters right behind a number make it something else: "3x", "24h".
        let unit = next.is_some_and(|next| {
            next.glued
                && next.is_word()
                && length == 0
                && currency_of(search, at + 1).is_none()
                && !is_pence(&next.text)
        });
        if unit {
            return None;
        }
        return Some(Figure {
            typed: token.text.clone(),
            times,
            length: 1 + length,
            in_words: false,
        });
    }
    let (value, length) = match token.text.as_str() {
        "fiver" => (5, 1),
        "tenner" => (10, 1),
        _ => numerals::number_at(search.tokens, at)?,
    };
    let (times, more) = multiples(search, at + length);
    Some(Figure {
        typed: value.to_string(),
        times,
        length: length + more,
        in_words: true,
    })
}

/// What the words behind a number multiply it by, and how many they are: "2 hundred thousand" is not 200.
fn multiples(search: &Search<'_>, from: usize) -> (i64, usize) {
    let mut times = 1_i64;
    let mut length = 0;
    while let Some(next) = search.tokens.get(from + length) {
        let by = match (next.text.as_str(), next.glued) {
            ("k", _) => 1_000,
            ("m", true) | ("mio" | "mil" | "mln" | "mn", _) => 1_000_000,
            ("bn" | "mrd", _) => 1_000_000_000,
            (word, false) => match numerals::scale(word).and_then(|by| i64::try_from(by).ok()) {
                Some(by) => by,
                None => break,
            },
            _ => break,
        };
        times = times.saturating_mul(by);
        length += 1;
    }
    (times, length)
}

/// "1.2" of "1.2k" has more decimals than are allowed once it is multiplied, so it is read with the multiple's own.
fn minor_of(figure: &Figure, currency: Currency) -> Option<i64> {
    if figure.times == 1 {
        // "1.500" is fifteen hundred for some, and one and a half for others.
        let decimals = figure.typed.split_once('.').map_or("", |(_, decimals)| decimals);
        if currency.exponent() < 3 && decimals.len() == 3 && decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        return Money::parse(&figure.typed, currency).ok().map(Money::minor);
    }
    // Three decimals are enough for "1.234k".
    let plain = figure.typed.replace(',', ".");
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    if decimals.len() > 3 || decimals.contains('.') {
        return None;
    }
    let thousandths: i64 = format!("{whole}{decimals:0<3}").parse().ok()?;
    let minor = thousandths
        .checked_mul(figure.times)?
        .checked_mul(currency.minor_per_unit())?;
    (minor % 1_000 == 0).then_some(minor / 1_000)
}

/// "12 euros 50", "12 euros and 50 cents": minor units and tokens.
fn cents_after(search: &Search<'_>, at: usize, currency: Currency) -> Option<(i64, usize)> {
    if currency.exponent() != 2 {
        return None;
    }
    let joined = usize::from(search.word(at) == "and");
    let (value, length) = two_digits(search, at + joined)?;
    let named = is_cents(search.word(at + joined + length)) || is_pence(search.word(at + joined + length));
    // Without "cents", a number after "and" is another amount, and one that counts something is no money: "50 euros 24 hours".
    let bare = joined == 0 && ends_here(search, at + length);
    (named || bare).then_some((value, joined + length + usize::from(named)))
}

/// Whether an amount can end before this token.
fn ends_here(search: &Search<'_>, at: usize) -> bool {
    let Some(next) = search.tokens.get(at) else { return true };
    if next.is_word() {
        return !next.glued && BEHIND.contains(&next.text.as_str());
    }
    !next.is_number() && currency_of(search, at).is_none() && !matches!(next.text.as_str(), "%" | "/" | ":" | "-")
}

/// "twelve fifty": a second number of two digits, both in words.
fn spoken_cents(search: &Search<'_>, figure: &Figure, at: usize, currency: Currency) -> Option<(i64, usize)> {
    let spoken =
        figure.in_words && currency.exponent() == 2 && search.tokens.get(at).is_some_and(super::tokens::Token::is_word);
    let (value, length) = two_digits(search, at).filter(|_| spoken)?;
    (value >= 10).then_some((value, length))
}

fn two_digits(search: &Search<'_>, at: usize) -> Option<(i64, usize)> {
    let token = search.tokens.get(at).filter(|_| search.free(at..at + 1))?;
    if token.is_number() {
        return (token.text.len() == 2)
            .then(|| token.text.parse().ok())?
            .map(|value| (value, 1));
    }
    let (value, length) = numerals::number_at(search.tokens, at)?;
    i64::try_from(value)
        .ok()
        .filter(|value| *value < 100)
        .map(|value| (value, length))
}

/// "50 cents", "20p".
fn coin_at(search: &Search<'_>, at: usize) -> Option<(i64, Currency, usize)> {
    let (value, length) = numerals::count_at(search.tokens, at)?;
    let word = search.word(at + length);
    if !search.free(at..at + length) || value >= 10_000 || search.word(at) == "a" {
        return None;
    }
    let currency = if is_pence(word) {
        Currency::Gbp
    } else if is_cents(word) {
        search.context.currency
    } else {
        return None;
    };
    (currency.exponent() == 2).then_some((i64::from(value), currency, length + 1))
}

fn is_cents(word: &str) -> bool {
    matches!(word, "cent" | "cents" | "ct")
}

fn is_pence(word: &str) -> bool {
    matches!(word, "p" | "pence" | "penny")
}

/// What stands behind an amount, and is none of what a number counts.
const BEHIND: &[&str] = &[
    "a",
    "and",
    "as",
    "at",
    "back",
    "by",
    "cash",
    "each",
    "every",
    "for",
    "from",
    "in",
    "into",
    "is",
    "monthly",
    "more",
    "now",
    "of",
    "on",
    "or",
    "out",
    "please",
    "pls",
    "reference",
    "then",
    "thanks",
    "to",
    "today",
    "tomorrow",
    "total",
    "towards",
    "was",
    "weekly",
    "with",
];

/// What is done with money. What stands behind such a word is an amount, also where it looks like a year.
const DEEDS: &[&str] = &[
    "pay",
    "pays",
    "paid",
    "paying",
    "send",
    "sends",
    "sent",
    "sending",
    "transfer",
    "transferred",
    "give",
    "gave",
    "wire",
    "wired",
    "move",
    "moved",
    "receive",
    "received",
    "get",
    "got",
    "spend",
    "spent",
    "withdraw",
    "withdrew",
    "deposit",
    "deposited",
    "owe",
    "owes",
    "refund",
    "refunded",
    "return",
    "returned",
];
/// Before a year, or in a question that asks how much it was: then a number is no amount.
const OF_A_YEAR: &[&str] = &[
    "in", "of", "since", "until", "till", "during", "for", "by", "from", "before", "after", "through", "between",
    "and", "or", "year", "-", "–", "/", ",",
];
const ASKING: &[&str] = &["how", "what", "when", "which", "whats"];

/// "Did I receive 2000 from Tom", "pay Tom 2000": money is spoken of before it, and no time beside it.
fn is_paid(search: &Search<'_>, at: std::ops::Range<usize>) -> bool {
    let before: Vec<&str> = (0..at.start).map(|token| search.word(token)).collect();
    let has = |words: &[&str]| before.iter().any(|word| words.contains(word));
    let month = |word: &str| super::calendar::month_name(word).is_some();
    let beside = before
        .last()
        .is_some_and(|word| OF_A_YEAR.contains(word) || month(word));
    has(DEEDS) && !has(ASKING) && !beside && !month(search.word(at.end))
}

fn is_year(typed: &str) -> bool {
    typed.len() == 4 && typed.parse().is_ok_and(|year: u32| (1_990..2_100).contains(&year))
}

fn currency_of(search: &Search<'_>, at: usize) -> Option<Currency> {
    let token = search.tokens.get(at)?;
    currency_word(&token.text)
}

/// The currency that a word in lower case stands for, also with a slip in it.
pub fn currency_word(word: &str) -> Option<Currency> {
    let found = match word {
        "€" | "eur" | "euro" | "euros" => Currency::Eur,
        "$" | "usd" | "dollar" | "dollars" | "buck" | "bucks" => Currency::Usd,
        "£" | "gbp" | "pound" | "pounds" | "quid" | "sterling" => Currency::Gbp,
        "chf" | "franc" | "francs" | "franken" => Currency::Chf,
        "¥" | "jpy" | "yen" => Currency::Jpy,
        "kwd" | "dinar" | "dinars" => Currency::Kwd,
        _ => return close_to_currency(word),
    };
    Some(found)
}

/// Slips in the long words.
fn close_to_currency(word: &str) -> Option<Currency> {
    if !(4..=9).contains(&word.len()) || !word.is_ascii() {
        return None;
    }
    let letters: Vec<char> = word.chars().collect();
    let names = [
        ("euros", Currency::Eur),
        ("dollars", Currency::Usd),
        ("pounds", Currency::Gbp),
    ];
    let close = |name: &str| {
        let name: Vec<char> = name.chars().collect();
        name.first() == letters.first() && distance_within(&letters, &name, 1).is_some()
    };
    names
        .into_iter()
        .find(|(name, _)| close(name))
        .map(|(_, currency)| currency)
}
