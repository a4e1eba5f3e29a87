//! The bank's own date.

use crate::StorageResult;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};

#[derive(FromQueryResult)]
struct Day {
    business_date: NaiveDate,
}

/// The business date; none before the bank has opened for the first time.
pub async fn business_date(db: &impl ConnectionTrait) -> StorageResult<Option<NaiveDate>> {
    let day = Day::find_by_statement(raw_sql!(Postgres, "SELECT business_date FROM bank_day"))
        .one(db)
        .await?;
    Ok(day.map(|day| day.business_date))
}

/// Opens a business date. The database refuses to go back.
pub async fn open(db: &impl ConnectionTrait, date: NaiveDate) -> StorageResult<()> {
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO bank_day (business_date) VALUES ({date})
          ON CONFLICT (singleton) DO UPDATE SET business_date = excluded.business_date
          WHERE bank_day.business_date <> excluded.business_date"
    ))
    .await?;
    Ok(())
}
