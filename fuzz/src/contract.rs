//! Nothing panics, nothing is rounded, and what is accepted is the same after it was printed and read again.

use bank_contract::accounts::ListTransactions;
use bank_contract::{Currency, Iban, Money, Operation, PageSize};
use garde::Validate as _;
use serde_json::{Value, json};

pub fn iban(text: &str) {
    let Ok(read) = Iban::parse(text) else { return };
    let electronic = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    assert!(
        read.as_str().chars().all(electronic) && (15..=34).contains(&read.as_str().len()),
        "{read:?}"
    );
    for printed in [read.as_str().to_owned(), read.grouped(), read.to_string()] {
        assert_eq!(Iban::parse(&printed).as_ref(), Ok(&read), "{printed:?}");
    }
    let written = serde_json::to_string(&read).expect("an IBAN is written");
    assert_eq!(serde_json::from_str::<Iban>(&written).ok(), Some(read));
}

pub fn amount(text: &str) {
    for currency in Currency::ALL {
        if let Ok(read) = Money::parse(text, *currency) {
            assert_eq!(read.currency(), *currency);
            printed_and_read(read);
            if !read.is_negative() {
                assert_eq!(Money::parse(&read.to_string(), *currency), Ok(read), "as it is shown");
            }
        }
        if let Ok(read) = serde_json::from_value::<Money>(json!({ "amount": text, "currency": currency })) {
            printed_and_read(read);
            assert!(!is_rounded(text, *currency), "{text:?} became {read:?}");
        }
    }
    if let Ok(read) = serde_json::from_str::<Money>(text) {
        printed_and_read(read);
    }
}

fn printed_and_read(money: Money) {
    assert_eq!(Money::parse(&money.plain(), money.currency()), Ok(money));
    let written = serde_json::to_string(&money).expect("money is written");
    assert_eq!(serde_json::from_str::<Money>(&written).ok(), Some(money));
}

/// Whether digits other than zero stand behind the last decimal of the currency.
fn is_rounded(plain: &str, currency: Currency) -> bool {
    let decimals = plain.split_once('.').map_or("", |(_, decimals)| decimals);
    decimals
        .chars()
        .skip(currency.exponent() as usize)
        .any(|digit| digit != '0')
}

/// A body in the shape of any operation, whether or not programs may call it.
pub fn json_body(bytes: &[u8]) {
    macro_rules! each {
        ($($operation:ty,)+) => { $(body_of::<$operation>(bytes);)+ };
    }
    bank_contract::each_operation!(each);
}

fn body_of<O: Operation>(bytes: &[u8]) {
    let Ok(input) = serde_json::from_slice::<O>(bytes) else {
        return;
    };
    let _ = input.validate();
    let _ = (input.objects(), input.idempotency_key());
    let written = serde_json::to_value(&input).expect("an input is written");
    let again: O = serde_json::from_value(written.clone()).expect("what was written is read");
    assert_eq!(
        serde_json::to_value(&again).expect("an input is written"),
        written,
        "{}",
        O::NAMED.name
    );
}

/// The place and the size of a page, as they come in a query.
pub fn cursor(text: &str, size: u16) {
    let fits = (1..=PageSize::MAX).contains(&size);
    let list = serde_json::from_value::<ListTransactions>(json!({ "after": text, "size": size }));
    assert_eq!(list.is_ok(), fits, "{size}");
    let Ok(list) = list else { return };
    assert_eq!(list.size.rows(), size);
    let mark = |c: char| c.is_ascii_digit() || c == '-';
    assert_eq!(
        list.validate().is_ok(),
        text.len() <= 48 && text.chars().all(mark),
        "{text:?}"
    );
    let absent = serde_json::from_value::<ListTransactions>(json!({ "after": Value::Null }));
    assert!(absent.is_ok_and(|list| list.validate().is_ok()));
}
