//! Moving money.

mod cash;
mod express;
mod payees;
mod receipt;
mod reverse;
mod submit;

use crate::hallway::Refusal;
use bank_contract::{BankError, Currency, Money};
use bank_rules::postings::Party;
use bank_storage::accounts::{AccountRow, PayeeRow};

/// An account that takes part in a movement: open, and in the amount's currency.
fn takes_part(is_open: bool, currency: Currency, amount: Money) -> Result<(), Refusal> {
    if !is_open {
        return Err(BankError::AccountClosed.into());
    }
    if currency != amount.currency() {
        return Err(BankError::CurrencyMismatch.into());
    }
    Ok(())
}

fn usable(row: &AccountRow, amount: Money) -> Result<(), Refusal> {
    takes_part(row.is_open(), row.currency()?, amount)
}

/// As [`usable`], for the other end, which may be anybody's.
fn may_receive(row: &PayeeRow, amount: Money) -> Result<(), Refusal> {
    takes_part(row.is_open(), row.currency()?, amount)
}

/// Says early, before anybody is asked for a yes, what the posting engine would refuse anyway.
fn covered(row: &AccountRow, amount: Money) -> Result<(), Refusal> {
    let available = row.view()?.available;
    if available.minor() < amount.minor() {
        Err(BankError::InsufficientFunds { available }.into())
    } else {
        Ok(())
    }
}

fn party(row: &AccountRow, name: String) -> Party {
    Party {
        account: row.ledger_account(),
        owner: Some(row.customer()),
        name,
        iban: Some(row.iban().to_owned()),
    }
}
