//! How accounts are spoken of.

use bank_contract::Iban;
use bank_contract::accounts::Product;

pub(super) const fn product(product: Product) -> &'static str {
    match product {
        Product::Current => "Current account",
        Product::Savings => "Savings account",
    }
}

/// The same in a word, where the place is narrow.
pub(super) const fn kind(product: Product) -> &'static str {
    match product {
        Product::Current => "Current",
        Product::Savings => "Savings",
    }
}

/// "ends in 3000": enough to tell accounts apart at a glance.
pub(super) fn ending(iban: &Iban) -> String {
    let text = iban.as_str();
    let last = text.get(text.len().saturating_sub(4)..).unwrap_or(text);
    format!("ends in {last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_is_told_by_its_last_four_characters() {
        let iban = Iban::parse("DE89 3704 0044 0532 0130 00").map(|iban| ending(&iban));
        assert_eq!(iban, Ok("ends in 3000".to_owned()));
    }
}
