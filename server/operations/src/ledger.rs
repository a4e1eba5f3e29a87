//! The bank's own books, for the clock, for whoever runs the server, and a past balance for customers.

use crate::accounts;
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::ledger::{
    BooksCheck, CheckBooks, ClosePeriod, ExpireHolds, PastBalance, ReconcileAccount, Reconciliation, ShowBalanceAt,
    ShowTrialBalance, TrialBalance, TrialRow,
};
use bank_contract::{BankError, Currency, Money};
use bank_rules::bankday;
use bank_storage::{StorageError, ledger as store};
use chrono::NaiveDate;

fn money(minor: i64, currency: Currency) -> Result<Money, StorageError> {
    Money::from_minor(minor, currency).map_err(|_| StorageError::Unreadable("sum"))
}

impl Handler for ExpireHolds {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        Ok(store::expire_holds(cx.tx, cx.now).await?)
    }
}

impl Handler for CheckBooks {
    async fn handle(self, cx: &mut Context<'_>) -> Result<BooksCheck, Refusal> {
        check_books(cx).await
    }
}

/// Adds the whole journal up.
pub(crate) async fn check_books(cx: &Context<'_>) -> Result<BooksCheck, Refusal> {
    let books = store::check_books(cx.tx).await?;
    let sums = books.sums.iter().map(|(currency, sum)| money(*sum, *currency));
    Ok(BooksCheck {
        sums: sums.collect::<Result<_, _>>()?,
        accounts_off: books.accounts_off,
        postings_off: books.postings_off,
        entries: books.entries,
        postings: books.postings,
    })
}

impl Handler for ShowTrialBalance {
    async fn handle(self, cx: &mut Context<'_>) -> Result<TrialBalance, Refusal> {
        let rows = store::chart_sums(cx.tx, self.as_of).await?;
        let as_of = match self.as_of {
            Some(day) => day,
            None => cx.business_date().await?,
        };
        let rows = rows.into_iter().map(trial_row).collect::<Result<_, _>>()?;
        Ok(TrialBalance { as_of, rows })
    }
}

fn trial_row(row: store::ChartSum) -> Result<TrialRow, StorageError> {
    let zero = Money::zero(row.currency);
    let sum = money(row.sum.abs(), row.currency)?;
    let (debit, credit) = if row.sum < 0 { (sum, zero) } else { (zero, sum) };
    Ok(TrialRow {
        number: row.number,
        name: row.name,
        class: row.class,
        accounts: row.accounts,
        debit,
        credit,
    })
}

impl Handler for ReconcileAccount {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Reconciliation, Refusal> {
        if self.to < self.from {
            return Err(BankError::invalid("to", "The last day is before the first.").into());
        }
        let proof = store::prove(cx.tx, &self.number, self.currency, self.from, self.to).await?;
        let proof = proof.ok_or(BankError::NotFound)?;
        let money = |minor| money(minor, self.currency);
        let closing = proof.opening - proof.debits + proof.credits;
        // What happened after the last day stands between the proof and what is there now.
        let held_below = (self.to >= cx.business_date().await?).then_some(proof.held_below);
        Ok(Reconciliation {
            number: self.number,
            name: proof.name,
            opening: money(proof.opening)?,
            debits: money(proof.debits)?,
            credits: money(proof.credits)?,
            closing: money(closing)?,
            held_below: held_below.map(money).transpose()?,
            postings: proof.postings.unsigned_abs(),
            agrees: closing + proof.later == proof.held_below,
        })
    }
}

impl Handler for ClosePeriod {
    async fn handle(self, cx: &mut Context<'_>) -> Result<NaiveDate, Refusal> {
        if self.until >= cx.business_date().await? {
            return Err(BankError::invalid("until", "Only days that are past can be closed.").into());
        }
        store::close_until(cx.tx, self.until).await?;
        Ok(self.until)
    }
}

impl Handler for ShowBalanceAt {
    async fn handle(self, cx: &mut Context<'_>) -> Result<PastBalance, Refusal> {
        let row = accounts::find(cx, self.account).await?;
        let moment = bankday::utc(self.at, cx.bank.settings.zone);
        let minor = store::balance_at(cx.tx, row.ledger_account(), moment).await?;
        Ok(PastBalance {
            account: self.account,
            at: self.at,
            booked: money(minor, row.currency()?)?,
        })
    }
}
