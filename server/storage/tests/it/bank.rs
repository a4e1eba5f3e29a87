//! A ledger for one test: a fresh database with its business date open.

use bank_contract::accounts::{EntryKind, Product};
use bank_contract::{Currency, EntryId};
use bank_rules::postings::{Internal, LedgerAccountId, Posting};
use bank_storage::engine::{Engine, EngineSettings, Job};
use bank_storage::ledger::{self, Books, NewEntry, RequestMark, SealedEntry};
use bank_storage::vault::{Keyed, MasterKey, MasterKeys, Vault};
use bank_storage::{Database, DatabaseSettings, bankday};
use bank_testkit::TestDatabase;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DatabaseConnection, FromQueryResult, raw_sql};
use std::time::Duration;
use uuid::Uuid;

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-23T11:00:00Z".parse().unwrap()
}

pub(crate) fn first_day() -> NaiveDate {
    noon().date_naive()
}

pub(crate) struct TestLedger {
    pub(crate) db: Database,
    pub(crate) vault: Vault,
    pub(crate) database: TestDatabase,
    /// To look at what is there: the app sees nothing without a customer.
    pub(crate) owner: DatabaseConnection,
}

impl TestLedger {
    pub(crate) async fn open() -> Self {
        let ledger = Self::before_the_first_day().await;
        bankday::open(ledger.db.reader(), first_day()).await.unwrap();
        ledger
    }

    pub(crate) async fn before_the_first_day() -> Self {
        let database = TestDatabase::new().await;
        let db = Database::connect(&settings(&database)).await.unwrap();
        let owner = database.owner().await;
        let vault = Vault::open(db.reader(), masters(), seed(&database)).await.unwrap();
        Self {
            db,
            vault,
            database,
            owner,
        }
    }

    /// With the keys to what is sealed.
    pub(crate) fn keyed(&self) -> Keyed<'_, DatabaseConnection> {
        self.vault.over(self.db.reader())
    }

    /// One of the bank's servers, as far as the ledger is concerned.
    pub(crate) async fn engine(&self, bounds: EngineSettings) -> Engine {
        Engine::start(&settings(&self.database), bounds).await.unwrap().0
    }

    pub(crate) fn settings(&self) -> DatabaseSettings {
        settings(&self.database)
    }

    pub(crate) async fn account(&self, currency: Currency, floor: i64) -> LedgerAccountId {
        ledger::open_customer_account(self.db.reader(), Product::Current, currency, floor)
            .await
            .unwrap()
    }

    pub(crate) async fn cash(&self) -> LedgerAccountId {
        ledger::internal(&self.owner, Internal::Cash, Currency::Eur)
            .await
            .unwrap()
    }

    /// A customer's account in euros with money in it.
    pub(crate) async fn account_with(&self, minor: i64) -> LedgerAccountId {
        let account = self.account(Currency::Eur, 0).await;
        let entry = entry(
            1_000_000 + account.0.unsigned_abs(),
            &[(self.cash().await, -minor), (account, minor)],
        );
        ledger::post(&self.keyed(), &entry).await.unwrap();
        account
    }

    pub(crate) async fn booked(&self, account: LedgerAccountId) -> i64 {
        #[derive(FromQueryResult)]
        struct Row {
            booked: i64,
        }
        let id = account.0;
        let statement = raw_sql!(Postgres, "SELECT booked FROM balances WHERE ledger_account_id = {id}");
        let row = Row::find_by_statement(statement).one(&self.owner).await.unwrap();
        row.unwrap().booked
    }

    pub(crate) async fn is_posted(&self, entry: EntryId) -> bool {
        ledger::find_entry(&self.owner, entry).await.unwrap().is_some()
    }

    /// The books balance, whatever happened.
    pub(crate) async fn books(&self) -> Books {
        let books = ledger::check_books(&self.owner).await.unwrap();
        assert!(holds(&books), "{books:?}");
        books
    }
}

pub(crate) fn holds(books: &Books) -> bool {
    books.accounts_off == 0 && books.postings_off == 0 && books.sums.iter().all(|(_, sum)| *sum == 0)
}

fn settings(database: &TestDatabase) -> DatabaseSettings {
    DatabaseSettings {
        url: database.app_url(),
        role: None,
        connections_max: 4,
        acquire_max: Duration::from_secs(10),
    }
}

/// An entry in euros with a key of its own, both made from the number.
pub(crate) fn entry(number: u64, lines: &[(LedgerAccountId, i64)]) -> NewEntry {
    let posting = |(account, amount): &(LedgerAccountId, i64)| Posting {
        account: *account,
        owner: None,
        amount: *amount,
        currency: Currency::Eur,
        counterparty: String::new(),
        counterparty_iban: None,
    };
    NewEntry {
        entry: EntryId(Uuid::from_u128(u128::from(number) << 64 | 1)),
        kind: EntryKind::Transfer,
        booking_date: None,
        value_date: None,
        at: noon(),
        reference: String::new(),
        operation: "test",
        caller: None,
        reverses: None,
        request: Some(RequestMark {
            key: Uuid::from_u128(u128::from(number) << 64 | 2),
            hash: [7; 32],
        }),
        limits: None,
        postings: lines.iter().map(posting).collect(),
    }
}

pub(crate) fn job(entry: NewEntry) -> Job {
    Job {
        entry: SealedEntry::wordless(entry).unwrap(),
        token: None,
        audit: None,
    }
}

/// The same job with another entry.
pub(crate) fn changed(job: &Job, change: impl FnOnce(&mut NewEntry)) -> Job {
    let mut entry = job.entry.as_entry().clone();
    change(&mut entry);
    Job {
        entry: SealedEntry::wordless(entry).unwrap(),
        ..job.clone()
    }
}

/// Another one for each database, from its random name.
fn seed(database: &TestDatabase) -> [u8; 32] {
    let url = database.app_url();
    let name = url.split("/test_").nth(1).unwrap();
    name.as_bytes()[..32].try_into().unwrap()
}

pub(crate) fn masters() -> MasterKeys {
    MasterKeys::only(MasterKey::from_bytes(&[9; 32].into()))
}

/// A job that moves some of the first account's money to the second.
pub(crate) fn pays(number: u64, from: LedgerAccountId, to: LedgerAccountId, minor: i64) -> Job {
    job(entry(number, &[(from, -minor), (to, minor)]))
}
