//! The history of accounts, in pages.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::accounts::{ListTransactions, TransactionView};
use bank_contract::{BankError, Cursor, Page};
use bank_storage::accounts as store;
use chrono::{DateTime, Utc};

impl Handler for ListTransactions {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Page<TransactionView>, Refusal> {
        let of = match self.account {
            Some(account) => store::HistoryOf::Account(account),
            None => store::HistoryOf::Customer(cx.who()?.customer),
        };
        let zone = cx.bank.settings.zone;
        let wanted = usize::from(self.size.rows());
        let after = self.after.as_ref().map(read_cursor).transpose()?;
        let mut posted = store::posted(cx.tx, of, after, i64::from(self.size.rows()) + 1, zone).await?;
        let more = posted.len() > wanted;
        posted.truncate(wanted);

        // What was declined stands between the booked rows of this page, by its time.
        let until = after.map(|place| place.at);
        let from = posted.last().filter(|_| more).map(|row| row.at);
        let declined = store::declined(cx.tx, of, from, until, zone).await?;

        let next = posted
            .last()
            .filter(|_| more)
            .map(|row| write_cursor(row.posting_id, row.at));
        let booked = posted.into_iter().map(|row| (row.at, row.view)).collect();
        Ok(Page {
            rows: merged(booked, declined),
            next,
        })
    }
}

fn write_cursor(posting: i64, at: DateTime<Utc>) -> Cursor {
    Cursor(format!("{posting}-{}", at.timestamp_micros()))
}

fn read_cursor(cursor: &Cursor) -> Result<store::Place, BankError> {
    let refuse = || BankError::invalid("after", "This list has moved on. Load it again from the top.");
    let (posting, at) = cursor.0.split_once('-').ok_or_else(refuse)?;
    let posting = posting.parse().map_err(|_| refuse())?;
    let at = at
        .parse()
        .ok()
        .and_then(DateTime::from_timestamp_micros)
        .ok_or_else(refuse)?;
    Ok(store::Place { posting, at })
}

/// Both lists are newest first, and so is the result; at the same moment, what was booked comes first.
fn merged(
    booked: Vec<(DateTime<Utc>, TransactionView)>,
    declined: Vec<(DateTime<Utc>, TransactionView)>,
) -> Vec<TransactionView> {
    let mut all = booked;
    for (at, view) in declined {
        let place = all.iter().position(|(other, _)| *other < at).unwrap_or(all.len());
        all.insert(place, (at, view));
    }
    all.into_iter().map(|(_, view)| view).collect()
}
