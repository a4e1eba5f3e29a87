//! The writer's connection is cut again and again while it posts.

use crate::bank::{TestLedger, pays};
use bank_contract::{Currency, EntryId};
use bank_rules::postings::LedgerAccountId;
use bank_storage::engine::{Engine, EngineSettings, Posted};
use bank_storage::{StorageError, StorageResult};
use futures::future::join_all;
use sea_orm::{FromQueryResult, raw_sql};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

const TASKS: u64 = 24;
const EACH: u64 = 20;
/// A fast machine pays more, until the connection was cut so often.
const EACH_MAX: u64 = 1_000;
const CUTS: i64 = 3;

/// Ends the server process behind the writer until it is told to stop, and counts how often it found one.
async fn cut_the_writer_off(bank: Arc<TestLedger>, found: Arc<AtomicI64>, stop: Arc<AtomicBool>) {
    #[derive(FromQueryResult)]
    struct Row {
        cut: i64,
    }
    let owner = bank.database.owner().await;
    let mut cuts = 0;
    while !stop.load(Ordering::Acquire) {
        let statement = raw_sql!(
            Postgres,
            r"SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) AS cut FROM pg_stat_activity
              WHERE datname = current_database() AND usename = 'larch_app' AND query LIKE '%ledger_post_batch%'"
        );
        cuts += Row::find_by_statement(statement)
            .one(&owner)
            .await
            .unwrap()
            .unwrap()
            .cut;
        found.store(cuts, Ordering::Release);
        // Not in step with anything that the engine does.
        tokio::time::sleep(Duration::from_millis(30 + u64::try_from(cuts % 5).unwrap() * 41)).await;
    }
}

async fn keep_paying(
    engine: Engine,
    task: u64,
    from: LedgerAccountId,
    to: LedgerAccountId,
    cuts: Arc<AtomicI64>,
) -> Vec<(u64, StorageResult<Posted>)> {
    let mut results = Vec::new();
    for number in task * EACH_MAX + 1..=(task + 1) * EACH_MAX {
        if number > task * EACH_MAX + EACH && cuts.load(Ordering::Acquire) >= CUTS {
            break;
        }
        results.push((number, engine.post(pays(number, from, to, 1)).await));
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_the_connection_is_cut_every_ok_is_there_exactly_once() {
    let bank = Arc::new(TestLedger::open().await);
    let (from, to) = (bank.account_with(100_000).await, bank.account(Currency::Eur, 0).await);
    let engine = bank.engine(EngineSettings::default()).await;
    let stop = Arc::new(AtomicBool::new(false));
    let cuts = Arc::new(AtomicI64::new(0));
    let nemesis = tokio::spawn(cut_the_writer_off(bank.clone(), cuts.clone(), stop.clone()));
    let tasks = (0..TASKS).map(|task| tokio::spawn(keep_paying(engine.clone(), task, from, to, cuts.clone())));
    let results: Vec<_> = join_all(tasks.collect::<Vec<_>>())
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .collect();
    stop.store(true, Ordering::Release);
    nemesis.await.unwrap();
    let cuts = cuts.load(Ordering::Acquire);
    assert!(cuts >= CUTS, "{cuts} cuts show nothing");

    let mut balances = BTreeSet::new();
    let mut oks = 0;
    for (number, result) in &results {
        let job = pays(*number, from, to, 1);
        let entry: EntryId = job.entry.as_entry().entry;
        match result {
            Ok(posted) => {
                assert!(bank.is_posted(entry).await, "{number} was acknowledged and is lost");
                assert_eq!(posted.entry, entry);
                assert!(balances.insert(posted.balance_after), "{} twice", posted.balance_after);
                oks += 1;
            }
            Err(StorageError::Busy) => assert!(!bank.is_posted(entry).await, "{number} was refused and is there"),
            Err(StorageError::Unsettled) => {
                // The same again finds out, and posts it at most once.
                assert_eq!(engine.post(job).await.unwrap().entry, entry);
                oks += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(oks > 0);
    assert_eq!(bank.booked(to).await, oks);
    assert_eq!(bank.booked(from).await, 100_000 - oks);
    assert_eq!(bank.books().await.entries, 1 + oks.unsigned_abs());
}
