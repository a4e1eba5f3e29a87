//! Batches in which something is refused: what is left of them is posted as if the rest had never come.

use crate::bank::{TestLedger, changed, entry, first_day, job, noon, pays};
use bank_contract::{Currency, CustomerId};
use bank_storage::engine::{Engine, EngineSettings, Job, Posted};
use bank_storage::ledger::{self, LedgerStatus, SentLimits};
use bank_storage::{StorageError, StorageResult};
use chrono::TimeDelta;
use futures::future::join_all;
use std::sync::atomic::Ordering;

/// Posts them with one call: nobody else runs between the first and the last of them.
async fn together(engine: &Engine, jobs: Vec<Job>) -> Vec<StorageResult<Posted>> {
    let before = engine.counts().batches.load(Ordering::Relaxed);
    let answers = join_all(jobs.into_iter().map(|job| engine.post(job))).await;
    assert_eq!(
        engine.counts().batches.load(Ordering::Relaxed),
        before + 1,
        "{answers:?}"
    );
    answers
}

async fn begin() -> (TestLedger, Engine) {
    let bank = TestLedger::open().await;
    let engine = bank.engine(EngineSettings::default()).await;
    (bank, engine)
}

#[tokio::test]
async fn money_comes_into_a_blocked_account_and_does_not_leave_it() {
    let (bank, engine) = begin().await;
    let (blocked, other) = (bank.account_with(100).await, bank.account_with(100).await);
    ledger::set_status(bank.db.reader(), blocked, LedgerStatus::Blocked)
        .await
        .unwrap();
    let answers = together(&engine, vec![pays(1, other, blocked, 30), pays(2, blocked, other, 30)]).await;
    assert_eq!(answers[0].as_ref().unwrap().balance_after, 70);
    assert!(matches!(answers[1], Err(StorageError::AccountBlocked)), "{answers:?}");
    assert_eq!(
        ledger::post(&bank.keyed(), pays(3, other, blocked, 5).entry.as_entry())
            .await
            .unwrap(),
        65
    );
    assert_eq!((bank.booked(blocked).await, bank.booked(other).await), (135, 65));
    bank.books().await;
}

#[tokio::test]
async fn a_reversal_that_was_refused_does_not_stand_in_the_way_of_the_next() {
    let (bank, engine) = begin().await;
    let (from, to) = (bank.account_with(100).await, bank.account(Currency::Eur, 0).await);
    let first = pays(1, from, to, 60);
    engine.post(first.clone()).await.unwrap();
    engine.post(pays(2, to, from, 60)).await.unwrap();
    // There is nothing to send back until somebody pays in: in the order of arrival.
    let sends_it_back = |number| {
        let mut reversal = entry(number, &[(from, 60), (to, -60)]);
        reversal.reverses = Some(first.entry.as_entry().entry);
        job(reversal)
    };
    let answers = together(
        &engine,
        vec![
            sends_it_back(3),
            pays(4, from, to, 60),
            sends_it_back(5),
            sends_it_back(6),
        ],
    )
    .await;
    assert!(
        matches!(answers[0], Err(StorageError::InsufficientFunds { available: 0 })),
        "{answers:?}"
    );
    assert!(answers[1].is_ok() && answers[2].is_ok(), "{answers:?}");
    assert!(matches!(answers[3], Err(StorageError::AlreadyReversed)), "{answers:?}");
    bank.books().await;
}

#[tokio::test]
async fn a_later_date_is_posted_while_the_business_date_itself_is_closed() {
    let (bank, engine) = begin().await;
    let (from, to) = (bank.account_with(100).await, bank.account(Currency::Eur, 0).await);
    ledger::close_until(bank.db.reader(), first_day()).await.unwrap();
    let tomorrow = Some(first_day() + TimeDelta::days(1));
    let later = changed(&pays(1, from, to, 10), |entry| {
        (entry.booking_date, entry.value_date) = (tomorrow, tomorrow);
    });
    let answers = together(&engine, vec![later.clone(), pays(2, from, to, 10)]).await;
    assert_eq!(answers[0].as_ref().unwrap().booked_on, first_day() + TimeDelta::days(1));
    assert!(matches!(answers[1], Err(StorageError::PeriodClosed)), "{answers:?}");
    // The same again tells the same.
    assert_eq!(engine.post(later).await.unwrap(), *answers[0].as_ref().unwrap());
    bank.books().await;
}

#[tokio::test]
async fn one_customer_with_two_sets_of_limits_is_held_to_the_one_that_comes_with_each_entry() {
    let (bank, engine) = begin().await;
    let (from, to) = (bank.account_with(1_000).await, bank.account(Currency::Eur, 0).await);
    let sends = |number, minor, day_max| {
        changed(&pays(number, from, to, minor), |entry| {
            entry.limits = Some(SentLimits {
                customer: CustomerId(uuid::Uuid::from_u128(9)),
                day_max,
                hourly_max: 10,
            });
        })
    };
    let answers = together(
        &engine,
        vec![sends(1, 10, 100), sends(2, 500, 1_000), sends(3, 10, 100)],
    )
    .await;
    assert!(answers[0].is_ok() && answers[1].is_ok(), "{answers:?}");
    assert!(
        matches!(answers[2], Err(StorageError::LimitReached { left: 0 })),
        "{answers:?}"
    );
    assert_eq!(bank.booked(to).await, 510);
    bank.books().await;
}

#[tokio::test]
async fn before_the_first_day_is_open_an_entry_is_booked_on_the_day_it_is_made() {
    let bank = TestLedger::before_the_first_day().await;
    let engine = bank.engine(EngineSettings::default()).await;
    let (cash, to) = (bank.cash().await, bank.account(Currency::Eur, 0).await);
    let posted = engine.post(pays(1, cash, to, 10)).await.unwrap();
    assert_eq!(posted.booked_on, noon().date_naive());
    let single = pays(2, cash, to, 10).entry.as_entry().clone();
    ledger::post(&bank.keyed(), &single).await.unwrap();
    let row = ledger::find_entry(&bank.owner, single.entry).await.unwrap().unwrap();
    assert_eq!(
        (row.booking_date, row.value_date),
        (noon().date_naive(), noon().date_naive())
    );
}

#[tokio::test]
async fn of_several_postings_of_one_moment_the_last_one_has_the_balance() {
    let (bank, engine) = begin().await;
    let (from, to) = (bank.account_with(100).await, bank.account(Currency::Eur, 0).await);
    let answers = together(&engine, vec![pays(1, from, to, 10), pays(2, from, to, 20)]).await;
    let at = answers[1].as_ref().unwrap().at;
    for account in [from, to] {
        let then = ledger::balance_at(&bank.owner, account, at).await.unwrap();
        assert_eq!(then, bank.booked(account).await);
    }
}
