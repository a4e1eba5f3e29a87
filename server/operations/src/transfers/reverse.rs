//! Sending a payment back.

use super::receipt;
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::EntryKind;
use bank_contract::transfers::{Receipt, ReversePayment};
use bank_contract::{BankError, Operation};
use bank_rules::postings::reversed;
use bank_rules::reversal::{Side, may_reverse};
use bank_storage::{ledger, transfers as store};

impl Handler for ReversePayment {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Receipt, Refusal> {
        let signed = cx.who()?;
        let entry = ledger::find_entry(cx.tx, self.entry)
            .await?
            .ok_or(BankError::NotFound)?;
        let sides = store::sides(cx.tx, self.entry, signed.customer).await?;
        // Who holds a side that money came into may give it back, their own transfers included.
        let side = if sides.iter().any(|side| side.amount > 0) {
            Side::Receiver
        } else {
            Side::Sender
        };
        may_reverse(entry.kind()?, side, entry.reversed, entry.created_at, cx.now)?;
        let reference = sides.first().map(|side| side.reference.clone()).unwrap_or_default();
        let postings = reversed(&ledger::postings_of(cx.tx, self.entry).await?);
        let made = cx
            .post(
                EntryKind::Reversal,
                Self::NAMED.name,
                &reference,
                Some(self.entry),
                postings,
            )
            .await?;
        receipt::load(cx, made).await
    }
}
