//! What has a form of its own: IBANs and e-mail addresses.

use super::{Search, Value};
use bank_contract::Iban;

/// Groups of an IBAN, when it is written with spaces.
const GROUPS_MAX: usize = 24;
const IBAN_MIN: usize = 15;
const IBAN_MAX: usize = 34;

pub(super) fn find(search: &mut Search<'_>) {
    let mut at = 0;
    while at < search.tokens.len() {
        at += iban_at(search, at).or_else(|| email_at(search, at)).unwrap_or(1);
    }
}

/// Letters and digits that stand together, or in groups, and whose check digits are right.
fn iban_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    let first = &search.tokens[at];
    let begins = first.is_word() && first.text.len() == 2 && first.text.is_ascii();
    if !begins || (first.glued && at > 0 && !matches!(search.word(at - 1), ":" | "(" | "\"" | "=" | ",")) {
        return None;
    }
    let mut written = String::new();
    let mut found = None;
    for length in 0..GROUPS_MAX {
        let Some(token) = search.tokens.get(at + length) else {
            break;
        };
        let usable = token.text.chars().all(|c| c.is_ascii_alphanumeric()) || token.text == "-";
        if !usable || written.len() + token.text.len() > IBAN_MAX + 8 {
            break;
        }
        written.push_str(&token.text);
        let whole = written.chars().filter(|c| *c != '-').count();
        if (IBAN_MIN..=IBAN_MAX).contains(&whole)
            && let Ok(iban) = Iban::parse(&written)
        {
            found = Some((iban, length + 1));
        }
    }
    let (iban, length) = found?;
    search.take(at..at + length, Value::Iban(iban), 1.0);
    Some(length)
}

/// Something without spaces around an @, with a point behind it.
fn email_at(search: &mut Search<'_>, at: usize) -> Option<usize> {
    if search.word(at) != "@" || !search.tokens[at].glued {
        return None;
    }
    let joins = |token: &super::Token| {
        token.text.chars().all(char::is_alphanumeric) || matches!(token.text.as_str(), "." | "-" | "_" | "+")
    };
    let mut from = at;
    while from > 0 && joins(&search.tokens[from - 1]) && search.tokens[from].glued {
        from -= 1;
    }
    let mut until = at + 1;
    while search
        .tokens
        .get(until)
        .is_some_and(|token| token.glued && joins(token))
    {
        until += 1;
    }
    // A point at the end closes the sentence.
    while until > at + 1 && !search.tokens[until - 1].text.chars().all(char::is_alphanumeric) {
        until -= 1;
    }
    let span = search.tokens[from].span.start..search.tokens[until - 1].span.end;
    let written = search.text.get(span)?;
    let (name, host) = written.split_once('@')?;
    if name.is_empty() || !host.contains('.') || host.starts_with('.') || written.len() > 254 {
        return None;
    }
    search.take(from..until, Value::Email(written.to_lowercase()), 1.0);
    Some(until - at)
}
