//! The pool of connections: what holds for one of them holds for all.

use crate::bank::TestLedger;
use bank_storage::{Acting, Database, DatabaseSettings};
use sea_orm::{FromQueryResult, raw_sql};
use std::time::{Duration, Instant};

/// What a connection of the pool is.
#[derive(Debug, FromQueryResult, PartialEq, Eq)]
struct Being {
    role: String,
    idle_max: String,
}

/// All connections of a pool, at the same time: each is kept until the last one has answered.
async fn beings(db: &Database, connections: usize) -> Vec<Being> {
    let mut held = Vec::new();
    let mut beings = Vec::new();
    for _ in 0..connections {
        let tx = db.begin(Acting::CLOCK).await.unwrap();
        let statement = raw_sql!(
            Postgres,
            "SELECT current_user::text AS role, current_setting('idle_in_transaction_session_timeout') AS idle_max"
        );
        beings.push(Being::find_by_statement(statement).one(&tx).await.unwrap().unwrap());
        held.push(tx);
    }
    beings
}

#[tokio::test]
async fn no_connection_keeps_a_transaction_that_somebody_has_forgotten_for_ever() {
    let bank = TestLedger::open().await;
    for being in beings(&bank.db, 4).await {
        assert_eq!(being.idle_max, "1min");
    }
}

#[tokio::test]
async fn whoever_comes_as_the_owner_works_as_the_app_on_every_connection() {
    let bank = TestLedger::open().await;
    let settings = DatabaseSettings {
        url: bank.database.owner_url(),
        role: Some("larch_app"),
        ..bank.settings()
    };
    let db = Database::connect(&settings).await.unwrap();
    let app = Being {
        role: "larch_app".to_owned(),
        idle_max: "1min".to_owned(),
    };
    for being in beings(&db, 4).await {
        assert_eq!(being, app);
    }
}

/// Connections of the app's that stand within a database transaction while nobody works.
async fn left_within(bank: &TestLedger) -> i64 {
    #[derive(FromQueryResult)]
    struct Row {
        left: i64,
    }
    let statement = raw_sql!(
        Postgres,
        r"SELECT count(*) AS left FROM pg_stat_activity
          WHERE datname = current_database() AND usename = 'larch_app' AND state = 'idle in transaction'"
    );
    Row::find_by_statement(statement)
        .one(&bank.owner)
        .await
        .unwrap()
        .unwrap()
        .left
}

#[tokio::test]
async fn who_goes_away_while_a_transaction_begins_leaves_no_connection_within_it() {
    let bank = TestLedger::open().await;
    // All connections are there and free.
    drop(beings(&bank.db, 4).await);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut left = 0;
    for _ in 0..40 {
        let mut begin = Box::pin(bank.db.begin(Acting::CLOCK));
        // The database is asked, and has seldom answered yet.
        left += usize::from(futures::poll!(begin.as_mut()).is_pending());
    }
    assert!(left > 0);
    // The pool takes them back by itself, soon.
    let since = Instant::now();
    while left_within(&bank).await > 0 {
        assert!(since.elapsed() < Duration::from_secs(10), "a connection stays within");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bank.books().await;
}
