//! Operations that wait, and what becomes of them.

pub(crate) mod by_code;
pub mod proof;
mod signing;

use crate::hallway::{Context, Desk, Given, Handler, Prepared, Refusal, fits};
use crate::identity::attempts;
use bank_contract::accounts::EntryKind;
use bank_contract::pending::{
    CancelPending, ConfirmPending, Confirmed, ExpirePending, ListPending, PendingState, PendingView, Proof,
    ShowPending, ShowProof, Signature, Signing, StartSigning, Summary,
};
use bank_contract::transfers::Deposit;
use bank_contract::{AccountId, BankError, Consent, Moved, Operation as _, PendingId};
use bank_storage::accounts::{self, NewDecline, insert_decline};
use bank_storage::{pending as store, signatures};

impl Handler for ListPending {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<PendingView>, Refusal> {
        let rows = store::waiting_for(cx.tx, cx.who()?.user, cx.now).await?;
        rows.iter()
            .map(|row| Ok(row.view(cx.now, cx.bank.settings.zone)?))
            .collect()
    }
}

impl Handler for ShowPending {
    async fn handle(self, cx: &mut Context<'_>) -> Result<PendingView, Refusal> {
        let row = store::find(cx.tx, self.pending).await?.ok_or(BankError::NotFound)?;
        let view = row.view(cx.now, cx.bank.settings.zone)?;
        Ok(PendingView {
            decided_by_other: row.user() != cx.who()?.user,
            ..view
        })
    }
}

impl Handler for StartSigning {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Signing, Refusal> {
        let row = waiting(cx, self.pending).await?;
        fits(&self.hash, &row)?;
        signing::begin(cx, &row).await
    }
}

impl Handler for ShowProof {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Option<Proof>, Refusal> {
        Ok(signatures::find_by_entry(cx.tx, self.entry, cx.who()?.user).await?)
    }
}

/// What the customer's yes came with, when it was right.
enum Signed {
    Passkey(signing::Signed),
    Code(by_code::SignedByCode),
}

impl Signed {
    async fn check(
        cx: &Context<'_>,
        row: &store::PendingRow,
        signature: Option<Signature>,
    ) -> Result<Option<Self>, Refusal> {
        Ok(match signature {
            Some(Signature::Passkey { ceremony, credential }) => {
                Some(Self::Passkey(signing::check(cx, row, ceremony, credential).await?))
            }
            Some(Signature::Code { code, short_code }) => {
                Some(Self::Code(by_code::check(cx, row, &code, &short_code).await?))
            }
            None if row.missing()? == Consent::Sign => {
                return Err(BankError::invalid("signature", "This needs your signature.").into());
            }
            None => None,
        })
    }

    async fn keep(self, cx: &Context<'_>) -> Result<(), Refusal> {
        match self {
            Self::Passkey(signed) => signing::keep(cx, signed).await,
            Self::Code(signed) => by_code::keep(cx, signed).await,
        }
    }
}

impl Handler for ConfirmPending {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        if !matches!(self.signature, Some(Signature::Code { .. })) {
            return Ok(Prepared::default());
        }
        let user = desk.signed()?.user;
        attempts::begin(desk.bank, user).await?;
        Ok(Prepared {
            user: Some(user),
            counted: true,
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Confirmed, Refusal> {
        let row = waiting(cx, self.pending).await?;
        fits(&self.hash, &row)?;
        let signed = Signed::check(cx, &row, self.signature).await?;
        let given = if signed.is_some() {
            Given::Signed
        } else {
            Given::Confirmed
        };
        let entry = *cx
            .bank
            .registry()
            .get(row.operation())
            .ok_or(BankError::NoLongerPending)?;
        let done = entry.resume(cx, row.input().clone(), given).await?;
        let kept = Some(done.kept);
        store::end(cx.tx, &row, PendingState::Done, kept, None, cx.now).await?;
        if let Some(signed) = signed {
            signed.keep(cx).await?;
        }
        Ok(Confirmed {
            pending: self.pending,
            operation: row.operation().to_owned(),
            output: done.output,
        })
    }

    /// What was confirmed and then refused has ended, and the customer sees it among their transactions.
    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        match &self.signature {
            Some(Signature::Passkey { ceremony, .. }) => signing::spend(cx, *ceremony).await?,
            Some(Signature::Code { code, .. }) => {
                attempts::tell_block(cx, why).await?;
                // A slip of the finger ends nothing: the request goes on waiting for the right code.
                if why.field("code").is_some() || matches!(why, BankError::Blocked { .. }) {
                    return Ok(());
                }
                by_code::spend(cx, code).await?;
            }
            None => {}
        }
        if why.moved() != Moved::Nothing
            || matches!(
                why,
                BankError::Busy { .. } | BankError::TooOften { .. } | BankError::NoLongerPending
            )
        {
            return Ok(());
        }
        let Ok(row) = waiting(cx, self.pending).await else {
            return Ok(());
        };
        if row.user() != cx.who()?.user {
            return Ok(());
        }
        let refusal = serde_json::to_value(why).map_err(|_| BankError::internal("refusal"))?;
        store::end(cx.tx, &row, PendingState::Refused, None, Some(refusal), cx.now).await?;
        note_decline(cx, &row, why).await
    }
}

/// Finds it, waiting, and keeps others from deciding it meanwhile.
async fn waiting(cx: &Context<'_>, pending: PendingId) -> Result<store::PendingRow, Refusal> {
    let row = store::find_locked(cx.tx, pending).await?.ok_or(BankError::NotFound)?;
    if row.state(cx.now)? == PendingState::Waiting {
        Ok(row)
    } else {
        Err(BankError::NoLongerPending.into())
    }
}

async fn note_decline(cx: &Context<'_>, row: &store::PendingRow, why: &BankError) -> Result<(), Refusal> {
    // No money was about to leave.
    if row.operation() == Deposit::NAMED.name {
        return Ok(());
    }
    let view = row.view(cx.now, cx.bank.settings.zone)?;
    let named = |field: &str| {
        row.input()
            .get(field)
            .and_then(serde_json::Value::as_str)?
            .parse()
            .ok()
            .map(AccountId)
    };
    let (Some(account), Some(amount)) = (named("from").or_else(|| named("account")), view.summary.amount) else {
        return Ok(());
    };
    // What was declined is kept with the owner's account, and by the owner alone.
    let customer = cx.who()?.customer;
    let own = accounts::find(cx.tx, account).await?;
    if own.is_none_or(|row| row.customer() != customer) {
        return Ok(());
    }
    let decline = NewDecline {
        customer,
        account,
        kind: if row.operation() == "transfers.withdraw" {
            EntryKind::Withdrawal
        } else {
            EntryKind::Transfer
        },
        amount: -amount.minor(),
        counterparty: view.summary.payee_name.unwrap_or(view.summary.title),
        reference: view.summary.reference.unwrap_or_default(),
        reason: match why {
            // Who may look at the account reads this, and how much its owner may send is the owner's alone.
            BankError::LimitExceeded { .. } => "That was over the limit for a day.".to_owned(),
            other => other.message(),
        },
        booking_date: cx.business_date().await?,
        at: cx.now,
    };
    Ok(insert_decline(cx.tx, &decline).await?)
}

impl Handler for CancelPending {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let row = waiting(cx, self.pending).await?;
        let title = row.summary()?.title;
        Ok(Summary {
            title: format!("Cancel: {title}"),
            when: "At once. Nothing is moved or changed".to_owned(),
            ..Summary::default()
        })
    }

    async fn takes_back(&self, cx: &Context<'_>) -> Result<bool, Refusal> {
        let row = waiting(cx, self.pending).await?;
        Ok(row.by_assistant() && row.user() == cx.who()?.user)
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let row = waiting(cx, self.pending).await?;
        store::end(cx.tx, &row, PendingState::Cancelled, None, None, cx.now).await?;
        Ok(())
    }
}

impl Handler for ExpirePending {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        Ok(store::expire(cx.tx, cx.now).await?)
    }
}
