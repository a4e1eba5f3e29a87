//! Sending a payment back.

use super::receipt;
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::EntryKind;
use bank_contract::mandates::Power;
use bank_contract::pending::Summary;
use bank_contract::transfers::{Receipt, ReversePayment};
use bank_contract::{AccountId, BankError, Currency, Money, Operation};
use bank_rules::postings::reversed;
use bank_rules::reversal::{Side, may_reverse};
use bank_rules::risk::Movement;
use bank_storage::{StorageError, ledger, mandates, transfers as store};

/// Whether the money came to an account that the caller may send it back from, their own transfers included. Whoever acts for
/// another may not because of some side: this very account has to be theirs jointly.
async fn came_to(cx: &Context<'_>, sides: &[store::SideRow]) -> Result<bool, Refusal> {
    let mut incoming = sides.iter().filter(|side| side.amount > 0);
    if cx.held.is_none() {
        return Ok(incoming.next().is_some());
    }
    let user = cx.signed()?.user;
    for side in incoming {
        let held = mandates::over_account(cx.tx, AccountId(side.account_id), user, cx.now).await?;
        if let Some(row) = held
            && row.power()? == Power::Joint
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The caller's sides of a payment that they may reverse, and which of them counts.
async fn reversible(cx: &Context<'_>, wanted: &ReversePayment) -> Result<(Side, Vec<store::SideRow>), Refusal> {
    let entry = ledger::find_entry(cx.tx, wanted.entry)
        .await?
        .ok_or(BankError::NotFound)?;
    let sides = store::sides(cx.tx, wanted.entry, cx.who()?.customer).await?;
    let side = if came_to(cx, &sides).await? {
        Side::Receiver
    } else {
        Side::Sender
    };
    may_reverse(entry.kind()?, side, entry.reversed, entry.created_at, cx.now)?;
    Ok((side, sides))
}

/// The caller's side of it, and how much it was.
fn counted(side: Side, sides: &[store::SideRow]) -> Result<(&store::SideRow, Money), Refusal> {
    let wanted = |row: &&store::SideRow| (row.amount > 0) == (side == Side::Receiver);
    let row = sides.iter().find(wanted).ok_or(BankError::NotFound)?;
    let currency: Currency = row.currency.parse().map_err(|_| StorageError::Unreadable("currency"))?;
    let amount = Money::from_minor(row.amount.saturating_abs(), currency);
    Ok((row, amount.map_err(|_| BankError::internal("figure"))?))
}

/// How much a receiver has left is not told to who paid them.
fn without_their_figure(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Bank(BankError::InsufficientFunds { .. }) => Refusal::Bank(BankError::MovedOn),
        other => other,
    }
}

impl Handler for ReversePayment {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        let (side, sides) = reversible(cx, self).await?;
        let (_, amount) = counted(side, &sides)?;
        Ok(match side {
            Side::Receiver => Movement::Returned { amount },
            Side::Sender => Movement::None,
        })
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let (side, sides) = reversible(cx, self).await?;
        let (row, amount) = counted(side, &sides)?;
        let currency = amount.currency();
        let other = &row.counterparty;
        let account = row.account_name.clone();
        let (title, from_account) = match side {
            Side::Receiver => (format!("Send {amount} back to {other}"), Some(account)),
            Side::Sender => (format!("Undo your payment of {amount} to {other}"), None),
        };
        Ok(Summary {
            title,
            amount: Some(amount),
            from_account,
            reference: Some(row.reference.clone()).filter(|text| !text.is_empty()),
            when: "At once".to_owned(),
            fee: Some(Money::zero(currency)),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Receipt, Refusal> {
        let (side, sides) = reversible(cx, &self).await?;
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
            .await
            .map_err(|refusal| match side {
                Side::Sender => without_their_figure(refusal),
                Side::Receiver => refusal,
            })?;
        receipt::load(cx, made).await
    }
}
