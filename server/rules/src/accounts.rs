//! Account numbers and the limits on accounts.

use bank_contract::{BankError, Iban, accounts::Product};

/// Where the bank keeps its accounts, and under which number. Nine is no German clearing area,
/// so none of these can be an account at a real bank.
const COUNTRY: &str = "DE";
const BANK_CODE: &str = "99990001";

/// Account numbers are below this: ten digits.
pub const NUMBERS: u64 = 10_000_000_000;

/// Accounts that one customer may have open at once.
pub const ACCOUNTS_MAX: u32 = 20;

/// The IBAN of an account number below [`NUMBERS`].
///
/// # Errors
/// [`BankError::Internal`] when the number is too large; a defect, not the customer's doing.
pub fn iban(number: u64) -> Result<Iban, BankError> {
    Iban::from_parts(COUNTRY, &format!("{BANK_CODE}{number:010}")).map_err(|_| BankError::internal("account-number"))
}

/// # Errors
/// [`BankError::TooMany`] when no further account may be opened.
pub fn may_open(open_now: u64) -> Result<(), BankError> {
    if open_now < u64::from(ACCOUNTS_MAX) {
        Ok(())
    } else {
        Err(BankError::TooMany {
            what: "open accounts".into(),
            most: ACCOUNTS_MAX,
        })
    }
}

/// The product as the database writes it.
pub const fn product_code(product: Product) -> &'static str {
    match product {
        Product::Current => "current",
        Product::Savings => "savings",
    }
}

/// The control account of the chart that a product's accounts stand below.
pub const fn control_number(product: Product) -> &'static str {
    match product {
        Product::Current => "2000",
        Product::Savings => "2010",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_valid_iban_and_too_large_ones_have_none() {
        assert_eq!(iban(0).unwrap().as_str().len(), 22);
        assert!(iban(NUMBERS - 1).is_ok());
        assert!(iban(NUMBERS).is_err());
    }

    #[test]
    fn the_twentieth_account_opens_and_the_next_does_not() {
        assert!(may_open(19).is_ok());
        assert!(matches!(may_open(20), Err(BankError::TooMany { most: 20, .. })));
    }
}
