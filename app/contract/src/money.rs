//! Money: whole minor units and their currency. Never a float.

use crate::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeStruct};
use std::fmt;

/// The largest amount the bank handles in one piece: 10 trillion minor units, either sign.
/// Far above any real balance, and far enough below `i64::MAX` that sums of pages cannot overflow.
pub const MINOR_MAX: i64 = 10_000_000_000_000;

/// An amount in minor units (cents, pence, yen) with its currency; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a text or a sum is not an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("Enter an amount, such as 12.50.")]
    Empty,
    #[error("That is not an amount. Use digits and at most one decimal point, such as 12.50.")]
    NotANumber,
    #[error("{0} has {1}.")]
    TooManyDecimals(Currency, &'static str),
    #[error("That amount is larger than the bank can handle.")]
    TooLarge,
    #[error("These two amounts are in different currencies: {0} and {1}.")]
    CurrencyMismatch(Currency, Currency),
}

/// An amount split for display, so that the parts can be styled apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyParts {
    pub negative: bool,
    pub symbol: &'static str,
    /// Whole units with grouping, such as `1,234`.
    pub whole: String,
    /// Decimals with their point, such as `.56`; empty for currencies without.
    pub fraction: String,
}

impl Money {
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond [`MINOR_MAX`].
    pub const fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor > MINOR_MAX || minor < -MINOR_MAX {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    #[must_use]
    pub const fn negated(self) -> Self {
        Self {
            minor: -self.minor,
            currency: self.currency,
        }
    }

    #[must_use]
    pub const fn abs(self) -> Self {
        Self {
            minor: self.minor.abs(),
            currency: self.currency,
        }
    }

    /// # Errors
    /// Different currencies, or a sum beyond [`MINOR_MAX`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        Self::from_minor(self.minor + other.minor, self.currency)
    }

    /// Reads what a person types: `12`, `12.5`, `1,234.56`, `1 234,56`, `€ 12.50`.
    ///
    /// A lone comma or point followed by exactly three digits groups thousands when there is a
    /// digit before it and the currency does not have three decimals; otherwise it is the decimal sign.
    ///
    /// # Errors
    /// See [`MoneyError`]; a fourth decimal is never rounded away.
    pub fn parse(typed: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = plain_number(typed, currency)?;
        let value = exact(&text, currency)?;
        Self::from_decimal(value, currency)
    }

    /// # Errors
    /// More decimals than the currency has, or beyond [`MINOR_MAX`]. Nothing is rounded.
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        // Before it is multiplied: a product with more digits than it can hold would be rounded.
        if value.normalize().scale() > currency.exponent() {
            return Err(MoneyError::TooManyDecimals(currency, decimals_in_words(currency)));
        }
        let minor = value
            .normalize()
            .checked_mul(Decimal::from(currency.minor_per_unit()))
            .ok_or(MoneyError::TooLarge)?;
        let minor = i64::try_from(minor.trunc()).map_err(|_| MoneyError::TooLarge)?;
        Self::from_minor(minor, currency)
    }

    /// The amount in units, exact.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// `12.34`: digits, a point, as many decimals as the currency has. What JSON carries.
    pub fn plain(self) -> String {
        self.to_decimal().to_string()
    }

    pub fn parts(self) -> MoneyParts {
        let digits = self.minor.unsigned_abs();
        let per_unit = self.currency.minor_per_unit().unsigned_abs();
        let decimals = self.currency.exponent() as usize;
        let fraction = if decimals == 0 {
            String::new()
        } else {
            format!(".{:0decimals$}", digits % per_unit)
        };
        MoneyParts {
            negative: self.minor < 0,
            symbol: self.currency.symbol(),
            whole: grouped(digits / per_unit),
            fraction,
        }
    }
}

fn decimals_in_words(currency: Currency) -> &'static str {
    match currency.exponent() {
        0 => "no decimals: use whole units",
        3 => "three decimals at most",
        _ => "two decimals at most",
    }
}

fn grouped(units: u64) -> String {
    let digits = units.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Brings what was typed to `[-]digits[.digits]`.
fn plain_number(typed: &str, currency: Currency) -> Result<String, MoneyError> {
    let mut text: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{202f}' | '\'' | '’'))
        .collect();
    for sign in [currency.symbol().trim(), currency.code()] {
        if let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            text = rest.to_owned();
        }
    }
    let text = text.replace('−', "-");
    if text.is_empty() {
        return Err(MoneyError::Empty);
    }
    if text.chars().count() > 40 {
        return Err(MoneyError::TooLarge);
    }
    let (sign, body) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let allowed = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    if body.is_empty() || !body.chars().all(allowed) || !body.contains(|c: char| c.is_ascii_digit()) {
        return Err(MoneyError::NotANumber);
    }
    let (whole, fraction) = split_decimals(body, currency)?;
    let whole = ungroup(whole)?;
    let whole = if whole.is_empty() { "0".to_owned() } else { whole };
    Ok(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

/// Finds the decimal sign: the last point or comma, unless it can only be a thousands mark.
fn split_decimals(body: &str, currency: Currency) -> Result<(&str, &str), MoneyError> {
    let Some(at) = body.rfind(['.', ',']) else {
        return Ok((body, ""));
    };
    let (whole, rest) = body.split_at(at);
    let mark = &rest[..1];
    let fraction = &rest[1..];
    let marks_alike = body.matches(mark).count();
    let other_marks = whole.contains(if mark == "." { ',' } else { '.' });
    let groups = mark == "," && fraction.len() == 3 && !whole.is_empty() && !other_marks;
    if marks_alike > 1 || (groups && currency.exponent() != 3) {
        // Every mark of this kind groups thousands, so there are no decimals.
        return if other_marks {
            Err(MoneyError::NotANumber)
        } else {
            Ok((body, ""))
        };
    }
    Ok((whole, fraction))
}

/// Takes thousands marks out; they must stand before groups of exactly three digits.
fn ungroup(whole: &str) -> Result<String, MoneyError> {
    let mut parts = whole.split(['.', ',']);
    let first = parts.next().unwrap_or_default();
    let mut out = first.to_owned();
    for part in parts {
        if part.len() != 3 || first.is_empty() || first.len() > 3 {
            return Err(MoneyError::NotANumber);
        }
        out.push_str(part);
    }
    Ok(out)
}

/// The number as it is written. What has more digits than a decimal holds is refused, not rounded.
fn exact(text: &str, currency: Currency) -> Result<Decimal, MoneyError> {
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.trim_end_matches('0').len());
    if decimals > currency.exponent() as usize {
        return Err(MoneyError::TooManyDecimals(currency, decimals_in_words(currency)));
    }
    let short = if text.contains('.') {
        text.trim_end_matches('0')
    } else {
        text
    };
    Decimal::from_str_exact(short.trim_end_matches('.')).map_err(|_| MoneyError::TooLarge)
}

/// `€1,234.56`, with a true minus sign before the symbol.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        let sign = if parts.negative { "−" } else { "" };
        write!(f, "{sign}{}{}{}", parts.symbol, parts.whole, parts.fraction)
    }
}

/// `{"amount":"12.34","currency":"EUR"}`: a string, so that no reader turns it into a float.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Money", 2)?;
        out.serialize_field("amount", &self.plain())?;
        out.serialize_field("currency", &self.currency)?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            amount: String,
            currency: Currency,
        }
        let written = Written::deserialize(deserializer)?;
        let plain = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
        if written.amount.is_empty() || written.amount.len() > 40 || !written.amount.chars().all(plain) {
            return Err(D::Error::custom(MoneyError::NotANumber));
        }
        let value = exact(&written.amount, written.currency).map_err(D::Error::custom)?;
        Self::from_decimal(value, written.currency).map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let currency = generator.subschema_for::<Currency>();
        schemars::json_schema!({
            "type": "object",
            "description": "An amount, as a string of whole and minor units, so that no reader turns it into a float.",
            "properties": {
                "amount": { "type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,3})?$", "examples": ["12.34"] },
                "currency": currency
            },
            "required": ["amount", "currency"],
            "additionalProperties": false
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Currency::{Eur, Jpy, Kwd};
    use proptest::prelude::*;

    fn minor(typed: &str, currency: Currency) -> Result<i64, MoneyError> {
        Money::parse(typed, currency).map(Money::minor)
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, expected) in [
            ("12", 1200),
            ("12.5", 1250),
            ("12,50", 1250),
            ("1,234.56", 123_456),
            ("1.234,56", 123_456),
            ("1 234,56", 123_456),
            ("1,234", 123_400),
            ("€ 12.50", 1250),
            ("12.50 EUR", 1250),
            (".5", 50),
            ("1,234,567", 123_456_700),
            ("0", 0),
            ("−3.10", -310),
            ("-3.1", -310),
            ("5.", 500),
            ("1'000.00", 100_000),
        ] {
            assert_eq!(minor(typed, Eur), Ok(expected), "{typed}");
        }
        assert_eq!(minor("1,234", Jpy), Ok(1234));
        assert_eq!(minor("1,234", Kwd), Ok(1234));
        assert_eq!(minor("1.234", Kwd), Ok(1234));
    }

    #[test]
    fn what_is_not_an_amount_is_refused_and_never_rounded() {
        for typed in ["abc", "1.2.3,4", "--1", "1,23,456", "1e5", ".", "12.3.4", "+5"] {
            assert!(minor(typed, Eur).is_err(), "{typed}");
        }
        assert_eq!(minor("", Eur), Err(MoneyError::Empty));
        assert!(matches!(minor("12.345", Eur), Err(MoneyError::TooManyDecimals(..))));
        assert!(matches!(minor("1.5", Jpy), Err(MoneyError::TooManyDecimals(..))));
        assert_eq!(minor("1000000000000000000", Eur), Err(MoneyError::TooLarge));
        assert_eq!(minor(&"9".repeat(50), Eur), Err(MoneyError::TooLarge));
    }

    #[test]
    fn json_carries_a_string_whatever_features_are_switched_on() {
        let money = Money::from_minor(1234, Eur).unwrap();
        let json = serde_json::to_string(&money).unwrap();
        assert_eq!(json, r#"{"amount":"12.34","currency":"EUR"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        for bad in [
            r#"{"amount":12.34,"currency":"EUR"}"#,
            r#"{"amount":"12.345","currency":"EUR"}"#,
            r#"{"amount":"1e3","currency":"EUR"}"#,
            r#"{"amount":"1000000000000000000","currency":"EUR"}"#,
            r#"{"amount":"1","currency":"EUR","x":1}"#,
            r#"{"amount":"1","currency":"ABC"}"#,
        ] {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn display_groups_and_uses_a_true_minus() {
        assert_eq!(
            Money::from_minor(-123_456_789, Eur).unwrap().to_string(),
            "−€1,234,567.89"
        );
        assert_eq!(Money::from_minor(5, Eur).unwrap().to_string(), "€0.05");
        assert_eq!(Money::from_minor(1500, Jpy).unwrap().to_string(), "¥1,500");
    }

    #[test]
    fn different_currencies_are_never_added() {
        let euro = Money::zero(Eur);
        assert_eq!(
            euro.checked_add(Money::zero(Jpy)),
            Err(MoneyError::CurrencyMismatch(Eur, Jpy))
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read_back(amount in -MINOR_MAX..=MINOR_MAX, which in 0..Currency::ALL.len()) {
            let money = Money::from_minor(amount, Currency::ALL[which]).unwrap();
            prop_assert_eq!(Money::parse(&money.plain(), money.currency()), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}") {
            let _ = Money::parse(&text, Eur);
        }
    }
}
