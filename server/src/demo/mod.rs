//! The demo bank: five customers and the year behind them, so that every page has something to show.
//!
//! A life ([`lives`]) is data in the words of [`life`]: bills, habits, what happens once. The
//! [`diary`] turns it into intents, the [`till`] into what a bank would have booked or declined,
//! in the order of time; together they are the [`plan`], which is pure. Only [`write`] touches the
//! database. The same business date gives the same people, ids and amounts.

mod calendar;
mod diary;
mod life;
mod lives;
mod people;
mod plan;
mod till;
mod write;

use bank_contract::identity::DemoPerson;
use bank_storage::{Acting, Database, StorageError, StorageResult, Vault, bankday, identity};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use write::Writer;

/// What seeding came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seeded {
    /// The demo people who are there now.
    pub(crate) people: usize,
    /// Journal entries that were posted.
    pub(crate) entries: u64,
    /// The demo people were there before: nothing was done.
    pub(crate) already_there: bool,
}

/// Lets the demo people move in, with the year that ends now, and opens the business date.
/// One database transaction: all of it happens, or nothing.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn seed(db: &Database, vault: &Vault, now: DateTime<Utc>, zone: Tz) -> Result<Seeded, StorageError> {
    let there = people(db, vault).await?.len();
    if there > 0 {
        return Ok(already(there));
    }
    match write_all(db, vault, now, zone).await {
        Err(StorageError::Duplicate(key)) => match people(db, vault).await?.len() {
            0 => Err(StorageError::Duplicate(key)),
            // Another server was quicker: this one waited for it, and then found its ids taken.
            there => Ok(already(there)),
        },
        other => other,
    }
}

async fn write_all(db: &Database, vault: &Vault, now: DateTime<Utc>, zone: Tz) -> StorageResult<Seeded> {
    let plan = plan::plan(now, zone);
    let tx = db.begin(Acting::OPERATOR).await?;
    let open_now = bankday::business_date(&tx).await?.unwrap_or(plan.today);
    let entries = Writer::new(&vault.over(&tx), &plan).write().await?;
    bankday::open(&tx, bank_rules::bankday::date_to_open(open_now, now, zone)).await?;
    tx.commit().await?;
    Ok(Seeded {
        people: people::Who::ALL.len(),
        entries,
        already_there: false,
    })
}

const fn already(people: usize) -> Seeded {
    Seeded {
        people,
        entries: 0,
        already_there: true,
    }
}

/// The demo people, as the welcome page shows them.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn people(db: &Database, vault: &Vault) -> Result<Vec<DemoPerson>, StorageError> {
    identity::demo_people(&vault.over(db.reader())).await
}

#[cfg(test)]
#[path = "seed_tests.rs"]
mod tests;
