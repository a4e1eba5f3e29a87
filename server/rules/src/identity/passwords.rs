//! What makes a password good enough (NIST SP 800-63B-4): its length and that it is hard to guess.
//! Nothing is asked of the kinds of its characters.

use bank_contract::BankError;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

/// Shortest password that stands alone, in characters.
pub const ALONE_MIN: usize = 15;
/// Shortest password beside which a code is asked as well.
pub const WITH_CODES_MIN: usize = 8;
/// How much of a password is judged: the time that it takes grows with the square of the length.
const JUDGED_MAX: usize = 64;

/// The form in which a password is judged and hashed: the same characters, however a keyboard made
/// them (Unicode NFKC).
pub fn normal(typed: &str) -> String {
    typed.nfkc().collect()
}

/// Whether a password, in its normal form, may be set. `about` are words that somebody who knows
/// its owner would try first: the name, the e-mail address.
///
/// # Errors
/// [`BankError::Invalid`] for the field `password`, with what to do.
pub fn may_set(password: &str, with_codes: bool, about: &[&str]) -> Result<(), BankError> {
    let (least, score) = if with_codes {
        (WITH_CODES_MIN, Score::Two)
    } else {
        (ALONE_MIN, Score::Three)
    };
    if password.chars().count() < least {
        return Err(BankError::invalid(
            "password",
            format!("Please use {least} characters or more. A few words in a row are easy to remember."),
        ));
    }
    let judged: String = password.chars().take(JUDGED_MAX).collect();
    let words = known_words(about);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if zxcvbn(&judged, &words).score() < score {
        return Err(BankError::invalid(
            "password",
            "This password is easy to guess: it is a common one, repeats itself, or is made of what others know of you. \
             Choose a few words that have nothing to do with each other.",
        ));
    }
    Ok(())
}

/// Each word by itself, and all of each text: "anna.weber@example.org" is `anna`, `weber`, `example`
/// and the whole.
fn known_words(about: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = ["larch", "bank", "larchbank"].map(str::to_owned).into();
    for text in about {
        let text = text.to_lowercase();
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 2);
        words.extend(parts.map(str::to_owned));
        words.push(text.split_whitespace().collect());
        words.push(text);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_hard_to_guess() {
        let about = ["Anna Weber", "anna.weber@example.org"];
        for (password, with_codes, good) in [
            ("kettle orbit mango", false, true),
            ("kettle orbit m", false, false),
            ("tQ9-vole", true, true),
            ("tQ9-vol", true, false),
            ("tQ9-vole", false, false),
            ("пять синих тюленей", false, true),
            // Common ones, keys in a row, repetition.
            ("password", true, false),
            ("Password123", true, false),
            ("correcthorse", true, true),
            ("passwordpassword", false, false),
            ("qwertyuiopasdfgh", false, false),
            ("aaaaaaaaaaaaaaaaaaaa", false, false),
            ("abcabcabcabcabcabc", false, false),
            ("123456789012345", false, false),
            // What everybody knows of her, and of us.
            ("annaweber", true, false),
            ("AnnaWeber2026", true, false),
            ("anna.weber@example.org", false, false),
            ("larchbanklarchbank", false, false),
        ] {
            assert_eq!(may_set(password, with_codes, &about).is_ok(), good, "{password}");
        }
    }

    #[test]
    fn passwords_that_leaked_are_refused_in_any_case_and_with_the_usual_changes() {
        for leaked in [
            "sunshine", "iloveyou", "princess", "football", "baseball", "trustno1", "superman", "starwars", "michelle",
            "computer", "whatever", "passw0rd", "qwertyui", "1qaz2wsx", "zaq12wsx", "changeme", "mustang1", "abcd1234",
        ] {
            let capital = leaked[..1].to_uppercase() + &leaked[1..];
            for typed in [
                leaked.to_owned(),
                leaked.to_uppercase(),
                capital,
                leaked.chars().rev().collect(),
            ] {
                assert!(may_set(&typed, true, &[]).is_err(), "{typed}");
            }
        }
    }

    #[test]
    fn the_longest_password_is_judged_too() {
        let long: String = (0..128_u32).filter_map(|n| char::from_u32(0x4e00 + n * 37)).collect();
        assert_eq!(may_set(&long, false, &[]), Ok(()));
        assert!(may_set(&"a".repeat(128), false, &[]).is_err());
    }

    #[test]
    fn the_same_characters_are_the_same_password_however_they_are_typed() {
        assert_eq!(normal("cafe\u{301}"), normal("caf\u{e9}"));
        assert_eq!(normal("ｆｕｌｌ"), "full");
        assert_ne!(normal("Cafe"), normal("cafe"));
    }
}
