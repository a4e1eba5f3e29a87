//! A transfer as most programs would write it: a statement at a time, in tables like ours, without triggers.

use super::round::Tally;
use crate::cluster::Cluster;
use crate::error::{ProofError, ProofResult};
use crate::people::random_id;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sea_orm::sqlx::{self, Connection as _, Executor as _, PgConnection};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

pub(crate) const DATABASE: &str = "separate";
const CONNECTIONS: u64 = 32;

const TABLES: &str = r"
CREATE TABLE accounts (ledger_account_id bigint PRIMARY KEY, iban text NOT NULL UNIQUE);
CREATE TABLE balances (
  ledger_account_id bigint PRIMARY KEY, booked bigint NOT NULL, held bigint NOT NULL DEFAULT 0,
  floor bigint, CHECK (floor IS NULL OR booked - held >= floor)
) WITH (fillfactor = 50);
CREATE TABLE journal_entries (
  id uuid PRIMARY KEY, kind text NOT NULL, booking_date date NOT NULL, created_at timestamptz NOT NULL,
  reference text NOT NULL, lines smallint NOT NULL, request_key uuid UNIQUE
);
CREATE TABLE postings (
  id bigint GENERATED ALWAYS AS IDENTITY, entry_id uuid NOT NULL, line smallint NOT NULL,
  ledger_account_id bigint NOT NULL, currency text NOT NULL, amount bigint NOT NULL, balance_after bigint NOT NULL,
  counterparty text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (entry_id, line)
);
CREATE UNIQUE INDEX postings_by_account ON postings (ledger_account_id, at DESC, id DESC);";

/// Opens `$1` accounts with `$2` cents each, and the postings that say where they come from.
const FILL: [&str; 4] = [
    "INSERT INTO accounts SELECT n, 'DE' || n FROM generate_series(1, $1) n WHERE $2 > 0",
    "INSERT INTO balances (ledger_account_id, booked, floor)
     SELECT n, $2, 0 FROM generate_series(1, $1) n UNION ALL SELECT 0, -$1 * $2, NULL",
    "INSERT INTO journal_entries SELECT gen_random_uuid(), 'deposit', current_date, now(), n::text, 2, NULL
     FROM generate_series(1, $1) n WHERE $2 > 0",
    "INSERT INTO postings (entry_id, line, ledger_account_id, currency, amount, balance_after, counterparty, at)
     SELECT e.id, l.line, l.account, 'EUR', l.amount, 0, '', now() FROM journal_entries e
     CROSS JOIN LATERAL (VALUES (1, 0, -$2), (2, e.reference::bigint, $2)) AS l (line, account, amount) WHERE $1 > 0",
];

#[derive(Debug)]
pub(crate) struct Separate {
    accounts: i64,
    funds: i64,
}

impl Separate {
    pub(crate) async fn prepare(cluster: &Cluster, accounts: usize, funds: i64) -> ProofResult<Self> {
        let accounts = i64::try_from(accounts).map_err(|cause| ProofError::Other(cause.to_string()))?;
        cluster.create_database(DATABASE).await?;
        let mut connection = cluster.connect(DATABASE).await?;
        connection.execute(sqlx::raw_sql(TABLES)).await?;
        for sql in FILL {
            sqlx::query(sql)
                .bind(accounts)
                .bind(funds)
                .execute(&mut connection)
                .await?;
        }
        connection.execute("VACUUM ANALYZE").await?;
        connection.close().await?;
        Ok(Self { accounts, funds })
    }

    /// All of the money, in cents.
    pub(crate) fn total(&self) -> i64 {
        self.accounts * self.funds
    }

    pub(crate) async fn run(&self, cluster: &Cluster, run: Duration, seed: u64) -> ProofResult<Tally> {
        let until = Instant::now() + run;
        let mut tasks = JoinSet::new();
        for number in 0..CONNECTIONS {
            let connection = cluster.connect(DATABASE).await?;
            let chance = ChaCha8Rng::seed_from_u64(seed << 32 | number);
            tasks.spawn(transfers(connection, self.accounts, until, chance));
        }
        let mut tally = Tally::default();
        while let Some(done) = tasks.join_next().await {
            tally.transfers += done??;
        }
        Ok(tally)
    }
}

async fn transfers(
    mut connection: PgConnection,
    accounts: i64,
    until: Instant,
    mut chance: ChaCha8Rng,
) -> ProofResult<u64> {
    let mut done = 0;
    while Instant::now() < until {
        let from = chance.random_range(1..=accounts);
        // Any other one: from 1 to all but one further on, around.
        let to = (from + chance.random_range(1..accounts) - 1) % accounts + 1;
        transfer(&mut connection, from, to, chance.random_range(1..1_000), &mut chance).await?;
        done += 1;
    }
    connection.close().await?;
    Ok(done)
}

async fn transfer(
    connection: &mut PgConnection,
    from: i64,
    to: i64,
    cents: i64,
    chance: &mut ChaCha8Rng,
) -> ProofResult<()> {
    let mut tx = connection.begin().await?;
    let lock = "SELECT booked FROM balances WHERE ledger_account_id = ANY ($1) ORDER BY ledger_account_id FOR UPDATE";
    let booked: Vec<i64> = sqlx::query_scalar(lock)
        .bind(vec![from, to])
        .fetch_all(&mut *tx)
        .await?;
    let [low, high] = booked[..] else {
        return Err(ProofError::Other(
            "an account of the separate tables is missing".to_owned(),
        ));
    };
    let (sender, receiver) = if from < to { (low, high) } else { (high, low) };
    let entry = random_id(chance);
    let insert = "INSERT INTO journal_entries VALUES ($1, 'transfer', current_date, now(), 'x', 2, $2)";
    sqlx::query(insert)
        .bind(entry)
        .bind(random_id(chance))
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        r"INSERT INTO postings (entry_id, line, ledger_account_id, currency, amount, balance_after, counterparty, at)
          VALUES ($1, 1, $2, 'EUR', -$4::bigint, $5, 'somebody', now()),
                 ($1, 2, $3, 'EUR', $4::bigint, $6, 'somebody', now())",
    )
    .bind(entry)
    .bind(from)
    .bind(to)
    .bind(cents)
    .bind(sender - cents)
    .bind(receiver + cents)
    .execute(&mut *tx)
    .await?;
    for (account, booked) in [(from, sender - cents), (to, receiver + cents)] {
        let update = "UPDATE balances SET booked = $2 WHERE ledger_account_id = $1";
        sqlx::query(update).bind(account).bind(booked).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}
