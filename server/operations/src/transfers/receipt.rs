//! Receipts: an entry as one of its customers sees it.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::EntryKind;
use bank_contract::mandates::Power;
use bank_contract::transfers::{Receipt, ShowReceipt};
use bank_contract::{AccountId, BankError, EntryId, Money};
use bank_rules::reversal::{Side, UNDO_WITHIN, may_reverse, undo_left_s};
use bank_storage::ledger::EntryRow;
use bank_storage::{StorageError, ledger, transfers as store};
use chrono::{DateTime, Utc};

impl Handler for ShowReceipt {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Receipt, Refusal> {
        load(cx, self.entry).await
    }
}

/// The receipt of an entry for the customer, from the side the money left when both are theirs.
pub(super) async fn load(cx: &Context<'_>, entry: EntryId) -> Result<Receipt, Refusal> {
    let row = ledger::find_entry(cx.tx, entry).await?.ok_or(BankError::NotFound)?;
    of(cx, row, cx.now).await
}

/// The receipt as it was given when the entry was made, whatever became of the entry later.
pub(super) async fn as_given(cx: &Context<'_>, entry: EntryId) -> Result<Receipt, Refusal> {
    let row = ledger::find_entry(cx.tx, entry).await?.ok_or(BankError::NotFound)?;
    let at = row.created_at;
    of(cx, EntryRow { reversed: false, ..row }, at).await
}

async fn of(cx: &Context<'_>, row: EntryRow, now: DateTime<Utc>) -> Result<Receipt, Refusal> {
    let entry = EntryId(row.id);
    let sides = store::sides(cx.tx, entry, cx.who()?.customer).await?;
    let side = sides.first().ok_or(BankError::NotFound)?;
    let kind = row.kind()?;
    let currency = side
        .currency
        .parse()
        .map_err(|_| StorageError::Unreadable("currency"))?;
    let money = |minor| Money::from_minor(minor, currency).map_err(|_| StorageError::Unreadable("amount"));
    let sent = side.amount < 0;
    // A delegate pays and takes nothing back: their receipt offers neither.
    let theirs = cx.held.as_ref().is_none_or(|held| matches!(held.power, Power::Joint));
    let undoable = theirs && sent && may_reverse(kind, Side::Sender, row.reversed, row.created_at, now).is_ok();
    let undo_s = undo_left_s(row.created_at, now).filter(|_| undoable);
    Ok(Receipt {
        entry,
        kind,
        account: AccountId(side.account_id),
        account_name: side.account_name.clone(),
        counterparty: side.counterparty.clone(),
        counterparty_iban: side.counterparty_iban.as_deref().and_then(|iban| iban.parse().ok()),
        reference: side.reference.clone(),
        amount: money(side.amount)?,
        fee: money(0)?,
        balance_after: money(side.balance_after)?,
        booked_on: row.booking_date,
        value_on: row.value_date,
        at: cx.local(row.created_at),
        undo_until: undo_s.map(|_| cx.local(row.created_at + UNDO_WITHIN)),
        undo_s: undo_s.unwrap_or_default(),
        reversed: row.reversed,
        returnable: theirs && !sent && kind == EntryKind::Transfer && !row.reversed,
    })
}
