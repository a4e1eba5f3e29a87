//! Free texts that look like something else: they are kept as they were typed, and do nothing.

use crate::bank::TestBank;
use crate::hallway::count_of;
use bank_contract::accounts::{ListAccounts, OpenAccount, Product, RenameAccount};
use bank_contract::identity::SignInDemo;
use bank_contract::tokens::{CreateToken, ListTokens};
use bank_contract::transfers::{CheckPayee, ShowReceipt};
use bank_contract::{BankError, Currency};

const TRICKS: [&str; 6] = [
    "Robert'); DROP TABLE accounts;--",
    "' OR '1'='1",
    "\\'; SELECT pg_sleep(60);--",
    "{name} {0} $1 %s %n",
    "\"}; {\"$gt\": \"\"}",
    "<b>&lt;%3C\\u003c",
];

#[tokio::test]
async fn what_looks_like_sql_is_kept_as_it_was_typed() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    for trick in TRICKS {
        let opened = anna
            .does(OpenAccount {
                name: trick.into(),
                product: Product::Current,
                currency: Currency::Eur,
            })
            .await
            .unwrap();
        anna.does(RenameAccount {
            account: opened.account,
            name: format!("{trick}2"),
        })
        .await
        .unwrap();
        let token = CreateToken {
            name: trick.into(),
            pay_up_to: None,
            total: None,
            payees: Vec::new(),
            days: 1,
        };
        anna.agrees(token).await.unwrap();
        let mut transfer = anna.transfer(&from, &to, trick, 100);
        transfer.reference = trick.into();
        let paid = anna.agrees(transfer).await.unwrap();
        let entry = paid.entry;
        let receipt = ben.does(ShowReceipt { entry }).await.unwrap();
        assert_eq!(receipt.reference, trick);
        let check = CheckPayee {
            iban: to.iban.clone(),
            name: trick.into(),
        };
        anna.does(check).await.unwrap();
        let handle = trick.to_owned();
        assert_eq!(bank.stranger(SignInDemo { handle }).await, Err(BankError::NotFound));
    }
    let names: Vec<String> = anna
        .does(ListAccounts {})
        .await
        .unwrap()
        .accounts
        .into_iter()
        .map(|account| account.name)
        .collect();
    let tokens = anna.does(ListTokens {}).await.unwrap();
    for trick in TRICKS {
        assert!(names.contains(&format!("{trick}2")), "{trick}: {names:?}");
        assert!(tokens.iter().any(|token| token.name == trick), "{trick}");
    }
    let owner = bank.database.owner().await;
    assert_eq!(count_of(&owner, "SELECT count(*) FROM accounts").await, 2 + 6);
    bank.books().await;
}
