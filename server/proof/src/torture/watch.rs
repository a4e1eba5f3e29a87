//! The bank check of Jepsen, beside the load: whoever looks at all balances at one moment sees the same total,
//! and nobody below zero.

use super::traffic::{ACCOUNTS_EACH, FUNDS, PAYERS, Phase, Traffic};
use crate::client::{Connection, get};
use crate::cluster::Door;
use crate::error::ProofResult;
use sea_orm::sqlx::{self, Connection as _, Executor as _, PgConnection};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(40);
/// A read that takes longer meets a database that was halted; the next one gets a connection of its own.
const READ_MAX: Duration = Duration::from_secs(5);

/// What a reader saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) reads: u64,
    /// A sentence for each read that was not as it has to be.
    pub(crate) findings: Vec<String>,
}

impl Seen {
    fn note(&mut self, total: i64, least: i64, wanted: i64, reader: &str) {
        self.reads += 1;
        if total != wanted {
            self.findings
                .push(format!("{reader}: the total was {total} instead of {wanted}"));
        }
        if least < 0 {
            self.findings.push(format!("{reader}: a balance was {least}"));
        }
    }
}

/// Reads all balances over SQL, in two statements of one snapshot.
pub(crate) async fn over_sql(door: Door, traffic: Arc<Traffic>) -> ProofResult<Seen> {
    let mut seen = Seen::default();
    let mut open: Option<PgConnection> = None;
    while traffic.phase() != Phase::Over {
        tokio::time::sleep(PAUSE).await;
        let mut connection = match open.take() {
            Some(connection) => connection,
            None => match door.connect().await {
                Ok(connection) => connection,
                Err(_) => continue,
            },
        };
        // Whatever fails here is a fault that was made on purpose: it is read again on a new connection.
        if let Ok(Ok((total, least))) = tokio::time::timeout(READ_MAX, snapshot(&mut connection)).await {
            seen.note(total, least, traffic.people.total, "over SQL");
            open = Some(connection);
        }
    }
    Ok(seen)
}

/// The sum of all customers' balances, and the lowest.
async fn snapshot(connection: &mut PgConnection) -> Result<(i64, i64), sqlx::Error> {
    const HALF: &str = r"SELECT sum(b.booked)::bigint, min(b.booked - b.held) FROM accounts a
      JOIN balances b ON b.ledger_account_id = a.ledger_account_id WHERE b.ledger_account_id % 2 = $1";
    let mut tx = connection.begin().await?;
    tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .await?;
    let (even, least): (i64, i64) = sqlx::query_as(HALF).bind(0_i64).fetch_one(&mut *tx).await?;
    let (odd, lesser): (i64, i64) = sqlx::query_as(HALF).bind(1_i64).fetch_one(&mut *tx).await?;
    tx.rollback().await?;
    Ok((even + odd, least.min(lesser)))
}

/// Reads a mover's accounts over HTTP.
pub(crate) async fn over_http(traffic: Arc<Traffic>, mover: usize) -> ProofResult<Seen> {
    let mut seen = Seen::default();
    let mut open: Option<Connection> = None;
    let wanted = FUNDS.saturating_mul(i64::try_from(ACCOUNTS_EACH).unwrap_or(0));
    while traffic.phase() != Phase::Over {
        tokio::time::sleep(PAUSE).await;
        let mut connection = match open.take() {
            Some(connection) => connection,
            None => match Connection::open(traffic.address).await {
                Ok(connection) => connection,
                Err(_) => continue,
            },
        };
        let bearer = &traffic.people.holders[PAYERS + mover].bearer;
        let Ok(answer) = connection.send(get("/api/v1/accounts", Some(bearer))).await else {
            continue;
        };
        if answer.status == 200 {
            match sum(&answer.json()) {
                Some((total, least)) => seen.note(total, least, wanted, "over HTTP"),
                None => return Err(answer.unexpected("a list of accounts (200)")),
            }
        }
        open = Some(connection);
    }
    Ok(seen)
}

/// The sum of the accounts' booked balances and the lowest of them, in cents.
fn sum(json: &Value) -> Option<(i64, i64)> {
    let accounts = json["accounts"].as_array()?;
    let booked = accounts
        .iter()
        .map(|account| cents(account["booked"]["amount"].as_str()?));
    let booked: Vec<i64> = booked.collect::<Option<_>>()?;
    Some((booked.iter().sum(), *booked.iter().min()?))
}

/// Reads `-12.34` as -1234.
fn cents(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.')?;
    if part.len() != 2 {
        return None;
    }
    format!("{whole}{part}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        assert_eq!(cents("12.34"), Some(1_234));
        assert_eq!(cents("-0.05"), Some(-5));
        assert_eq!(cents("1"), None);
        assert_eq!(cents("1.5"), None);
    }

    #[test]
    fn another_total_and_a_balance_below_zero_are_findings() {
        let json = serde_json::json!({ "accounts": [
            { "booked": { "amount": "10.00", "currency": "EUR" } },
            { "booked": { "amount": "-1.00", "currency": "EUR" } },
        ] });
        assert_eq!(sum(&json), Some((900, -100)));
        let mut seen = Seen::default();
        seen.note(900, -100, 1_000, "here");
        seen.note(1_000, 0, 1_000, "here");
        assert_eq!((seen.reads, seen.findings.len()), (2, 2));
        assert_eq!(sum(&serde_json::json!({})), None);
    }
}
