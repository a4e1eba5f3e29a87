//! Operations that wait: one yes, over exactly what was shown, in time, by whom it was asked.

use crate::bank::{TestBank, euro};
use bank_contract::BankError;
use bank_contract::pending::{CancelPending, ConfirmPending, ExpirePending, ListPending, PendingState, ShowPending};
use bank_contract::transfers::SubmitTransfer;
use chrono::TimeDelta;

#[tokio::test]
async fn a_yes_counts_once_even_from_many_at_once() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let view = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    let results = futures::future::join_all((0..8).map(|_| anna.confirms(&view))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(ben.booked(&to).await, 1_000);
    assert_eq!(anna.confirms(&view).await, Err(BankError::NoLongerPending));
    let shown = anna.does(ShowPending { pending: view.pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Done);
    bank.books().await;
}

#[tokio::test]
async fn a_yes_to_something_else_is_refused_and_the_request_goes_on_waiting() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let one = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    let two = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 2_000)).await.unwrap();
    let crossed = ConfirmPending {
        pending: one.pending,
        hash: two.hash.clone(),
        signature: None,
    };
    assert!(anna.does(crossed).await.unwrap_err().field("hash").is_some());
    let malformed = ConfirmPending {
        pending: one.pending,
        hash: "abc".into(),
        signature: None,
    };
    assert!(anna.does(malformed).await.unwrap_err().field("hash").is_some());
    assert_eq!(ben.booked(&to).await, 0);
    assert!(anna.confirms(&one).await.is_ok());
}

#[tokio::test]
async fn a_request_runs_out_cancels_and_is_swept() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let cancelled = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    anna.does(CancelPending {
        pending: cancelled.pending,
    })
    .await
    .unwrap();
    assert_eq!(anna.confirms(&cancelled).await, Err(BankError::NoLongerPending));
    let again = CancelPending {
        pending: cancelled.pending,
    };
    assert_eq!(anna.does(again).await, Err(BankError::NoLongerPending));

    let late = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    assert_eq!(anna.does(ListPending {}).await.unwrap().len(), 1);
    bank.wait(TimeDelta::minutes(14));
    let anna = bank.sign_in("Anna Weber", anna.signed.user, anna.signed.customer).await;
    bank.wait(TimeDelta::minutes(1));
    assert!(anna.does(ListPending {}).await.unwrap().is_empty());
    assert_eq!(anna.confirms(&late).await, Err(BankError::NoLongerPending));
    assert_eq!(bank.clock_runs(ExpirePending {}).await, Ok(1));
    let shown = anna.does(ShowPending { pending: late.pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Expired);
    assert_eq!(ben.booked(&to).await, 0);
}

#[tokio::test]
async fn the_same_request_sent_twice_waits_once() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let transfer = anna.transfer(&from, &to, "Ben Okafor", 1_000);
    let one = anna.asks(transfer.clone()).await.unwrap();
    let two = anna.asks(transfer.clone()).await.unwrap();
    assert_eq!(one, two);
    let first = anna.confirms(&one).await.unwrap();
    // After the yes, the same request gives the same answer, and asks nobody.
    let replay = anna.does(transfer.clone()).await.unwrap();
    assert_eq!(replay.entry, first.entry);
    let changed = SubmitTransfer {
        amount: euro(999),
        ..transfer
    };
    assert_eq!(anna.does(changed).await, Err(BankError::KeyReused));
    assert_eq!(ben.booked(&to).await, 1_000);
}

#[tokio::test]
async fn the_database_itself_lets_nobody_change_what_was_asked() {
    use sea_orm::ConnectionTrait as _;
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    let own = bank.hallway.database().begin(anna.acting()).await.unwrap();
    let tampered = own
        .execute_unprepared("UPDATE pending_operations SET input = '{}'")
        .await
        .unwrap_err();
    assert!(tampered.to_string().contains("is decided"), "{tampered}");
}
