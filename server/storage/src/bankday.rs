//! The bank's own date.

use crate::{StorageError, StorageResult};
use bank_contract::bankday::DayReport;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use serde_json::Value;

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
    db.execute_raw(raw_sql!(
        Postgres,
        "INSERT INTO bank_days (date) VALUES ({date}) ON CONFLICT DO NOTHING"
    ))
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Ended {
    date: NaiveDate,
}

/// The newest date that was opened and has ended, when there is no report on it or on one after it.
pub async fn to_report(db: &impl ConnectionTrait, open: NaiveDate) -> StorageResult<Option<NaiveDate>> {
    let statement = raw_sql!(
        Postgres,
        r"SELECT d.date FROM (SELECT max(date) AS date FROM bank_days WHERE date < {open}) d
          WHERE d.date IS NOT NULL AND NOT EXISTS (SELECT FROM day_reports r WHERE r.date >= d.date)"
    );
    let row = Ended::find_by_statement(statement).one(db).await?;
    Ok(row.map(|row| row.date))
}

#[derive(FromQueryResult)]
struct ReportRow {
    report: Value,
}

/// The report on a date; the newest without one.
pub async fn report(db: &impl ConnectionTrait, date: Option<NaiveDate>) -> StorageResult<Option<DayReport>> {
    let statement = raw_sql!(
        Postgres,
        r"SELECT report FROM day_reports WHERE {date}::date IS NULL OR date = {date} ORDER BY date DESC LIMIT 1"
    );
    let row = ReportRow::find_by_statement(statement).one(db).await?;
    row.map(|row| serde_json::from_value(row.report).map_err(|_| StorageError::Unreadable("report")))
        .transpose()
}

/// Keeps a report. False when another server was first.
pub async fn keep_report(db: &impl ConnectionTrait, report: &DayReport) -> StorageResult<bool> {
    let date = report.date;
    let report = serde_json::to_value(report).map_err(|_| StorageError::Unreadable("report"))?;
    let done = db
        .execute_raw(raw_sql!(
            Postgres,
            "INSERT INTO day_reports (date, report) VALUES ({date}, {report}) ON CONFLICT DO NOTHING"
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}
