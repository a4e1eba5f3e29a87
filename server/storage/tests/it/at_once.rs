//! Many at once, from one server and from two.

use crate::bank::{TestLedger, changed, pays};
use bank_contract::{Currency, CustomerId, EntryId};
use bank_rules::postings::LedgerAccountId;
use bank_storage::engine::{Engine, EngineSettings, Job, Posted};
use bank_storage::ledger::{self, SentLimits};
use bank_storage::{Acting, StorageError, StorageResult};
use futures::future::join_all;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

/// Each in a task of its own.
async fn all_at_once(engines: &[Engine], jobs: Vec<Job>) -> Vec<(EntryId, StorageResult<Posted>)> {
    let tasks = jobs.into_iter().zip(engines.iter().cycle()).map(|(job, engine)| {
        let (entry, engine) = (job.entry.as_entry().entry, engine.clone());
        tokio::spawn(async move { (entry, engine.post(job).await) })
    });
    let tasks: Vec<_> = tasks.collect();
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

async fn servers(bank: &TestLedger, how_many: usize) -> Vec<Engine> {
    join_all((0..how_many).map(|_| bank.engine(EngineSettings::default()))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_cent_is_spent_by_exactly_one_of_64() {
    for how_many in [1, 2] {
        let bank = TestLedger::open().await;
        let (from, to) = (bank.account_with(1).await, bank.account(Currency::Eur, 0).await);
        let jobs = (1..=64).map(|number| pays(number, from, to, 1)).collect();
        let results = all_at_once(&servers(&bank, how_many).await, jobs).await;
        let won: Vec<_> = results.iter().filter_map(|(_, result)| result.as_ref().ok()).collect();
        assert_eq!(won.len(), 1, "{results:?}");
        assert_eq!(won[0].balance_after, 0);
        let short =
            |result: &StorageResult<Posted>| matches!(result, Err(StorageError::InsufficientFunds { available: 0 }));
        assert_eq!(
            results.iter().filter(|(_, result)| short(result)).count(),
            63,
            "{results:?}"
        );
        assert_eq!((bank.booked(from).await, bank.booked(to).await), (0, 1));
        bank.books().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_from_64_tasks_is_one_entry() {
    for how_many in [1, 2] {
        let bank = TestLedger::open().await;
        let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
        let key = pays(1, from, to, 10).entry.as_entry().request;
        // As servers do it: the request's key, and an entry's id of their own.
        let jobs = (1..=64).map(|number| changed(&pays(number, from, to, 10), |entry| entry.request = key));
        let results = all_at_once(&servers(&bank, how_many).await, jobs.collect()).await;
        let won: Vec<EntryId> = results
            .iter()
            .filter(|(_, result)| result.is_ok())
            .map(|(id, _)| *id)
            .collect();
        assert_eq!(won.len(), 1, "{results:?}");
        for (_, result) in &results {
            match result {
                Ok(posted) => assert_eq!((posted.entry, posted.balance_after), (won[0], 990)),
                Err(StorageError::PostedBefore(entry)) => assert_eq!(*entry, won[0]),
                Err(StorageError::StillRunning) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((bank.booked(from).await, bank.booked(to).await), (990, 10));
        assert_eq!(bank.books().await.entries, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_very_same_entry_sent_64_times_gives_everybody_the_same_answer() {
    let bank = TestLedger::open().await;
    let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
    let jobs = (0..64).map(|_| pays(1, from, to, 10)).collect();
    let results = all_at_once(&servers(&bank, 2).await, jobs).await;
    let told: Vec<&Posted> = results.iter().filter_map(|(_, result)| result.as_ref().ok()).collect();
    assert!(
        !told.is_empty() && told.iter().all(|posted| *posted == told[0]),
        "{told:?}"
    );
    let others = results.iter().filter_map(|(_, result)| result.as_ref().err());
    others.for_each(|error| assert!(matches!(error, StorageError::StillRunning), "{error:?}"));
    assert_eq!(bank.booked(to).await, 10);
    bank.books().await;
}

/// Payments in circles, so that everybody is a payer and a payee, in both orders of ids.
fn circles(accounts: &[LedgerAccountId], how_many: u64) -> Vec<Job> {
    let place = |number: u64| usize::try_from(number).unwrap() % accounts.len();
    let pay = |number: u64| {
        let (from, to) = (place(number), place(number * 7 + 1 + number / 5));
        let to = if from == to { (to + 1) % accounts.len() } else { to };
        pays(
            number,
            accounts[from],
            accounts[to],
            1 + i64::try_from(number % 90).unwrap(),
        )
    };
    (1..=how_many).map(pay).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_over_the_same_hot_accounts_keep_the_books() {
    let bank = TestLedger::open().await;
    let mut accounts = Vec::new();
    for _ in 0..5 {
        accounts.push(bank.account_with(300).await);
    }
    let engines = servers(&bank, 2).await;
    let results = all_at_once(&engines, circles(&accounts, 1_000)).await;
    let mut posted = 0;
    for (entry, result) in &results {
        match result {
            Ok(told) => {
                assert_eq!(told.entry, *entry);
                assert!(told.balance_after >= 0);
                posted += 1;
            }
            Err(StorageError::InsufficientFunds { available }) => assert!((0..90).contains(available)),
            Err(other) => panic!("{other:?}"),
        }
        assert_eq!(bank.is_posted(*entry).await, result.is_ok(), "{result:?}");
    }
    let mut total = 0;
    for account in &accounts {
        let booked = bank.booked(*account).await;
        assert!(booked >= 0);
        total += booked;
    }
    assert_eq!(total, 5 * 300);
    assert_eq!(bank.books().await.entries, 5 + posted);
    assert!(posted >= 100, "{posted} of 1,000 were posted: this shows nothing");
}

#[tokio::test]
async fn a_call_whose_plan_was_made_in_an_empty_bank_still_finds_rows_by_their_key_in_a_full_one() {
    #[derive(FromQueryResult)]
    struct Row {
        read: i64,
    }
    let bank = TestLedger::open().await;
    let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
    // One database transaction is one connection, which keeps its plans, and its counters are told at once.
    let tx = bank.db.begin(Acting::CLOCK).await.unwrap();
    let limited = |number| {
        let mut entry = pays(number, from, to, 10).entry.as_entry().clone();
        entry.limits = Some(SentLimits {
            customer: CustomerId(Uuid::from_u128(7)),
            day_max: 1_000,
            hourly_max: 100,
        });
        entry
    };
    ledger::post(&bank.vault.over(&tx), &limited(1)).await.unwrap();
    tx.execute_unprepared(
        "SELECT ledger_open_account(NULL, 'liability', 'EUR', 'Test', 0) FROM generate_series(1, 3000)",
    )
    .await
    .unwrap();
    let read = async || {
        let statement = raw_sql!(
            Postgres,
            r"SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint AS read FROM pg_stat_xact_user_tables
              WHERE relname IN ('balances', 'sent_usage', 'postings', 'journal_entries')"
        );
        Row::find_by_statement(statement).one(&tx).await.unwrap().unwrap().read
    };
    let before = read().await;
    ledger::post(&bank.vault.over(&tx), &limited(2)).await.unwrap();
    let more = read().await - before;
    assert!((1..100).contains(&more), "{more} rows were read for two postings");
    tx.commit().await.unwrap();
    assert_eq!(bank.booked(to).await, 20);
    bank.books().await;
}
