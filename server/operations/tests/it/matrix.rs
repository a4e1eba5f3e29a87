//! Who may do what: every operation by everybody who can come through a door, beside what is expected of it. An
//! operation without a row here fails, and so does a row without an operation.

use crate::bank::{Person, TestBank, euro};
use crate::hallway::{Names, input, names};
use bank_contract::limits::Bounds;
use bank_contract::mandates::{EndMandate, Power};
use bank_contract::tokens::NewToken;
use bank_contract::{AccountId, Answer, BankError};
use bank_operations::Entry;
use bank_operations::{Caller, Door, Visit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who comes, in the order of the letters of a row:
/// a stranger, another customer, their program, the owner's reading program, the owner's paying program within its
/// bounds and beyond them, the clock, whoever runs the server, somebody who works there; people who hold mandates of the owner's: a delegate within
/// their bounds and beyond them, one who may only look, a joint holder, and one whose mandate has ended; and the owner.
const CALLERS: usize = 15;

/// `-` has to sign in first, `!` may never, `0` is told that there is no such thing, `w` waits for the caller's own yes, or
/// for that of a program's user, `a` for that of the owner who was asked, `v` may look and no more, `o` is told that only
/// the owner can, `b` is beyond the mandate, `+` is let in: what comes of it is the operation's own business.
const EXPECTED: &[(&str, &str)] = &[
    ("accounts.list", "-+++++!!!++++++"),
    ("accounts.open", "-+!!!!!!!++++++"),
    ("accounts.rename", "-0!!!!!!!oooo0+"),
    ("accounts.show", "-00+++!!!++++0+"),
    ("accounts.transactions", "-00+++!!!++++0+"),
    ("assistant.delete", "-0!!!!!!!00000+"),
    ("assistant.export", "-0!!!!!!!00000+"),
    ("assistant.forget", "-0!!!!!!!00000+"),
    ("assistant.list", "-+!!!!!!!++++++"),
    ("assistant.rate", "-0!!!!!!!00000+"),
    ("assistant.remember", "-+!!!!!!!++++++"),
    ("assistant.say", "-0!!!!!!!00000+"),
    ("assistant.show", "-0!!!!!!!00000+"),
    ("assistant.show-memory", "-+!!!!!!!++++++"),
    ("backoffice.end-staff", "!!!!!!!0!!!!!!!"),
    ("backoffice.enter", "++!!!!!!+++++++"),
    ("backoffice.invite-staff", "!!!!!!!+!!!!!!!"),
    ("backoffice.leave", "!!!!!!!++!!!!!!"),
    ("backoffice.list-staff", "!!!!!!!+!!!!!!!"),
    ("backoffice.who-am-i", "!!!!!!!++!!!!!!"),
    ("bankday.make-report", "!!!!!!++!!!!!!!"),
    ("bankday.open", "!!!!!!++!!!!!!!"),
    ("bankday.show-report", "!!!!!!!+!!!!!!!"),
    ("care.answer-case", "!!!!!!!00!!!!!!"),
    ("care.close-case", "!!!!!!!00!!!!!!"),
    ("care.list-cases", "!!!!!!!++!!!!!!"),
    ("care.show-case", "!!!!!!!00!!!!!!"),
    ("compliance.compare-head", "!!!!!!!+!!!!!!!"),
    ("compliance.seal-audit", "!!!!!!++!!!!!!!"),
    ("compliance.verify-audit", "!!!!!!++!!!!!!!"),
    ("help.list", "++!!!!!!+++++++"),
    ("help.show", "00!!!!!!0000000"),
    ("identity.choose-sign-up-password", "++!!!!!!+++++++"),
    ("identity.confirm-email", "-+!!!!!!!++++++"),
    ("identity.confirm-sign-up-address", "++!!!!!!+++++++"),
    ("identity.demo-people", "++!!!!!!+++++++"),
    ("identity.end-sessions", "!!!!!!!+!!!!!!!"),
    ("identity.finish-adding-passkey", "-+!!!!!!!++++++"),
    ("identity.finish-password-sign-in", "++!!!!!!+++++++"),
    ("identity.finish-recovery", "++!!!!!!+++++++"),
    ("identity.finish-sign-in", "++!!!!!!+++++++"),
    ("identity.finish-sign-up", "++!!!!!!+++++++"),
    ("identity.finish-sign-up-by-mail", "++!!!!!!+++++++"),
    ("identity.finish-totp", "-+!!!!!!!++++++"),
    ("identity.keep-alive", "-+!!!!!!!++++++"),
    ("identity.lock-user", "!!!!!!!0!!!!!!!"),
    ("identity.remove-passkey", "-0!!!!!!!00000+"),
    ("identity.rename-passkey", "-0!!!!!!!00000+"),
    ("identity.renew-recovery-codes", "-+!!!!!!!++++++"),
    ("identity.request-recovery", "++!!!!!!+++++++"),
    ("identity.revoke-session", "-0!!!!!!!00000w"),
    ("identity.set-email", "-w!!!!!!!wwwwww"),
    ("identity.set-password", "-+!!!!!!!++++++"),
    ("identity.show-factors", "-+!!!!!!!++++++"),
    ("identity.show-profile", "-+!!!!!!!++++++"),
    ("identity.sign-in-demo", "00!!!!!!0000000"),
    ("identity.sign-out", "-+!!!!!!!++++++"),
    ("identity.sign-out-everywhere", "-+!!!!!!!++++++"),
    ("identity.start-adding-passkey", "-w!!!!!!!wwwwww"),
    ("identity.start-password-sign-in", "++!!!!!!+++++++"),
    ("identity.start-sign-in", "++!!!!!!+++++++"),
    ("identity.start-sign-up", "++!!!!!!+++++++"),
    ("identity.start-sign-up-by-mail", "++!!!!!!+++++++"),
    ("identity.start-totp", "-w!!!!!!!wwwwww"),
    ("identity.sweep-sessions", "!!!!!!++!!!!!!!"),
    ("identity.turn-off", "-+!!!!!!!++++++"),
    ("identity.unlock-user", "!!!!!!!0!!!!!!!"),
    ("identity.who-am-i", "++!!!!!!+++++++"),
    ("ledger.balance-at", "-00+++!!!++++0+"),
    ("ledger.check-books", "!!!!!!++!!!!!!!"),
    ("ledger.close-period", "!!!!!!!+!!!!!!!"),
    ("ledger.expire-holds", "!!!!!!++!!!!!!!"),
    ("ledger.reconcile", "!!!!!!!+!!!!!!!"),
    ("ledger.trial-balance", "!!!!!!!+!!!!!!!"),
    ("limits.set", "-+!!!!!!!++++++"),
    ("limits.show", "-+!!!!!!!++++++"),
    ("mandates.accept", "-0!!!!!!!00000+"),
    ("mandates.end", "-0!!!!!!!00000+"),
    ("mandates.expire", "!!!!!!++!!!!!!!"),
    ("mandates.grant", "-0!!!!!!!oooo0w"),
    ("mandates.list", "-+!!!!!!!++++++"),
    ("mandates.narrow", "-0!!!!!!!00000+"),
    ("mandates.show", "-0!!!!!!!00000+"),
    ("mandates.show-offer", "-+!!!!!!!++++++"),
    ("notifications.deliver", "!!!!!!++!!!!!!!"),
    ("notifications.send-mail", "!!!!!!++!!!!!!!"),
    ("notifications.show-mailbox", "-+!!!!!!!++++++"),
    ("notifications.show-sign-up-mail", "++!!!!!!+++++++"),
    ("payees.end-trust", "-+!!!!!!!++++++"),
    ("payees.list-trusted", "-+!!!!!!!++++++"),
    ("payees.trust", "-w!!!!!!!wwwwww"),
    ("pending.cancel", "-0!!!!!!!00000+"),
    ("pending.confirm", "-0!!!!!!!00000+"),
    ("pending.expire", "!!!!!!++!!!!!!!"),
    ("pending.list", "-+++++!!!++++++"),
    ("pending.show", "-00+++!!!00000+"),
    ("pending.show-proof", "-00+++!!!++++0+"),
    ("pending.start-signing", "-0!!!!!!!00000+"),
    ("tokens.create", "-w!!!!!!!wwwwww"),
    ("tokens.list", "-+!!!!!!!++++++"),
    ("tokens.revoke", "-0!!!!!!!00000+"),
    ("transfers.check-payee", "-+++++!!!++++++"),
    ("transfers.deposit", "-0!!!!!!!bbv+0+"),
    ("transfers.move", "-00!+w!!!wavw0w"),
    ("transfers.receipt", "-00+++!!!++++0+"),
    ("transfers.reverse", "-0!!!!!!!bbv!0!"),
    ("transfers.submit", "-00!+w!!!wavw0w"),
    ("transfers.withdraw", "-0!!!!!!!bbvw0+"),
];

fn letter(result: &Result<bank_operations::Outcome<Value>, BankError>) -> char {
    match result {
        Err(BankError::NotSignedIn) => '-',
        Err(BankError::NotAllowed) => '!',
        Err(BankError::NotFound) => '0',
        Err(BankError::ViewOnly) => 'v',
        Err(BankError::OwnerOnly) => 'o',
        Err(BankError::BeyondMandate) => 'b',
        Ok(outcome) => match &outcome.answer {
            Answer::Waits(view) if view.decided_by_other => 'a',
            Answer::Waits(_) => 'w',
            Answer::Done(_) => '+',
        },
        Err(_) => '+',
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
    delegate: Person<'a>,
    viewer: Person<'a>,
    joint: Person<'a>,
    former: Person<'a>,
}

impl<'a> House<'a> {
    async fn build(bank: &'a TestBank) -> Self {
        let anna = bank.customer("Anna Weber").await;
        let names = names(bank, &anna).await;
        let eve = bank.customer("Eve Stranger").await;
        eve.has(1_000).await;
        let both: Vec<AccountId> = [&names.account, &names.other_account]
            .map(|account| serde_json::from_value(account.clone()).unwrap())
            .into();
        let within = Bounds {
            pay_up_to: euro(1),
            total: None,
            payees: Vec::new(),
        };
        let [delegate, viewer, joint, former] = [
            bank.customer("Dora Delegate").await,
            bank.customer("Vera Viewer").await,
            bank.customer("Jon Joint").await,
            bank.customer("Fay Former").await,
        ];
        anna.lets(&delegate, &both, Power::Pay(within)).await;
        anna.lets(&viewer, &both, Power::View).await;
        anna.lets(&joint, &both, Power::Joint).await;
        let ended = anna.lets(&former, &both, Power::Joint).await;
        anna.does(EndMandate { mandate: ended }).await.unwrap();
        Self {
            delegate,
            viewer,
            joint,
            former,
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
            network: String::new(),
            aloud: bank_operations::Aloud::default(),
        }
    }

    /// What a program is told at the door of agents, which has to be what it is told at the REST door: its tools are the
    /// same operations, for the same tokens.
    async fn by_tool(&self, entry: &Entry, visit: &Visit, input: &Value, key: u8) -> char {
        let visit = Visit {
            door: Door::Mcp,
            ..visit.clone()
        };
        letter(&entry.run_json(&self.bank.hallway, &visit, rekeyed(input, key)).await)
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
            (self.bank.staff("Jonas").await, plain.clone()),
            (self.delegate.visit.clone(), keyed(&plain, 5, "0.01")),
            (self.delegate.visit.clone(), keyed(&plain, 6, "0.02")),
            (self.viewer.visit.clone(), keyed(&plain, 7, "0.01")),
            (self.joint.visit.clone(), keyed(&plain, 8, "0.01")),
            (self.former.visit.clone(), keyed(&plain, 9, "0.01")),
            (self.anna.visit.clone(), keyed(&plain, 4, "0.01")),
        ];
        let mut row = String::with_capacity(CALLERS);
        for (key, (visit, input)) in (100..).zip(visits) {
            let by_tool = match visit.door {
                Door::Rest => Some(self.by_tool(entry, &visit, &input, key).await),
                _ => None,
            };
            let told = letter(&entry.run_json(&self.bank.hallway, &visit, input).await);
            if let Some(by_tool) = by_tool {
                assert_eq!(by_tool, told, "{name} for an agent, and for a program");
            }
            row.push(told);
        }
        row
    }
}

/// With another key, where there is one.
fn rekeyed(input: &Value, key: u8) -> Value {
    let mut input = input.clone();
    if input.get("key").is_some() {
        input["key"] = json!(Uuid::from_bytes([key; 16]));
    }
    input
}

/// With another key and amount, where there is one.
fn keyed(input: &Value, key: u8, amount: &str) -> Value {
    let mut input = rekeyed(input, key);
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
