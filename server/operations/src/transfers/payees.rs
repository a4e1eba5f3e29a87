//! Does a name belong to an IBAN?

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::transfers::{CheckPayee, PayeeMatch};
use bank_contract::{BankError, Iban};
use bank_rules::payees;
use bank_storage::accounts::{self, PayeeRow};

/// The account with an IBAN, whosever it is.
pub(super) async fn find(cx: &Context<'_>, iban: &Iban) -> Result<PayeeRow, Refusal> {
    let row = accounts::find_payee(cx.tx, iban).await?;
    Ok(row.ok_or(BankError::PayeeUnknown)?)
}

impl Handler for CheckPayee {
    async fn handle(self, cx: &mut Context<'_>) -> Result<PayeeMatch, Refusal> {
        let payee = find(cx, &self.iban).await?;
        Ok(payees::compare(&self.name, payee.holder()))
    }
}
