//! The journal's housekeeping.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::ledger::{CheckBooks, ExpireHolds, TrialBalance};
use bank_contract::{BankError, Money};
use bank_storage::ledger as store;

impl Handler for ExpireHolds {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        Ok(store::expire_holds(cx.tx, cx.now).await?)
    }
}

impl Handler for CheckBooks {
    async fn handle(self, cx: &mut Context<'_>) -> Result<TrialBalance, Refusal> {
        let books = store::check_books(cx.tx).await?;
        let sums = books
            .sums
            .iter()
            .map(|(currency, sum)| Money::from_minor(*sum, *currency))
            .collect::<Result<_, _>>();
        let sums = sums.map_err(|_| BankError::internal("books"))?;
        Ok(TrialBalance {
            sums,
            accounts_off: books.accounts_off,
            entries: books.entries,
            postings: books.postings,
        })
    }
}
