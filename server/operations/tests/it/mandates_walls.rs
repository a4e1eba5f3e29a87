//! The second wall and mandates: what the database itself lets a holder see and take, whatever the code above it asks for.

use crate::bank::{Person, TestBank};
use crate::hallway::{input, names as names_of};
use crate::mandates::bounds;
use crate::row_security_furnished::{Furnished, THE_BANKS, forced, furnish, rows};
use bank_contract::accounts::{AccountView, EntryKind};
use bank_contract::mandates::{EndMandate, Power};
use bank_contract::{Access, AccountId, Answer, BankError, Currency, CustomerId, EntryId};
use bank_rules::postings::{LedgerAccountId, Party, movement};
use bank_storage::ledger::{self, NewEntry};
use bank_storage::{Acting, StorageError};
use sea_orm::ConnectionTrait as _;
use std::collections::{BTreeMap, BTreeSet};

type Seen = BTreeMap<String, BTreeSet<String>>;

async fn seen_by(bank: &TestBank, acting: Acting) -> Seen {
    let owner = bank.database.owner().await;
    let mut seen = Seen::new();
    for table in forced(&owner).await {
        let tx = bank.hallway.database().begin(acting).await.unwrap();
        seen.insert(table.clone(), rows(&tx, &table).await);
        tx.rollback().await.unwrap();
    }
    seen
}

/// What is seen now and was not before, by table.
fn more(before: &Seen, after: &Seen) -> Seen {
    let news = after.iter().map(|(table, rows)| {
        let new: BTreeSet<String> = rows.difference(&before[table]).cloned().collect();
        (table.clone(), new)
    });
    news.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// A row with this field: what follows it is not one more digit.
fn names(row: &str, field: &str) -> bool {
    row.split_once(field)
        .is_some_and(|(_, rest)| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[tokio::test]
async fn a_holder_sees_the_granted_account_with_all_that_hangs_on_it_and_nothing_else() {
    let bank = TestBank::open().await;
    let [anna, _] = furnish(&bank).await;
    let Furnished {
        person,
        account,
        ledger_account,
    } = anna;
    let hidden = person.has(3_000).await;
    let dora = bank.customer("Dora Delegate").await;
    for power in [Power::View, bounds(500, Some(900)), Power::Joint] {
        let before = seen_by(&bank, dora.acting()).await;
        let mandate = person.lets(&dora, &[account.account], power.clone()).await;
        let after = seen_by(&bank, dora.acting()).await;
        let news = more(&before, &after);
        let tables: Vec<&str> = news.keys().map(String::as_str).collect();
        let expected = [
            "accounts",
            "balances",
            "declines",
            "holds",
            "journal_entries",
            "mandates",
            "postings",
        ];
        assert_eq!(tables, expected, "{power:?}");
        for (table, rows) in &news {
            let mark = match table.as_str() {
                "accounts" => format!("\"id\": \"{}\"", account.account),
                "declines" => format!("\"account_id\": \"{}\"", account.account),
                "balances" | "holds" | "postings" => format!("\"ledger_account_id\": {ledger_account}"),
                "mandates" => format!("\"id\": \"{mandate}\""),
                _ => continue,
            };
            assert!(rows.iter().all(|row| names(row, &mark)), "{power:?} {table}: {rows:?}");
        }
        for rows in news.values() {
            assert!(
                !rows.iter().any(|row| row.contains(&hidden.account.to_string())),
                "{power:?}"
            );
        }
        // An account's entries are exactly those that it has a side of.
        assert_eq!(news["journal_entries"].len(), news["postings"].len(), "{power:?}");
        // Her programs do not come in this way, nor does whoever was a stranger at the beginning.
        let (user, customer) = (dora.signed.user, dora.signed.customer);
        let program = seen_by(&bank, Acting::program(user, customer)).await;
        for table in ["accounts", "balances", "postings", "holds", "declines"] {
            assert_eq!(program[table], before[table], "{power:?} {table}");
        }
        person.does(EndMandate { mandate }).await.unwrap();
        let ended = more(&before, &seen_by(&bank, dora.acting()).await);
        let tables: Vec<&str> = ended.keys().map(String::as_str).collect();
        assert_eq!(tables, ["mandates"], "{power:?}: what is left is that there was one");
    }
}

fn private(account: &AccountView) -> Vec<String> {
    vec![account.iban.as_str().to_owned(), account.account.to_string()]
}

async fn everything(bank: &TestBank) -> Seen {
    let owner = bank.database.owner().await;
    let mut all = Seen::new();
    for table in forced(&owner).await {
        // When a mandate was used last is written by looking, too.
        if !THE_BANKS.contains(&table.as_str()) && table != "mandates" {
            all.insert(table.clone(), rows(&owner, &table).await);
        }
    }
    all
}

#[tokio::test]
async fn without_the_first_wall_a_holder_gets_nothing_but_what_was_granted() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names_of(&bank, &anna).await;
    let granted: AccountId = serde_json::from_value(names.other_account.clone()).unwrap();
    let hers = anna
        .does(bank_contract::accounts::ListAccounts {})
        .await
        .unwrap()
        .accounts;
    let hidden = hers.iter().find(|account| account.account != granted).unwrap();
    let dora = bank.customer("Dora Delegate").await;
    dora.has(1_000).await;
    anna.lets(&dora, &[granted], bounds(500, None)).await;
    let open = bank.without_first_wall().await;
    let before = everything(&bank).await;
    let mut tried = 0;
    for entry in open
        .registry()
        .all()
        .filter(|entry| entry.facts.access == Access::Customer)
    {
        let name = entry.facts.named.name;
        if entry.objects(input(name, &names)).unwrap().is_empty() {
            continue;
        }
        tried += 1;
        match entry.run_json(&open, &dora.visit, input(name, &names)).await {
            Err(error) => {
                let own_words = matches!(error, BankError::LastPasskey | BankError::BeyondMandate);
                assert!(error == BankError::NotFound || own_words, "{name}: {error:?}");
            }
            Ok(outcome) => {
                let Answer::Done(output) = outcome.answer else {
                    panic!("{name} waits for a yes to what is not theirs")
                };
                let told = output.to_string();
                assert!(
                    !private(hidden).iter().any(|word| told.contains(word)),
                    "{name}: {told}"
                );
            }
        }
        assert_eq!(everything(&bank).await, before, "{name}");
    }
    assert!(tried >= 15, "{tried}");
    bank.books().await;
}

fn party(account: i64, owner: Option<CustomerId>) -> Party {
    Party {
        account: LedgerAccountId(account),
        owner,
        name: String::new(),
        iban: None,
    }
}

async fn posts(
    bank: &TestBank,
    who: &Person<'_>,
    from: &Party,
    to: &Party,
    minor: i64,
    reverses: Option<EntryId>,
) -> Result<(), StorageError> {
    let entry = NewEntry {
        entry: EntryId(bank.chance.id(bank.now())),
        kind: EntryKind::Transfer,
        booking_date: None,
        value_date: None,
        at: bank.now(),
        reference: String::new(),
        operation: "test",
        caller: None,
        reverses,
        request: None,
        limits: None,
        postings: movement(from, to, minor, Currency::Eur),
    };
    let tx = bank.hallway.database().begin(who.acting()).await.unwrap();
    let told = ledger::post(&bank.keyed(&tx), &entry).await.map(|_| ());
    tx.rollback().await.unwrap();
    told
}

#[tokio::test]
async fn the_posting_function_lets_a_holder_take_what_the_mandate_says_and_no_more() {
    let bank = TestBank::open().await;
    let [anna, ben] = furnish(&bank).await;
    let hidden = bank.ledger_account(&anna.person.has(3_000).await).await.0;
    let owner = Some(anna.person.signed.customer);
    let (hers, other) = (party(anna.ledger_account, owner), party(hidden, owner));
    let his = party(ben.ledger_account, Some(ben.person.signed.customer));
    let dora = bank.customer("Dora Delegate").await;
    let deposit = anna.person.deposits(&anna.account, 10).await.entry;
    let taken = async |from: &Party, minor, reverses| {
        let told = posts(&bank, &dora, from, &his, minor, reverses).await;
        match told {
            Ok(()) => true,
            Err(StorageError::NotTheirs) => false,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert!(!taken(&hers, 1, None).await, "without a mandate");
    for (power, within, beyond, back) in [
        (Power::View, false, false, false),
        (bounds(500, None), true, false, false),
        (Power::Joint, true, true, true),
    ] {
        let account = anna.account.account;
        let mandate = anna.person.lets(&dora, &[account], power.clone()).await;
        assert_eq!(taken(&hers, 500, None).await, within, "{power:?}");
        assert_eq!(taken(&hers, 501, None).await, beyond, "{power:?}");
        assert_eq!(taken(&hers, 10, Some(deposit)).await, back, "{power:?}");
        assert!(
            !taken(&other, 1, None).await,
            "{power:?}: an account that was not granted"
        );
        anna.person.does(EndMandate { mandate }).await.unwrap();
        assert!(!taken(&hers, 1, None).await, "{power:?}: it has ended");
        let last = bank.now().date_naive() + chrono::TimeDelta::days(1);
        let until = anna
            .person
            .lets_until(&dora, &[account], power.clone(), Some(last))
            .await;
        bank.wait(chrono::TimeDelta::days(2));
        assert!(!taken(&hers, 1, None).await, "{power:?}: its last day is over");
        anna.person.does(EndMandate { mandate: until }).await.unwrap();
    }
}

#[tokio::test]
async fn mandates_are_neither_forged_nor_made_wider_by_sql_of_the_apps() {
    let bank = TestBank::open().await;
    let (anna, dora) = (bank.customer("Anna Weber").await, bank.customer("Dora Delegate").await);
    let account = anna.has(100).await.account;
    let mandate = anna.lets(&dora, &[account], bounds(500, Some(900))).await;
    let (user, customer) = (dora.signed.user, anna.signed.customer);
    let forged = format!(
        "INSERT INTO mandates (id, grantor_id, granted_by, kind, name, all_accounts, accounts, offer_ends_at, created_at, \
         accepted_at, holder_user, holder_id) VALUES (gen_random_uuid(), '{customer}', '{user}', 'view', 'n', true, '{{}}', \
         now(), now(), now(), '{user}', '{}')",
        dora.signed.customer
    );
    let run = async |who: &Person<'_>, sql: &str| {
        let tx = bank.hallway.database().begin(who.acting()).await.unwrap();
        let told = tx.execute_unprepared(sql).await.map(|done| done.rows_affected());
        tx.rollback().await.unwrap();
        told.map_err(|error| error.to_string())
    };
    assert!(run(&dora, &forged).await.unwrap_err().contains("row-level security"));
    let as_anna = forged.replacen(&format!("'{user}'"), &format!("'{}'", anna.signed.user), 1);
    assert!(
        run(&anna, &as_anna).await.unwrap_err().contains("row-level security"),
        "accepted by nobody"
    );
    assert_eq!(
        run(&dora, "UPDATE mandates SET payees = payees").await,
        Ok(0),
        "the holder changes nothing"
    );
    for wider in [
        "pay_up_to = 501",
        "total_max = 901",
        "total_max = NULL, total_per = NULL",
        "total_per = 'day'",
        "all_accounts = true, accounts = '{}'",
        "accounts = accounts || gen_random_uuid()",
    ] {
        let told = run(&anna, &format!("UPDATE mandates SET {wider} WHERE id = '{mandate}'")).await;
        assert!(told.unwrap_err().contains("is not made wider"), "{wider}");
    }
    assert_eq!(
        run(&anna, "UPDATE mandates SET pay_up_to = 499, total_max = 899").await,
        Ok(1)
    );
    let refused = run(&anna, "UPDATE mandates SET kind = 'joint'").await.unwrap_err();
    assert!(refused.contains("permission denied"), "{refused}");
    // Somebody else's mandate is neither accepted, left, used nor asked by.
    let eve = bank.customer("Eve Stranger").await;
    let tx = bank.hallway.database().begin(eve.acting()).await.unwrap();
    let now = bank.now();
    assert!(!bank_storage::mandates::accept(&tx, mandate, None, now).await.unwrap());
    assert!(!bank_storage::mandates::leave(&tx, mandate, now).await.unwrap());
    assert!(!bank_storage::mandates::use_now(&tx, mandate, now).await.unwrap());
    assert!(
        bank_storage::mandates::people(&bank.keyed(&tx))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        bank_storage::mandates::expire(&tx, now).await.unwrap().is_empty(),
        "the clock's"
    );
    tx.rollback().await.unwrap();
    anna.does(EndMandate { mandate }).await.unwrap();
    let told = run(&anna, "UPDATE mandates SET ended_at = NULL, ended_by = NULL").await;
    assert!(told.unwrap_err().contains("is not made wider"), "it has ended for good");
}
