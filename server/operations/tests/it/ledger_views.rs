//! The books as whoever runs the bank sees them, and the past as a customer does.

use crate::bank::{TestBank, euro};
use bank_contract::bankday::OpenDay;
use bank_contract::ledger::{ClosePeriod, ReconcileAccount, ShowBalanceAt, ShowTrialBalance};
use bank_contract::{BankError, Currency, Money};
use chrono::{NaiveDateTime, TimeDelta};

#[tokio::test]
async fn the_trial_balance_balances_now_and_at_the_end_of_a_past_day() {
    let bank = TestBank::open().await;
    bank.clock_runs(OpenDay {}).await.unwrap();
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(10_000).await;
    bank.wait(TimeDelta::days(1));
    bank.clock_runs(OpenDay {}).await.unwrap();
    let anna = anna.sign_in_again().await;
    anna.deposits(&account, 500).await;
    for (as_of, owed) in [(None, 10_500), (Some("2026-11-23".parse().unwrap()), 10_000)] {
        let balance = bank.operator(ShowTrialBalance { as_of }).await.unwrap();
        let rows = balance.rows.iter().filter(|row| row.debit.currency() == Currency::Eur);
        let sum =
            |pick: fn(&bank_contract::ledger::TrialRow) -> Money| rows.clone().map(pick).map(Money::minor).sum::<i64>();
        assert_eq!(sum(|row| row.debit), owed);
        assert_eq!(sum(|row| row.credit), owed);
        let customers = balance
            .rows
            .iter()
            .find(|row| row.number == "2000" && row.credit.currency() == Currency::Eur)
            .unwrap();
        assert_eq!((customers.credit, customers.accounts), (euro(owed), 1));
    }
}

#[tokio::test]
async fn a_control_account_is_proved_and_a_wrong_balance_is_found() {
    let bank = TestBank::open().await;
    bank.clock_runs(OpenDay {}).await.unwrap();
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(10_000).await;
    let withdraw = bank_contract::transfers::Withdraw {
        account: account.account,
        amount: euro(300),
        key: bank.key(),
    };
    anna.does(withdraw).await.unwrap();
    let proof = |from: &str, to: &str| ReconcileAccount {
        number: "2000".into(),
        currency: Currency::Eur,
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
    };
    let found = bank.operator(proof("2026-11-23", "2026-11-23")).await.unwrap();
    assert_eq!(
        (found.opening, found.debits, found.credits),
        (euro(0), euro(300), euro(10_000))
    );
    assert_eq!((found.closing, found.held_below), (euro(9_700), Some(euro(9_700))));
    assert!(found.agrees);
    assert!(matches!(
        bank.operator(proof("2026-11-24", "2026-11-23")).await,
        Err(BankError::Invalid { .. })
    ));

    let owner = bank.database.owner().await;
    let wrong = "UPDATE balances SET booked = booked + 1 WHERE floor = 0";
    sea_orm::ConnectionTrait::execute_unprepared(&owner, wrong)
        .await
        .unwrap();
    assert!(!bank.operator(proof("2026-11-23", "2026-11-23")).await.unwrap().agrees);
    let books = bank.operator(bank_contract::ledger::CheckBooks {}).await.unwrap();
    assert!(!books.holds() && books.accounts_off == 1);
}

#[tokio::test]
async fn a_closed_period_stays_closed_and_today_cannot_be_closed() {
    let bank = TestBank::open().await;
    bank.clock_runs(OpenDay {}).await.unwrap();
    let close = |day: &str| ClosePeriod {
        until: day.parse().unwrap(),
    };
    assert!(matches!(
        bank.operator(close("2026-11-23")).await,
        Err(BankError::Invalid { .. })
    ));
    bank.operator(close("2026-11-22")).await.unwrap();
    assert_eq!(
        bank.operator(close("2026-10-31")).await.unwrap_err(),
        BankError::PeriodClosed
    );
    let anna = bank.customer("Anna Weber").await;
    anna.has(100).await;
    let customer = anna.does(close("2026-11-22")).await;
    assert_eq!(customer.unwrap_err(), BankError::NotAllowed);
}

#[tokio::test]
async fn the_balance_of_any_past_moment_is_what_it_was() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(0).await;
    let noon: NaiveDateTime = "2026-11-23T12:00:00".parse().unwrap();
    for minor in [100, 20, 3] {
        bank.wait(TimeDelta::minutes(1));
        anna.deposits(&account, minor).await;
    }
    for (seconds, booked) in [
        (0, 0),
        (59, 0),
        (60, 100),
        (119, 100),
        (120, 120),
        (180, 123),
        (86_400, 123),
    ] {
        let at = noon + TimeDelta::seconds(seconds);
        let shown = anna
            .does(ShowBalanceAt {
                account: account.account,
                at,
            })
            .await
            .unwrap();
        assert_eq!(shown.booked, euro(booked), "{at}");
    }
}
