//! Numbers in words.

use super::tokens::Token;

/// "ten" to "nineteen" and below.
fn small(word: &str) -> Option<u32> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    (0..).zip(SMALL).find(|(_, name)| *name == word).map(|(value, _)| value)
}

fn tens(word: &str) -> Option<u32> {
    const TENS: [&str; 8] = [
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    if word == "fourty" {
        return Some(40);
    }
    (2..)
        .zip(TENS)
        .find(|(_, name)| *name == word)
        .map(|(value, _)| value * 10)
}

/// What a word multiplies by.
pub(super) fn scale(word: &str) -> Option<u64> {
    match word {
        "hundred" => Some(100),
        "thousand" | "grand" => Some(1_000),
        "million" => Some(1_000_000),
        "billion" => Some(1_000_000_000),
        "trillion" => Some(1_000_000_000_000),
        _ => None,
    }
}

/// No number that is meant seriously has more words.
const WORDS_MAX: usize = 12;

/// The number that begins at a token, in words, and how many tokens it has: "a hundred and twenty", "two grand". A lone
/// "a" is none. One that is larger than can be counted is the largest that can: none of its words counts alone.
pub(super) fn number_at(tokens: &[Token], from: usize) -> Option<(u64, usize)> {
    let mut sum = Sum::default();
    let (mut at, mut end) = (from, from);
    while at < tokens.len() && at - from < WORDS_MAX {
        let word = tokens[at].text.as_str();
        if let Some((value, length)) = below_hundred(tokens, at, sum.part) {
            sum.add(value);
            at += length;
            end = at;
        } else if let Some(times) = scale(word) {
            // "Hundred" alone is a number; "thousand" and "million" are words for many.
            if at == from && word != "hundred" {
                return None;
            }
            sum.multiply(times);
            at += 1;
            end = at;
        } else if word == "and" && sum.part.is_some() && end == at && follows(tokens, at + 1) {
            at += 1;
        } else if matches!(word, "a" | "an")
            && at == from
            && tokens.get(at + 1).is_some_and(|next| scale(&next.text).is_some())
        {
            sum.add(1);
            at += 1;
        } else if word == "-" && end == at && at > from {
            at += 1;
        } else {
            break;
        }
    }
    (end > from).then(|| (sum.value(), end - from))
}

/// A number while it is said. It never overflows: it stops at the largest.
#[derive(Default)]
struct Sum {
    total: u64,
    /// What was multiplied last: "two million" before "three thousand".
    scale: u64,
    part: Option<u64>,
}

impl Sum {
    fn add(&mut self, value: u64) {
        self.part = Some(self.part.unwrap_or(0).saturating_add(value));
    }

    fn multiply(&mut self, times: u64) {
        let part = self.part.unwrap_or(1);
        if times == 100 && part > 0 {
            self.part = Some(part.saturating_mul(100));
            return;
        }
        // "Two thousand million" multiplies all of it; "two million three thousand" only the three.
        let all = self.total > 0 && (part == 0 || self.scale <= times);
        if all {
            self.total = self.total.saturating_add(part).saturating_mul(times);
        } else {
            self.total = self.total.saturating_add(part.saturating_mul(times));
        }
        self.scale = if all { self.scale.saturating_mul(times) } else { times };
        self.part = Some(0);
    }

    fn value(&self) -> u64 {
        self.total.saturating_add(self.part.unwrap_or(0))
    }
}

/// After "hundred" and "thousand" only; so "ten and five" are two numbers.
fn follows(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(2).and_then(|before| tokens.get(before));
    let scaled = before.is_some_and(|token| scale(&token.text).is_some());
    scaled
        && tokens
            .get(at)
            .is_some_and(|token| small(&token.text).or(tens(&token.text)).is_some())
}

/// One to ninety-nine: value and tokens. Only where the number so far leaves room for it.
fn below_hundred(tokens: &[Token], at: usize, part: Option<u64>) -> Option<(u64, usize)> {
    let word = &tokens.get(at)?.text;
    if part.is_some_and(|part| !part.is_multiple_of(100)) {
        return None;
    }
    if part == Some(0) && word == "zero" {
        return None;
    }
    if let Some(value) = small(word) {
        return Some((u64::from(value), 1));
    }
    let value = tens(word)?;
    let unit_at = if tokens.get(at + 1).is_some_and(|token| token.text == "-") {
        at + 2
    } else {
        at + 1
    };
    let unit = tokens
        .get(unit_at)
        .and_then(|token| small(&token.text))
        .filter(|unit| (1..10).contains(unit));
    Some(unit.map_or((u64::from(value), 1), |unit| {
        (u64::from(value + unit), unit_at + 1 - at)
    }))
}

/// A small whole number, in digits or words, with how many tokens it has.
pub(super) fn count_at(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let token = tokens.get(at)?;
    if token.is_number() {
        return token
            .text
            .parse()
            .ok()
            .filter(|count| *count <= 100_000)
            .map(|count| (count, 1));
    }
    if matches!(token.text.as_str(), "a" | "an") {
        return Some((1, 1));
    }
    if token.text == "couple" {
        return Some((2, 1));
    }
    let (value, length) = number_at(tokens, at)?;
    u32::try_from(value).ok().map(|value| (value, length))
}

/// "first", "2nd" as they count days and choices: value and tokens.
pub(super) fn ordinal_at(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    const NAMES: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    let token = tokens.get(at)?;
    if token.is_number() {
        let suffix = tokens.get(at + 1)?;
        let fits = suffix.glued && matches!(suffix.text.as_str(), "st" | "nd" | "rd" | "th");
        return token
            .text
            .parse()
            .ok()
            .filter(|value| fits && *value > 0)
            .map(|value| (value, 2));
    }
    (1..)
        .zip(NAMES)
        .find(|(_, name)| *name == token.text)
        .map(|(value, _)| (value, 1))
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn numbers_in_words_are_read() {
        for (text, expected) in [
            ("twelve", Some((12, 1))),
            ("twenty five", Some((25, 2))),
            ("twenty-five euros", Some((25, 3))),
            ("a hundred and twenty", Some((120, 4))),
            ("two thousand three hundred and five", Some((2_305, 6))),
            ("hundred", Some((100, 1))),
            ("two grand", Some((2_000, 2))),
            ("a thousand", Some((1_000, 2))),
            ("one million", Some((1_000_000, 2))),
            ("ten and five", Some((10, 1))),
            ("twelve fifty", Some((12, 1))),
            ("a card", None),
            ("thousand", None),
            ("hundred and", Some((100, 1))),
            ("two hundred thousand", Some((200_000, 3))),
            ("two thousand million", Some((2_000_000_000, 3))),
            ("one million two thousand and six", Some((1_002_006, 6))),
            ("three billion", Some((3_000_000_000, 2))),
            ("two thousand hundred", Some((200_000, 3))),
            ("", None),
        ] {
            assert_eq!(number_at(&tokens(text), 0), expected, "{text}");
        }
    }

    #[test]
    fn a_number_without_end_is_cut_and_one_without_measure_is_the_largest() {
        let text = "nine hundred thousand million ".repeat(50);
        assert!(number_at(&tokens(&text), 0).is_some_and(|(_, length)| length <= WORDS_MAX));
        for text in [
            "a hundred hundred hundred hundred hundred hundred hundred hundred hundred hundred hundred",
            "nine trillion trillion trillion",
            "ninety trillion hundred trillion hundred trillion",
        ] {
            let words = text.split(' ').count();
            assert_eq!(number_at(&tokens(text), 0), Some((u64::MAX, words)), "{text}");
        }
    }

    #[test]
    fn ordinals_are_read() {
        for (text, expected) in [
            ("3rd", Some((3, 2))),
            ("3 rd", None),
            ("twelfth", Some((12, 1))),
            ("0th", None),
            ("third", Some((3, 1))),
        ] {
            assert_eq!(ordinal_at(&tokens(text), 0), expected, "{text}");
        }
    }
}
