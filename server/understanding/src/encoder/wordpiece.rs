//! How BERT reads text (uncased): words and marks, without accents, then the longest pieces that the vocabulary has.

use crate::text::TEXT_MAX_CHARS;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;

/// A word that is longer is unknown as a whole.
const WORD_MAX_CHARS: usize = 100;
const WORDS_MAX: usize = 200_000;

/// A list of pieces, and the numbers of those with a meaning of their own.
pub struct WordPiece {
    numbers: HashMap<String, u32>,
    begin: u32,
    end: u32,
    unknown: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    #[error("{0} is not in it")]
    Missing(&'static str),
    #[error("it is too long")]
    TooLong,
    #[error("line {0} repeats a piece of before")]
    Twice(usize),
}

impl WordPiece {
    /// Reads a `vocab.txt`: a piece a line, its number being that of the line, from 0.
    ///
    /// # Errors
    /// When a special piece is missing, a piece stands there twice, or there are more than any vocabulary has.
    pub fn new(vocabulary: &str) -> Result<Self, VocabularyError> {
        let mut numbers = HashMap::new();
        for (line, number) in vocabulary.lines().zip(0_u32..) {
            if numbers.len() >= WORDS_MAX {
                return Err(VocabularyError::TooLong);
            }
            // With one of two alike left out, the numbers would reach further than there are pieces.
            if numbers.insert(line.to_owned(), number).is_some() {
                return Err(VocabularyError::Twice(numbers.len() + 1));
            }
        }
        let special = |name: &'static str| numbers.get(name).copied().ok_or(VocabularyError::Missing(name));
        Ok(Self {
            begin: special("[CLS]")?,
            end: special("[SEP]")?,
            unknown: special("[UNK]")?,
            numbers,
        })
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether a word is one piece.
    pub fn knows(&self, word: &str) -> bool {
        self.numbers.contains_key(word)
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The numbers of a text's pieces, between those for begin and end; `most` in all, and never fewer than two.
    pub fn tokens(&self, text: &str, most: usize) -> Vec<u32> {
        let mut tokens = vec![self.begin];
        for word in basic_words(text) {
            tokens.extend(self.pieces(&word));
            if tokens.len() + 1 >= most {
                break;
            }
        }
        tokens.truncate(most.saturating_sub(1).max(1));
        tokens.push(self.end);
        tokens
    }

    fn pieces(&self, word: &str) -> Vec<u32> {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() > WORD_MAX_CHARS {
            return vec![self.unknown];
        }
        let mut found = Vec::new();
        let mut from = 0;
        while from < letters.len() {
            let longest = (from + 1..=letters.len()).rev().find_map(|until| {
                let mut piece = String::from(if from > 0 { "##" } else { "" });
                piece.extend(&letters[from..until]);
                self.numbers.get(&piece).map(|number| (*number, until))
            });
            let Some((number, until)) = longest else {
                return vec![self.unknown];
            };
            found.push(number);
            from = until;
        }
        found
    }
}

/// Words, and every mark by itself; lower case, without accents and control characters.
fn basic_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let visible = text
        .chars()
        .take(TEXT_MAX_CHARS)
        .filter(|c| c.is_whitespace() || !is_control(*c));
    let plain = visible.flat_map(char::to_lowercase).nfd().filter(|c| !is_accent(*c));
    for c in plain {
        let alone = is_mark(c) || is_ideograph(c);
        if (c.is_whitespace() || alone) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if alone {
            words.push(c.to_string());
        } else if !c.is_whitespace() {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{fffd}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_accent(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// ASCII's marks, and the punctuation of Unicode that occurs in European and East Asian text.
fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}'
            | '\u{2045}'..='\u{2051}' | '\u{2053}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
            | '\u{3014}'..='\u{301f}' | '\u{ff01}'..='\u{ff03}' | '\u{ff05}'..='\u{ff0a}' | '\u{ff0c}'..='\u{ff0f}'
            | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}' | '\u{ff20}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2ceaf}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nmy\ncard\n##s\nun\n##freeze\n?\n'\n東\nstrasse\ncafe";

    fn read(text: &str) -> Vec<u32> {
        WordPiece::new(VOCABULARY).unwrap().tokens(text, 16)
    }

    #[test]
    fn the_longest_pieces_are_taken() {
        for (text, expected) in [
            ("my cards", vec![2, 4, 5, 6, 3]),
            ("Unfreeze MY card?", vec![2, 7, 8, 4, 5, 9, 3]),
            ("Café", vec![2, 13, 3]),
            ("my\tcard\u{200b}s", vec![2, 4, 5, 6, 3]),
            ("my'card", vec![2, 4, 10, 5, 3]),
            ("my東card", vec![2, 4, 11, 5, 3]),
            ("zebra", vec![2, 1, 3]),
            ("cardx", vec![2, 1, 3]),
            ("", vec![2, 3]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_cut_and_still_ends() {
        let tokens = read(&"my card ".repeat(50));
        assert_eq!(tokens.len(), 16);
        assert_eq!(tokens.last(), Some(&3));
        assert_eq!(read(&"x".repeat(500)), [2, 1, 3]);
    }

    #[test]
    fn a_vocabulary_without_its_special_pieces_is_refused() {
        assert_eq!(
            WordPiece::new("[CLS]\n[UNK]").err(),
            Some(VocabularyError::Missing("[SEP]"))
        );
    }

    #[test]
    fn a_vocabulary_that_has_a_piece_twice_or_too_many_is_refused() {
        let twice = format!("{VOCABULARY}\ncard\nmore");
        assert_eq!(WordPiece::new(&twice).err(), Some(VocabularyError::Twice(15)));
        let long: Vec<String> = (0..=WORDS_MAX).map(|number| number.to_string()).collect();
        assert_eq!(WordPiece::new(&long.join("\n")).err(), Some(VocabularyError::TooLong));
    }

    #[test]
    fn lines_may_end_as_on_any_machine() {
        let other = VOCABULARY.replace('\n', "\r\n");
        assert_eq!(WordPiece::new(&other).unwrap().tokens("my cards", 16), [2, 4, 5, 6, 3]);
    }
}
