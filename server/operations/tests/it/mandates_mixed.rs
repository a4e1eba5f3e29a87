//! Several mandates of one owner's, of different powers: none of them reaches further because of another.

use crate::bank::{TestBank, euro};
use crate::mandates::bounds;
use bank_contract::accounts::ListTransactions;
use bank_contract::limits::{Bounds, Channel, SetLimit};
use bank_contract::mandates::{EndMandate, Power, ShowMandate};
use bank_contract::pending::{PendingState, PendingView, ShowPending};
use bank_contract::transfers::{MoveMoney, ReversePayment};
use bank_contract::{BankError, Money, accounts::AccountView, accounts::ListAccounts};
use chrono::TimeDelta;

fn moves(bank: &TestBank, from: &AccountView, to: &AccountView, minor: i64) -> MoveMoney {
    MoveMoney {
        from: from.account,
        to: to.account,
        amount: euro(minor),
        reference: String::new(),
        key: bank.key(),
    }
}

#[tokio::test]
async fn who_holds_one_account_jointly_takes_nothing_back_out_of_another_that_they_may_only_look_at() {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let (anna, dora) = (bank.customer("Anna Weber").await, bank.customer("Dora Delegate").await);
    let (joint, shown) = (anna.has(5_000).await, anna.has(0).await);
    anna.lets(&dora, &[joint.account], Power::Joint).await;
    anna.lets(&dora, &[shown.account], Power::View).await;
    let saved = anna.agrees(moves(&bank, &joint, &shown, 5_000)).await.unwrap();
    bank.wait(TimeDelta::minutes(1));
    let returned = |key| ReversePayment {
        entry: saved.entry,
        key,
    };
    assert_eq!(dora.does(returned(bank.key())).await, Err(BankError::TooLateToUndo));
    assert_eq!(anna.booked(&shown).await, 5_000);
    // Whoever holds both may, and so may their owner.
    anna.lets(&dora, &[shown.account], Power::Joint).await;
    dora.agrees(returned(bank.key())).await.unwrap();
    assert_eq!((anna.booked(&joint).await, anna.booked(&shown).await), (5_000, 0));
    bank.books().await;
}

#[tokio::test]
async fn money_that_a_delegate_moves_to_another_account_of_the_owners_counts_and_has_to_be_among_the_payees() {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let [anna, dora, landlord] = [
        bank.customer("Anna Weber").await,
        bank.customer("Dora Delegate").await,
        bank.customer("Lena Landlord").await,
    ];
    let (counted, listed, household, rent) = (
        anna.has(9_000).await,
        anna.has(9_000).await,
        anna.has(0).await,
        landlord.has(0).await,
    );
    let mandate = anna.lets(&dora, &[counted.account], bounds(500, Some(900))).await;
    let to_landlord = Power::Pay(Bounds {
        pay_up_to: euro(500),
        total: None,
        payees: vec![rent.iban.clone()],
    });
    anna.lets(&dora, &[listed.account], to_landlord).await;
    anna.lets(&dora, &[household.account], Power::Joint).await;

    dora.agrees(moves(&bank, &counted, &household, 500)).await.unwrap();
    let spent = anna.does(ShowMandate { mandate }).await.unwrap().spent;
    assert_eq!(spent, Some(euro(500)), "what is moved is counted as well");
    let beyond = dora.asks(moves(&bank, &counted, &household, 500)).await.unwrap();
    assert!(beyond.decided_by_other, "500 and 500 are over 900");
    let elsewhere = dora.asks(moves(&bank, &listed, &household, 1)).await.unwrap();
    assert!(elsewhere.decided_by_other, "her own account is not the landlord's");
    assert_eq!(anna.booked(&household).await, 500);
    bank.books().await;
}

#[tokio::test]
async fn what_the_owner_was_asked_for_is_not_paid_a_second_time_by_whoever_asked() {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let [anna, dora, ben] = [
        bank.customer("Anna Weber").await,
        bank.customer("Dora Delegate").await,
        bank.customer("Ben Okafor").await,
    ];
    let (hers, his) = (anna.has(10_000).await, ben.has(0).await);
    anna.lets(&dora, &[hers.account], bounds(100, None)).await;
    let pays = dora.transfer(&hers, &his, "Ben Okafor", 500);
    let asked = dora.asks(pays.clone()).await.unwrap();
    assert!(asked.decided_by_other);
    // Meanwhile a wider mandate would let her pay it herself.
    anna.lets(&dora, &[hers.account], bounds(1_000, None)).await;
    let again = dora.asks(pays.clone()).await.unwrap();
    assert_eq!(again.pending, asked.pending, "it waits for the owner already");
    let listed: Vec<PendingView> = anna.does(bank_contract::pending::ListPending {}).await.unwrap();
    anna.confirms(&listed[0]).await.unwrap();
    let after = dora.asks(pays).await.unwrap();
    assert_eq!((after.pending, after.state), (asked.pending, PendingState::Done));
    let pending = asked.pending;
    assert_eq!(
        dora.does(ShowPending { pending }).await.unwrap().state,
        PendingState::Done
    );
    assert_eq!((anna.booked(&hers).await, ben.booked(&his).await), (9_500, 500));
    bank.books().await;
}

#[tokio::test]
async fn the_owners_limit_stands_in_no_row_that_a_holder_reads() {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let [anna, vera, ben] = [
        bank.customer("Anna Weber").await,
        bank.customer("Vera Viewer").await,
        bank.customer("Ben Okafor").await,
    ];
    let (hers, his) = (anna.has(100_000).await, ben.has(0).await);
    anna.lets(&vera, &[hers.account], Power::View).await;
    anna.does(SetLimit {
        channel: Channel::Everything,
        daily_max: 50,
    })
    .await
    .unwrap();
    let (one, other) = (
        anna.asks(anna.transfer(&hers, &his, "Ben Okafor", 3_000))
            .await
            .unwrap(),
        anna.asks(anna.transfer(&hers, &his, "Ben Okafor", 4_000))
            .await
            .unwrap(),
    );
    anna.confirms(&one).await.unwrap();
    assert!(matches!(
        anna.confirms(&other).await.unwrap_err(),
        BankError::LimitExceeded { .. }
    ));
    let of_hers = ListTransactions {
        account: Some(hers.account),
        ..ListTransactions::default()
    };
    let rows = vera.does(of_hers).await.unwrap().rows;
    let notes: Vec<String> = rows.into_iter().filter_map(|row| row.note).collect();
    assert_eq!(notes, ["That was over the limit for a day."]);
}

#[tokio::test]
async fn looking_at_the_list_is_noted_and_an_ended_mandate_tells_no_wrong_sum() {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let [anna, dora, ben] = [
        bank.customer("Anna Weber").await,
        bank.customer("Dora Delegate").await,
        bank.customer("Ben Okafor").await,
    ];
    let (hers, his) = (anna.has(10_000).await, ben.has(0).await);
    let mandate = anna.lets(&dora, &[hers.account], bounds(500, Some(900))).await;
    let show = ShowMandate { mandate };
    assert_eq!(anna.does(show.clone()).await.unwrap().last_used_at, None);
    dora.does(ListAccounts {}).await.unwrap();
    assert!(anna.does(show.clone()).await.unwrap().last_used_at.is_some());
    let paid = dora
        .agrees(dora.transfer(&hers, &his, "Ben Okafor", 400))
        .await
        .unwrap();
    assert_eq!(paid.amount, euro(-400));
    let spent = |of: Option<Money>| of.map(Money::minor);
    assert_eq!(spent(dora.does(show.clone()).await.unwrap().spent), Some(400));
    anna.does(EndMandate { mandate }).await.unwrap();
    assert_eq!(spent(dora.does(show.clone()).await.unwrap().spent), None);
    assert_eq!(spent(anna.does(show).await.unwrap().spent), Some(400));
}
