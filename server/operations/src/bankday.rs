//! The bank's own day.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::bankday::OpenDay;
use bank_rules::bankday;
use bank_storage::bankday as store;
use chrono::NaiveDate;

impl Handler for OpenDay {
    async fn handle(self, cx: &mut Context<'_>) -> Result<NaiveDate, Refusal> {
        let open_now = cx.business_date().await?;
        let date = bankday::date_to_open(open_now, cx.now, cx.bank.settings.zone);
        store::open(cx.tx, date).await?;
        Ok(date)
    }
}
