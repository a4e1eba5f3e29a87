//! The same request twice, and many requests at once.

use crate::bank::{TestBank, euro};
use bank_contract::BankError;
use bank_contract::transfers::{Deposit, Withdraw};
use bank_operations::BankSettings;
use bank_rules::risk::Limits;

#[tokio::test]
async fn two_payments_reviewed_side_by_side_cannot_both_pass_the_limit() {
    let limits = Limits {
        sent_daily_max: 100,
        ..Limits::default()
    };
    let bank = TestBank::with(BankSettings {
        demo: true,
        limits,
        ..BankSettings::default()
    })
    .await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(50_000).await, ben.has(0).await);
    let mut views = Vec::new();
    for _ in 0..4 {
        views.push(anna.asks(anna.transfer(&from, &to, "Ben Okafor", 6_000)).await.unwrap());
    }
    let results = futures::future::join_all(views.iter().map(|view| anna.confirms(view))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(ben.booked(&to).await, 6_000);
}

#[tokio::test]
async fn the_same_key_moves_money_once_and_another_body_is_refused() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(0).await;
    let deposit = Deposit {
        account: account.account,
        amount: euro(500),
        key: bank.key(),
    };
    let first = anna.run(deposit.clone()).await.unwrap();
    let again = anna.run(deposit.clone()).await.unwrap();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.answer, again.answer);
    assert_eq!(anna.booked(&account).await, 500);
    let changed = Deposit {
        amount: euro(501),
        ..deposit.clone()
    };
    assert_eq!(anna.does(changed).await, Err(BankError::KeyReused));
    // The key is the caller's own: somebody else's same key is another one.
    let ben = bank.customer("Ben Okafor").await;
    let other = ben.has(0).await;
    ben.does(Deposit {
        account: other.account,
        ..deposit
    })
    .await
    .unwrap();
    assert_eq!(ben.booked(&other).await, 500);
}

#[tokio::test]
async fn the_same_key_from_many_at_once_gives_one_entry() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(0).await;
    let deposit = Deposit {
        account: account.account,
        amount: euro(500),
        key: bank.key(),
    };
    let results = futures::future::join_all((0..16).map(|_| anna.run(deposit.clone()))).await;
    for result in &results {
        match result {
            Ok(_) | Err(BankError::StillRunning) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(results.iter().any(Result::is_ok));
    assert_eq!(anna.booked(&account).await, 500);
    assert_eq!(bank.books().await.entries, 1);
}

#[tokio::test]
async fn the_last_cent_is_spent_once() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(1).await;
    let spend = || {
        anna.does(Withdraw {
            account: account.account,
            amount: euro(1),
            key: bank.key(),
        })
    };
    let results = futures::future::join_all((0..32).map(|_| spend())).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let refused = Err(BankError::InsufficientFunds { available: euro(0) });
    assert_eq!(results.iter().filter(|result| **result == refused).count(), 31);
    assert_eq!(anna.booked(&account).await, 0);
    bank.books().await;
}

#[tokio::test]
async fn money_sent_in_circles_by_many_at_once_neither_blocks_nor_changes_the_total() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (a, b) = (anna.has(10_000).await, ben.has(10_000).await);
    let mut there = Vec::new();
    let mut returns = Vec::new();
    for _ in 0..12 {
        there.push(anna.asks(anna.transfer(&a, &b, "Ben Okafor", 100)).await.unwrap());
        returns.push(ben.asks(ben.transfer(&b, &a, "Anna Weber", 100)).await.unwrap());
    }
    let (one, two) = futures::join!(
        futures::future::join_all(there.iter().map(|view| anna.confirms(view))),
        futures::future::join_all(returns.iter().map(|view| ben.confirms(view))),
    );
    assert!(one.iter().chain(&two).all(Result::is_ok));
    assert_eq!((anna.booked(&a).await, ben.booked(&b).await), (10_000, 10_000));
    bank.books().await;
}
