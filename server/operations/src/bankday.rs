//! The bank's own day.

use crate::compliance::verify;
use crate::hallway::{Context, Handler, Refusal};
use crate::ledger::check_books;
use bank_contract::BankError;
use bank_contract::bankday::{DayReport, MakeReport, OpenDay, ShowReport};
use bank_rules::bankday;
use bank_storage::{bankday as store, compliance};
use chrono::NaiveDate;

impl Handler for OpenDay {
    async fn handle(self, cx: &mut Context<'_>) -> Result<NaiveDate, Refusal> {
        let open_now = cx.business_date().await?;
        let date = bankday::date_to_open(open_now, cx.now, cx.bank.settings.zone);
        store::open(cx.tx, date).await?;
        Ok(date)
    }
}

impl Handler for MakeReport {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Option<DayReport>, Refusal> {
        let open = cx.business_date().await?;
        let Some(date) = store::to_report(cx.tx, open).await? else {
            return Ok(None);
        };
        cx.bank.flush_audit().await?;
        let mut sealed = compliance::seal(cx.tx).await?;
        while sealed.0 > 0 {
            sealed = compliance::seal(cx.tx).await?;
        }
        let head = sealed.1;
        let before = store::report(cx.tx, None).await?;
        let mut report = DayReport {
            date,
            made_at: cx.now.naive_utc(),
            audit_length: head.position.unsigned_abs(),
            audit_head: hex::encode(head.hash),
            audit_holds: verify(cx).await?.holds(),
            books: check_books(cx).await?,
            before: before.map(|before| before.hash),
            hash: String::new(),
        };
        report.hash = bankday::report_hash(&report).ok_or(BankError::internal("report"))?;
        let first = store::keep_report(cx.tx, &report).await?;
        Ok(first.then_some(report))
    }
}

impl Handler for ShowReport {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Option<DayReport>, Refusal> {
        Ok(store::report(cx.tx, self.date).await?)
    }
}
