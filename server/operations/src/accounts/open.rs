//! Opening an account.

use super::find;
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::{AccountView, OpenAccount, Product};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{AccountId, BankError, CustomerId, Iban};
use bank_rules::accounts as rules;
use bank_storage::{accounts as store, ledger};

/// Account numbers tried before giving up: with ten billion of them, the second is hardly ever needed.
const NUMBERS_TRIED_MAX: u32 = 8;

const fn product(product: Product) -> &'static str {
    match product {
        Product::Current => "Current account",
        Product::Savings => "Savings account",
    }
}

impl Handler for OpenAccount {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        rules::may_open(store::count_open_locked(cx.tx, cx.who()?.customer).await?)?;
        Ok(Summary {
            title: format!("Open the account “{}”", self.name.trim()),
            when: "At once".to_owned(),
            details: vec![
                Detail::new("Kind", product(self.product)),
                Detail::new("Currency", self.currency.code()),
            ],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<AccountView, Refusal> {
        let customer = cx.who()?.customer;
        rules::may_open(store::count_open_locked(cx.tx, customer).await?)?;
        open_account(cx, customer, &self).await
    }
}

/// Opens an account for a customer: its place in the ledger, its number, its row.
///
/// # Errors
/// When the database refuses.
pub async fn open_account(
    cx: &Context<'_>,
    customer: CustomerId,
    wanted: &OpenAccount,
) -> Result<AccountView, Refusal> {
    let name = wanted.name.trim();
    let ledger_account = ledger::open_customer_account(cx.tx, wanted.product, wanted.currency, 0).await?;
    let new = store::NewAccount {
        account: AccountId(cx.new_id()),
        customer,
        ledger_account,
        iban: free_iban(cx).await?,
        name: name.to_owned(),
        product: wanted.product,
        currency: wanted.currency,
        opened_on: cx.business_date().await?,
        at: cx.now,
    };
    store::insert(cx.tx, &new).await?;
    Ok(find(cx, new.account).await?.view()?)
}

/// Random, so that numbers tell nothing about how many accounts there are or whose is next.
async fn free_iban(cx: &Context<'_>) -> Result<Iban, Refusal> {
    for _ in 0..NUMBERS_TRIED_MAX {
        let iban = rules::iban(cx.bank.chance.below(rules::NUMBERS))?;
        if store::iban_is_free(cx.tx, &iban).await? {
            return Ok(iban);
        }
    }
    Err(BankError::Busy { retry_after_s: 1 }.into())
}
