//! The pipeline itself: strangers, foreign objects, doors, audit lines. Walks the whole registry.

use crate::bank::{Person, TestBank};
use bank_contract::assistant::Remember;
use bank_contract::{
    Access, BankError, ConversationId, CustomerId, Effect, EntryId, FactId, Iban, MandateId, SessionId, TokenId,
    UserId, compliance::SealAudit, compliance::VerifyAudit, mandates::GrantMandate, mandates::Power,
    tokens::CreateToken,
};
use bank_operations::{Caller, Door, Signed, Visit};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

/// A well-formed input for every operation, naming the given objects.
pub(crate) struct Names {
    pub(crate) account: Value,
    pub(crate) other_account: Value,
    iban: Iban,
    entry: EntryId,
    session: SessionId,
    passkey: Uuid,
    pending: Value,
    hash: String,
    pub(crate) token: TokenId,
    mandate: MandateId,
    conversation: ConversationId,
    fact: FactId,
}

pub(crate) fn input(operation: &str, names: &Names) -> Value {
    let money = json!({ "amount": "0.01", "currency": "EUR" });
    let key = Uuid::from_bytes([9; 16]);
    match operation {
        "identity.start-sign-up" => json!({ "name": "Somebody", "kind": "person" }),
        "identity.start-sign-up-by-mail" => json!({ "name": "Somebody", "email": "somebody@example.org" }),
        "identity.choose-sign-up-password" => json!({ "ceremony": key, "password": "kettle orbit mango tin" }),
        "notifications.show-sign-up-mail" => json!({ "ceremony": key }),
        "identity.turn-off" => json!({ "what": "both" }),
        "identity.finish-sign-up" | "identity.finish-sign-in" => json!({ "ceremony": key, "credential": {} }),
        "identity.finish-adding-passkey" => json!({ "ceremony": key, "credential": {}, "name": "Key" }),
        "identity.start-password-sign-in" => json!({ "email": "nobody@example.org", "password": "x" }),
        "identity.confirm-sign-up-address"
        | "identity.finish-sign-up-by-mail"
        | "identity.finish-password-sign-in"
        | "identity.finish-totp"
        | "identity.confirm-email" => json!({ "ceremony": key, "code": "123456" }),
        "identity.set-password" => json!({ "password": "kettle orbit mango tin" }),
        "identity.renew-recovery-codes" => json!({ "code": "123456" }),
        "identity.set-email" | "identity.request-recovery" => json!({ "email": "nobody@example.org" }),
        "identity.finish-recovery" => {
            json!({ "ceremony": key, "mailed": "AAAA-AAAA", "code": "123456", "password": "kettle orbit mango tin" })
        }
        "identity.sign-in-demo" => json!({ "handle": "nobody" }),
        "identity.revoke-session" => json!({ "session": names.session }),
        "identity.lock-user" | "identity.unlock-user" | "identity.end-sessions" => json!({ "user": key }),
        "identity.rename-passkey" => json!({ "passkey": names.passkey, "name": "Key" }),
        "identity.remove-passkey" => json!({ "passkey": names.passkey }),
        "accounts.open" => json!({ "name": "Everyday", "product": "current", "currency": "EUR" }),
        "accounts.rename" => json!({ "account": names.account, "name": "Mine" }),
        "accounts.show" | "accounts.transactions" => json!({ "account": names.account }),
        "ledger.balance-at" => json!({ "account": names.account, "at": "2026-11-23T12:00:00" }),
        "ledger.reconcile" => json!({ "number": "2000", "currency": "EUR", "from": "2026-11-01", "to": "2026-11-30" }),
        "ledger.close-period" => json!({ "until": "2026-10-31" }),
        "tokens.create" => json!({ "name": "Bookkeeping", "days": 30 }),
        "mandates.grant" => json!({ "name": "Somebody", "accounts": [names.account], "power": { "may": "view" } }),
        "mandates.show" | "mandates.narrow" | "mandates.end" | "mandates.accept" => {
            json!({ "mandate": names.mandate })
        }
        "mandates.show-offer" => json!({ "code": "AAAA-AAAA-AAAA-AAAA" }),
        "tokens.revoke" => json!({ "token": names.token }),
        "transfers.check-payee" | "payees.trust" => json!({ "iban": names.iban, "name": "Somebody" }),
        "transfers.submit" => json!({ "from": names.account, "payee_name": "Somebody", "payee_iban": names.iban,
                                      "amount": money, "reference": "", "key": key }),
        "transfers.move" => json!({ "from": names.account, "to": names.other_account, "amount": money,
                                    "reference": "", "key": key }),
        "transfers.deposit" | "transfers.withdraw" => json!({ "account": names.account, "amount": money, "key": key }),
        "transfers.receipt" | "pending.show-proof" => json!({ "entry": names.entry }),
        "transfers.reverse" => json!({ "entry": names.entry, "key": key }),
        "assistant.say" => json!({ "conversation": names.conversation, "said": { "words": { "text": "Hello" } } }),
        "assistant.rate" => json!({ "conversation": names.conversation, "rating": "good" }),
        "assistant.show" | "assistant.export" | "assistant.delete" => json!({ "conversation": names.conversation }),
        "assistant.remember" => json!({ "word": "Mum", "meaning": "Anna Weber" }),
        "assistant.forget" => json!({ "fact": names.fact }),
        "backoffice.invite-staff" => json!({ "name": "Jonas" }),
        "backoffice.end-staff" => json!({ "staff": key }),
        "backoffice.enter" => json!({ "code": "00000-00000-00000-00000-00000" }),
        "care.show-case" | "care.close-case" => json!({ "case": key }),
        "care.answer-case" => json!({ "case": key, "text": "Good day." }),
        "help.show" => json!({ "slug": "nothing" }),
        "limits.set" => json!({ "channel": "everything", "daily_max": 1 }),
        "payees.end-trust" => json!({ "iban": names.iban }),
        "compliance.compare-head" => json!({ "length": 1, "head": "0".repeat(64) }),
        "pending.show" | "pending.cancel" => json!({ "pending": names.pending }),
        "pending.confirm" | "pending.start-signing" => json!({ "pending": names.pending, "hash": names.hash }),
        _ => json!({}),
    }
}

pub(crate) fn passkey(id: Uuid, user: UserId) -> bank_storage::identity::Passkey {
    bank_storage::identity::Passkey {
        id,
        user_id: user.0,
        credential_id: id.as_bytes().to_vec(),
        credential: json!({}),
        name: "Key".into(),
        synced: false,
        added_at: crate::bank::NOON.parse().unwrap(),
        last_used_at: None,
        last_used_from: None,
    }
}

/// Anna's objects, all of them real.
pub(crate) async fn names(bank: &TestBank, anna: &Person<'_>) -> Names {
    let ben = bank.customer("Ben Okafor").await;
    let (account, other, payee) = (anna.has(1_000).await, anna.has(0).await, ben.has(0).await);
    let receipt = anna.deposits(&account, 5).await;
    let view = anna
        .asks(anna.transfer(&account, &payee, "Ben Okafor", 1))
        .await
        .unwrap();
    let key = Uuid::from_bytes([1; 16]);
    anna.has_passkey(passkey(key, anna.signed.user)).await;
    let token = anna
        .agrees(CreateToken {
            name: "Bookkeeping".into(),
            pay_up_to: None,
            total: None,
            payees: Vec::new(),
            days: 30,
        })
        .await
        .unwrap();
    let offered = anna
        .agrees(GrantMandate {
            name: "Somebody".into(),
            email: None,
            accounts: Vec::new(),
            power: Power::View,
            until: None,
        })
        .await
        .unwrap();
    let turn = anna.says("Hello").await.unwrap();
    let remember = Remember {
        word: "Dad".into(),
        meaning: "Ben Okafor".into(),
    };
    Names {
        conversation: turn.conversation,
        fact: anna.does(remember).await.unwrap().fact,
        account: json!(account.account),
        other_account: json!(other.account),
        iban: payee.iban,
        entry: receipt.entry,
        session: anna.session(),
        passkey: key,
        pending: json!(view.pending),
        hash: view.hash,
        token: token.view.token,
        mandate: offered.view.mandate,
    }
}

#[tokio::test]
async fn strangers_are_refused_everywhere_but_at_public_operations() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names(&bank, &anna).await;
    let visit = Visit {
        caller: Caller::Stranger,
        door: Door::Browser,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    };
    for entry in bank.hallway.registry().all() {
        let name = entry.facts.named.name;
        let result = entry.run_json(&bank.hallway, &visit, input(name, &names)).await;
        match entry.facts.access {
            Access::Customer => assert_eq!(result.unwrap_err(), BankError::NotSignedIn, "{name}"),
            Access::Clock | Access::Staff | Access::Operator => {
                assert_eq!(result.unwrap_err(), BankError::NotAllowed, "{name}");
            }
            Access::Public => {
                let refused = result.err();
                let by_the_rule = matches!(refused, Some(BankError::NotSignedIn | BankError::NotAllowed));
                assert!(!by_the_rule, "{name}");
            }
        }
    }
    bank.books().await;
}

#[tokio::test]
async fn a_customer_gets_not_found_for_anothers_objects_and_the_owner_does_not() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names(&bank, &anna).await;
    let eve = bank.customer("Eve Stranger").await;
    eve.has(1_000).await;
    let mut naming = Vec::new();
    for entry in bank
        .hallway
        .registry()
        .all()
        .filter(|entry| entry.facts.access == Access::Customer)
    {
        let name = entry.facts.named.name;
        // These end the session that the next ones need.
        if matches!(name, "identity.sign-out" | "identity.sign-out-everywhere") {
            continue;
        }
        if !entry.objects(input(name, &names)).unwrap().is_empty() {
            let foreign = entry.run_json(&bank.hallway, &eve.visit, input(name, &names)).await;
            assert_eq!(foreign.unwrap_err(), BankError::NotFound, "{name}");
            naming.push(name);
        }
        // What comes after it needs the conversation.
        if name == "assistant.delete" {
            continue;
        }
        let own = entry.run_json(&bank.hallway, &anna.visit, input(name, &names)).await;
        assert_ne!(own.err(), Some(BankError::NotFound), "{name}");
    }
    assert!(naming.len() >= 15, "{naming:?}");
    bank.books().await;
}

#[tokio::test]
async fn customers_cannot_do_what_only_the_bank_itself_does() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names(&bank, &anna).await;
    for entry in bank
        .hallway
        .registry()
        .all()
        .filter(|entry| matches!(entry.facts.access, Access::Clock | Access::Staff | Access::Operator))
    {
        let name = entry.facts.named.name;
        let result = entry.run_json(&bank.hallway, &anna.visit, input(name, &names)).await;
        assert_eq!(result.unwrap_err(), BankError::NotAllowed, "{}", entry.facts.named.name);
    }
}

#[tokio::test]
async fn what_moves_money_has_a_key_and_what_has_a_key_moves_money() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names(&bank, &anna).await;
    for entry in bank.hallway.registry().all() {
        let has_key = input(entry.facts.named.name, &names).get("key").is_some();
        assert_eq!(
            has_key,
            entry.facts.effect == Effect::MovesMoney,
            "{}",
            entry.facts.named.name
        );
    }
}

#[tokio::test]
async fn malformed_input_is_refused_in_words_and_changes_nothing() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let entry = bank.hallway.registry().get("transfers.deposit").unwrap();
    let account = anna.has(0).await.account;
    for (amount, words) in [
        (json!({ "amount": "1.005", "currency": "EUR" }), "two decimals"),
        (
            json!({ "amount": "1000000000000000000", "currency": "EUR" }),
            "larger than the bank",
        ),
        (json!({ "amount": 5.0, "currency": "EUR" }), "expected a string"),
        (json!("5.00 EUR"), "expected struct"),
    ] {
        let body = json!({ "account": account, "amount": amount, "key": Uuid::nil() });
        match entry.run_json(&bank.hallway, &anna.visit, body).await {
            Err(BankError::Malformed { message }) => assert!(message.contains(words), "{message}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(bank.books().await.entries, 0);
}

async fn count(bank: &TestBank, sql: &str) -> i64 {
    count_of(&bank.database.owner().await, sql).await
}

pub(crate) async fn count_of(owner: &sea_orm::DatabaseConnection, sql: &str) -> i64 {
    let row = owner
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap()
        .unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn every_operation_leaves_its_audit_line_done_or_refused() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names(&bank, &anna).await;
    for entry in bank.hallway.registry().all() {
        let name = entry.facts.named.name;
        let visit = match entry.facts.access {
            Access::Clock => Visit::clock(),
            Access::Staff | Access::Operator => Visit::operator(),
            Access::Public | Access::Customer => anna.visit.clone(),
        };
        let sql = format!("SELECT count(*) FROM audit_lines WHERE operation = '{name}'");
        bank.hallway.flush_audit().await.unwrap();
        let before = count(&bank, &sql).await;
        let _ = entry.run_json(&bank.hallway, &visit, input(name, &names)).await;
        bank.hallway.flush_audit().await.unwrap();
        assert_eq!(count(&bank, &sql).await, before + 1, "{name}");
    }
}

#[tokio::test]
async fn the_audit_chain_holds_and_one_changed_line_is_found() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    anna.has(1_000).await;
    let sealed = bank.clock_runs(SealAudit {}).await.unwrap();
    assert!(sealed.length >= 3 && sealed.sealed == sealed.length);
    anna.opens(bank_contract::Currency::Eur).await;
    let more = bank.clock_runs(SealAudit {}).await.unwrap();
    assert!(more.length > sealed.length && more.head != sealed.head);
    assert_eq!(bank.clock_runs(VerifyAudit {}).await.unwrap().broken_at, None);

    let owner = bank.database.owner().await;
    owner
        .execute_unprepared("ALTER TABLE audit_lines DISABLE TRIGGER USER")
        .await
        .unwrap();
    let second = "(SELECT line_id FROM audit_chain WHERE position = 2)";
    owner
        .execute_unprepared(&format!("UPDATE audit_lines SET outcome = 'x' WHERE id = {second}"))
        .await
        .unwrap();
    assert_eq!(bank.clock_runs(VerifyAudit {}).await.unwrap().broken_at, Some(2));
}

#[tokio::test]
async fn audit_lines_and_answers_hold_no_names_and_no_amounts_of_what_was_asked() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    anna.has(4_711).await;
    let leaks = "SELECT count(*) FROM audit_lines l WHERE l::text ILIKE '%weber%' OR l::text LIKE '%47.11%'";
    assert_eq!(count(&bank, leaks).await, 0);
}

#[tokio::test]
async fn what_fails_half_way_leaves_nothing_behind() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(100).await;
    // That the payee is known now cannot be written, so the payment must not be either.
    let owner = bank.database.owner().await;
    owner
        .execute_unprepared("REVOKE INSERT ON paid_payees FROM larch_app")
        .await
        .unwrap();
    let ben = bank.customer("Ben Okafor").await;
    let to = ben.has(0).await;
    let view = anna.asks(anna.transfer(&account, &to, "Ben Okafor", 50)).await.unwrap();
    assert!(matches!(anna.confirms(&view).await, Err(BankError::Internal { .. })));
    assert_eq!((anna.booked(&account).await, ben.booked(&to).await), (100, 0));
    owner
        .execute_unprepared("GRANT INSERT ON paid_payees TO larch_app")
        .await
        .unwrap();
    assert!(
        anna.confirms(&view).await.is_ok(),
        "a fault on our side does not end the request"
    );
    bank.books().await;
}

#[tokio::test]
async fn an_invented_identity_finds_nothing() {
    let bank = TestBank::open().await;
    let nil = Uuid::nil();
    let caller = Caller::Customer(Signed {
        user: UserId(nil),
        customer: CustomerId(nil),
        session: SessionId(nil),
    });
    let visit = Visit {
        caller,
        door: Door::Browser,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    };
    let list = bank
        .hallway
        .run(&visit, bank_contract::accounts::ListAccounts {})
        .await
        .unwrap();
    assert!(list.answer.done().unwrap().accounts.is_empty());
    let open = bank_contract::accounts::OpenAccount {
        name: "x".into(),
        product: bank_contract::accounts::Product::default(),
        currency: bank_contract::Currency::Eur,
    };
    assert!(bank.hallway.run(&visit, open).await.is_err());
}
