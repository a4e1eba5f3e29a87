//! The first wall taken away: the access step does not ask whose an object is, and the database still gives nothing away.

use crate::bank::{TestBank, euro};
use crate::hallway::{input, names, passkey};
use crate::row_security_furnished::{THE_BANKS, forced, rows};
use bank_contract::{Access, Answer, BankError};
use bank_operations::{Caller, Door, Visit};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Everything in the database but what the bank itself keeps of every request.
pub(crate) async fn everything(bank: &TestBank) -> BTreeMap<String, BTreeSet<String>> {
    let owner = bank.database.owner().await;
    let mut all = BTreeMap::new();
    for table in forced(&owner).await {
        if !THE_BANKS.contains(&table.as_str()) {
            all.insert(table.clone(), rows(&owner, &table).await);
        }
    }
    all
}

#[tokio::test]
async fn without_the_first_wall_anothers_objects_still_tell_nothing_and_stay_as_they_are() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let names = names(&bank, &anna).await;
    let eve = bank.customer("Eve Stranger").await;
    eve.has(1_000).await;
    // Two, so that it is not for the last of her own that she is refused.
    for id in [2, 3] {
        eve.has_passkey(passkey(Uuid::from_bytes([id; 16]), eve.signed.user))
            .await;
    }
    let open = bank.without_first_wall().await;
    let hers = anna
        .does(bank_contract::accounts::ListAccounts {})
        .await
        .unwrap()
        .accounts;
    let private: Vec<String> = hers
        .iter()
        .flat_map(|account| [account.iban.as_str().to_owned(), account.account.to_string()])
        .chain(["Anna".to_owned(), "Weber".to_owned(), "Ben".to_owned()])
        .collect();
    let before = everything(&bank).await;
    let (mut tried, mut not_found) = (0, Vec::new());
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
        match entry.run_json(&open, &eve.visit, input(name, &names)).await {
            Err(error) => {
                assert_eq!(error, BankError::NotFound, "{name}");
                not_found.push(name);
            }
            Ok(outcome) => {
                let Answer::Done(output) = outcome.answer else {
                    panic!("{name} waits for a yes to what is not theirs")
                };
                let told = output.to_string();
                assert!(!private.iter().any(|word| told.contains(word)), "{name}: {told}");
            }
        }
        assert_eq!(everything(&bank).await, before, "{name}");
    }
    assert!(tried >= 15 && not_found.len() >= 10, "{tried} {not_found:?}");
    bank.books().await;
}

#[tokio::test]
async fn without_the_first_wall_a_program_still_pays_from_nobody_elses_account() {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let (anna, eve) = (bank.customer("Anna Weber").await, bank.customer("Eve Stranger").await);
    let (hers, mine) = (anna.has(1_000).await, eve.has(1_000).await);
    let token = eve.lets_in(Some(500), &[]).await;
    let open = bank.without_first_wall().await;
    let visit = Visit {
        caller: open.program_of(&token.secret, true).await.unwrap(),
        door: Door::Rest,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    };
    assert!(matches!(visit.caller, Caller::Program(_)));
    let pays = async |from, to| {
        open.run(&visit, eve.transfer(from, to, "Anybody", 100))
            .await
            .map(|_| ())
    };
    // At once, so that they ride in one batch: the foreign one takes nothing else down with it.
    let (stolen, paid, again) = futures::join!(pays(&hers, &mine), pays(&mine, &hers), pays(&mine, &hers));
    assert_eq!((stolen, paid, again), (Err(BankError::NotFound), Ok(()), Ok(())));
    assert_eq!((anna.booked(&hers).await, eve.booked(&mine).await), (1_200, 800));
    // Nor does anything wait for Eve's yes to it.
    let large = open.run(&visit, eve.transfer(&hers, &mine, "Eve Stranger", 900)).await;
    assert_eq!(large.unwrap_err(), BankError::NotFound);
    let entries = bank.books().await.entries;
    assert_eq!(entries, 4);
    assert_eq!(anna.deposits(&hers, 1).await.amount, euro(1));
}
