//! Accounts and what happened in them.

mod open;
mod others;
mod transactions;

pub use open::open_account;

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::{AccountView, AccountsView, ListAccounts, RenameAccount, ShowAccount};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{AccountId, BankError, Currency, Money};
use bank_storage::accounts as store;

/// An account that is there: the access step has seen to whose it is.
pub(crate) async fn find(cx: &Context<'_>, account: AccountId) -> Result<store::AccountRow, Refusal> {
    Ok(store::find(cx.tx, account).await?.ok_or(BankError::NotFound)?)
}

impl Handler for ListAccounts {
    async fn handle(self, cx: &mut Context<'_>) -> Result<AccountsView, Refusal> {
        let rows = store::of_customer(cx.tx, cx.who()?.customer).await?;
        let of_others = others::list(cx).await?;
        let accounts: Vec<AccountView> = rows.iter().map(store::AccountRow::view).collect::<Result<_, _>>()?;
        let totals = totals(&accounts)?;
        Ok(AccountsView {
            accounts,
            of_others,
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
        let standing = others::standing(cx).await?;
        let view = find(cx, self.account).await?.view()?;
        Ok(AccountView { standing, ..view })
    }
}

impl Handler for RenameAccount {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let account = find(cx, self.account).await?;
        Ok(Summary {
            title: format!("Rename the account “{}”", account.name()),
            when: "At once".to_owned(),
            details: vec![Detail::new("New name", self.name.trim())],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::rename(cx.tx, cx.who()?.customer, self.account, self.name.trim()).await?)
    }
}
