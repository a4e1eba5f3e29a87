//! The demo's cash desk: an operation like any other, against the bank's own cash account.

use super::{covered, party, receipt, usable};
use crate::accounts;
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::EntryKind;
use bank_contract::pending::{Detail, Summary};
use bank_contract::transfers::{Deposit, Receipt, Withdraw};
use bank_contract::{BankError, Money, Operation};
use bank_rules::postings::{Internal, Party, movement};
use bank_rules::risk::Movement;
use bank_storage::ledger;

/// The cash desk makes its money out of nothing, so it is there in a demo only.
fn is_open(cx: &Context<'_>) -> Result<(), Refusal> {
    if cx.bank.settings.demo {
        Ok(())
    } else {
        Err(BankError::DemoOff.into())
    }
}

async fn cash_desk(cx: &Context<'_>, amount: Money) -> Result<Party, Refusal> {
    let account = ledger::internal(cx.tx, Internal::Cash, amount.currency()).await?;
    Ok(Party {
        account,
        owner: None,
        name: "Larch cash desk".to_owned(),
        iban: None,
    })
}

impl Handler for Deposit {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        is_open(cx)?;
        usable(&accounts::find(cx, self.account).await?, self.amount)?;
        Ok(Movement::CashIn { amount: self.amount })
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let to = accounts::find(cx, self.account).await?;
        Ok(Summary {
            title: format!("Pay in {} in cash", self.amount),
            amount: Some(self.amount),
            when: "At the cash desk, at once".to_owned(),
            fee: Some(Money::zero(self.amount.currency())),
            details: vec![Detail::new("To", to.name())],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Receipt, Refusal> {
        let to = accounts::find(cx, self.account).await?;
        let desk = cash_desk(cx, self.amount).await?;
        let holder = party(&to, to.name().to_owned());
        let postings = movement(&desk, &holder, self.amount.minor(), self.amount.currency());
        let entry = cx
            .post(EntryKind::Deposit, Self::NAMED.name, "", None, postings)
            .await?;
        receipt::load(cx, entry).await
    }
}

impl Handler for Withdraw {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        is_open(cx)?;
        let from = accounts::find(cx, self.account).await?;
        usable(&from, self.amount)?;
        covered(&from, self.amount)?;
        Ok(Movement::CashOut { amount: self.amount })
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let from = accounts::find(cx, self.account).await?;
        Ok(Summary {
            title: format!("Take out {} in cash", self.amount),
            amount: Some(self.amount),
            from_account: Some(from.name().to_owned()),
            when: "At the cash desk, at once".to_owned(),
            fee: Some(Money::zero(self.amount.currency())),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Receipt, Refusal> {
        let from = accounts::find(cx, self.account).await?;
        let desk = cash_desk(cx, self.amount).await?;
        let holder = party(&from, from.name().to_owned());
        let postings = movement(&holder, &desk, self.amount.minor(), self.amount.currency());
        let entry = cx
            .post(EntryKind::Withdrawal, Self::NAMED.name, "", None, postings)
            .await?;
        receipt::load(cx, entry).await
    }
}
