//! Slips of the finger, made on purpose: to learn from, and to measure with.

use crate::dice::Dice;

/// The letters beside each letter on the keyboards of most of our customers (QWERTY).
const NEIGHBOURS: [(&str, &str); 3] = [("qwertyuiop", "asdfghjkl"), ("asdfghjkl", "zxcvbnm"), ("zxcvbnm", "")];

/// Gives each letter a slip with a probability of `per_mille` in a thousand: swapped with the next one, dropped, doubled,
/// or replaced by a neighbour on the keyboard, all four alike. The same dice make the same slips.
pub fn with_typos(text: &str, per_mille: u16, dice: &mut Dice) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        at += 1;
        if !letter.is_alphabetic() || dice.below(1_000) >= usize::from(per_mille) {
            out.push(letter);
            continue;
        }
        match dice.below(4) {
            0 => match letters.get(at) {
                Some(next) if next.is_alphabetic() => {
                    out.push(*next);
                    out.push(letter);
                    at += 1;
                }
                _ => out.push(letter),
            },
            1 => {}
            2 => {
                out.push(letter);
                out.push(letter);
            }
            _ => out.push(neighbour(letter, dice)),
        }
    }
    out
}

fn neighbour(letter: char, dice: &mut Dice) -> char {
    let lower = letter.to_ascii_lowercase();
    for (row, below) in NEIGHBOURS {
        if let Some(at) = row.find(lower) {
            let beside = [
                at.checked_sub(1).and_then(|left| char_at(row, left)),
                char_at(row, at + 1),
                char_at(below, at),
            ];
            let beside: Vec<char> = beside.into_iter().flatten().collect();
            return beside.get(dice.below(beside.len())).copied().unwrap_or(letter);
        }
    }
    letter
}

/// The rows are ASCII, so a byte is a letter.
fn char_at(row: &str, at: usize) -> Option<char> {
    row.as_bytes().get(at).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_dice_make_the_same_slips() {
        let text = "where is the card that you sent to me last week";
        let one = with_typos(text, 100, &mut Dice::new(5));
        assert_eq!(one, with_typos(text, 100, &mut Dice::new(5)));
        assert_ne!(one, text);
        assert_ne!(one, with_typos(text, 100, &mut Dice::new(6)));
    }

    #[test]
    fn without_probability_nothing_slips() {
        assert_eq!(with_typos("where is my card", 0, &mut Dice::new(5)), "where is my card");
    }

    #[test]
    fn about_as_many_slip_as_were_asked_for_and_digits_never_do() {
        let text = "e7".repeat(10_000);
        let slipped = with_typos(&text, 50, &mut Dice::new(1));
        assert_eq!(slipped.matches('7').count(), 10_000);
        let whole = slipped.split('7').filter(|part| *part == "e").count();
        // A swap with a digit is not made, so a quarter of the slips leaves no trace here.
        assert!((9_540..9_720).contains(&whole), "{whole}");
    }

    #[test]
    fn letters_of_every_script_go_through() {
        let text = "Straße 東京 éé";
        assert!(!with_typos(text, 1_000, &mut Dice::new(9)).is_empty());
    }
}
