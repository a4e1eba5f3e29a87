//! Slips of the finger in words that are known otherwise: "trasnfer" is read as "transfer".

use std::collections::{BTreeMap, HashMap};

/// Shorter words have too many neighbours to be sure of one.
const CORRECTED_MIN: usize = 4;
/// From this length on, two slips are forgiven.
const TWO_SLIPS_MIN: usize = 8;
/// A word that this many utterances have is not a slip itself.
const COMMON_MIN: u32 = 3;
const WORD_MAX: usize = 32;

/// The words of the utterances that were learned from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Speller {
    /// Every word, with how often it was met.
    pub(crate) counts: BTreeMap<String, u32>,
    /// Common words by length: letters, their set, and how often they were met.
    by_length: HashMap<usize, Vec<(Vec<char>, u32, u32)>>,
}

impl Speller {
    pub(crate) fn learn<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for word in words {
            if let Some(count) = counts.get_mut(word) {
                *count += 1;
            } else {
                counts.insert(word.to_owned(), 1);
            }
        }
        Self::from_counts(counts)
    }

    pub(crate) fn from_counts(counts: BTreeMap<String, u32>) -> Self {
        let mut by_length: HashMap<usize, Vec<_>> = HashMap::new();
        for (word, count) in &counts {
            let letters: Vec<char> = word.chars().collect();
            let usable = letters.iter().all(|letter| letter.is_alphabetic()) && (2..=WORD_MAX).contains(&letters.len());
            if *count >= COMMON_MIN && usable {
                let set = letter_set(&letters);
                by_length.entry(letters.len()).or_default().push((letters, set, *count));
            }
        }
        Self { counts, by_length }
    }

    /// The word that was probably meant, when this one was never met and `known` does not know it either.
    pub(crate) fn corrected(&self, word: &str, known: impl Fn(&str) -> bool) -> Option<String> {
        let letters: Vec<char> = word.chars().collect();
        let slips = if letters.len() >= TWO_SLIPS_MIN { 2 } else { 1 };
        let readable = (CORRECTED_MIN..=WORD_MAX).contains(&letters.len());
        if !readable || !letters.iter().all(|letter| letter.is_alphabetic()) {
            return None;
        }
        if self.counts.contains_key(word) || known(word) {
            return None;
        }
        let set = letter_set(&letters);
        let mut best: Option<(usize, u32, &[char])> = None;
        for length in letters.len() - slips..=letters.len() + slips {
            for (candidate, other, count) in self.by_length.get(&length).into_iter().flatten() {
                // The first letter is hardly ever missed, unless it is swapped with the second.
                if letters[0] != candidate[0] && (letters[0] != candidate[1] || letters[1] != candidate[0]) {
                    continue;
                }
                // Each slip changes two letters of the set at most.
                if (set ^ other).count_ones() > 2 * u32::try_from(slips).unwrap_or(2) {
                    continue;
                }
                let Some(distance) = distance_within(&letters, candidate, slips) else {
                    continue;
                };
                let nearer = best
                    .is_none_or(|(nearest, often, _)| distance < nearest || (distance == nearest && *count > often));
                if nearer {
                    best = Some((distance, *count, candidate));
                }
            }
        }
        best.map(|(_, _, letters)| letters.iter().collect())
    }
}

/// A normalised text with its slips corrected; everything else stays as it is.
pub(crate) fn respelled(text: &str, speller: &Speller, known: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    // The last run ends with the text.
    for c in text.chars().map(Some).chain([None]) {
        if let Some(c) = c.filter(|c| c.is_alphanumeric() || *c == '\'') {
            run.push(c);
            continue;
        }
        let word: String = run.chars().filter(|c| *c != '\'').collect();
        match speller.corrected(&word, &known) {
            Some(meant) => out.push_str(&meant),
            None => out.push_str(&run),
        }
        run.clear();
        out.extend(c);
    }
    out
}

/// Which letters there are, folded into 32 bits.
fn letter_set(letters: &[char]) -> u32 {
    letters
        .iter()
        .fold(0, |set, letter| set | 1 << (u32::from(*letter) % 32))
}

/// How many slips lie between two words, if no more than `most`: a letter too many, missing, wrong, or two swapped
/// (Damerau and Levenshtein, optimal string alignment).
pub(crate) fn distance_within(one: &[char], other: &[char], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let width = other.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    let mut row: Vec<usize> = vec![0; width];
    for (i, letter) in one.iter().enumerate() {
        row[0] = i + 1;
        for (j, against) in other.iter().enumerate() {
            let wrong = above[j] + usize::from(letter != against);
            let mut least = wrong.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == *against {
                least = least.min(before[j - 1] + 1);
            }
            row[j + 1] = least;
        }
        if row.iter().all(|distance| *distance > most) {
            return None;
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speller() -> Speller {
        let words = [
            "transfer",
            "money",
            "card",
            "cord",
            "card",
            "statement",
            "freeze",
            "please",
        ];
        Speller::learn(words.iter().cycle().take(8 * 4).copied())
    }

    #[test]
    fn a_slip_in_a_known_word_is_corrected() {
        for (word, meant) in [
            ("trasnfer", Some("transfer")),
            ("transfr", Some("transfer")),
            ("trnsfr", None),
            ("staetmemt", Some("statement")),
            ("mony", Some("money")),
            // Two are as near: the commoner one.
            ("cxrd", Some("card")),
            ("car", None),
            ("freeze", None),
            ("zebra", None),
            ("m0ney", None),
            ("", None),
        ] {
            assert_eq!(speller().corrected(word, |_| false).as_deref(), meant, "{word}");
        }
    }

    #[test]
    fn what_somebody_else_knows_is_no_slip() {
        assert_eq!(speller().corrected("moneys", |word| word == "moneys"), None);
        assert_eq!(speller().corrected("moneys", |_| false).as_deref(), Some("money"));
        assert_eq!(speller().corrected("honey", |_| false), None, "another first letter");
    }

    #[test]
    fn only_the_slips_of_a_text_change() {
        let text = "my trasnfer, please: 20 € (mony)!";
        let meant = "my transfer, please: 20 € (money)!";
        assert_eq!(respelled(text, &speller(), |_| false), meant);
        assert_eq!(respelled("", &speller(), |_| false), "");
    }

    #[test]
    fn distances_are_those_of_a_table() {
        let distance = |one: &str, other: &str, most| {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            distance_within(&letters(one), &letters(other), most)
        };
        for (one, other, expected) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "ab", 1),
            ("abc", "xabc", 1),
            ("kitten", "sitting", 3),
            ("ca", "abc", 3),
        ] {
            assert_eq!(distance(one, other, 5), Some(expected), "{one} {other}");
            assert_eq!(distance(other, one, 5), Some(expected), "{other} {one}");
        }
        assert_eq!(distance("kitten", "sitting", 2), None);
        assert_eq!(distance("a", "abcdef", 2), None);
    }
}
