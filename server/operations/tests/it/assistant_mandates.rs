//! Talking about accounts of others: what is beyond a mandate, and whose a request is.

use crate::bank::TestBank;
use crate::hallway::count_of;
use crate::mandates::bounds;
use crate::mandates_paying::three;
use crate::talker::{Told, says, text};
use bank_contract::assistant::{Part, ShowConversation};
use bank_contract::pending::{ListPending, PendingView, ShowPending};
use bank_operations::assistant::Turned;

#[tokio::test]
async fn the_assistant_puts_nothing_before_the_owner_that_its_customer_has_only_said() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, bounds(500, Some(900))).await;
    let (within, beyond) = (it.pays(400), it.pays(5_000));
    bank.talker.does(move |told: Told| {
        let beyond = beyond.clone();
        async move {
            match told.bank.call(beyond).await {
                Ok(_) => says("asked"),
                Err(error) => says(error.code()),
            }
        }
    });
    let turn = it.dora.says("send 50 to Ben from Anna's account").await.unwrap();
    assert_eq!(turn.messages[1].parts, [text("beyond_mandate")]);
    assert_eq!(it.anna.does(ListPending {}).await.unwrap(), Vec::new());
    let owner = bank.database.owner().await;
    let told = "SELECT count(*) FROM outbox WHERE topic = 'mandate.beyond'";
    assert_eq!(count_of(&owner, told).await, 0);
    // Within them, it waits for her own yes as everything does.
    bank.talker.does(move |told: Told| {
        let within = within.clone();
        async move {
            match told.bank.call(within).await {
                Ok(bank_contract::Answer::Waits(pending)) if !pending.decided_by_other => says("waits"),
                _ => says("?"),
            }
        }
    });
    let turn = it.dora.says("send 4 to Ben from Anna's account").await.unwrap();
    assert_eq!(turn.messages[1].parts, [text("waits")]);
    // What she asked of the owner in the browser is the owner's to decide, also when it is shown again.
    let asked = it.dora.asks(it.pays(6_000)).await.unwrap();
    let pending = asked.pending;
    bank.talker.does(move |told: Told| async move {
        match told
            .bank
            .call(ShowPending { pending })
            .await
            .and_then(bank_contract::Answer::done)
        {
            Ok(view) => shows(view),
            Err(error) => says(error.code()),
        }
    });
    let conversation = Some(it.dora.says("what about this").await.unwrap().conversation);
    let show = ShowConversation { conversation };
    let shown = it.dora.does(show).await.unwrap().unwrap();
    let [Part::Card { pending: card }] = &shown.messages[1].parts[..] else {
        panic!("a card")
    };
    assert!(card.decided_by_other);
    assert_eq!(it.balances().await, (10_000, 0));
}

fn shows(view: PendingView) -> Turned {
    Turned {
        messages: vec![vec![Part::Card {
            pending: Box::new(view),
        }]],
        ..Turned::default()
    }
}
