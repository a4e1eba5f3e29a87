//! What is sealed in the database: nobody moves it elsewhere, look-ups go on, and who is erased is erased.

use crate::bank::{Person, TestBank, masters};
use crate::factors::{EMAIL, PASSWORD, first_step, has_email, second_step, with_everything};
use bank_contract::accounts::{AccountView, ListTransactions};
use bank_contract::identity::email::SetEmail;
use bank_contract::identity::{ShowProfile, WhoAmI};
use bank_contract::mandates::{ExpireMandates, MandateState, Power, ShowMandate};
use bank_contract::notifications::{DeliverNotices, SendMail, ShowMailbox};
use bank_contract::transfers::{CheckPayee, PayeeMatch, ShowReceipt};
use bank_contract::{BankError, Cursor, CustomerId};
use bank_operations::{Caller, Hallway, Visit};
use bank_storage::vault::{self, ERASED, Erasable};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, TransactionTrait as _};

async fn says(owner: &DatabaseConnection, sql: &str) {
    owner.execute_unprepared(sql).await.unwrap();
}

/// Exchanges a column between two rows.
fn exchange(table: &str, column: &str, key: &str, one: impl std::fmt::Display, two: impl std::fmt::Display) -> String {
    format!(
        "UPDATE {table} t SET {column} = o.{column} FROM {table} o
         WHERE (t.{key} = '{one}' AND o.{key} = '{two}') OR (t.{key} = '{two}' AND o.{key} = '{one}')"
    )
}

/// A server that has nothing at hand yet.
async fn another_server(bank: &TestBank) -> Hallway {
    bank.again_with(bank.hallway.settings().clone()).await
}

fn is_fault<T: std::fmt::Debug>(answer: Result<T, BankError>) {
    let error = answer.unwrap_err();
    assert_eq!(error.code(), "internal", "{error:?}");
}

#[tokio::test]
async fn whoever_writes_into_the_database_cannot_give_one_customers_words_to_another() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(1_000).await, ben.has(1_000).await);
    let owner = bank.database.owner().await;
    let (one, two) = (anna.signed.customer.0, ben.signed.customer.0);
    says(&owner, &exchange("customers", "name", "id", one, two)).await;
    is_fault(anna.does(WhoAmI {}).await);
    is_fault(bank.hallway.run(&ben.visit, ShowProfile {}).await);
    says(&owner, &exchange("customers", "name", "id", one, two)).await;
    anna.does(WhoAmI {}).await.unwrap();
    // Nor from one of their columns into another, nor anything in the plain.
    let (from, to) = (from.account.0, to.account.0);
    for sql in [
        exchange("accounts", "name", "id", from, to),
        format!("UPDATE accounts SET name = c.name FROM customers c WHERE accounts.id = '{from}' AND c.id = '{one}'"),
        format!("UPDATE accounts SET name = convert_to('Anna Weber', 'UTF8') WHERE id = '{from}'"),
    ] {
        says(&owner, "CREATE TEMP TABLE before AS SELECT id, name FROM accounts").await;
        says(&owner, &sql).await;
        is_fault(anna.does(bank_contract::accounts::ListAccounts {}).await);
        says(
            &owner,
            "UPDATE accounts a SET name = b.name FROM before b WHERE b.id = a.id; DROP TABLE before",
        )
        .await;
    }
    anna.does(bank_contract::accounts::ListAccounts {}).await.unwrap();
}

#[tokio::test]
async fn anothers_app_cannot_be_put_in_the_place_of_ones_own() {
    let bank = TestBank::open().await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let (eve, eves_app, _) = with_everything(&bank, "Eve Stranger", "eve@example.org").await;
    bank.wait(TimeDelta::seconds(30));
    let owner = bank.database.owner().await;
    let (one, two) = (anna.signed.user.0, eve.signed.user.0);
    says(&owner, &exchange("totp_secrets", "secret", "user_id", one, two)).await;
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    is_fault(second_step(&bank, ceremony, eves_app.code(&bank)).await);
}

#[tokio::test]
async fn an_address_is_ones_own_and_signs_in_in_whatever_case_it_is_typed() {
    let bank = TestBank::open().await;
    let (_, app, _) = with_everything(&bank, "Anna Weber", "Anna.Weber@Example.org").await;
    for typed in [
        "anna.weber@example.org",
        "ANNA.WEBER@EXAMPLE.ORG",
        " Anna.Weber@example.ORG ",
    ] {
        bank.wait(TimeDelta::seconds(60));
        let ceremony = first_step(&bank, typed.trim(), PASSWORD).await.unwrap();
        second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    }
    let ben = bank.customer("Ben Okafor").await;
    // He is told the same as everybody, but there is no code for him.
    let taken = SetEmail {
        email: "anna.WEBER@example.org".into(),
    };
    ben.agrees(taken).await.unwrap();
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    assert_eq!(ben.does(ShowMailbox {}).await.unwrap(), Vec::new());
    // The database itself keeps it from a second one.
    let owner = bank.database.owner().await;
    let sql = format!(
        "INSERT INTO user_emails (user_id, address, address_key, verified_at)
         SELECT '{}', address, address_key, now() FROM user_emails",
        ben.signed.user.0
    );
    let refused = owner.execute_unprepared(&sql).await.unwrap_err().to_string();
    assert!(refused.contains("duplicate key"), "{refused}");
}

async fn history(person: &Person<'_>, server: &Hallway) -> Vec<(String, String)> {
    let all = ListTransactions {
        account: None,
        after: None::<Cursor>,
        size: bank_contract::PageSize::default(),
    };
    let page = server.run(&person.visit, all).await.unwrap().answer.done().unwrap();
    page.rows
        .into_iter()
        .map(|row| (row.counterparty, row.reference))
        .collect()
}

async fn may(bank: &TestBank, customer: CustomerId, kept_since: NaiveDate) -> Erasable {
    let owner = bank.database.owner().await;
    let tx = owner.begin().await.unwrap();
    let may = vault::may_erase(&tx, customer, kept_since, bank.now()).await.unwrap();
    tx.rollback().await.unwrap();
    may
}

async fn erases(bank: &TestBank, customer: CustomerId) {
    let owner = bank.database.owner().await;
    let tx = owner.begin().await.unwrap();
    assert_eq!(
        vault::may_erase(&tx, customer, bank.now().date_naive(), bank.now())
            .await
            .unwrap(),
        Erasable::Yes
    );
    vault::erase(&tx, customer, bank.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nobody_is_erased_while_something_has_to_be_kept() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(1_000).await, ben.has(0).await);
    let (customer, today) = (anna.signed.customer, bank.now().date_naive());
    assert_eq!(may(&bank, customer, today).await, Erasable::HasMoney);
    let waits = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    anna.confirms(&waits).await.unwrap();
    let yesterday = today.pred_opt().unwrap();
    assert_eq!(may(&bank, customer, yesterday).await, Erasable::Kept(today));
    assert_eq!(may(&bank, customer, today).await, Erasable::Yes);
    anna.asks(bank_contract::tokens::CreateToken {
        name: "Shop".into(),
        pay_up_to: None,
        total: None,
        payees: Vec::new(),
        days: 1,
    })
    .await
    .unwrap();
    assert_eq!(may(&bank, customer, today).await, Erasable::Waits);
    bank.wait(TimeDelta::hours(1));
    assert_eq!(may(&bank, customer, today).await, Erasable::Yes);
    assert_eq!(
        may(&bank, CustomerId(bank.chance.id(bank.now())), today).await,
        Erasable::Unknown
    );
    for nobody in [uuid::Uuid::nil(), uuid::Uuid::max()] {
        assert_eq!(
            may(&bank, CustomerId(nobody), today).await,
            Erasable::Unknown,
            "the bank’s own keys stay"
        );
    }
}

/// Anna paid Ben everything she had.
async fn paid_out<'a>(bank: &'a TestBank, anna: &Person<'a>, ben: &Person<'a>) -> (AccountView, AccountView) {
    let (from, to) = (anna.has(1_000).await, ben.has(0).await);
    let view = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    anna.confirms(&view).await.unwrap();
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    (from, to)
}

#[tokio::test]
async fn who_is_erased_cannot_be_read_by_anybody_and_the_others_keep_what_is_theirs() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    has_email(&anna, EMAIL).await;
    let (from, to) = paid_out(&bank, &anna, &ben).await;
    erases(&bank, anna.signed.customer).await;
    assert_eq!(
        may(&bank, anna.signed.customer, bank.now().date_naive()).await,
        Erasable::Already
    );

    let server = another_server(&bank).await;
    // Ben was paid, and his history says by whom and for what.
    assert_eq!(
        history(&ben, &server).await,
        [("Anna Weber".to_owned(), "Dinner".to_owned())]
    );
    // Anna's session, her name and her address are gone.
    assert_eq!(server.caller_of(&anna.token).await, Ok(Caller::Stranger));
    let owner = bank.database.owner().await;
    let db = server.vault().over(&owner);
    let name = bank_storage::identity::customer_name(&db, anna.signed.customer)
        .await
        .unwrap();
    assert_eq!(name.as_deref(), Some(ERASED));
    let account = bank_storage::accounts::find(&db, from.account).await.unwrap().unwrap();
    assert_eq!((account.name(), account.is_open()), (ERASED, false));
    let login = bank_storage::identity::factors::login_of(&db, anna.signed.user)
        .await
        .unwrap();
    assert_eq!(login.unwrap().address, None);
    let zone = server.settings().zone;
    let of = bank_storage::accounts::HistoryOf::Account(from.account);
    let rows = bank_storage::accounts::posted(&db, of, None, 10, zone).await.unwrap();
    assert!(
        rows.iter()
            .all(|row| row.view.counterparty == ERASED && row.view.reference == ERASED),
        "{rows:?}"
    );
    assert_eq!(rows.len(), 2, "what moved, and when, stays in the books");
    // To others she is somebody whose account is closed.
    let check = CheckPayee {
        name: "Anna Weber".into(),
        iban: from.iban.clone(),
    };
    let told = server.run(&ben.visit, check).await.unwrap().answer.done().unwrap();
    assert_eq!(told, PayeeMatch::None);
    let returned = server.run(&ben.visit, ben.transfer(&to, &from, "Anna Weber", 1)).await;
    assert_eq!(returned.unwrap_err(), BankError::AccountClosed);
    bank.books().await;
}

#[tokio::test]
async fn the_mandates_of_somebody_erased_end_and_those_of_the_others_go_on_ending_in_time() {
    let bank = TestBank::open().await;
    let [anna, ben, dora] = [
        bank.customer("Anna Weber").await,
        bank.customer("Ben Okafor").await,
        bank.customer("Dora Delegate").await,
    ];
    let (hers, his) = (anna.has(0).await, ben.has(0).await);
    let until = bank.now().date_naive().succ_opt();
    let held = anna.lets_until(&dora, &[hers.account], Power::View, until).await;
    let given = dora
        .lets_until(&anna, &[dora.has(0).await.account], Power::View, until)
        .await;
    let others = ben.lets_until(&anna, &[his.account], Power::View, until).await;
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    erases(&bank, dora.signed.customer).await;
    let server = another_server(&bank).await;
    for mandate in [held, given] {
        let view = server.run(&anna.visit, ShowMandate { mandate }).await.unwrap();
        let view = view.answer.done().unwrap();
        assert!(
            !matches!(view.state, MandateState::Active | MandateState::Offered),
            "{view:?}"
        );
    }
    bank.wait(TimeDelta::days(3));
    let clock = Visit::clock();
    let expired = server
        .run(&clock, ExpireMandates {})
        .await
        .unwrap()
        .answer
        .done()
        .unwrap();
    assert_eq!(expired, 1);
    let anna = anna.sign_in_again().await;
    let view = server.run(&anna.visit, ShowMandate { mandate: others }).await.unwrap();
    assert_eq!(view.answer.done().unwrap().state, MandateState::Expired);
}

#[tokio::test]
async fn a_payment_from_somebody_erased_is_still_read_by_its_receiver_and_cannot_go_back() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(1_000).await, ben.has(0).await);
    let view = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    let entry = anna.confirms(&view).await.unwrap().entry;
    erases(&bank, anna.signed.customer).await;
    let server = another_server(&bank).await;
    let receipt = server
        .run(&ben.visit, ShowReceipt { entry })
        .await
        .unwrap()
        .answer
        .done()
        .unwrap();
    assert_eq!(
        (receipt.counterparty.as_str(), receipt.reference.as_str()),
        ("Anna Weber", "Dinner")
    );
    let reversal = bank_contract::transfers::ReversePayment { entry, key: bank.key() };
    assert!(server.run(&ben.visit, reversal).await.is_err());
    bank.books().await;
}

#[tokio::test]
async fn mail_to_others_does_not_wait_behind_what_nobody_can_open() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    for person in [&anna, &ben] {
        let email = format!("{}@example.org", person.name.replace(' ', "."));
        person.agrees(SetEmail { email }).await.unwrap();
    }
    let owner = bank.database.owner().await;
    let sql = format!(
        "UPDATE outbox SET sealed = '\\x00' WHERE customer_id = '{}'",
        anna.signed.customer.0
    );
    says(&owner, &sql).await;
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    bank.clock_runs(SendMail {}).await.unwrap();
    let mails = ben.does(ShowMailbox {}).await.unwrap();
    assert!(mails.iter().any(|mail| mail.subject.starts_with("Your code for Larch")));
    assert_eq!(crate::hallway::count_of(&owner, "SELECT count(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn a_server_with_another_master_key_opens_nothing() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    anna.does(WhoAmI {}).await.unwrap();
    let key = vault::MasterKey::from_bytes(&[7; 32].into());
    let db = bank.hallway.database().reader();
    let wrong = vault::Vault::open(db, vault::MasterKeys::only(key), [1; 32]).await;
    assert!(matches!(wrong, Err(vault::VaultError::WrongMasterKey { .. })));
    vault::Vault::open(db, masters(), [1; 32]).await.unwrap();
    let visit = Visit::clock();
    bank.hallway.run(&visit, DeliverNotices {}).await.unwrap();
}
