//! Limits of what is sent, counted by the posting engine for every door.

use crate::bank::{TestBank, euro};
use bank_contract::BankError;
use bank_operations::BankSettings;
use bank_rules::risk::Limits;
use chrono::TimeDelta;

async fn bank_with_limits(sent_daily_max: i64, sent_hourly_count_max: u32) -> TestBank {
    let limits = Limits {
        sent_daily_max,
        sent_hourly_count_max,
        ..Limits::default()
    };
    let bank = TestBank::with(BankSettings {
        demo: true,
        limits,
        ..BankSettings::default()
    })
    .await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    bank
}

#[tokio::test]
async fn the_daily_limit_holds_over_doors_and_over_requests_at_once() {
    let bank = bank_with_limits(10, 1_000).await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, other, to) = (anna.has(50_000).await, anna.has(50_000).await, ben.has(0).await);
    let token = anna.lets_in(Some(1_000), &[]).await;
    // 32 times 1.00 at once, from two accounts of hers: ten fit under 10.00.
    let payments = (0..32).map(|place| {
        let from = if place % 2 == 0 { &from } else { &other };
        bank.program_pays(&token, anna.transfer(from, &to, "Ben Okafor", 100))
    });
    let results = futures::future::join_all(payments).await;
    let done = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(done, 10);
    for refused in results.into_iter().filter_map(Result::err) {
        let limit = euro(1_000);
        assert_eq!(refused, BankError::LimitExceeded { limit, left: euro(0) });
    }
    let browser = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1)).await;
    assert!(
        matches!(browser, Err(BankError::LimitExceeded { .. })),
        "the browser's door counts the same"
    );
    // The next business date counts anew.
    bank.wait(TimeDelta::days(1));
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    assert!(
        bank.program_pays(&token, anna.transfer(&from, &to, "Ben Okafor", 1_000))
            .await
            .is_ok()
    );
    bank.books().await;
}

#[tokio::test]
async fn the_count_of_an_hour_begins_with_its_first_payment() {
    let bank = bank_with_limits(1_000, 3).await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(50_000).await, ben.has(0).await);
    let token = anna.lets_in(Some(1_000), &[]).await;
    let pay = async || {
        bank.program_pays(&token, anna.transfer(&from, &to, "Ben Okafor", 1))
            .await
    };
    for _ in 0..3 {
        pay().await.unwrap();
        bank.wait(TimeDelta::minutes(15));
    }
    let refused = pay().await.unwrap_err();
    assert!(
        matches!(
            refused,
            BankError::TooOften {
                most: 3,
                retry_after_s: 900..=3_600,
                ..
            }
        ),
        "{refused:?}"
    );
    // In the browser it is known when the hour began: a second more than what is left of it.
    let refused = anna.run(anna.transfer(&from, &to, "Ben Okafor", 1)).await.unwrap_err();
    assert!(
        matches!(
            refused,
            BankError::TooOften {
                most: 3,
                retry_after_s: 901,
                ..
            }
        ),
        "{refused:?}"
    );
    bank.wait(TimeDelta::minutes(15));
    assert!(pay().await.is_ok());
    bank.books().await;
}

#[tokio::test]
async fn money_between_ones_own_accounts_and_money_that_comes_in_count_for_no_limit() {
    let bank = bank_with_limits(10, 2).await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, savings) = (anna.has(50_000).await, anna.has(0).await);
    let theirs = ben.has(10_000).await;
    let token = anna.lets_in(Some(50_000), &[]).await;
    for _ in 0..4 {
        bank.program_pays(&token, anna.transfer(&from, &savings, "Anna Weber", 5_000))
            .await
            .unwrap();
    }
    let his = ben.lets_in(Some(50_000), &[]).await;
    bank.program_pays(&his, ben.transfer(&theirs, &from, "Anna Weber", 900))
        .await
        .unwrap();
    assert!(
        bank.program_pays(&token, anna.transfer(&from, &theirs, "Ben Okafor", 1_000))
            .await
            .is_ok()
    );
    bank.books().await;
}
