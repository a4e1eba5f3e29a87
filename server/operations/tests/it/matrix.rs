//! Who may do what: every operation by everybody who can come through a door, beside what is expected of it. An
//! operation without a row here fails, and so does a row without an operation.

use crate::bank::{Person, TestBank};
use crate::hallway::{Names, input, names};
use bank_contract::tokens::NewToken;
use bank_contract::{Answer, BankError};
use bank_operations::Entry;
use bank_operations::{Caller, Door, Visit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who comes, in the order of the letters of a row:
/// a stranger, another customer, their program, the owner's reading program, the owner's paying program within its
/// bounds and beyond them, the clock, whoever runs the server, and the owner.
const CALLERS: usize = 9;

/// `-` has to sign in first, `!` may never, `0` is told that there is no such thing, `w` waits for the owner's yes,
/// `+` is let in: what comes of it is the operation's own business.
const EXPECTED: &[(&str, &str)] = &[
    ("accounts.list", "-+++++!!+"),
    ("accounts.open", "-+!!!!!!+"),
    ("accounts.rename", "-0!!!!!!+"),
    ("accounts.show", "-00+++!!+"),
    ("accounts.transactions", "-00+++!!+"),
    ("bankday.make-report", "!!!!!!++!"),
    ("bankday.open", "!!!!!!++!"),
    ("bankday.show-report", "!!!!!!!+!"),
    ("compliance.compare-head", "!!!!!!!+!"),
    ("compliance.seal-audit", "!!!!!!++!"),
    ("compliance.verify-audit", "!!!!!!++!"),
    ("identity.confirm-email", "-+!!!!!!+"),
    ("identity.demo-people", "++!!!!!!+"),
    ("identity.end-sessions", "!!!!!!!+!"),
    ("identity.finish-adding-passkey", "-+!!!!!!+"),
    ("identity.finish-password-sign-in", "++!!!!!!+"),
    ("identity.finish-recovery", "++!!!!!!+"),
    ("identity.finish-sign-in", "++!!!!!!+"),
    ("identity.finish-sign-up", "++!!!!!!+"),
    ("identity.finish-totp", "-+!!!!!!+"),
    ("identity.keep-alive", "-+!!!!!!+"),
    ("identity.lock-user", "!!!!!!!0!"),
    ("identity.remove-passkey", "-0!!!!!!+"),
    ("identity.rename-passkey", "-0!!!!!!+"),
    ("identity.renew-recovery-codes", "-+!!!!!!+"),
    ("identity.request-recovery", "++!!!!!!+"),
    ("identity.revoke-session", "-0!!!!!!+"),
    ("identity.set-email", "-+!!!!!!+"),
    ("identity.set-password", "-+!!!!!!+"),
    ("identity.show-factors", "-+!!!!!!+"),
    ("identity.show-profile", "-+!!!!!!+"),
    ("identity.sign-in-demo", "00!!!!!!0"),
    ("identity.sign-out", "-+!!!!!!+"),
    ("identity.sign-out-everywhere", "-+!!!!!!+"),
    ("identity.start-adding-passkey", "-w!!!!!!w"),
    ("identity.start-password-sign-in", "++!!!!!!+"),
    ("identity.start-sign-in", "++!!!!!!+"),
    ("identity.start-sign-up", "++!!!!!!+"),
    ("identity.start-totp", "-w!!!!!!w"),
    ("identity.sweep-sessions", "!!!!!!++!"),
    ("identity.unlock-user", "!!!!!!!0!"),
    ("identity.who-am-i", "++!!!!!!+"),
    ("ledger.balance-at", "-00+++!!+"),
    ("ledger.check-books", "!!!!!!++!"),
    ("ledger.close-period", "!!!!!!!+!"),
    ("ledger.expire-holds", "!!!!!!++!"),
    ("ledger.reconcile", "!!!!!!!+!"),
    ("ledger.trial-balance", "!!!!!!!+!"),
    ("limits.set", "-+!!!!!!+"),
    ("limits.show", "-+!!!!!!+"),
    ("notifications.deliver", "!!!!!!++!"),
    ("notifications.send-mail", "!!!!!!++!"),
    ("notifications.show-mailbox", "-+!!!!!!+"),
    ("payees.end-trust", "-+!!!!!!+"),
    ("payees.list-trusted", "-+!!!!!!+"),
    ("payees.trust", "-w!!!!!!w"),
    ("pending.cancel", "-0!!!!!!+"),
    ("pending.confirm", "-0!!!!!!+"),
    ("pending.expire", "!!!!!!++!"),
    ("pending.list", "-+++++!!+"),
    ("pending.show", "-00+++!!+"),
    ("pending.show-proof", "-00+++!!+"),
    ("pending.start-signing", "-0!!!!!!+"),
    ("tokens.create", "-w!!!!!!w"),
    ("tokens.list", "-+!!!!!!+"),
    ("tokens.revoke", "-0!!!!!!+"),
    ("transfers.check-payee", "-+++++!!+"),
    ("transfers.deposit", "-0!!!!!!+"),
    ("transfers.move", "-00!+w!!w"),
    ("transfers.receipt", "-00+++!!+"),
    ("transfers.reverse", "-0!!!!!!!"),
    ("transfers.submit", "-00!+w!!w"),
    ("transfers.withdraw", "-0!!!!!!+"),
];

fn letter(result: &Result<bank_operations::Outcome<Value>, BankError>) -> char {
    match result {
        Err(BankError::NotSignedIn) => '-',
        Err(BankError::NotAllowed) => '!',
        Err(BankError::NotFound) => '0',
        Ok(outcome) if matches!(outcome.answer, Answer::Waits(_)) => 'w',
        Ok(_) | Err(_) => '+',
    }
}

struct House<'a> {
    bank: &'a TestBank,
    anna: Person<'a>,
    eve: Person<'a>,
    eves: NewToken,
    reads: NewToken,
    pays: NewToken,
    names: Names,
}

impl<'a> House<'a> {
    async fn build(bank: &'a TestBank) -> Self {
        let anna = bank.customer("Anna Weber").await;
        let names = names(bank, &anna).await;
        let eve = bank.customer("Eve Stranger").await;
        eve.has(1_000).await;
        Self {
            eves: eve.lets_in(Some(1), &[]).await,
            reads: anna.lets_in(None, &[]).await,
            pays: anna.lets_in(Some(1), &[]).await,
            bank,
            anna,
            eve,
            names,
        }
    }

    async fn program(&self, token: &NewToken) -> Visit {
        Visit {
            caller: self.bank.hallway.program_of(&token.secret, false).await.unwrap(),
            door: Door::Rest,
            device: String::new(),
        }
    }

    /// A row, caller by caller. The owner comes last: some operations end what the others need.
    async fn row(&self, entry: &Entry) -> String {
        let stranger = Visit {
            caller: Caller::Stranger,
            ..self.anna.visit.clone()
        };
        let name = entry.facts.named.name;
        let plain = input(name, &self.names);
        let visits: [(Visit, Value); CALLERS] = [
            (stranger, plain.clone()),
            (self.eve.visit.clone(), plain.clone()),
            (self.program(&self.eves).await, plain.clone()),
            (self.program(&self.reads).await, keyed(&plain, 1, "0.01")),
            (self.program(&self.pays).await, keyed(&plain, 2, "0.01")),
            (self.program(&self.pays).await, keyed(&plain, 3, "0.02")),
            (Visit::clock(), plain.clone()),
            (Visit::operator(), plain.clone()),
            (self.anna.visit.clone(), keyed(&plain, 4, "0.01")),
        ];
        let mut row = String::with_capacity(CALLERS);
        for (visit, input) in visits {
            row.push(letter(&entry.run_json(&self.bank.hallway, &visit, input).await));
        }
        row
    }
}

/// With another key and amount, where there is one.
fn keyed(input: &Value, key: u8, amount: &str) -> Value {
    let mut input = input.clone();
    if input.get("key").is_some() {
        input["key"] = json!(Uuid::from_bytes([key; 16]));
    }
    if input.get("amount").is_some() {
        input["amount"]["amount"] = json!(amount);
    }
    input
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let names: Vec<&str> = bank_operations::Registry::complete()
        .all()
        .map(|entry| entry.facts.named.name)
        .collect();
    let mut found = BTreeMap::new();
    for some in names.chunks(4) {
        let rows = some.iter().map(|name| async move {
            let bank = TestBank::open().await;
            let house = House::build(&bank).await;
            let entry = *bank.hallway.registry().get(name).unwrap();
            let row = house.row(&entry).await;
            bank.books().await;
            (*name, row)
        });
        found.extend(futures::future::join_all(rows).await);
    }
    let expected: BTreeMap<&str, String> = EXPECTED.iter().map(|(name, row)| (*name, (*row).to_owned())).collect();
    let wrong: Vec<_> = found
        .iter()
        .filter(|(name, row)| expected.get(*name) != Some(*row))
        .map(|(name, row)| format!("    (\"{name}\", \"{row}\"),"))
        .collect();
    assert!(wrong.is_empty(), "found otherwise than expected:\n{}", wrong.join("\n"));
    let without: Vec<_> = expected.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(without.is_empty(), "rows without an operation: {without:?}");
}
