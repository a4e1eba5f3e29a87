//! International bank account numbers (ISO 13616).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// A valid IBAN in electronic form: no spaces, upper case, length and check digits right for its country.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Iban(String);

/// Why a text is not an IBAN. Each message says what to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    #[error("Enter the IBAN of the account that gets the money.")]
    Empty,
    #[error("An IBAN has only letters and digits, and starts with a country, such as DE.")]
    Characters,
    #[error("No country that uses IBANs starts with these two letters.")]
    Country,
    #[error("This IBAN has a wrong length or shape for its country. Compare it with the original.")]
    Shape,
    #[error("The check digits do not fit. One character is probably mistyped.")]
    Checksum,
}

impl Iban {
    /// Reads an IBAN with or without spaces, in any case.
    ///
    /// # Errors
    /// See [`IbanError`]; nothing is corrected silently.
    pub fn parse(typed: &str) -> Result<Self, IbanError> {
        let text: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .flat_map(char::to_uppercase)
            .take(64)
            .collect();
        if text.is_empty() {
            return Err(IbanError::Empty);
        }
        if !text.is_ascii() || !text.chars().all(|c| c.is_ascii_alphanumeric()) || !starts_with_country(&text) {
            return Err(IbanError::Characters);
        }
        match text.parse::<iban::Iban>() {
            Ok(_) => Ok(Self(text)),
            Err(iban::ParseIbanError::UnknownCountry(_)) => Err(IbanError::Country),
            Err(iban::ParseIbanError::InvalidBban(_)) => Err(IbanError::Shape),
            Err(iban::ParseIbanError::InvalidBaseIban { source }) => Err(match source {
                iban::ParseBaseIbanError::InvalidChecksum => IbanError::Checksum,
                iban::ParseBaseIbanError::InvalidFormat => IbanError::Shape,
            }),
        }
    }

    /// Puts the two check digits of ISO 7064 (MOD 97-10) before a domestic number.
    ///
    /// # Errors
    /// [`IbanError::Shape`] or [`IbanError::Country`] when the parts do not make an IBAN.
    pub fn from_parts(country: &str, bban: &str) -> Result<Self, IbanError> {
        let rest = mod_97(bban.chars().chain(country.chars()).chain("00".chars()));
        Self::parse(&format!("{country}{:02}{bban}", 98 - rest))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four, as it is printed.
    pub fn grouped(&self) -> String {
        let mut out = String::with_capacity(self.0.len() + self.0.len() / 4);
        for (index, c) in self.0.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                out.push(' ');
            }
            out.push(c);
        }
        out
    }
}

fn starts_with_country(text: &str) -> bool {
    text.len() > 4 && text.as_bytes()[..2].iter().all(u8::is_ascii_uppercase)
}

/// The remainder of the text as a number, letters counting 10 to 35.
fn mod_97(characters: impl Iterator<Item = char>) -> u32 {
    characters.filter_map(|c| c.to_digit(36)).fold(0, |rest, digit| {
        let shifted = if digit > 9 { rest * 100 } else { rest * 10 };
        (shifted + digit) % 97
    })
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.grouped())
    }
}

impl FromStr for Iban {
    type Err = IbanError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Iban {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Iban {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Iban".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An IBAN (ISO 13616) whose check digits are right; spaces are allowed.",
            "examples": ["DE02 9999 0001 0000 0000 17"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_iban_is_read_as_it_is_printed() {
        let iban = Iban::parse(" de89 3704 0044 0532 0130 00 ").unwrap();
        assert_eq!(iban.as_str(), "DE89370400440532013000");
        assert_eq!(iban.to_string(), "DE89 3704 0044 0532 0130 00");
    }

    #[test]
    fn each_mistake_has_its_own_answer() {
        for (typed, expected) in [
            ("", IbanError::Empty),
            ("  ", IbanError::Empty),
            ("DE89 3704 0044 0532 0130 01", IbanError::Checksum),
            ("DE89 3704 0044 0532 0130", IbanError::Checksum),
            ("DE89!3704", IbanError::Characters),
            ("1234 5678", IbanError::Characters),
            ("DÉ89 3704 0044 0532 0130 00", IbanError::Characters),
        ] {
            assert_eq!(Iban::parse(typed), Err(expected), "{typed}");
        }
        assert_eq!(Iban::from_parts("XX", "370400440532013000"), Err(IbanError::Country));
        assert_eq!(Iban::from_parts("DE", "3704004405320130"), Err(IbanError::Shape));
    }

    proptest! {
        #[test]
        fn every_account_number_gets_a_valid_iban(number in 0_u64..10_000_000_000) {
            let iban = Iban::from_parts("DE", &format!("99990001{number:010}")).unwrap();
            prop_assert_eq!(Iban::parse(&iban.grouped()), Ok(iban));
        }

        #[test]
        fn one_mistyped_digit_is_always_found(number in 0_u64..10_000_000_000, at in 4_usize..22, by in 1_u32..10) {
            let iban = Iban::from_parts("DE", &format!("99990001{number:010}")).unwrap();
            let mut typed: Vec<char> = iban.as_str().chars().collect();
            let digit = (typed[at].to_digit(10).unwrap() + by) % 10;
            typed[at] = char::from_digit(digit, 10).unwrap();
            let typed: String = typed.into_iter().collect();
            prop_assert_eq!(Iban::parse(&typed), Err(IbanError::Checksum));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,80}") {
            let _ = Iban::parse(&text);
        }
    }
}
