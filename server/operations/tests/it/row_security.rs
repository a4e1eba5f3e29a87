//! The second wall: what the database keeps apart by itself, whatever the code above it asks for. Walks the catalogue.

use crate::bank::TestBank;
use crate::hallway::count_of;
use crate::row_security_furnished::{Furnished, THE_BANKS, column, forced, furnish, may, rows, tables};
use bank_contract::{BankError, CustomerId, UserId};
use bank_rules::postings::{Internal, Party, movement};
use bank_storage::ledger::{self, NewEntry};
use bank_storage::{Acting, Database, DatabaseSettings, StorageError};
use sea_orm::ConnectionTrait as _;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// Tables without walls. A new table is either forced or comes to stand here, with its reason.
const OPEN: [(&str, &str); 5] = [
    ("bank_day", "the bank's date"),
    ("bank_days", "the dates that were opened"),
    ("books_closed", "until when the books are closed"),
    ("chart_of_accounts", "the chart, which is the same for everybody"),
    ("seaql_migrations", "which migrations have run"),
];

#[tokio::test]
async fn every_table_is_walled_for_its_owner_too_or_says_why_not() {
    let bank = TestBank::open().await;
    let owner = bank.database.owner().await;
    let tables = tables(&owner).await;
    assert!(tables.len() > 30);
    let open: BTreeSet<&str> = tables
        .iter()
        .filter(|table| !table.forced)
        .map(|t| t.name.as_str())
        .collect();
    assert_eq!(open, OPEN.map(|(name, _)| name).into(), "each with a reason");
    for table in tables.iter().filter(|table| table.forced) {
        assert!(table.enabled, "{}", table.name);
        for policy in ["TRUE AND 'larch_app' = ANY (roles)", "policyname = 'owner_works'"] {
            let sql = format!(
                "SELECT count(*) FROM pg_policies WHERE tablename = '{}' AND {policy}",
                table.name
            );
            assert!(count_of(&owner, &sql).await >= 1, "{}: {policy}", table.name);
        }
    }
}

#[tokio::test]
async fn what_has_the_owners_rights_fixes_its_search_path_and_is_not_for_everybody() {
    let bank = TestBank::open().await;
    let owner = bank.database.owner().await;
    let functions = "FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace";
    assert!(count_of(&owner, &format!("SELECT count(*) {functions}")).await > 20);
    let loose = format!(
        "SELECT count(*) {functions} AND (NOT coalesce('search_path=public, pg_temp' = ANY (p.proconfig), false) \
         OR EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0))"
    );
    assert_eq!(count_of(&owner, &loose).await, 0);
    let app = "SELECT count(*) FROM pg_roles WHERE rolname = 'larch_app' AND (rolsuper OR rolbypassrls)";
    assert_eq!(count_of(&owner, app).await, 0);
}

/// Nothing in a row names the other one.
fn names(row: &str, other: &Furnished<'_>) -> bool {
    let signed = &other.person.signed;
    [
        signed.user.to_string(),
        signed.customer.to_string(),
        other.account.account.to_string(),
        format!("\"ledger_account_id\": {},", other.ledger_account),
    ]
    .iter()
    .any(|name| row.contains(name))
}

#[tokio::test]
async fn a_customer_sees_their_own_rows_in_every_table_and_nobody_elses() {
    let bank = TestBank::open().await;
    let both = furnish(&bank).await;
    let owner = bank.database.owner().await;
    let db = bank.hallway.database();
    for table in forced(&owner).await {
        let all = rows(&owner, &table).await;
        let mut seen = Vec::new();
        for (me, other) in [(0, 1), (1, 0)] {
            let tx = db.begin(both[me].person.acting()).await.unwrap();
            let mine = rows(&tx, &table).await;
            assert!(mine.is_subset(&all), "{table}");
            if THE_BANKS.contains(&table.as_str()) {
                assert!(mine.is_empty() && !all.is_empty(), "{table}");
                continue;
            }
            assert!(!mine.is_empty(), "{table}: the test has put nothing into it");
            // An entry that both have a side of names who asked for it.
            let shared = table == "journal_entries";
            assert!(
                shared || !mine.iter().any(|row| names(row, &both[other])),
                "{table}: {mine:?}"
            );
            seen.push(mine);
            tx.rollback().await.unwrap();
        }
        let [anna, ben] = seen.as_slice() else { continue };
        let in_common: Vec<&String> = anna.intersection(ben).collect();
        match table.as_str() {
            "ledger_accounts" => assert!(anna.iter().all(|row| !row.contains("\"code\": null"))),
            // Two payments each way: four of six, with one deposit each.
            "journal_entries" => assert_eq!((in_common.len(), anna.len(), ben.len()), (4, 5, 5)),
            _ => assert!(in_common.is_empty(), "{table}: {in_common:?}"),
        }
    }
}

#[tokio::test]
async fn whoever_says_nothing_sees_nothing_and_a_stranger_and_the_clock_little() {
    let bank = TestBank::open().await;
    furnish(&bank).await;
    let owner = bank.database.owner().await;
    let app = bank.database.app().await;
    let stranger = bank.hallway.database().begin(Acting::STRANGER).await.unwrap();
    let clock = bank.hallway.database().begin(Acting::CLOCK).await.unwrap();
    // A user who is not there sees what a stranger sees.
    let nil = Acting::customer(UserId(Uuid::nil()), CustomerId(Uuid::nil()));
    let nobody = bank.hallway.database().begin(nil).await.unwrap();
    let never = [
        "accounts",
        "passkeys",
        "passwords",
        "totp_secrets",
        "recovery_codes",
        "api_tokens",
        "idempotency",
        "signatures",
        "code_signatures",
        "trusted_payees",
        "paid_payees",
        "declines",
        "data_keys",
        "conversations",
        "conversation_messages",
        "cases",
        "assistant_facts",
        "staff",
    ];
    for table in forced(&owner).await {
        assert!(
            !rows(&owner, &table).await.is_empty(),
            "{table}: the test has put nothing into it"
        );
        assert!(rows(&app, &table).await.is_empty(), "{table}");
        if table != "ledger_accounts" {
            assert!(rows(&stranger, &table).await.is_empty(), "{table}");
            assert!(rows(&nobody, &table).await.is_empty(), "{table}");
        }
        if never.contains(&table.as_str()) {
            assert!(rows(&clock, &table).await.is_empty(), "{table}");
        }
    }
}

#[tokio::test]
async fn anothers_row_can_neither_be_changed_nor_deleted_nor_written() {
    let bank = TestBank::open().await;
    let [anna, ben] = furnish(&bank).await;
    let owner = bank.database.owner().await;
    let db = bank.hallway.database();
    let (mut changed, mut written) = (0, 0);
    for table in forced(&owner).await {
        let tx = db.begin(anna.person.acting()).await.unwrap();
        let hers = rows(&tx, &table).await;
        tx.rollback().await.unwrap();
        let mut tries = Vec::new();
        if may(&owner, &table, "UPDATE").await {
            let column = column(&owner, &table).await;
            tries.push(format!("UPDATE {table} SET {column} = {column}"));
        }
        if may(&owner, &table, "DELETE").await {
            tries.push(format!("DELETE FROM {table}"));
        }
        for sql in tries {
            let tx = db.begin(ben.person.acting()).await.unwrap();
            let his = rows(&tx, &table).await.len() as u64;
            // What the table's own triggers refuse is refused as well.
            if let Ok(done) = tx.execute_unprepared(&sql).await {
                assert!(done.rows_affected() <= his, "{sql}");
                changed += 1;
            }
            tx.rollback().await.unwrap();
        }
        // Notices and audit lines are put in by whoever works.
        let hers = hers.iter().filter(|row| !row.contains("\"code\": \""));
        if may(&owner, &table, "INSERT").await && !THE_BANKS.contains(&table.as_str()) {
            for row in hers {
                let sql = format!(
                    "INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::{table}, $row${row}$row$)"
                );
                let tx = db.begin(ben.person.acting()).await.unwrap();
                let refused = tx.execute_unprepared(&sql).await.unwrap_err().to_string();
                assert!(refused.contains("row-level security"), "{table}: {refused}");
                written += 1;
            }
        }
    }
    assert!(changed >= 15 && written >= 20, "{changed} {written}");
    bank.books().await;
}

#[tokio::test]
async fn for_whom_a_database_transaction_was_begun_ends_with_it() {
    let bank = TestBank::open().await;
    let [anna, ben] = furnish(&bank).await;
    let settings = DatabaseSettings {
        url: bank.database.app_url(),
        role: None,
        connections_max: 1,
        acquire_max: Duration::from_secs(10),
    };
    let db = Database::connect(&settings).await.unwrap();
    let begin = async || db.begin(anna.person.acting()).await.unwrap();
    for how in 0..4 {
        let tx = begin().await;
        assert_eq!(rows(&tx, "accounts").await.len(), 1);
        match how {
            0 => tx.commit().await.unwrap(),
            1 => tx.rollback().await.unwrap(),
            2 => drop(tx),
            _ => {
                tx.execute_unprepared("SELECT 1 / 0").await.unwrap_err();
                drop(tx);
            }
        }
        assert!(rows(db.reader(), "accounts").await.is_empty(), "{how}");
        let other = db.begin(ben.person.acting()).await.unwrap();
        let his = rows(&other, "accounts").await;
        assert!(
            his.iter().all(|row| row.contains(&ben.account.account.to_string())),
            "{how}"
        );
        drop(other);
        let stranger = db.begin(Acting::STRANGER).await.unwrap();
        assert!(rows(&stranger, "accounts").await.is_empty(), "{how}");
    }
}

#[tokio::test]
async fn money_leaves_nobodys_account_but_that_of_whom_it_is_posted_for() {
    let bank = TestBank::open().await;
    let [anna, ben] = furnish(&bank).await;
    let cash = bank.internal(Internal::Cash, bank_contract::Currency::Eur).await;
    let party = |account, owner| Party {
        account: bank_rules::postings::LedgerAccountId(account),
        owner,
        name: String::new(),
        iban: None,
    };
    let entry = |from: &Party, to: &Party, reverses| NewEntry {
        entry: bank_contract::EntryId(bank.chance.id(bank.now())),
        kind: bank_contract::accounts::EntryKind::Transfer,
        booking_date: None,
        value_date: None,
        at: bank.now(),
        reference: String::new(),
        operation: "test",
        caller: None,
        reverses,
        request: None,
        limits: None,
        postings: movement(from, to, 10, bank_contract::Currency::Eur),
    };
    let hers = party(anna.ledger_account, Some(anna.person.signed.customer));
    let his = party(ben.ledger_account, Some(ben.person.signed.customer));
    let banks = party(cash.0, None);
    let mine = anna.person.deposits(&anna.account, 10).await.entry;
    let post = async |entry: NewEntry| {
        let tx = bank.hallway.database().begin(ben.person.acting()).await.unwrap();
        let told = ledger::post(&bank.keyed(&tx), &entry).await.map(|_| ());
        tx.rollback().await.unwrap();
        told
    };
    for foreign in [
        entry(&hers, &his, None),
        entry(&hers, &banks, None),
        entry(&hers, &banks, Some(mine)),
    ] {
        let refused = post(foreign).await;
        assert!(matches!(refused, Err(StorageError::NotTheirs)), "{refused:?}");
    }
    for own in [
        entry(&his, &hers, None),
        entry(&his, &banks, None),
        entry(&banks, &his, None),
    ] {
        post(own).await.unwrap();
    }
    // All lines of an entry are told to who has a side of it.
    let tx = bank.hallway.database().begin(ben.person.acting()).await.unwrap();
    assert!(ledger::postings_of(&bank.keyed(&tx), mine).await.unwrap().is_empty());
    let tx = bank.hallway.database().begin(anna.person.acting()).await.unwrap();
    assert_eq!(ledger::postings_of(&bank.keyed(&tx), mine).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_bank_whose_owner_is_no_superuser_works_the_same() {
    let bank = TestBank::owned_by_nobody_special().await;
    let both = furnish(&bank).await;
    for Furnished { person, account, .. } in &both {
        assert_eq!(person.booked(account).await, 10_000);
        // Signing in again looks a session up, and ends one.
        person.sign_in_again().await;
    }
    bank.clock_runs(bank_contract::notifications::DeliverNotices {})
        .await
        .unwrap();
    bank.clock_runs(bank_contract::identity::SweepSessions {})
        .await
        .unwrap();
    let wrong = bank.stranger(bank_contract::identity::SignInDemo {
        handle: "nobody".into(),
    });
    assert_eq!(wrong.await.unwrap_err(), BankError::NotFound);
    bank.books().await;
}
