//! Data keys and the master key over them: a wrong one is refused, a rotation may be interrupted, two servers agree.

use crate::bank::{TestLedger, masters};
use bank_contract::CustomerId;
use bank_storage::vault::{self, DataKey, MasterKey, MasterKeys, Vault, VaultError, field};
use bank_storage::{Acting, StorageError, StorageResult};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

const SEED: [u8; 32] = [6; 32];
const NAME: &str = "Quillon Marsupia";

fn key(byte: u8) -> MasterKey {
    MasterKey::from_bytes(&[byte; 32].into())
}

fn both() -> MasterKeys {
    MasterKeys {
        current: key(9),
        next: Some(key(8)),
    }
}

fn id(number: u128) -> CustomerId {
    CustomerId(Uuid::from_u128(number))
}

fn seals(key: &DataKey, row: u128) -> Vec<u8> {
    let row = Uuid::from_u128(row);
    key.seal_text(field::CUSTOMER_NAME, row.as_bytes(), NAME).unwrap()
}

fn opens(key: &DataKey, row: u128, sealed: &[u8]) -> StorageResult<String> {
    key.open_text(field::CUSTOMER_NAME, Uuid::from_u128(row).as_bytes(), sealed)
}

async fn count(db: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Wraps everything anew, some at a time.
async fn rotates(db: &DatabaseConnection) -> u64 {
    let mut all = 0;
    loop {
        match vault::rotate_some(db, &both(), SEED).await.unwrap() {
            0 => return all,
            some => all += some,
        }
    }
}

#[tokio::test]
async fn what_is_sealed_opens_again_and_looks_different_each_time() {
    let bank = TestLedger::open().await;
    let anna = bank.vault.make(bank.db.reader(), id(1)).await.unwrap();
    let (one, two) = (seals(&anna, 1), seals(&anna, 1));
    assert_ne!(one, two);
    assert!(!one.windows(4).any(|part| part == b"Quil"));
    assert_eq!(opens(&anna, 1, &one).unwrap(), NAME);
    assert_eq!(opens(&anna, 1, &two).unwrap(), NAME);
    // Neither a key nor the vault tells what it holds.
    let printed = format!("{anna:?} {:?} {:?}", bank.vault, key(9));
    assert!(printed.starts_with("DataKey(…) Vault(…) MasterKey("), "{printed}");
    // Only who has the key finds a text by its index, and the same text under another heading is another.
    let index = bank.vault.index("user_emails", "anna@example.org");
    assert_eq!(index, bank.vault.index("user_emails", "anna@example.org"));
    assert_ne!(index, bank.vault.index("tries", "anna@example.org"));
    let other = TestLedger::open().await;
    assert_ne!(index, other.vault.index("user_emails", "anna@example.org"));
}

#[tokio::test]
async fn what_is_moved_to_another_row_column_or_customer_does_not_open() {
    let bank = TestLedger::open().await;
    let anna = bank.vault.make(bank.db.reader(), id(1)).await.unwrap();
    let ben = bank.vault.make(bank.db.reader(), id(2)).await.unwrap();
    let sealed = seals(&anna, 1);
    let elsewhere = [
        opens(&anna, 2, &sealed),
        opens(&ben, 1, &sealed),
        opens(bank.vault.bank(), 1, &sealed),
        anna.open_text(field::ACCOUNT_NAME, Uuid::from_u128(1).as_bytes(), &sealed),
    ];
    for answer in elsewhere {
        assert!(matches!(answer, Err(StorageError::Unreadable(_))), "{answer:?}");
    }
    // A changed byte anywhere, and anything shorter or plain.
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(opens(&anna, 1, &changed).is_err(), "byte {at}");
        assert!(opens(&anna, 1, &sealed[..at]).is_err(), "{at} bytes");
    }
    assert!(opens(&anna, 1, NAME.as_bytes()).is_err());
}

#[tokio::test]
async fn another_master_key_does_not_open_the_database_and_says_so_in_one_line() {
    let bank = TestLedger::open().await;
    let wrong = Vault::open(bank.db.reader(), MasterKeys::only(key(7)), SEED).await;
    let error = wrong.unwrap_err();
    assert!(matches!(error, VaultError::WrongMasterKey { .. }), "{error}");
    let told = error.to_string();
    assert!(
        told.contains(key(7).id()) && told.contains(key(9).id()) && !told.contains('\n'),
        "{told}"
    );
    // It has changed nothing.
    Vault::open(bank.db.reader(), masters(), SEED).await.unwrap();
    // A key in the place of the right one, with its id: the wrapped keys themselves refuse.
    let owner = bank.database.owner().await;
    let forged = format!("UPDATE data_keys SET master_key_id = '{}'", key(7).id());
    owner.execute_unprepared(&forged).await.unwrap();
    let wrong = Vault::open(bank.db.reader(), MasterKeys::only(key(7)), SEED).await;
    assert!(matches!(wrong, Err(VaultError::WrongMasterKey { .. })));
}

#[tokio::test]
async fn two_servers_that_make_a_key_for_one_customer_at_once_have_the_same() {
    let bank = TestLedger::open().await;
    let other = Vault::open(bank.db.reader(), masters(), SEED).await.unwrap();
    for number in 1..=20 {
        let db = bank.db.reader();
        let (one, two) = tokio::join!(bank.vault.make(db, id(number)), other.make(db, id(number)));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(opens(&two, number, &seals(&one, number)).unwrap(), NAME);
        assert_eq!(opens(&one, number, &seals(&two, number)).unwrap(), NAME);
    }
}

#[tokio::test]
async fn a_key_that_is_taken_back_with_its_customer_has_sealed_nothing() {
    let bank = TestLedger::open().await;
    let tx = bank.db.begin(Acting::OPERATOR).await.unwrap();
    bank.vault.make(&tx, id(1)).await.unwrap();
    tx.rollback().await.unwrap();
    let gone = bank.vault.of(bank.db.reader(), Some(id(1))).await;
    assert!(matches!(gone, Err(StorageError::Unreadable(_))), "{gone:?}");
}

#[tokio::test]
async fn after_a_rotation_everything_opens_with_the_new_key_and_nothing_with_the_old() {
    let bank = TestLedger::open().await;
    let anna = bank.vault.make(bank.db.reader(), id(1)).await.unwrap();
    let sealed = seals(&anna, 1);
    let index = bank.vault.index("user_emails", "anna@example.org");
    let owner = bank.database.owner().await;
    assert_eq!(rotates(&owner).await, 3, "Anna’s, and the bank’s two");
    assert!(Vault::open(bank.db.reader(), masters(), SEED).await.is_err());
    let new = Vault::open(bank.db.reader(), MasterKeys::only(key(8)), SEED)
        .await
        .unwrap();
    let anna = new.of(bank.db.reader(), Some(id(1))).await.unwrap();
    assert_eq!(opens(&anna, 1, &sealed).unwrap(), NAME);
    assert_eq!(new.index("user_emails", "anna@example.org"), index);
    assert_eq!(vault::unopened(&owner, &new).await.unwrap(), 0);
    assert_eq!(rotates(&owner).await, 0, "once more does nothing");
}

#[tokio::test]
async fn an_interrupted_rotation_goes_on_and_both_keys_together_open_everything_meanwhile() {
    const CUSTOMERS: u128 = 600;
    let bank = TestLedger::open().await;
    let mut sealed = Vec::new();
    for number in 1..=CUSTOMERS {
        let key = bank.vault.make(bank.db.reader(), id(number)).await.unwrap();
        sealed.push((number, seals(&key, number)));
    }
    let owner = bank.database.owner().await;
    // A batch, and then one that is lost with its database transaction.
    assert_eq!(vault::rotate_some(&owner, &both(), SEED).await.unwrap(), 500);
    let tx = bank.db.begin(Acting::OPERATOR).await.unwrap();
    assert!(vault::rotate_some(&tx, &both(), SEED).await.is_err(), "the app may not");
    tx.rollback().await.unwrap();
    for alone in [9, 8] {
        let half = Vault::open(bank.db.reader(), MasterKeys::only(key(alone)), SEED).await;
        assert!(matches!(half, Err(VaultError::WrongMasterKey { .. })), "key {alone}");
    }
    let meanwhile = Vault::open(bank.db.reader(), both(), SEED).await.unwrap();
    for (number, sealed) in &sealed {
        let key = meanwhile.of(bank.db.reader(), Some(id(*number))).await.unwrap();
        assert_eq!(opens(&key, *number, sealed).unwrap(), NAME);
    }
    // Whoever comes meanwhile is under the new key already.
    meanwhile.make(bank.db.reader(), id(CUSTOMERS + 1)).await.unwrap();
    assert_eq!(rotates(&owner).await, 102);
    let new = Vault::open(bank.db.reader(), MasterKeys::only(key(8)), SEED)
        .await
        .unwrap();
    assert_eq!(vault::unopened(&owner, &new).await.unwrap(), 0);
}

#[tokio::test]
async fn the_database_itself_keeps_keys_from_the_app_and_forgotten_ones_from_coming_back() {
    let bank = TestLedger::open().await;
    bank.vault.make(bank.db.reader(), id(1)).await.unwrap();
    for sql in [
        "UPDATE data_keys SET erased_at = now(), wrapped = NULL",
        "DELETE FROM data_keys",
    ] {
        let refused = bank.db.reader().execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{refused}");
    }
    let owner = bank.database.owner().await;
    let (one, two) = (id(1).0, id(2).0);
    let erase = format!("UPDATE data_keys SET erased_at = now(), wrapped = NULL WHERE owner_id = '{one}'");
    owner.execute_unprepared(&erase).await.unwrap();
    for sql in [
        format!("UPDATE data_keys SET erased_at = NULL, wrapped = 'x' WHERE owner_id = '{one}'"),
        format!("DELETE FROM data_keys WHERE owner_id = '{one}'"),
        format!(
            "UPDATE data_keys SET owner_id = '{two}' WHERE owner_id = '{}'",
            Uuid::nil()
        ),
    ] {
        let refused = owner.execute_unprepared(&sql).await.unwrap_err().to_string();
        assert!(refused.contains("stays as it is"), "{refused}");
    }
    // It is not made anew either.
    let key = bank.vault.make(bank.db.reader(), id(1)).await.unwrap();
    assert!(key.is_erased());
    assert!(matches!(key.seal(field::EMAIL, &[], b"x"), Err(StorageError::Erased)));
    assert_eq!(opens(&key, 1, b"whatever was there").unwrap(), vault::ERASED);
}

#[tokio::test]
async fn names_that_an_import_left_in_the_plain_are_sealed_once() {
    const PEOPLE: i64 = 700;
    let bank = TestLedger::open().await;
    let owner = bank.database.owner().await;
    let import = format!(
        "INSERT INTO customers (id, kind, plain_name, since, created_at)
         SELECT gen_random_uuid(), 'person', 'Imported ' || n, current_date, now() FROM generate_series(1, {PEOPLE}) n;
         INSERT INTO accounts (id, customer_id, ledger_account_id, iban, plain_name, product, currency, opened_on, opened_at)
         SELECT gen_random_uuid(), c.id, ledger_open_account(NULL, 'liability', 'EUR', 'x', 0),
           'DE99' || row_number() OVER (), 'Jar', 'current', 'EUR', current_date, now() FROM customers c"
    );
    owner.execute_unprepared(&import).await.unwrap();
    let sealed = vault::seal_imported(&owner, &bank.vault).await.unwrap();
    assert_eq!(sealed, 2 * PEOPLE.unsigned_abs());
    assert_eq!(vault::seal_imported(&owner, &bank.vault).await.unwrap(), 0);
    for table in ["customers", "accounts"] {
        let sql = format!("SELECT count(*) FROM {table} t WHERE plain_name IS NOT NULL OR t::text LIKE '%Imported%'");
        assert_eq!(count(&owner, &sql).await, 0, "{table}");
    }
    let sql = "SELECT id FROM customers LIMIT 1";
    let row = owner
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap();
    let customer = CustomerId(row.unwrap().try_get_by_index(0).unwrap());
    let name = bank_storage::identity::customer_name(&bank.vault.over(&owner), customer)
        .await
        .unwrap();
    assert!(name.unwrap().starts_with("Imported "));
    let accounts = bank_storage::accounts::of_customer(&bank.vault.over(&owner), customer)
        .await
        .unwrap();
    assert_eq!(accounts[0].name(), "Jar");
}
