//! Codes that the bank makes: recovery codes, and those that it sends by mail.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A code that was sent by mail must be used within this time.
pub const MAILED_LASTS: TimeDelta = TimeDelta::minutes(10);
/// An app must be set up within this time.
pub const SETUP_LASTS: TimeDelta = TimeDelta::minutes(15);
/// The second step must follow the password within this time.
pub const SECOND_STEP_WITHIN: TimeDelta = TimeDelta::minutes(5);
/// Codes to e-mail addresses that one user may have waiting at once.
pub const MAILED_AT_ONCE_MAX: u64 = 3;

/// Base32 (RFC 4648, section 6): no 0, 1, 8 or 9, which look like letters.
const ALPHABET: [char; 32] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W',
    'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
];

/// Base32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut kept, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        kept = (kept << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(ALPHABET[((kept >> bits) & 31) as usize]);
        }
        kept &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(ALPHABET[((kept << (5 - bits)) & 31) as usize]);
    }
    out
}

/// In groups of four, for people: "ABCD-EFGH".
pub fn grouped(code: &str, between: char) -> String {
    let mut out = String::with_capacity(code.len() + code.len() / 4);
    for (at, c) in code.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push(between);
        }
        out.push(c);
    }
    out
}

/// What was typed, without spaces, hyphens and case.
pub fn read(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// What the bank keeps of a code. It belongs to one user or one ceremony, so that equal codes have
/// different hashes. A fast hash is enough where the code is random and has 120 bits, and where it
/// lives for minutes.
pub fn hash(of: Uuid, code: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"larch code v1");
    hash.update(of.as_bytes());
    hash.update(read(code).as_bytes());
    hash.finalize().into()
}

/// An address as it is compared: nobody tells two customers apart by the case of a letter.
pub fn email_key(address: &str) -> String {
    address.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_the_rfc_without_padding() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(base32(&[255; 10]), "7777777777777777");
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed_and_belongs_to_one() {
        let (anna, ben) = (Uuid::from_bytes([1; 16]), Uuid::from_bytes([2; 16]));
        assert_eq!(grouped("ABCDEFGH", '-'), "ABCD-EFGH");
        assert_eq!(hash(anna, "ABCD-EFGH"), hash(anna, " abcd efgh"));
        assert_ne!(hash(anna, "ABCD-EFGH"), hash(ben, "ABCD-EFGH"));
        assert_ne!(hash(anna, "ABCD-EFGH"), hash(anna, "ABCD-EFGJ"));
        assert_eq!(email_key(" Anna@Example.org "), "anna@example.org");
    }
}
