//! Text as it is compared: one form, words, and the pieces of words that are counted.

mod features;
mod typos;

pub use features::{BUCKET_BITS, Pieces, pieces};
pub use typos::with_typos;

use unicode_normalization::UnicodeNormalization as _;

/// Longer than any question; what comes after it is not read.
pub const TEXT_MAX_CHARS: usize = 2_000;

/// One form for what looks alike: NFKC, lower case, one kind of apostrophe, [`TEXT_MAX_CHARS`] at most.
pub fn normalise(text: &str) -> String {
    text.chars()
        .take(TEXT_MAX_CHARS)
        // Before NFKC, which makes a space and an accent of one of them.
        .map(|c| match c {
            '’' | '‘' | '`' | '´' | 'ʼ' => '\'',
            other => other,
        })
        .nfkc()
        .flat_map(char::to_lowercase)
        .take(TEXT_MAX_CHARS)
        .collect()
}

/// The words of a normalised text. Apostrophes fall away ("haven't" is "havent", as many type it), every number is `#`:
/// which number it is, is for [`crate::extract`].
pub fn words(normalised: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let finish = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() {
            words.push(std::mem::take(word));
        }
    };
    for c in normalised.chars() {
        if c.is_numeric() {
            if !word.ends_with('#') {
                word.push('#');
            }
        } else if c.is_alphanumeric() || is_mark(c) {
            word.push(c);
        } else if matches!(c, '€' | '$' | '£' | '¥') {
            finish(&mut word, &mut words);
            words.push(c.to_string());
        } else if c != '\'' {
            finish(&mut word, &mut words);
        }
    }
    finish(&mut word, &mut words);
    words
}

/// Accents that stand alone after NFKC belong to their word.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_in_one_form() {
        for (text, expected) in [
            ("Where's my CARD?", vec!["wheres", "my", "card"]),
            ("I haven’t got it", vec!["i", "havent", "got", "it"]),
            ("I haven´t, don`t", vec!["i", "havent", "dont"]),
            ("ﬁx ＡＴＭ", vec!["fix", "atm"]),
            ("send €20.50 to Anna", vec!["send", "€", "#", "#", "to", "anna"]),
            ("in 2019 or 24h", vec!["in", "#", "or", "#h"]),
            ("", vec![]),
            ("?!…", vec![]),
        ] {
            assert_eq!(words(&normalise(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_never_ends_is_cut() {
        assert_eq!(normalise(&"ﷺ".repeat(5_000)).chars().count(), TEXT_MAX_CHARS);
    }
}
