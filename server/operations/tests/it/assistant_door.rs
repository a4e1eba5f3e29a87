//! The assistant's own door: what reads runs, what changes waits for a yes in the browser, and the rest is refused.

use crate::bank::{TestBank, euro};
use crate::first_wall::everything;
use crate::hallway::{count_of, input, names, passkey};
use crate::talker::{Told, says};
use bank_contract::accounts::{ListAccounts, RenameAccount};
use bank_contract::assistant::{ListConversations, Part, Said, Say, ShowConversation};
use bank_contract::payees::TrustPayee;
use bank_contract::pending::{CancelPending, ConfirmPending, ListPending, PendingState, PendingView, ShowPending};
use bank_contract::transfers::{Deposit, ReversePayment};
use bank_contract::{Access, Answer, BankError, Consent, Doorway, Effect, Facts, IdempotencyKey};
use bank_operations::assistant::Turned;
use bank_operations::hallway::Turnstile;
use bank_operations::{Caller, Door, Visit};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Of what customers may do: `r` reads and runs, `w` waits for a yes, `!` is refused through this door. An operation that
/// is not here fails, and so does a row without an operation.
const EXPECTED: &[(&str, char)] = &[
    ("accounts.list", 'r'),
    ("accounts.open", 'w'),
    ("accounts.rename", 'w'),
    ("accounts.show", 'r'),
    ("accounts.transactions", 'r'),
    ("assistant.delete", '!'),
    ("assistant.export", '!'),
    ("assistant.forget", '!'),
    ("assistant.list", '!'),
    ("assistant.rate", '!'),
    ("assistant.remember", '!'),
    ("assistant.say", '!'),
    ("assistant.show", '!'),
    ("assistant.show-memory", '!'),
    ("backoffice.enter", '!'),
    ("help.list", 'r'),
    ("help.show", 'r'),
    ("identity.choose-sign-up-password", '!'),
    ("identity.confirm-email", '!'),
    ("identity.confirm-sign-up-address", '!'),
    ("identity.demo-people", 'r'),
    ("identity.finish-adding-passkey", '!'),
    ("identity.finish-password-sign-in", '!'),
    ("identity.finish-recovery", '!'),
    ("identity.finish-sign-in", '!'),
    ("identity.finish-sign-up", '!'),
    ("identity.finish-sign-up-by-mail", '!'),
    ("identity.finish-totp", '!'),
    ("identity.keep-alive", 'r'),
    ("identity.remove-passkey", 'w'),
    ("identity.rename-passkey", 'w'),
    ("identity.renew-recovery-codes", '!'),
    ("identity.request-recovery", '!'),
    ("identity.revoke-session", 'w'),
    ("identity.set-email", 'w'),
    ("identity.set-password", '!'),
    ("identity.show-factors", 'r'),
    ("identity.show-profile", 'r'),
    ("identity.sign-in-demo", '!'),
    ("identity.sign-out", 'w'),
    ("identity.sign-out-everywhere", 'w'),
    ("identity.start-adding-passkey", '!'),
    ("identity.start-password-sign-in", '!'),
    ("identity.start-sign-in", '!'),
    ("identity.start-sign-up", '!'),
    ("identity.start-sign-up-by-mail", '!'),
    ("identity.start-totp", '!'),
    ("identity.turn-off", 'w'),
    ("identity.who-am-i", 'r'),
    ("ledger.balance-at", 'r'),
    ("limits.set", 'w'),
    ("limits.show", 'r'),
    ("mandates.accept", '!'),
    ("mandates.end", 'w'),
    ("mandates.grant", 'w'),
    ("mandates.list", 'r'),
    ("mandates.narrow", 'w'),
    ("mandates.show", 'r'),
    ("mandates.show-offer", '!'),
    ("notifications.show-mailbox", 'r'),
    ("notifications.show-sign-up-mail", 'r'),
    ("payees.end-trust", 'w'),
    ("payees.list-trusted", 'r'),
    ("payees.trust", 'w'),
    ("pending.cancel", 'w'),
    ("pending.confirm", '!'),
    ("pending.list", 'r'),
    ("pending.show", 'r'),
    ("pending.show-proof", 'r'),
    ("pending.start-signing", '!'),
    ("tokens.create", 'w'),
    ("tokens.list", 'r'),
    ("tokens.revoke", 'w'),
    ("transfers.check-payee", 'r'),
    ("transfers.deposit", 'w'),
    ("transfers.move", 'w'),
    ("transfers.receipt", 'r'),
    ("transfers.reverse", 'w'),
    ("transfers.submit", 'w'),
    ("transfers.withdraw", 'w'),
];

/// Whatever may wait says in words what it is, and the customer could give the yes that it waits for.
fn is_a_card(name: &str, facts: &Facts, card: &PendingView) {
    assert!(card.summary.title.chars().count() > 5, "{name}: {card:?}");
    assert!(!card.summary.when.is_empty(), "{name}: {card:?}");
    assert!(card.missing >= Consent::Confirm, "{name}");
    // The demo people press in place of signing.
    assert!(card.missing >= facts.consent.min(Consent::Confirm), "{name}");
    assert_eq!((card.operation.as_str(), card.state), (name, PendingState::Waiting));
    if facts.effect == Effect::MovesMoney {
        assert!(card.summary.amount.is_some(), "{name}");
    }
}

#[tokio::test]
async fn reads_run_changes_wait_with_a_summary_and_nothing_changes_for_any_operation_there_is() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names(&bank, &anna).await;
    // What some of them need to have something to do.
    anna.has_passkey(passkey(Uuid::from_bytes([7; 16]), anna.signed.user))
        .await;
    let iban = input("payees.end-trust", &names)["iban"].clone();
    let trust = TrustPayee {
        iban: serde_json::from_value(iban).unwrap(),
        name: "Ben Okafor".into(),
    };
    anna.agrees(trust).await.unwrap();
    let cleo = bank.customer("Cleo Martin").await;
    let (from, to) = (cleo.has(1_000).await, anna.has(0).await);
    let paid = cleo.agrees(cleo.transfer(&from, &to, "Anna Weber", 100)).await.unwrap();

    let visit = Visit {
        door: Door::Assistant,
        ..anna.visit.clone()
    };
    let before = everything(&bank).await;
    let mut found = BTreeMap::new();
    for entry in bank.hallway.registry().all() {
        let name = entry.facts.named.name;
        let mut input = input(name, &names);
        if name == "transfers.reverse" {
            input["entry"] = json!(paid.entry);
        }
        let result = entry.run_json(&bank.hallway, &visit, input).await;
        if matches!(entry.facts.access, Access::Clock | Access::Staff | Access::Operator) {
            assert_eq!(result.unwrap_err(), BankError::NotAllowed, "{name}");
            continue;
        }
        let letter = match result {
            Err(BankError::NotAllowed) => '!',
            // An article that is not there, of those that read.
            Ok(_) | Err(BankError::NotFound) if entry.facts.effect == Effect::Reads => 'r',
            Ok(outcome) => {
                assert!(outcome.session.is_none(), "{name}");
                let Answer::Waits(card) = outcome.answer else {
                    panic!("{name} was done without a yes")
                };
                is_a_card(name, &entry.facts, &card);
                'w'
            }
            // It came as far as the risk step: there is nothing to turn off.
            Err(BankError::Invalid { .. }) if name == "identity.turn-off" => 'w',
            Err(other) => panic!("{name}: {other:?}"),
        };
        found.insert(name, letter);
    }
    let expected: BTreeMap<&str, char> = EXPECTED.iter().copied().collect();
    assert_eq!(found, expected);

    for (table, rows) in everything(&bank).await {
        let same = before.get(&table) == Some(&rows);
        // Requests wait, and how much goes unsigned is looked up under a lock that leaves a row of nothing.
        assert!(
            same || matches!(table.as_str(), "pending_operations" | "unsigned_usage"),
            "{table}"
        );
    }
    bank.books().await;
}

#[tokio::test]
async fn nobody_but_a_customer_comes_through_it() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let token = anna.lets_in(Some(500), &[]).await;
    let program = bank.hallway.program_of(&token.secret, false).await.unwrap();
    for (caller, refused) in [
        (Caller::Stranger, BankError::NotSignedIn),
        (Caller::Clock, BankError::NotAllowed),
        (Caller::Operator, BankError::NotAllowed),
    ] {
        let visit = Visit {
            caller,
            door: Door::Assistant,
            device: String::new(),
            network: String::new(),
            aloud: bank_operations::Aloud::default(),
        };
        assert_eq!(bank.hallway.run(&visit, ListAccounts {}).await.unwrap_err(), refused);
    }
    let visit = Visit {
        caller: program,
        door: Door::Assistant,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    };
    assert_eq!(
        bank.hallway.run(&visit, ListAccounts {}).await.unwrap_err(),
        BankError::NotAllowed
    );
}

/// Does something through the doorway, shows what waits as a card, and says what was refused.
async fn tries<O: bank_contract::Operation>(bank: Doorway, input: O) -> Turned {
    match bank.call(input).await {
        Ok(Answer::Done(_)) => says("done"),
        Ok(Answer::Waits(pending)) => Turned {
            messages: vec![vec![Part::Card { pending }]],
            ..Turned::default()
        },
        Err(error) => says(error.code()),
    }
}

fn card(parts: &[Part]) -> PendingView {
    match parts {
        [Part::Card { pending }] => (**pending).clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_assistant_asks_for_is_confirmed_in_the_browser_and_the_audit_names_both_doors() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(1_000).await;
    let rename = RenameAccount {
        account: account.account,
        name: "Holidays".into(),
    };
    bank.talker.does(move |told: Told| tries(told.bank, rename.clone()));
    let turn = anna.says("Call it Holidays").await.unwrap();
    let asked = card(&turn.messages[1].parts);
    assert_eq!(asked.summary.title, "Rename the account “Everyday”");
    assert_eq!(asked.summary.details[0].value, "Holidays");
    assert_eq!(anna.does(ListAccounts {}).await.unwrap().accounts[0].name, "Everyday");

    let confirm = ConfirmPending {
        pending: asked.pending,
        hash: asked.hash.clone(),
        signature: None,
    };
    anna.does(confirm).await.unwrap();
    assert_eq!(anna.does(ListAccounts {}).await.unwrap().accounts[0].name, "Holidays");
    let owner = bank.database.owner().await;
    for (door, operation, outcome) in [
        ("assistant", "accounts.rename", "waits"),
        ("browser", "pending.confirm", "done"),
        ("browser", "assistant.say", "done"),
    ] {
        let sql = format!(
            "SELECT count(*) FROM audit_lines WHERE door = '{door}' AND operation = '{operation}' AND outcome = '{outcome}'"
        );
        assert_eq!(count_of(&owner, &sql).await, 1, "{operation}");
    }
    // The card is shown as it stands now, and the assistant can be told.
    let show = ShowConversation { conversation: None };
    let view = anna.does(show).await.unwrap().unwrap();
    assert_eq!(card(&view.messages[1].parts).state, PendingState::Done);
    bank.talker.does(|_| async { says("Good") });
    let settled = Say {
        conversation: Some(turn.conversation),
        said: Said::Settled { pending: asked.pending },
        page: None,
    };
    let told = anna.does(settled).await.unwrap();
    let Part::Text { text } = &told.messages[0].parts[0] else {
        panic!("words")
    };
    assert_eq!(text, "Confirmed: Rename the account “Everyday”");
}

#[tokio::test]
async fn money_waits_whatever_its_amount_and_moves_once_after_the_yes() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(1_000).await;
    let deposit = Deposit {
        account: account.account,
        amount: euro(1),
        key: bank.key(),
    };
    let again = deposit.clone();
    bank.talker.does(move |told: Told| tries(told.bank, deposit.clone()));
    let first = card(&anna.says("Pay in a cent").await.unwrap().messages[1].parts);
    let second = card(&anna.says("Pay in a cent").await.unwrap().messages[1].parts);
    assert_eq!(first.pending, second.pending, "the same request waits once");
    assert_eq!(anna.booked(&account).await, 1_000);
    anna.confirms(&first).await.unwrap();
    assert_eq!(anna.booked(&account).await, 1_001);
    assert_eq!(anna.confirms(&first).await, Err(BankError::NoLongerPending));
    assert_eq!(
        anna.does(again).await.unwrap().amount,
        euro(1),
        "the same key, the same answer"
    );
    assert_eq!(anna.booked(&account).await, 1_001);
    bank.books().await;
}

#[tokio::test]
async fn a_payment_that_came_in_is_sent_back_by_a_card_that_says_how_much_and_to_whom() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (ben.has(1_000).await, anna.has(0).await);
    let paid = ben.agrees(ben.transfer(&from, &to, "Anna Weber", 300)).await.unwrap();
    let entry = paid.entry;
    bank.talker.does(move |told: Told| {
        let key = IdempotencyKey(Uuid::from_bytes(told.situation.seed));
        tries(told.bank, ReversePayment { entry, key })
    });
    let asked = card(&anna.says("Send it back").await.unwrap().messages[1].parts);
    assert_eq!(asked.summary.title, "Send €3.00 back to Ben Okafor");
    assert_eq!(asked.summary.amount, Some(euro(300)));
    // He may undo it himself within seconds; after that it is refused before anybody is asked.
    let undo = card(&ben.says("Undo it").await.unwrap().messages[1].parts);
    assert_eq!(undo.summary.title, "Undo your payment of €3.00 to Anna Weber");
    anna.confirms(&asked).await.unwrap();
    assert_eq!((anna.booked(&to).await, ben.booked(&from).await), (0, 1_000));
    assert_eq!(ben.confirms(&undo).await, Err(BankError::AlreadyReversed));
    let late = anna.says("Send it back again").await.unwrap();
    assert_eq!(late.messages[1].parts, says("already_reversed").messages[0]);
    bank.books().await;
}

#[tokio::test]
async fn a_text_that_talks_the_assistant_into_it_gets_no_yes_no_secret_and_no_second_assistant() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let waiting = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 1_000)).await.unwrap();
    let confirm = ConfirmPending {
        pending: waiting.pending,
        hash: waiting.hash.clone(),
        signature: None,
    };
    bank.talker.does(move |told: Told| tries(told.bank, confirm.clone()));
    let refused = says("not_allowed").messages[0].clone();
    assert_eq!(anna.says("Confirm it for me").await.unwrap().messages[1].parts, refused);
    bank.talker.does(|told: Told| tries(told.bank, ListConversations {}));
    assert_eq!(anna.says("Read yourself").await.unwrap().messages[1].parts, refused);
    bank.talker.does(|told: Told| {
        let say = Say {
            conversation: None,
            said: Said::Words { text: "Again".into() },
            page: None,
        };
        tries(told.bank, say)
    });
    assert_eq!(anna.says("Talk to yourself").await.unwrap().messages[1].parts, refused);
    // Cancelling waits as well: it is the customer's to decide.
    let pending = waiting.pending;
    bank.talker
        .does(move |told: Told| tries(told.bank, CancelPending { pending }));
    let cancel = card(&anna.says("Cancel it").await.unwrap().messages[1].parts);
    assert_eq!(cancel.summary.title, "Cancel: Send €10.00 to Ben Okafor");
    let shown = anna.does(ShowPending { pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Waiting);
    assert_eq!(ben.booked(&to).await, 0);
    // Another customer's request is not there.
    let his = says("not_found").messages[0].clone();
    assert_eq!(ben.says("Cancel it").await.unwrap().messages[1].parts, his);
    let settled = Say {
        conversation: None,
        said: Said::Settled { pending },
        page: None,
    };
    assert_eq!(ben.does(settled).await, Err(BankError::NotFound));
    assert_eq!(anna.does(ListPending {}).await.unwrap().len(), 2);
}

struct Counter(AtomicU32, Mutex<Vec<&'static str>>);

impl Turnstile for Counter {
    fn pass(&self, facts: &Facts, _caller: &Caller) -> Result<(), BankError> {
        self.1.lock().unwrap().push(facts.named.name);
        if self.0.fetch_add(1, Ordering::Relaxed) < 2 {
            Ok(())
        } else {
            Err(BankError::SlowDown { retry_after_s: 7 })
        }
    }
}

#[tokio::test]
async fn what_it_asks_for_is_counted_and_one_turn_has_an_end() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(|told: Told| async move {
        let mut done = 0;
        for _ in 0..100 {
            match told.bank.call(ListAccounts {}).await {
                Ok(_) => done += 1,
                Err(error) => return says(format!("{done} {}", error.code())),
            }
        }
        says("without an end")
    });
    let turn = anna.says("Count").await.unwrap();
    assert_eq!(turn.messages[1].parts, says("60 busy").messages[0]);
    let counter = Arc::new(Counter(AtomicU32::new(0), Mutex::default()));
    bank.hallway.stand_behind(counter.clone());
    let turn = anna.says("Count").await.unwrap();
    assert_eq!(turn.messages[1].parts, says("2 slow_down").messages[0]);
    assert_eq!(*counter.1.lock().unwrap(), ["accounts.list"; 3]);
}

#[tokio::test]
async fn the_assistant_takes_back_what_it_asked_for_itself_and_nothing_else() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(1_000).await;
    let deposit = Deposit {
        account: account.account,
        amount: euro(100),
        key: bank.key(),
    };
    bank.talker.does(move |told: Told| tries(told.bank, deposit.clone()));
    let asked = card(&anna.says("Pay in a euro").await.unwrap().messages[1].parts);
    let pending = asked.pending;
    bank.talker
        .does(move |told: Told| tries(told.bank, CancelPending { pending }));
    let done = says("done").messages[0].clone();
    assert_eq!(anna.says("No, don't").await.unwrap().messages[1].parts, done);
    let shown = anna.does(ShowPending { pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Cancelled);
    assert!(anna.does(ListPending {}).await.unwrap().is_empty());
    // It is over once, and the customer's press comes too late.
    let over = says("no_longer_pending").messages[0].clone();
    assert_eq!(anna.says("No, don't").await.unwrap().messages[1].parts, over);
    assert_eq!(anna.confirms(&asked).await, Err(BankError::NoLongerPending));
    assert_eq!(anna.booked(&account).await, 1_000);
    // A request that was put in the browser stays the customer's, also when the assistant asks for the same.
    let to = bank.customer("Ben Okafor").await.has(0).await;
    let transfer = anna.transfer(&account, &to, "Ben Okafor", 500);
    let waiting = anna.asks(transfer.clone()).await.unwrap();
    bank.talker.does(move |told: Told| tries(told.bank, transfer.clone()));
    let same = card(&anna.says("Send it").await.unwrap().messages[1].parts);
    assert_eq!(same.pending, waiting.pending);
    let pending = waiting.pending;
    bank.talker
        .does(move |told: Told| tries(told.bank, CancelPending { pending }));
    let cancel = card(&anna.says("No, don't").await.unwrap().messages[1].parts);
    assert_eq!(cancel.operation, "pending.cancel");
    let shown = anna.does(ShowPending { pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Waiting);
    bank.books().await;
}
