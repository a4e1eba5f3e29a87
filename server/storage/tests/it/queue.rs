//! A writer that does not get on: whoever waits is told so, and what was told is true afterwards.

use crate::bank::{TestLedger, changed, pays};
use bank_contract::Currency;
use bank_rules::postings::LedgerAccountId;
use bank_storage::StorageError;
use bank_storage::StorageResult;
use bank_storage::engine::{Engine, EngineSettings, Job, Posted};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, TransactionTrait, raw_sql};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

const PATIENT: Duration = Duration::from_mins(1);
/// Soon, on a machine that has other things to do.
const SOON: Duration = Duration::from_millis(900);

/// An account on whose balance somebody sits: nothing can be posted to it.
struct Stalled {
    bank: TestLedger,
    from: LedgerAccountId,
    to: LedgerAccountId,
    lock: DatabaseTransaction,
}

impl Stalled {
    async fn begin() -> Self {
        let bank = TestLedger::open().await;
        let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
        let lock = bank.database.owner().await.begin().await.unwrap();
        let statement = format!("SELECT FROM balances WHERE ledger_account_id = {} FOR UPDATE", from.0);
        lock.execute_unprepared(&statement).await.unwrap();
        Self { bank, from, to, lock }
    }

    fn job(&self, number: u64) -> Job {
        pays(number, self.from, self.to, 10)
    }

    /// Waits until so many calls of the engine stand before the lock.
    async fn until_waiting(&self, calls: i64) {
        #[derive(FromQueryResult)]
        struct Row {
            waiting: i64,
        }
        let owner = self.bank.database.owner().await;
        let started = Instant::now();
        loop {
            let statement = raw_sql!(
                Postgres,
                r"SELECT count(*) AS waiting FROM pg_stat_activity
                  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%ledger_post_batch%'"
            );
            let row = Row::find_by_statement(statement).one(&owner).await.unwrap().unwrap();
            if row.waiting >= calls {
                return;
            }
            assert!(started.elapsed() < PATIENT, "the writer never came to the lock");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn release(self) -> (TestLedger, LedgerAccountId) {
        self.lock.commit().await.unwrap();
        (self.bank, self.to)
    }
}

fn send(engine: &Engine, job: Job) -> JoinHandle<StorageResult<Posted>> {
    let engine = engine.clone();
    tokio::spawn(async move { engine.post(job).await })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_full_queue_the_answer_is_busy_at_once_and_nothing_of_it_is_posted() {
    let stalled = Stalled::begin().await;
    let bounds = EngineSettings {
        queue_max: 4,
        queued_max: PATIENT,
        call_max: PATIENT,
        settle_max: PATIENT,
    };
    let engine = stalled.bank.engine(bounds).await;
    let first = send(&engine, stalled.job(1));
    stalled.until_waiting(1).await;
    let waiting: Vec<_> = (2..=5).map(|number| send(&engine, stalled.job(number))).collect();
    // The queue takes four; until all four are in it, more would still fit.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    let over: Vec<Job> = (6..=20).map(|number| stalled.job(number)).collect();
    for job in &over {
        assert!(matches!(engine.post(job.clone()).await, Err(StorageError::Busy)));
    }
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    let (bank, to) = stalled.release().await;
    first.await.unwrap().unwrap();
    for answer in waiting {
        answer.await.unwrap().unwrap();
    }
    for job in over {
        assert!(!bank.is_posted(job.entry.as_entry().entry).await);
    }
    assert_eq!(bank.booked(to).await, 50);
    bank.books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_too_long_in_the_queue_is_given_up_and_never_posted() {
    let stalled = Stalled::begin().await;
    let bounds = EngineSettings {
        queued_max: Duration::from_millis(150),
        call_max: PATIENT,
        settle_max: PATIENT,
        ..EngineSettings::default()
    };
    let engine = stalled.bank.engine(bounds).await;
    // Taken by the writer: this one gets its answer however long it takes.
    let first = send(&engine, stalled.job(1));
    stalled.until_waiting(1).await;
    let late: Vec<_> = (2..=9).map(|number| send(&engine, stalled.job(number))).collect();
    for answer in late {
        assert!(matches!(answer.await.unwrap(), Err(StorageError::Busy)));
    }
    assert!(!first.is_finished());
    let after = stalled.job(10);
    let given_up: Vec<Job> = (2..=9).map(|number| stalled.job(number)).collect();
    let (bank, to) = stalled.release().await;
    first.await.unwrap().unwrap();
    // The writer has been past them by the time that this one is posted.
    engine.post(after).await.unwrap();
    for job in given_up {
        assert!(!bank.is_posted(job.entry.as_entry().entry).await);
    }
    assert_eq!(bank.booked(to).await, 20);
    bank.books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_takes_too_long_is_sent_again_and_posts_once() {
    let stalled = Stalled::begin().await;
    let bounds = EngineSettings {
        queued_max: PATIENT,
        call_max: Duration::from_millis(300),
        settle_max: PATIENT,
        ..EngineSettings::default()
    };
    let engine = stalled.bank.engine(bounds).await;
    let answer = send(&engine, stalled.job(1));
    // The first call still stands before the lock while the next ones join it: any of them may post.
    stalled.until_waiting(3).await;
    let job = stalled.job(1);
    let (bank, to) = stalled.release().await;
    let posted = answer.await.unwrap().unwrap();
    assert_eq!((posted.entry, posted.balance_after), (job.entry.as_entry().entry, 990));
    assert_eq!(bank.booked(to).await, 10);
    assert_eq!(bank.books().await.entries, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_settled_in_time_is_said_to_be_unknown_and_the_same_again_settles_it() {
    let stalled = Stalled::begin().await;
    let bounds = EngineSettings {
        queued_max: PATIENT,
        call_max: Duration::from_millis(200),
        settle_max: Duration::from_millis(500),
        ..EngineSettings::default()
    };
    let engine = stalled.bank.engine(bounds).await;
    let job = stalled.job(1);
    assert!(matches!(engine.post(job.clone()).await, Err(StorageError::Unsettled)));
    let (bank, to) = stalled.release().await;
    let posted = engine.post(job.clone()).await.unwrap();
    assert_eq!(posted.entry, job.entry.as_entry().entry);
    assert_eq!(bank.booked(to).await, 10);
    assert_eq!(bank.books().await.entries, 2);
}

/// A writer that has time for everything.
const PATIENTLY: EngineSettings = EngineSettings {
    queue_max: 2_000,
    queued_max: PATIENT,
    call_max: PATIENT,
    settle_max: PATIENT,
};

#[tokio::test]
async fn what_is_about_to_queue_joins_the_batch_that_is_being_closed() {
    let bank = TestLedger::open().await;
    let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
    let engine = bank.engine(PATIENTLY).await;
    // Each comes one step of the runtime after the one before, like requests that are still being read.
    let comes = |number: u64| {
        let (engine, job) = (engine.clone(), pays(number, from, to, 10));
        tokio::spawn(async move {
            for _ in 1..number {
                tokio::task::yield_now().await;
            }
            engine.post(job).await
        })
    };
    let answers: Vec<_> = (1..=30).map(comes).collect();
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(engine.counts().batches.load(Ordering::Relaxed), 1);
    assert_eq!(bank.booked(to).await, 300);
    bank.books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_entry_alone_does_not_wait_and_neither_does_one_beside_a_refused_one() {
    let bank = TestLedger::open().await;
    let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
    let engine = bank.engine(PATIENTLY).await;
    engine.post(pays(1, from, to, 10)).await.unwrap();
    let started = Instant::now();
    engine.post(pays(2, from, to, 10)).await.unwrap();
    let uneven = changed(&pays(3, from, to, 10), |entry| drop(entry.postings.pop()));
    let (refused, posted) = tokio::join!(engine.post(uneven), engine.post(pays(4, from, to, 10)));
    assert!(refused.is_err() && posted.is_ok(), "{refused:?} {posted:?}");
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert_eq!(bank.booked(to).await, 30);
    bank.books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_answers_what_is_queued_and_ends() {
    let bank = TestLedger::open().await;
    let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
    let (engine, task) = Engine::start(&bank.settings(), PATIENTLY).await.unwrap();
    let answers: Vec<_> = (1..=50)
        .map(|number| send(&engine, pays(number, from, to, 10)))
        .collect();
    drop(engine);
    tokio::time::timeout(PATIENT, task.ended()).await.unwrap();
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(bank.booked(to).await, 500);
    bank.books().await;
}
