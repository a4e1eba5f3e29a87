//! Accounts, balances and history.

use crate::bank::{TestBank, euro};
use bank_contract::accounts::{ListAccounts, ListTransactions, OpenAccount, Product, RenameAccount, ShowAccount};
use bank_contract::transfers::{Deposit, Withdraw};
use bank_contract::{BankError, Currency, Cursor, Money, PageSize};

#[tokio::test]
async fn a_new_account_is_empty_valid_and_listed() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    assert!(anna.does(ListAccounts {}).await.unwrap().accounts.is_empty());
    let account = anna.opens(Currency::Eur).await;
    assert_eq!(
        (account.booked, account.available, account.held),
        (euro(0), euro(0), euro(0))
    );
    assert!(account.iban.as_str().starts_with("DE"));
    let listed = anna.does(ListAccounts {}).await.unwrap();
    assert_eq!(listed.accounts, vec![account]);
    assert_eq!(listed.totals, vec![euro(0)]);
}

#[tokio::test]
async fn totals_are_one_for_each_currency() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    anna.has(1_000).await;
    anna.has(2_000).await;
    let yen = anna.opens(Currency::Jpy).await;
    anna.deposits(&yen, 700).await;
    let totals = anna.does(ListAccounts {}).await.unwrap().totals;
    assert_eq!(
        totals,
        vec![euro(3_000), Money::from_minor(700, Currency::Jpy).unwrap()]
    );
}

#[tokio::test]
async fn an_account_is_renamed_and_bad_names_are_refused() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.opens(Currency::Eur).await;
    let rename = |name: &str| RenameAccount {
        account: account.account,
        name: name.into(),
    };
    anna.does(rename("  Holiday fund ")).await.unwrap();
    assert_eq!(
        anna.does(ShowAccount {
            account: account.account
        })
        .await
        .unwrap()
        .name,
        "Holiday fund"
    );
    for bad in ["", "   ", "two\nlines", &"x".repeat(71)] {
        assert!(anna.does(rename(bad)).await.unwrap_err().field("name").is_some());
    }
}

#[tokio::test]
async fn accounts_end_at_twenty_even_when_opened_all_at_once() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let open = || {
        anna.does(OpenAccount {
            name: "One more".into(),
            product: Product::Savings,
            currency: Currency::Eur,
        })
    };
    let results = futures::future::join_all((0..24).map(|_| open())).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 20);
    assert!(
        results
            .iter()
            .any(|result| matches!(result, Err(BankError::TooMany { most: 20, .. })))
    );
    assert_eq!(anna.does(ListAccounts {}).await.unwrap().accounts.len(), 20);
}

#[tokio::test]
async fn history_comes_in_pages_newest_first_with_the_running_balance() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.opens(Currency::Eur).await;
    for minor in 1..=7 {
        anna.deposits(&account, minor).await;
    }
    let size = PageSize::clamped(3);
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let list = ListTransactions {
            account: Some(account.account),
            after,
            size,
        };
        let page = anna.does(list).await.unwrap();
        assert!(page.rows.len() <= 3);
        seen.extend(page.rows);
        // What arrives meanwhile does not shift the pages.
        anna.deposits(&account, 100).await;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let amounts: Vec<i64> = seen.iter().map(|row| row.amount.minor()).collect();
    assert_eq!(amounts, [7, 6, 5, 4, 3, 2, 1]);
    let balances: Vec<i64> = seen.iter().map(|row| row.balance_after.unwrap().minor()).collect();
    assert_eq!(balances, [28, 21, 15, 10, 6, 3, 1]);
}

#[tokio::test]
async fn the_history_of_all_accounts_is_one_list_in_order() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let (one, two) = (anna.opens(Currency::Eur).await, anna.opens(Currency::Eur).await);
    for minor in [1, 2, 3] {
        anna.deposits(&one, minor).await;
        anna.deposits(&two, minor * 10).await;
    }
    let all = anna
        .does(ListTransactions {
            size: PageSize::clamped(4),
            ..Default::default()
        })
        .await
        .unwrap();
    let amounts: Vec<i64> = all.rows.iter().map(|row| row.amount.minor()).collect();
    assert_eq!(amounts, [30, 3, 20, 2]);
    let rest = anna
        .does(ListTransactions {
            after: all.next,
            ..Default::default()
        })
        .await
        .unwrap();
    assert_eq!(rest.rows.len(), 2);
    assert!(rest.next.is_none());
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_refused() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    for bad in [
        "",
        "x",
        "1",
        "1-",
        "-1",
        "9999999999999999999999-1",
        "1-2-3",
        "' OR 1=1 --",
    ] {
        let list = ListTransactions {
            after: Some(Cursor(bad.into())),
            ..Default::default()
        };
        assert!(matches!(anna.does(list).await, Err(BankError::Invalid { .. })), "{bad}");
    }
}

#[tokio::test]
async fn held_money_is_booked_but_not_available() {
    use bank_storage::ledger::{NewHold, place_hold};
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(1_000).await;
    let db = bank.hallway.database();
    let row = bank_storage::accounts::find(&bank.hallway.reader(), account.account)
        .await
        .unwrap()
        .unwrap();
    let at = "2026-11-23T11:00:00Z".parse().unwrap();
    let hold = NewHold {
        hold: bank_contract::HoldId(bank.chance.id(at)),
        account: row.ledger_account(),
        amount: 400,
        reason: "Hotel".into(),
        at,
        until: at + chrono::TimeDelta::hours(1),
    };
    place_hold(db.reader(), &hold).await.unwrap();
    let shown = anna
        .does(ShowAccount {
            account: account.account,
        })
        .await
        .unwrap();
    assert_eq!(
        (shown.booked, shown.held, shown.available),
        (euro(1_000), euro(400), euro(600))
    );
    let spend = |minor| Withdraw {
        account: account.account,
        amount: euro(minor),
        key: bank.key(),
    };
    assert_eq!(
        anna.does(spend(601)).await,
        Err(BankError::InsufficientFunds { available: euro(600) })
    );
    anna.does(spend(600)).await.unwrap();
    bank.wait(chrono::TimeDelta::hours(1));
    assert_eq!(bank.clock_runs(bank_contract::ledger::ExpireHolds {}).await, Ok(1));
    let anna = bank.sign_in("Anna Weber", anna.signed.user, anna.signed.customer).await;
    let shown = anna
        .does(ShowAccount {
            account: account.account,
        })
        .await
        .unwrap();
    assert_eq!((shown.held, shown.available), (euro(0), euro(400)));
    anna.does(Deposit {
        account: account.account,
        amount: euro(1),
        key: bank.key(),
    })
    .await
    .unwrap();
    bank.books().await;
}
