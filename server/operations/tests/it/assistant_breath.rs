//! Many payments in one breath: each request that waits for a yes has its card in what is kept, and the rest is named.

use crate::bank::TestBank;
use crate::talker::{says, text};
use bank_assistant::{Assistant, Library, Messages, Understands, Understood};
use bank_contract::assistant::turn::{MESSAGES_OF_TURN_MAX, PARTS_OF_MESSAGE_MAX};
use bank_contract::assistant::{MessageView, Part, ShowConversation};
use bank_contract::payees::TrustPayee;
use bank_contract::pending::ListPending;
use bank_contract::{BankError, PendingId};
use bank_operations::assistant::Turned;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that it hears is a payment.
struct Payments;

impl Understands for Payments {
    fn understand(&self, _: &str) -> Understood {
        Understood {
            ranked: vec![("transfers.submit".to_owned(), 0.95)],
            rejected: false,
        }
    }
}

fn cards(messages: &[MessageView]) -> BTreeSet<PendingId> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    let cards = parts.filter_map(|part| match part {
        Part::Card { pending } => Some(pending.pending),
        _ => None,
    });
    cards.collect()
}

fn words(messages: &[MessageView]) -> String {
    let parts = messages.iter().flat_map(|message| &message.parts);
    let texts = parts.filter_map(|part| match part {
        Part::Text { text } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_payment_of_one_breath_that_waits_is_kept_as_a_card_and_the_others_are_named() {
    for of in [8, 10, 16] {
        let bank = TestBank::open().await;
        let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
        anna.has(100_000).await;
        let payee = TrustPayee {
            iban: ben.has(0).await.iban,
            name: "Ben Okafor".into(),
        };
        anna.agrees(payee).await.unwrap();
        let (messages, library) = (Messages::english().unwrap(), Library::shipped().unwrap());
        let assistant = Arc::new(Assistant::new(Payments, messages, library));
        bank.talker.does(move |told| {
            let assistant = assistant.clone();
            async move {
                assistant
                    .turn(&told.bank, told.state, &told.said, &told.situation)
                    .await
            }
        });
        let orders: Vec<String> = (1..=of).map(|at| format!("send {at} euros to Ben Okafor")).collect();
        let turn = anna.says(&orders.join("; ")).await.unwrap();

        let show = ShowConversation {
            conversation: Some(turn.conversation),
        };
        let kept = anna.does(show).await.unwrap().unwrap().messages;
        assert_eq!(kept, turn.messages);
        let waiting = anna.does(ListPending {}).await.unwrap();
        let asked: BTreeSet<PendingId> = waiting.iter().map(|view| view.pending).collect();
        assert_eq!(cards(&kept), asked, "of {of}");
        assert!(asked.len() >= 8, "of {of}: {}", asked.len());
        let answers = words(&kept[1..]);
        for (at, order) in orders.iter().enumerate() {
            let start = format!("Send €{}.00 to ", at + 1);
            let is_asked = waiting.iter().any(|view| view.summary.title.starts_with(&start));
            let is_named = answers.contains("not taken") && answers.contains(order.as_str());
            assert!(is_asked != is_named, "{order} of {of}: {answers}");
        }
    }
}

#[tokio::test]
async fn a_turn_beyond_its_bounds_is_refused_and_never_cut() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let as_many = |messages: usize, parts: usize| Turned {
        messages: vec![vec![text("Yes"); parts]; messages],
        ..says("Yes")
    };
    bank.talker
        .does(move |_| async move { as_many(MESSAGES_OF_TURN_MAX, PARTS_OF_MESSAGE_MAX) });
    let turn = anna.says("All of it").await.unwrap();
    assert_eq!(turn.messages.len(), 1 + MESSAGES_OF_TURN_MAX);
    assert!(
        turn.messages[1..]
            .iter()
            .all(|message| message.parts.len() == PARTS_OF_MESSAGE_MAX)
    );
    for (messages, parts) in [(MESSAGES_OF_TURN_MAX + 1, 1), (1, PARTS_OF_MESSAGE_MAX + 1)] {
        bank.talker.does(move |_| async move { as_many(messages, parts) });
        let refused = anna.goes_on(Some(turn.conversation), "More").await;
        assert!(matches!(refused, Err(BankError::Internal { .. })), "{refused:?}");
    }
}
