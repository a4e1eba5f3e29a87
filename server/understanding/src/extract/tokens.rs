//! Words, numbers and marks, each with its place in the text.

use crate::text::TEXT_MAX_CHARS;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;

/// What comes after so many is not read: the time is bounded.
pub const TOKENS_MAX: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Word,
    /// Digits, with points, commas and spaces for thousands between them.
    Number,
    Mark,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// Lower case, without accents, apostrophes and the spaces of a number.
    pub(super) text: String,
    pub(super) shape: Shape,
    /// No space before it.
    pub(super) glued: bool,
}

impl Token {
    pub(super) fn is_number(&self) -> bool {
        self.shape == Shape::Number
    }

    pub(super) fn is_word(&self) -> bool {
        self.shape == Shape::Word
    }
}

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let letters: Vec<(usize, char)> = text.char_indices().take(TEXT_MAX_CHARS).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut glued = false;
    while at < letters.len() && tokens.len() < TOKENS_MAX {
        let (start, first) = letters[at];
        if first.is_whitespace() {
            glued = false;
            at += 1;
            continue;
        }
        let shape = if first.is_ascii_digit() {
            Shape::Number
        } else if first.is_alphabetic() {
            Shape::Word
        } else {
            Shape::Mark
        };
        let begin = at;
        at += 1;
        while at < letters.len() && belongs(&letters, at, shape) {
            at += 1;
        }
        // An IBAN has groups of digits as well, so that a group behind a group is none of thousands.
        let grouped = tokens.last().is_some_and(Token::is_number);
        // "Invoice 12 500 euros", "December 1 200 euros": two numbers, where a common space stands between.
        let numbered = tokens
            .last()
            .is_some_and(|token| NUMBERED.contains(&token.text.as_str()));
        while shape == Shape::Number
            && !grouped
            && is_thousands(&letters, begin, at)
            && !(numbered && letters[at].1 == ' ')
        {
            at += 4;
            while at < letters.len() && belongs(&letters, at, shape) {
                at += 1;
            }
        }
        let end = letters
            .get(at)
            .map_or_else(|| letters.last().map_or(0, |(at, c)| at + c.len_utf8()), |(at, _)| *at);
        let raw = letters[begin..at]
            .iter()
            .map(|(_, c)| *c)
            .filter(|c| !c.is_whitespace());
        tokens.push(Token {
            span: start..end,
            text: folded(raw),
            shape,
            glued,
        });
        glued = true;
    }
    tokens
}

fn belongs(letters: &[(usize, char)], at: usize, shape: Shape) -> bool {
    let c = letters[at].1;
    let next = letters.get(at + 1).map(|(_, c)| *c);
    match shape {
        Shape::Mark => false,
        Shape::Number => {
            let joins = (matches!(c, '.' | ',') || is_apostrophe(c)) && next.is_some_and(|next| next.is_ascii_digit());
            c.is_ascii_digit() || joins
        }
        Shape::Word => {
            let apostrophe = is_apostrophe(c) && next.is_some_and(char::is_alphabetic);
            c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) || apostrophe
        }
    }
}

/// Words behind which a number of their own stands.
const NUMBERED: &[&str] = &[
    "invoice",
    "number",
    "no",
    "nr",
    "order",
    "account",
    "room",
    "flat",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// "1 500": a space, or one that does not break, between groups of three digits.
fn is_thousands(letters: &[(usize, char)], begin: usize, at: usize) -> bool {
    let digit = |at: usize| letters.get(at).is_some_and(|(_, c)| c.is_ascii_digit());
    let space = |at: usize| {
        letters
            .get(at)
            .is_some_and(|(_, c)| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'))
    };
    let group = (1..=3).all(|more| digit(at + more)) && !digit(at + 4);
    let mut before = letters[begin..at].iter().map(|(_, c)| *c);
    // The first group has one to three digits, and those between have three, which `group` has seen.
    let first = before.by_ref().take_while(char::is_ascii_digit).count();
    let plain = letters[begin..at]
        .iter()
        .all(|(_, c)| c.is_ascii_digit() || c.is_whitespace());
    // "+49 170 5550123": behind thousands there are no more digits than three.
    let mut behind = at;
    while space(behind) && (1..=3).all(|more| digit(behind + more)) && !digit(behind + 4) {
        behind += 4;
    }
    let ends = !(space(behind) && digit(behind + 1));
    space(at) && group && ends && plain && (1..=3).contains(&first) && letters[begin].1 != '0'
}

/// What keyboards and telephones write for one.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')
}

/// The form in which words are compared.
pub(super) fn folded(letters: impl Iterator<Item = char>) -> String {
    letters
        .filter(|c| !is_apostrophe(*c))
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_marks_keep_their_places() {
        let text = "Pay €1,234.50 to Zoë's 3rd shop!";
        let read: Vec<(&str, String, bool)> = tokens(text)
            .into_iter()
            .map(|token| (&text[token.span], token.text, token.glued))
            .collect();
        let read: Vec<(&str, &str, bool)> = read
            .iter()
            .map(|(raw, text, glued)| (*raw, text.as_str(), *glued))
            .collect();
        assert_eq!(
            read,
            [
                ("Pay", "pay", false),
                ("€", "€", false),
                ("1,234.50", "1,234.50", true),
                ("to", "to", false),
                ("Zoë's", "zoes", false),
                ("3", "3", false),
                ("rd", "rd", true),
                ("shop", "shop", false),
                ("!", "!", true),
            ]
        );
    }

    #[test]
    fn a_space_can_stand_between_thousands() {
        for (text, read) in [
            ("1 500 euros", "1500"),
            ("1\u{202f}500 euros", "1500"),
            ("1\u{a0}234\u{a0}567,89 euros", "1234567,89"),
            ("12 500.50", "12500.50"),
            ("1 50", "1"),
            ("1 5000", "1"),
            ("0 500", "0"),
            ("2500 300", "2500"),
            ("1.5 300", "1.5"),
            ("49 170 5550123", "49"),
            ("1 234 567 89", "1"),
        ] {
            assert_eq!(tokens(text)[0].text, read, "{text}");
        }
        // The end of an IBAN, and an amount.
        let read: Vec<String> = tokens("3249 31 500").into_iter().map(|token| token.text).collect();
        assert_eq!(read, ["3249", "31", "500"]);
    }

    #[test]
    fn there_is_an_end_to_it() {
        assert_eq!(tokens(&"a ".repeat(10_000)).len(), TOKENS_MAX);
        assert_eq!(tokens(&"1".repeat(10_000))[0].span, 0..TEXT_MAX_CHARS);
    }
}
