//! The database's own walls: what the app's role cannot do, whatever the code above it says.

use crate::bank::TestBank;
use sea_orm::ConnectionTrait as _;

const AS_APP: &[&str] = &[
    "UPDATE postings SET amount = 1",
    "DELETE FROM postings",
    "INSERT INTO postings (entry_id, line, ledger_account_id, currency, amount, balance_after, at) \
     SELECT entry_id, 9, ledger_account_id, currency, amount, balance_after, at FROM postings LIMIT 1",
    "TRUNCATE postings CASCADE",
    "UPDATE journal_entries SET reference = 'x'",
    "DELETE FROM journal_entries",
    "UPDATE balances SET booked = 1000000",
    "UPDATE balances SET floor = NULL",
    "UPDATE balances SET status = 'closed'",
    "UPDATE balances SET held = 0",
    "UPDATE ledger_accounts SET number = '1000'",
    "UPDATE accounts SET customer_id = gen_random_uuid()",
    "UPDATE sent_usage SET sent = 0",
    "DELETE FROM audit_bundles",
    "SELECT ledger_write(now(), current_date, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', \
     '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
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
    ("UPDATE audit_bundles SET outcomes = '{}'", "is refused"),
    (
        "UPDATE books_closed SET until = '2026-01-01'; UPDATE books_closed SET until = '2025-01-01'",
        "do not open again",
    ),
    ("UPDATE audit_lines SET outcome = 'x'", "is refused"),
    ("DELETE FROM audit_lines", "is refused"),
    (
        "UPDATE bank_day SET business_date = business_date - 1",
        "does not go back",
    ),
    // Postings added to an entry of the past, balanced as they may be.
    (
        "INSERT INTO postings (entry_id, line, ledger_account_id, currency, amount, balance_after, at) \
         SELECT entry_id, 2 + line, ledger_account_id, currency, amount, 0, at FROM postings \
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
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(1_000).await, ben.has(0).await);
    let token = anna.lets_in(Some(100), &[]).await;
    bank.program_pays(&token, anna.transfer(&from, &to, "Ben Okafor", 100))
        .await
        .unwrap();
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
