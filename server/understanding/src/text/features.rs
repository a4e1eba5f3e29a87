//! What is counted in a text: words, pairs of words, both once more by their first four letters, and pieces of two to five
//! letters within a word. All of it is hashed, so that no list of pieces has to be kept.

use super::{normalise, words};

/// Hashes have so many bits. Two pieces that share a bucket share a weight, which hardly ever matters at 2^20.
pub const BUCKET_BITS: u32 = 20;

/// So far two words of a pair may be apart, in either order. Most questions are shorter.
const PAIR_REACH: usize = 16;
/// What two forms of a word mostly share: so many letters, the first.
const STEM: usize = 4;
const PIECE_MIN: usize = 2;
const PIECE_MAX: usize = 5;

/// The buckets of a text, with how often each is met, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Words, neighbours in their order, and pairs in any order.
    pub words: Vec<(u32, u32)>,
    /// The same of words of which only the beginning is looked at.
    pub stems: Vec<(u32, u32)>,
    /// Pieces of words, a space standing for the border.
    pub letters: Vec<(u32, u32)>,
}

/// Takes a text apart.
pub fn pieces(text: &str) -> Pieces {
    let words = words(&normalise(text));
    let stems: Vec<String> = words.iter().map(|word| word.chars().take(STEM).collect()).collect();
    Pieces {
        stems: counted(combined(&stems, [5, 6, 7])),
        words: counted(combined(&words, [1, 2, 4])),
        letters: counted(within(&words)),
    }
}

/// Each word, neighbours in their order with the borders of the text, and pairs in any order: so many kinds.
fn combined(words: &[String], kinds: [u8; 3]) -> Vec<u32> {
    let mut found: Vec<u32> = words.iter().map(|word| bucket(kinds[0], word.chars())).collect();
    let borders = std::iter::once("^").chain(words.iter().map(String::as_str));
    for (left, right) in borders.zip(words.iter().map(String::as_str).chain(["$"])) {
        found.push(bucket(kinds[1], left.chars().chain([' ']).chain(right.chars())));
    }
    for (place, word) in words.iter().enumerate() {
        for other in words[place + 1..].iter().take(PAIR_REACH) {
            let (first, last) = if word < other { (word, other) } else { (other, word) };
            found.push(bucket(kinds[2], first.chars().chain([' ']).chain(last.chars())));
        }
    }
    found
}

fn within(words: &[String]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut padded = Vec::new();
    for word in words {
        padded.clear();
        padded.push(' ');
        padded.extend(word.chars());
        padded.push(' ');
        for length in PIECE_MIN..=PIECE_MAX {
            for piece in padded.windows(length) {
                found.push(bucket(3, piece.iter().copied()));
            }
        }
    }
    found
}

fn counted(mut buckets: Vec<u32>) -> Vec<(u32, u32)> {
    buckets.sort_unstable();
    let mut counted: Vec<(u32, u32)> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match counted.last_mut() {
            Some((last, count)) if *last == bucket => *count += 1,
            _ => counted.push((bucket, 1)),
        }
    }
    counted
}

/// FNV-1a, its bits stirred once more because only some are kept. The kind keeps a word apart from a piece that reads
/// the same.
fn bucket(kind: u8, characters: impl Iterator<Item = char>) -> u32 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash: u64 = (0xcbf2_9ce4_8422_2325 ^ u64::from(kind)).wrapping_mul(PRIME);
    for c in characters {
        hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(PRIME);
    }
    hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> (64 - BUCKET_BITS)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_and_its_pieces_are_counted() {
        let pieces = pieces("card card");
        // "card"; "^ card", "card card", "card $"; "card" and "card" in any order.
        assert_eq!(pieces.words.len(), 5);
        assert!(pieces.words.iter().any(|(_, count)| *count == 2));
        // " card " has 5 pieces of two, 4 of three, 3 of four, 2 of five.
        assert_eq!(pieces.letters.iter().map(|(_, count)| count).sum::<u32>(), 28);
    }

    #[test]
    fn a_text_without_words_has_only_its_borders() {
        assert_eq!(pieces("…").words.len(), 1);
        assert!(pieces("…").letters.is_empty());
    }

    /// Counted apart from this code, by the definition of FNV-1a. An artefact that was learned before would be read
    /// wrongly after any change here: whoever has to change a value counts the artefact's version up.
    #[test]
    fn the_buckets_never_change() {
        for (kind, text, expected) in [
            (1, "card", 693_991),
            (2, "^ card", 535_986),
            (2, "my card", 572_187),
            (2, "card $", 386_168),
            (4, "card my", 456_578),
            (3, " ca", 643_566),
            (3, "card", 308_408),
            (1, "zoë", 186_270),
            (1, "#", 1_036_793),
            (1, "€", 723_431),
            (1, "東京", 598_745),
            (1, "", 664_828),
        ] {
            assert_eq!(bucket(kind, text.chars()), expected, "{kind} {text}");
            assert!(expected < 1 << BUCKET_BITS);
        }
    }

    #[test]
    fn how_a_text_is_taken_apart_never_changes() {
        let found = pieces("Don’t pay 20 € to Zoë!");
        assert_eq!(found.words.len(), 28);
        assert_eq!(found.stems.len(), 28);
        assert_eq!(found.letters.len(), 46);
        let sum = |counted: &[(u32, u32)]| {
            counted
                .iter()
                .map(|(bucket, count)| u64::from(*bucket) * u64::from(*count))
                .sum::<u64>()
        };
        assert_eq!(sum(&found.words), 11_616_785);
        assert_eq!(sum(&found.stems), 15_229_528);
        assert_eq!(sum(&found.letters), 23_458_602);
    }
}
