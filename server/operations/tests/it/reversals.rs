//! Sending money back: who may, until when, and once.

use crate::bank::{TestBank, euro};
use bank_contract::BankError;
use bank_contract::accounts::EntryKind;
use bank_contract::transfers::{ReversePayment, ShowReceipt, Withdraw};
use chrono::TimeDelta;

#[tokio::test]
async fn the_sender_undoes_within_ten_seconds_and_some_grace_and_not_later() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let send = async || {
        let view = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
        anna.confirms(&view).await.unwrap()
    };
    let first = send().await;
    assert_eq!((first.undo_until.is_some(), first.undo_s), (true, 10));
    bank.wait(TimeDelta::seconds(9));
    let seen = anna.does(ShowReceipt { entry: first.entry }).await.unwrap();
    assert_eq!((seen.undo_until, seen.undo_s), (first.undo_until, 1));
    let undone = anna
        .does(ReversePayment {
            entry: first.entry,
            key: bank.key(),
        })
        .await
        .unwrap();
    assert_eq!((undone.kind, undone.amount), (EntryKind::Reversal, euro(1_000)));
    assert_eq!((anna.booked(&from).await, ben.booked(&to).await), (10_000, 0));
    assert!(anna.does(ShowReceipt { entry: first.entry }).await.unwrap().reversed);

    let second = send().await;
    bank.wait(TimeDelta::seconds(10));
    // It is offered no longer, and a press that was on its way still counts for a while.
    let seen = anna.does(ShowReceipt { entry: second.entry }).await.unwrap();
    assert_eq!((seen.undo_until, seen.undo_s), (None, 0));
    bank.wait(TimeDelta::seconds(3));
    let late = ReversePayment {
        entry: second.entry,
        key: bank.key(),
    };
    assert_eq!(anna.does(late).await, Err(BankError::TooLateToUndo));
    let third = send().await;
    bank.wait(TimeDelta::seconds(12));
    let in_time = ReversePayment {
        entry: third.entry,
        key: bank.key(),
    };
    anna.does(in_time).await.unwrap();
    bank.books().await;
}

#[tokio::test]
async fn the_receiver_sends_back_once_while_the_money_is_there() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let view = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    let paid = anna.confirms(&view).await.unwrap();
    bank.wait(TimeDelta::minutes(5));
    let send_back = || {
        ben.does(ReversePayment {
            entry: paid.entry,
            key: bank.key(),
        })
    };

    ben.does(Withdraw {
        account: to.account,
        amount: euro(1),
        key: bank.key(),
    })
    .await
    .unwrap();
    assert_eq!(
        send_back().await,
        Err(BankError::InsufficientFunds { available: euro(999) })
    );
    ben.deposits(&to, 1).await;
    let results = futures::join!(send_back(), send_back(), send_back());
    let results = [results.0, results.1, results.2];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(send_back().await, Err(BankError::AlreadyReversed));
    assert_eq!(anna.booked(&from).await, 10_000);

    let cash = ben.deposits(&to, 1_000).await;
    let not_a_transfer = ReversePayment {
        entry: cash.entry,
        key: bank.key(),
    };
    assert_eq!(ben.does(not_a_transfer).await, Err(BankError::NotAllowed));
    bank.books().await;
}

#[tokio::test]
async fn who_undoes_too_late_for_the_money_is_not_told_how_much_the_other_one_has() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(3_712).await);
    let paid = anna.agrees(anna.transfer(&from, &to, "Ben Okafor", 5_000)).await;
    let paid: bank_contract::transfers::Receipt = paid.unwrap();
    let (account, amount) = (to.account, euro(5_000));
    let key = bank.key();
    ben.does(Withdraw { account, amount, key }).await.unwrap();
    let undo = ReversePayment {
        entry: paid.entry,
        key: bank.key(),
    };
    let refused = anna.does(undo).await.unwrap_err();
    assert_eq!(refused, BankError::MovedOn);
    assert!(!refused.message().contains(|letter: char| letter.is_ascii_digit()));
    assert_eq!((anna.booked(&from).await, ben.booked(&to).await), (5_000, 3_712));
    bank.books().await;
}
