//! What stands in the real ledger's tables.

use super::words::{Hold, Usage};
use bank_contract::{Currency, CustomerId};
use bank_rules::postings::LedgerAccountId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DatabaseConnection, FromQueryResult, raw_sql};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) fn customer(number: usize) -> CustomerId {
    CustomerId(Uuid::from_u128(number as u128 + 1))
}

#[derive(Debug, PartialEq, FromQueryResult)]
pub(super) struct LineRow {
    pub(super) id: Uuid,
    pub(super) booking_date: NaiveDate,
    pub(super) value_date: NaiveDate,
    pub(super) created_at: DateTime<Utc>,
    pub(super) reverses: Option<Uuid>,
    pub(super) ledger_account_id: i64,
    pub(super) amount: i64,
    pub(super) balance_after: i64,
    pub(super) at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
pub(super) struct Balance {
    pub(super) ledger_account_id: i64,
    pub(super) booked: i64,
    pub(super) held: i64,
    pub(super) status: String,
}

impl Balance {
    pub(super) async fn all(db: &DatabaseConnection) -> BTreeMap<i64, Self> {
        let statement = raw_sql!(Postgres, "SELECT ledger_account_id, booked, held, status FROM balances");
        let rows = Self::find_by_statement(statement).all(db).await.unwrap();
        rows.into_iter().map(|row| (row.ledger_account_id, row)).collect()
    }
}

pub(super) async fn own(db: &DatabaseConnection, code: &str, currency: Currency) -> LedgerAccountId {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
    }
    let currency = currency.code();
    let statement = raw_sql!(
        Postgres,
        "SELECT id FROM ledger_accounts WHERE code = {code} AND currency = {currency}"
    );
    LedgerAccountId(Row::find_by_statement(statement).one(db).await.unwrap().unwrap().id)
}

pub(super) async fn holds_of(db: &DatabaseConnection, accounts: &[LedgerAccountId]) -> BTreeMap<Uuid, Hold> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        ledger_account_id: i64,
        amount: i64,
        expires_at: DateTime<Utc>,
        state: String,
        captured: Option<i64>,
    }
    let statement = raw_sql!(
        Postgres,
        "SELECT id, ledger_account_id, amount, expires_at, state, captured FROM holds"
    );
    let rows = Row::find_by_statement(statement).all(db).await.unwrap();
    let states = ["placed", "captured", "released", "expired"];
    let hold = |row: Row| Hold {
        account: accounts.iter().position(|id| id.0 == row.ledger_account_id).unwrap(),
        amount: row.amount,
        until: row.expires_at,
        state: states.into_iter().find(|state| *state == row.state).unwrap(),
        captured: row.captured,
    };
    rows.into_iter().map(|row| (row.id, hold(row))).collect()
}

pub(super) async fn usage_of(db: &DatabaseConnection) -> BTreeMap<(usize, Currency), Usage> {
    #[derive(FromQueryResult)]
    struct Row {
        customer_id: Uuid,
        currency: String,
        day: NaiveDate,
        sent: i64,
        hour_from: DateTime<Utc>,
        hour_count: i32,
    }
    let statement = raw_sql!(
        Postgres,
        "SELECT customer_id, currency, day, sent, hour_from, hour_count FROM sent_usage WHERE hour_count > 0"
    );
    let rows = Row::find_by_statement(statement).all(db).await.unwrap();
    let usage = |row: Row| {
        let number = (0..64).find(|number| customer(*number).0 == row.customer_id).unwrap();
        let used = Usage {
            day: row.day,
            sent: row.sent,
            hour_from: row.hour_from,
            hour_count: row.hour_count,
        };
        ((number, row.currency.parse().unwrap()), used)
    };
    rows.into_iter().map(usage).collect()
}
