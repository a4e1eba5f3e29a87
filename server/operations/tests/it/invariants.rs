//! The database's own walls: what the app's role cannot do, whatever the code above it says.

use crate::bank::TestBank;
use sea_orm::ConnectionTrait as _;

const AS_APP: &[&str] = &[
    "UPDATE postings SET amount = 1",
    "DELETE FROM postings",
    "INSERT INTO postings (entry_id, ledger_account_id, currency, amount, balance_after) \
     SELECT entry_id, ledger_account_id, currency, amount, balance_after FROM postings LIMIT 1",
    "TRUNCATE postings CASCADE",
    "UPDATE journal_entries SET reference = 'x'",
    "DELETE FROM journal_entries",
    "UPDATE balances SET booked = 1000000",
    "UPDATE balances SET floor = NULL",
    "UPDATE ledger_accounts SET status = 'closed'",
    "DELETE FROM holds",
    "UPDATE audit_lines SET outcome = 'done'",
    "DELETE FROM audit_lines",
    "UPDATE audit_chain SET position = 0",
    "UPDATE idempotency SET answer = '{}'",
    "DELETE FROM pending_operations",
    "DELETE FROM customers",
    "DROP TABLE postings",
    "CREATE TABLE mine (id int)",
    "ALTER TABLE postings DISABLE TRIGGER ALL",
    "SET ROLE larch_owner",
];

const AS_OWNER: &[(&str, &str)] = &[
    ("UPDATE postings SET amount = amount + 1", "is refused"),
    ("DELETE FROM postings", "is refused"),
    ("TRUNCATE postings CASCADE", "is refused"),
    ("UPDATE journal_entries SET reference = 'x'", "is refused"),
    ("DELETE FROM journal_entries", "is refused"),
    (
        "UPDATE balances SET booked = -1 WHERE floor = 0",
        "balance_keeps_its_floor",
    ),
    ("UPDATE audit_lines SET outcome = 'x'", "is refused"),
    ("DELETE FROM audit_lines", "is refused"),
    (
        "UPDATE bank_day SET business_date = business_date - 1",
        "does not go back",
    ),
    // Postings added to an entry of the past, balanced as they may be.
    (
        "INSERT INTO postings (entry_id, ledger_account_id, currency, amount, balance_after) \
         SELECT entry_id, ledger_account_id, currency, s, 0 FROM postings, (VALUES (1), (-1)) AS v (s) \
         WHERE entry_id = (SELECT entry_id FROM postings LIMIT 1)",
        "does not have the postings",
    ),
    (
        "INSERT INTO journal_entries (id, kind, booking_date, value_date, created_at, operation, lines) \
         VALUES (gen_random_uuid(), 'transfer', '2026-01-01', '2026-01-01', now(), 'x', 2)",
        "does not have the postings",
    ),
];

async fn bank_with_history() -> TestBank {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let anna = bank.customer("Anna Weber").await;
    anna.has(1_000).await;
    bank
}

#[tokio::test]
async fn the_app_role_cannot_change_what_was_posted_nor_raise_itself() {
    let bank = bank_with_history().await;
    let app = bank.database.app().await;
    for sql in AS_APP {
        let refused = app.execute_unprepared(sql).await;
        assert!(refused.is_err(), "{sql}");
    }
    bank.books().await;
}

#[tokio::test]
async fn even_the_owner_cannot_edit_the_journal() {
    let bank = bank_with_history().await;
    let owner = bank.database.owner().await;
    for (sql, why) in AS_OWNER {
        let refused = owner.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(refused.contains(why), "{sql}: {refused}");
    }
    bank.books().await;
}
