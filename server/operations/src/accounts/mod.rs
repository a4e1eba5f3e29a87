//! Accounts and what happened in them.

mod open;
mod transactions;

pub use open::open_account;

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::{AccountView, AccountsView, ListAccounts, RenameAccount, ShowAccount};
use bank_contract::{AccountId, BankError, Currency, Money};
use bank_storage::accounts as store;

/// An account that is there: the access step has seen to whose it is.
pub(crate) async fn find(cx: &Context<'_>, account: AccountId) -> Result<store::AccountRow, Refusal> {
    Ok(store::find(cx.tx, account).await?.ok_or(BankError::NotFound)?)
}

impl Handler for ListAccounts {
    async fn handle(self, cx: &mut Context<'_>) -> Result<AccountsView, Refusal> {
        let rows = store::of_customer(cx.tx, cx.who()?.customer).await?;
        let accounts: Vec<AccountView> = rows.iter().map(store::AccountRow::view).collect::<Result<_, _>>()?;
        let totals = totals(&accounts)?;
        Ok(AccountsView {
            accounts,
            totals,
            business_date: cx.business_date().await?,
        })
    }
}

/// One sum per currency in use.
fn totals(accounts: &[AccountView]) -> Result<Vec<Money>, BankError> {
    let of = |currency: &Currency| -> Vec<Money> {
        accounts
            .iter()
            .map(|account| account.booked)
            .filter(|money| money.currency() == *currency)
            .collect()
    };
    let sums = Currency::ALL
        .iter()
        .map(of)
        .filter(|balances| !balances.is_empty())
        .map(|balances| {
            let zero = Money::zero(balances[0].currency());
            balances.into_iter().try_fold(zero, Money::checked_add)
        });
    sums.collect::<Result<_, _>>()
        .map_err(|_| BankError::internal("totals"))
}

impl Handler for ShowAccount {
    async fn handle(self, cx: &mut Context<'_>) -> Result<AccountView, Refusal> {
        Ok(find(cx, self.account).await?.view()?)
    }
}

impl Handler for RenameAccount {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::rename(cx.tx, cx.who()?.customer, self.account, self.name.trim()).await?)
    }
}
