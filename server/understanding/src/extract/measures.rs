//! Durations, counts, choices and kinds of cards.

use super::tokens::Token;
use super::{CardWord, Choice, Search, Value, calendar, numerals};

pub(super) fn find(search: &mut Search<'_>) {
    let mut at = 0;
    while at < search.tokens.len() {
        let step = duration_at(search, at)
            .or_else(|| count_at(search, at))
            .or_else(|| choice_at(search, at))
            .or_else(|| card_at(search, at));
        at += step.unwrap_or(1);
    }
}

/// "3 months", "two weeks", "a year".
fn duration_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let (count, length) = numerals::count_at(search.tokens, at)?;
    let of = usize::from(search.word(at + length) == "of");
    let unit = calendar::unit(search.word(at + length + of))?;
    let end = at + length + of + 1;
    if !search.free(at..end) || count == 0 || count > 36_500 {
        return None;
    }
    search.take(at..end, Value::Duration { count, unit }, 0.9);
    Some(end - at)
}

/// "5 payments", "the last three transactions".
fn count_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let (count, length) = numerals::count_at(search.tokens, at)?;
    let counted = matches!(
        search.word(at + length),
        "payment"
            | "payments"
            | "transaction"
            | "transactions"
            | "transfer"
            | "transfers"
            | "card"
            | "cards"
            | "account"
            | "accounts"
            | "times"
            | "time"
            | "instalment"
            | "instalments"
            | "installments"
            | "payees"
            | "people"
            | "pots"
            | "statements"
            | "entries"
            | "bookings"
            | "purchases"
            | "orders"
            | "debits"
    );
    let article = matches!(search.word(at), "a" | "an");
    if !counted || article || !search.free(at..at + length) {
        return None;
    }
    search.take(at..at + length, Value::Count(count), 0.9);
    Some(length + 1)
}

/// "the second one", "2nd", "the last one", "number 3", "option 2".
fn choice_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let the = usize::from(search.word(at) == "the");
    let one = |next: usize| usize::from(matches!(search.word(next), "one" | "option" | "choice"));
    let (choice, length, score) = if let Some((nth, length)) = numerals::ordinal_at(search.tokens, at + the) {
        let closed = one(at + the + length);
        let alone = at == 0 && at + the + length + closed == last_word(search);
        let score = if closed == 1 || alone { 0.9 } else { 0.4 };
        (Choice::Nth(nth), the + length + closed, score)
    } else if matches!(search.word(at + the), "last" | "latter")
        && (one(at + the + 1) == 1 || search.word(at + the) == "latter")
    {
        (Choice::Last, the + 1 + one(at + the + 1), 0.9)
    } else if search.word(at + the) == "former" && the == 1 {
        (Choice::Nth(1), 2, 0.9)
    } else if matches!(search.word(at), "number" | "option" | "no" | "#") {
        let (nth, length) = numerals::count_at(search.tokens, at + 1).filter(|(nth, _)| (1..=50).contains(nth))?;
        // "No, 60" has its comma; "no 2" has none.
        if search.word(at) == "no" && nth > 20 {
            return None;
        }
        (
            Choice::Nth(nth),
            1 + length,
            if search.word(at) == "no" { 0.4 } else { 0.9 },
        )
    } else if at == 0 && search.tokens.len() == 1 && search.tokens[0].is_number() {
        let nth = search.tokens[0]
            .text
            .parse()
            .ok()
            .filter(|nth| (1..=20).contains(nth))?;
        (Choice::Nth(nth), 1, 0.5)
    } else {
        return None;
    };
    if !search.free(at..at + length) {
        return None;
    }
    // A bare number and a lone ordinal can mean something else: they are not taken away.
    if score > 0.8 {
        search.take(at..at + length, Value::Choice(choice), score);
    } else {
        search.note(at..at + length, Value::Choice(choice), score);
    }
    Some(length)
}

/// The number of tokens without marks at the end.
fn last_word(search: &Search<'_>) -> usize {
    search
        .tokens
        .iter()
        .rposition(|token| token.is_word() || token.is_number())
        .map_or(0, |at| at + 1)
}

fn card_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let token: &Token = search.tokens.get(at)?;
    let word = match token.text.as_str() {
        "debit" | "girocard" => CardWord::Debit,
        "credit" => CardWord::Credit,
        "virtual" | "digital" | "online" => CardWord::Virtual,
        "physical" | "plastic" => CardWord::Physical,
        _ => return None,
    };
    let card = search.word(at + 1).starts_with("card");
    // "Direct debit" and "credit my account" are about no card.
    let score = match (card, word) {
        (true, _) => 0.95,
        (false, CardWord::Virtual | CardWord::Physical) => 0.5,
        (false, _) => return None,
    };
    search.note(at..at + 1 + usize::from(card), Value::Card(word), score);
    Some(1 + usize::from(card))
}
