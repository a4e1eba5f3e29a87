//! Two customers with something in every table that the database keeps apart, and what is seen of it.

use crate::bank::{Person, TestBank};
use bank_contract::accounts::AccountView;
use bank_contract::compliance::SealAudit;
use bank_storage::vault::field;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::collections::BTreeSet;

/// Somebody with something everywhere.
pub(crate) struct Furnished<'a> {
    pub(crate) person: Person<'a>,
    pub(crate) account: AccountView,
    pub(crate) ledger_account: i64,
}

/// What the database lets customers be told of nobody: only the bank reads it.
pub(crate) const THE_BANKS: [&str; 6] = [
    "audit_bundles",
    "audit_chain",
    "audit_lines",
    "day_reports",
    "outbox",
    "staff",
];

/// Rows of a person that no operation makes in a moment, over what the operations have made.
const MORE: &str = r"
INSERT INTO user_emails (user_id, address, address_key, verified_at) VALUES ('{user}', '{address}', sha256('{user}'), now());
INSERT INTO passwords VALUES ('{user}', '$argon2id$none', now());
INSERT INTO totp_secrets (user_id, secret, last_step, set_at) VALUES ('{user}', 's', 1, now());
INSERT INTO recovery_codes VALUES ('{user}', sha256('{user}'), NULL);
INSERT INTO tries VALUES ('user:{user}', 1, now(), NULL, 0);
INSERT INTO mails (id, user_id, topic, subject, body, at, state, next_try_at)
  VALUES (gen_random_uuid(), '{user}', 't', 's', 'b', now(), 'kept', now());
INSERT INTO ceremonies (id, purpose, user_id, state, expires_at)
  VALUES (gen_random_uuid(), 'add_passkey', '{user}', 's', now() + interval '1 day');
INSERT INTO passkeys (id, user_id, credential_id, credential, name, synced, added_at)
  VALUES (gen_random_uuid(), '{user}', sha256('{user}'), '{}', 'Key', false, now());
INSERT INTO trusted_payees (customer_id, iban, name, since) VALUES ('{customer}', 'XX001', 'Somebody', current_date);
INSERT INTO customer_limits VALUES ('{customer}', 'everything', 500, NULL, NULL);
INSERT INTO mandates (id, grantor_id, granted_by, kind, name, all_accounts, accounts, code_hash, offer_ends_at, created_at)
  VALUES (gen_random_uuid(), '{customer}', '{user}', 'view', 'n', true, '{}', sha256('{user}'), now() + interval '1 day', now());
INSERT INTO spending_counters VALUES ('{customer}', 'EUR', current_date, 1);
INSERT INTO spending_counters SELECT id, 'EUR', current_date, 1 FROM api_tokens WHERE user_id = '{user}';
INSERT INTO declines (account_id, kind, amount, words, booking_date, at)
  VALUES ('{account}', 'transfer', -1, 'w', current_date, now());
INSERT INTO signatures (pending_id, user_id, passkey_id, proof, signed_at)
  SELECT id, user_id, gen_random_uuid(), 'p', now() FROM pending_operations
  WHERE user_id = '{user}' AND state = 'waiting';
INSERT INTO code_signatures (pending_id, user_id, short_code, document, signed_at)
  SELECT id, user_id, '1234 5678', 'd', now() FROM pending_operations
  WHERE user_id = '{user}' AND state = 'waiting';
INSERT INTO conversations (id, user_id, title, state, begun_at, last_at)
  VALUES (gen_random_uuid(), '{user}', 't', 's', now(), now());
INSERT INTO conversation_messages (conversation_id, user_id, number, by, at, parts)
  SELECT id, user_id, 1, 'customer', now(), 'p' FROM conversations WHERE user_id = '{user}';
INSERT INTO cases (id, conversation_id, user_id, reason, urgency, summary, opened_at, last_at)
  SELECT gen_random_uuid(), id, user_id, 'person', 10, 's', now(), now() FROM conversations WHERE user_id = '{user}';
INSERT INTO assistant_facts (id, user_id, word_key, word, meaning, since)
  VALUES (gen_random_uuid(), '{user}', sha256('{user}'), 'w', 'm', current_date);
SELECT hold_place(gen_random_uuid(), {ledger}, 1, 'Hotel', now(), now() + interval '1 day');
";

/// Anna and Ben. They have paid each other, so they share entries.
pub(crate) async fn furnish(bank: &TestBank) -> [Furnished<'_>; 2] {
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let people = [bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await];
    bank.staff("Jonas").await;
    let accounts = [people[0].has(10_000).await, people[1].has(10_000).await];
    let owner = bank.database.owner().await;
    for (me, other) in [(0, 1), (1, 0)] {
        let (person, from, to) = (&people[me], &accounts[me], &accounts[other]);
        let payee = &people[other].name;
        person.agrees(person.transfer(from, to, payee, 100)).await.unwrap();
        let token = person.lets_in(Some(500), &[]).await;
        bank.program_pays(&token, person.transfer(from, to, payee, 50))
            .await
            .unwrap();
        person.asks(person.transfer(from, to, payee, 7_000)).await.unwrap();
        let user = person.signed.user;
        let key = bank.vault.of_user(&owner, user).await.unwrap();
        // The clock opens it; all else is only looked at from outside.
        let address = key.seal_text(field::EMAIL, user.0.as_bytes(), "somebody@example.org");
        let sql = MORE
            .replace("{address}", &format!("\\x{}", hex::encode(address.unwrap())))
            .replace("{user}", &person.signed.user.to_string())
            .replace("{customer}", &person.signed.customer.to_string())
            .replace("{account}", &from.account.to_string())
            .replace("{ledger}", &bank.ledger_account(from).await.0.to_string());
        owner.execute_unprepared(&sql).await.unwrap();
    }
    owner
        .execute_unprepared("INSERT INTO day_reports SELECT date, '{}' FROM bank_days")
        .await
        .unwrap();
    bank.clock_runs(SealAudit {}).await.unwrap();
    let [anna, ben] = people;
    let [first, second] = accounts;
    [with(bank, anna, first).await, with(bank, ben, second).await]
}

async fn with<'a>(bank: &TestBank, person: Person<'a>, account: AccountView) -> Furnished<'a> {
    let ledger_account = bank.ledger_account(&account).await.0;
    Furnished {
        person,
        account,
        ledger_account,
    }
}

/// A table of the database, and whether its rows are kept apart, for its owner too.
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) forced: bool,
}

pub(crate) async fn tables(owner: &DatabaseConnection) -> Vec<Table> {
    let sql = r"SELECT relname::text, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm', 'v', 'f') ORDER BY 1";
    let rows = owner
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap();
    let table = |row: &sea_orm::QueryResult| Table {
        name: row.try_get_by_index(0).unwrap(),
        enabled: row.try_get_by_index(1).unwrap(),
        forced: row.try_get_by_index(2).unwrap(),
    };
    rows.iter().map(table).collect()
}

/// The names of those whose rows are kept apart.
pub(crate) async fn forced(owner: &DatabaseConnection) -> Vec<String> {
    let forced = tables(owner).await.into_iter().filter(|table| table.forced);
    forced.map(|table| table.name).collect()
}

/// All rows of a table that a connection sees, as JSON.
pub(crate) async fn rows(db: &impl ConnectionTrait, table: &str) -> BTreeSet<String> {
    let sql = format!("SELECT to_jsonb(t)::text FROM {table} t");
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// What a connection's role may do with a table, or with a column of it.
pub(crate) async fn may(owner: &DatabaseConnection, table: &str, what: &str) -> bool {
    let sql = match what {
        "DELETE" => format!("SELECT has_table_privilege('larch_app', '{table}', 'DELETE')"),
        what => format!("SELECT has_any_column_privilege('larch_app', '{table}', '{what}')"),
    };
    let row = owner
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// A column that the app may change, and does not show whose a row is.
pub(crate) async fn column(owner: &DatabaseConnection, table: &str) -> String {
    let sql = format!(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped \
         AND attidentity = '' AND has_column_privilege('larch_app', attrelid, attnum, 'UPDATE') ORDER BY attnum DESC LIMIT 1"
    );
    let row = owner
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}
