//! The pool of connections: what holds for one of them holds for all.

use crate::bank::TestLedger;
use bank_storage::{Acting, Database, DatabaseSettings};
use sea_orm::{FromQueryResult, raw_sql};

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
