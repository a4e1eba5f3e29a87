//! A movement of money as one job of the posting engine, and its receipt without another look.

use crate::hallway::{Express, Refusal};
use bank_contract::accounts::EntryKind;
use bank_contract::transfers::Receipt;
use bank_contract::{BankError, Money, Operation};
use bank_rules::postings;
use bank_rules::reversal::{UNDO_WITHIN, undo_left_s};
use bank_rules::risk::Movement;
use bank_storage::directory::Place;

/// Both accounts are in the amount's currency.
pub(super) fn same_currency(from: &Place, to: &Place, amount: Money) -> Result<(), Refusal> {
    if from.currency == amount.currency() && to.currency == amount.currency() {
        Ok(())
    } else {
        Err(BankError::CurrencyMismatch.into())
    }
}

/// From one account to another; each comes with the name that the other side reads.
pub(super) fn movement<O: Operation<Output = Receipt>>(
    (from, from_name): (&Place, String),
    (to, to_name): (&Place, String),
    amount: Money,
    reference: &str,
    movement: Movement,
) -> Express<O> {
    let reference = reference.trim().to_owned();
    let (from_party, to_party) = (from.party(from_name), to.party(to_name.clone()));
    let receipt = Receipt {
        entry: bank_contract::EntryId(uuid::Uuid::nil()),
        kind: EntryKind::Transfer,
        account: from.account,
        account_name: from.name.clone(),
        counterparty: to_name,
        counterparty_iban: Some(to.iban.clone()),
        reference: reference.clone(),
        amount: amount.negated(),
        fee: Money::zero(amount.currency()),
        balance_after: Money::zero(amount.currency()),
        booked_on: chrono::NaiveDate::default(),
        value_on: chrono::NaiveDate::default(),
        at: chrono::NaiveDateTime::default(),
        undo_until: None,
        undo_s: 0,
        reversed: false,
        returnable: false,
    };
    Express {
        kind: EntryKind::Transfer,
        reference,
        movement,
        postings: postings::movement(&from_party, &to_party, amount.minor(), amount.currency()),
        keys: vec![from.key.clone(), to.key.clone()],
        answer: Box::new(move |way, posted| {
            let balance_after = Money::from_minor(posted.balance_after, amount.currency());
            Ok(Receipt {
                entry: posted.entry,
                balance_after: balance_after.map_err(|_| BankError::internal("balance"))?,
                booked_on: posted.booked_on,
                value_on: posted.booked_on,
                at: way.local(posted.at),
                undo_until: Some(way.local(posted.at + UNDO_WITHIN)),
                undo_s: undo_left_s(posted.at, posted.at).unwrap_or_default(),
                ..receipt
            })
        }),
    }
}
