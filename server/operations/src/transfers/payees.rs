//! Does a name belong to an IBAN?

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::transfers::{CheckPayee, PayeeMatch};
use bank_contract::{BankError, Iban};
use bank_rules::payees;
use bank_storage::accounts::{self, AccountRow};
use bank_storage::identity as people;

/// The account with an IBAN, and its holder's name.
pub(super) async fn find(cx: &Context<'_>, iban: &Iban) -> Result<(AccountRow, String), Refusal> {
    let row = accounts::find_by_iban(cx.tx, iban)
        .await?
        .ok_or(BankError::PayeeUnknown)?;
    let name = people::customer_name(cx.tx, row.customer())
        .await?
        .ok_or(BankError::PayeeUnknown)?;
    Ok((row, name))
}

impl Handler for CheckPayee {
    async fn handle(self, cx: &mut Context<'_>) -> Result<PayeeMatch, Refusal> {
        let (_, holder) = find(cx, &self.iban).await?;
        Ok(payees::compare(&self.name, &holder))
    }
}
