//! Moving money.

mod cash;
mod express;
mod payees;
mod receipt;
mod reverse;
mod submit;

use crate::hallway::Refusal;
use bank_contract::{BankError, Money};
use bank_rules::postings::Party;
use bank_storage::accounts::AccountRow;

/// An account that takes part in a movement: open, and in the amount's currency.
fn usable(row: &AccountRow, amount: Money) -> Result<(), Refusal> {
    if !row.is_open() {
        return Err(BankError::AccountClosed.into());
    }
    if row.currency()? != amount.currency() {
        return Err(BankError::CurrencyMismatch.into());
    }
    Ok(())
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
