//! Currencies the bank keeps accounts in.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! currencies {
    ($($code:ident, $symbol:literal, $exponent:literal, $name:literal;)+) => {
        /// A currency of ISO 4217, by its alphabetic code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "UPPERCASE")]
        pub enum Currency { $(#[doc = $name] $code,)+ }

        impl Currency {
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// The three letters of ISO 4217.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => currencies!(@upper $code),)+ }
            }

            /// What stands before the figure; the code and a thin space where there is no sign of its own.
            pub const fn symbol(self) -> &'static str {
                match self { $(Self::$code => $symbol,)+ }
            }

            /// Decimal places of the minor unit, 0 to 3 (ISO 4217, table A.1).
            pub const fn exponent(self) -> u32 {
                match self { $(Self::$code => $exponent,)+ }
            }

            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }
        }
    };
    (@upper Eur) => { "EUR" }; (@upper Usd) => { "USD" }; (@upper Gbp) => { "GBP" };
    (@upper Chf) => { "CHF" }; (@upper Jpy) => { "JPY" }; (@upper Kwd) => { "KWD" };
}

currencies! {
    Eur, "€", 2, "Euro";
    Usd, "$", 2, "US dollar";
    Gbp, "£", 2, "Pound sterling";
    Chf, "CHF\u{202f}", 2, "Swiss franc";
    Jpy, "¥", 0, "Yen";
    Kwd, "KWD\u{202f}", 3, "Kuwaiti dinar";
}

impl Currency {
    /// Minor units in one unit: 1, 100 or 1,000.
    pub const fn minor_per_unit(self) -> i64 {
        10_i64.pow(self.exponent())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("we do not keep accounts in this currency")]
pub struct UnknownCurrency;

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|currency| currency.code().eq_ignore_ascii_case(code))
            .ok_or(UnknownCurrency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_exponents_and_names_agree_with_iso_4217() {
        for currency in Currency::ALL {
            let iso = iso_currency::Currency::from_code(currency.code()).unwrap();
            assert_eq!(iso.exponent(), Some(u16::try_from(currency.exponent()).unwrap()));
        }
    }

    #[test]
    fn a_code_is_read_in_any_case_and_an_unknown_one_is_refused() {
        assert_eq!("eur".parse(), Ok(Currency::Eur));
        assert_eq!("XXX".parse::<Currency>(), Err(UnknownCurrency));
    }

    #[test]
    fn json_carries_the_code() {
        assert_eq!(serde_json::to_string(&Currency::Kwd).unwrap(), "\"KWD\"");
    }
}
