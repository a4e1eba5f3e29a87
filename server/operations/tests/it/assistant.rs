//! Conversations with the assistant: kept sealed, one turn at a time, bounded, exported, and deleted for good.

use crate::bank::{Person, TestBank};
use crate::hallway::count_of;
use crate::talker::{Told, says, text};
use bank_contract::assistant::{
    Choice, DeleteConversation, ExportConversation, Forget, ListConversations, ListFacts, MESSAGES_MAX, Part,
    RateConversation, Rating, Remember, Said, Say, ShowConversation, Speaker,
};
use bank_contract::help::ListArticles;
use bank_contract::{BankError, ConversationId};
use bank_operations::assistant::Turned;
use chrono::TimeDelta;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

fn words(parts: &[Part]) -> Vec<&str> {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Text { text } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

async fn shown(person: &Person<'_>, conversation: ConversationId) -> bank_contract::assistant::ConversationView {
    let show = ShowConversation {
        conversation: Some(conversation),
    };
    person.does(show).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_conversation_goes_on_is_listed_rated_and_exported() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    assert_eq!(anna.does(ShowConversation { conversation: None }).await.unwrap(), None);
    assert_eq!(anna.does(ListConversations {}).await.unwrap(), Vec::new());

    let first = anna.says("  What is in my account? \n And since when?").await.unwrap();
    let conversation = first.conversation;
    assert_eq!(first.messages.len(), 2);
    assert_eq!((first.messages[0].number, first.messages[0].by), (1, Speaker::Customer));
    assert_eq!(
        words(&first.messages[0].parts),
        ["What is in my account? \n And since when?"]
    );
    assert_eq!(
        (first.messages[1].number, first.messages[1].by),
        (2, Speaker::Assistant)
    );
    bank.wait(TimeDelta::minutes(2));
    let second = anna.goes_on(Some(conversation), "Thanks").await.unwrap();
    assert_eq!(second.conversation, conversation);
    assert_eq!(second.messages[1].number, 4);

    let view = shown(&anna, conversation).await;
    assert_eq!(view.messages, [first.messages, second.messages].concat());
    assert!(!view.with_person && view.rating.is_none());
    assert_eq!(
        anna.does(ShowConversation { conversation: None })
            .await
            .unwrap()
            .as_ref(),
        Some(&view),
        "the latest one, when none is named"
    );
    let lines = anna.does(ListConversations {}).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].title, "What is in my account?   And since when?");
    assert_eq!(lines[0].last_at - lines[0].begun_at, TimeDelta::minutes(2));

    for rating in [Rating::Bad, Rating::Good] {
        anna.does(RateConversation { conversation, rating }).await.unwrap();
        assert_eq!(shown(&anna, conversation).await.rating, Some(rating));
    }
    let text = anna.does(ExportConversation { conversation }).await.unwrap();
    for said in [
        "You, 2026-11-23 12:00",
        "What is in my account?",
        "Assistant, 2026-11-23 12:02",
        "I heard: Thanks",
    ] {
        assert!(text.contains(said), "{text}");
    }
}

#[tokio::test]
async fn what_the_assistant_is_told_besides_the_words_is_the_customers_and_the_state_comes_back() {
    let bank = TestBank::open().await;
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let remember = |word: &str| Remember {
        word: word.into(),
        meaning: "Anna Weber".into(),
    };
    anna.does(remember("Mum")).await.unwrap();
    ben.does(remember("Aunt")).await.unwrap();
    let told: Arc<Mutex<Vec<Told>>> = Arc::default();
    let keeps = told.clone();
    bank.talker.does(move |one| {
        let turned = Turned {
            state: serde_json::json!({ "after": one.state }),
            ..says("Yes")
        };
        keeps.lock().unwrap().push(one);
        async move { turned }
    });
    let first = anna.says("One").await.unwrap();
    let say = Say {
        conversation: Some(first.conversation),
        said: Said::Words { text: "Two".into() },
        page: Some("/accounts".into()),
    };
    anna.does(say).await.unwrap();
    anna.says("Three").await.unwrap();
    let told = told.lock().unwrap();
    let [one, two, three] = told.as_slice() else {
        panic!("three turns")
    };
    assert_eq!(one.state, serde_json::Value::Null);
    assert_eq!(two.state, serde_json::json!({ "after": null }));
    assert_eq!(three.state, serde_json::Value::Null, "another conversation");
    assert_eq!(two.situation.page.as_deref(), Some("/accounts"));
    assert_eq!(two.situation.name, "Anna Weber");
    assert_eq!(two.situation.today.to_string(), "2026-11-23");
    assert_eq!(two.situation.now.to_string(), "2026-11-23 12:00:00");
    let facts: Vec<_> = two.situation.facts.iter().map(|fact| fact.word.as_str()).collect();
    assert_eq!(facts, ["Mum"], "nobody else's");
    let seeds = [one, two, three].map(|told| told.situation.seed);
    assert!(seeds[0] != seeds[1] && seeds[1] != seeds[2] && seeds[0] != seeds[2]);
}

#[tokio::test]
async fn nobody_reads_goes_on_with_or_deletes_anothers_conversation() {
    let bank = TestBank::open().await;
    let (anna, eve) = (bank.customer("Anna Weber").await, bank.customer("Eve Stranger").await);
    let conversation = anna.says("My secret").await.unwrap().conversation;
    let fact = Remember {
        word: "Mum".into(),
        meaning: "Anna Weber".into(),
    };
    let fact = anna.does(fact).await.unwrap().fact;
    let some = Some(conversation);
    assert_eq!(eve.goes_on(some, "Go on").await, Err(BankError::NotFound));
    assert_eq!(
        eve.does(ShowConversation { conversation: some }).await,
        Err(BankError::NotFound)
    );
    assert_eq!(
        eve.does(ExportConversation { conversation }).await,
        Err(BankError::NotFound)
    );
    assert_eq!(
        eve.does(DeleteConversation { conversation }).await,
        Err(BankError::NotFound)
    );
    let rating = Rating::Bad;
    assert_eq!(
        eve.does(RateConversation { conversation, rating }).await,
        Err(BankError::NotFound)
    );
    assert_eq!(eve.does(Forget { fact }).await, Err(BankError::NotFound));
    assert_eq!(eve.does(ListConversations {}).await.unwrap(), Vec::new());
    assert_eq!(eve.does(ShowConversation { conversation: None }).await.unwrap(), None);
    assert_eq!(eve.does(ListFacts {}).await.unwrap(), Vec::new());
    assert_eq!(shown(&anna, conversation).await.messages.len(), 2);
}

#[tokio::test]
async fn one_turn_at_a_time_in_a_conversation_and_the_others_go_on() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let conversation = anna.says("Hello").await.unwrap().conversation;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tells, waits) = (begun.clone(), go_on.clone());
    bank.talker.does(move |told| {
        let (tells, waits) = (tells.clone(), waits.clone());
        async move {
            if matches!(&told.said, Said::Words { text } if text == "Slow") {
                tells.notify_one();
                waits.notified().await;
            }
            says("Done")
        }
    });
    let slow = anna.goes_on(Some(conversation), "Slow");
    let meanwhile = async {
        begun.notified().await;
        let second = anna.goes_on(Some(conversation), "Quick").await;
        assert_eq!(second.unwrap_err(), BankError::StillRunning);
        let other = anna.says("Another conversation").await;
        go_on.notify_one();
        other.unwrap()
    };
    let (slow, other) = futures::join!(slow, meanwhile);
    assert_ne!(other.conversation, conversation);
    assert_eq!(slow.unwrap().messages[0].number, 3);
    let third = anna.goes_on(Some(conversation), "Quick").await.unwrap();
    assert_eq!(third.messages[0].number, 5, "what was refused has left nothing");
}

#[tokio::test]
async fn a_turn_that_another_server_was_quicker_with_is_not_kept() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let conversation = anna.says("Hello").await.unwrap().conversation;
    let owner = bank.database.owner().await;
    bank.talker.does(move |_| {
        let owner = owner.clone();
        async move {
            use sea_orm::ConnectionTrait as _;
            let quicker = "UPDATE conversations SET turns = turns + 1";
            owner.execute_unprepared(quicker).await.unwrap();
            says("Too late")
        }
    });
    let late = anna.goes_on(Some(conversation), "Again").await;
    assert_eq!(late.unwrap_err(), BankError::StillRunning);
    assert_eq!(shown(&anna, conversation).await.messages.len(), 2);
}

#[tokio::test]
async fn only_what_was_offered_can_be_pressed() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(|told| async move {
        let choice = |label: &str| Choice {
            label: label.into(),
            hint: None,
        };
        if let Some(chosen) = &told.situation.chosen {
            return says(format!("You chose {}", chosen.label));
        }
        let offers = |one, two| Part::Choices {
            choices: vec![choice(one), choice(two)],
        };
        Turned {
            messages: vec![vec![text("Which?"), offers("Red", "Green"), offers("Blue", "Grey")]],
            ..Turned::default()
        }
    });
    let turn = anna.says("Paint it").await.unwrap();
    let conversation = Some(turn.conversation);
    let press = |message, choice| {
        anna.does(Say {
            conversation,
            said: Said::Chosen { message, choice },
            page: None,
        })
    };
    // The customer's own message, one that is not there, and a choice too far.
    for (message, choice) in [(1, 0), (9, 0), (2, 4), (0, 0)] {
        assert!(
            press(message, choice).await.unwrap_err().field("said").is_some(),
            "{message} {choice}"
        );
    }
    let pressed = press(2, 2).await.unwrap();
    assert_eq!(words(&pressed.messages[0].parts), ["Blue"]);
    assert_eq!(words(&pressed.messages[1].parts), ["You chose Blue"]);
    let nowhere = Say {
        conversation: None,
        said: Said::Chosen { message: 2, choice: 0 },
        page: None,
    };
    assert!(anna.does(nowhere).await.unwrap_err().field("said").is_some());
}

#[tokio::test]
async fn what_is_too_long_empty_or_hidden_is_refused_before_the_assistant_hears_it() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let heard = || -> Turned { panic!("it heard that") };
    bank.talker.does(move |_| async move { heard() });
    for bad in ["", "   ", &"x".repeat(1_001), "pay\u{202e}me"] {
        assert!(anna.says(bad).await.unwrap_err().field("said").is_some(), "{bad:?}");
    }
    let long_page = Say {
        conversation: None,
        said: Said::Words { text: "Hello".into() },
        page: Some("/".repeat(101)),
    };
    assert!(anna.does(long_page).await.unwrap_err().field("page").is_some());
}

#[tokio::test]
async fn a_bank_without_an_assistant_says_so_and_keeps_what_was_said_before() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let conversation = anna.says("Hello").await.unwrap().conversation;
    let without = bank.again_with(bank.hallway.settings().clone()).await.shared();
    let say = Say {
        conversation: None,
        said: Said::Words { text: "Hello".into() },
        page: None,
    };
    assert_eq!(
        without.run(&anna.visit, say).await.unwrap_err(),
        BankError::AssistantOff
    );
    let show = ShowConversation { conversation: None };
    let kept = without.run(&anna.visit, show).await.unwrap().answer.done().unwrap();
    assert_eq!(kept.unwrap().conversation, conversation);
    let help = without.run(&anna.visit, ListArticles { about: None }).await.unwrap();
    assert_eq!(help.answer.done().unwrap(), Vec::new());
}

#[tokio::test]
async fn deleting_leaves_no_row_behind() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let conversation = anna.says("Hello").await.unwrap().conversation;
    let other = anna.says("Stays").await.unwrap().conversation;
    ben.says("Mine").await.unwrap();
    anna.does(DeleteConversation { conversation }).await.unwrap();
    let owner = bank.database.owner().await;
    let count = async |sql: &str| count_of(&owner, sql).await;
    assert_eq!(count("SELECT count(*) FROM conversations").await, 2);
    assert_eq!(count("SELECT count(*) FROM conversation_messages").await, 4);
    let gone = ShowConversation {
        conversation: Some(conversation),
    };
    assert_eq!(anna.does(gone).await, Err(BankError::NotFound));
    assert_eq!(
        anna.does(DeleteConversation { conversation }).await,
        Err(BankError::NotFound)
    );
    assert_eq!(shown(&anna, other).await.messages.len(), 2);
}

#[tokio::test]
async fn the_oldest_conversations_and_messages_go_when_there_are_too_many() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let mut first = Vec::new();
    for number in 0..52 {
        bank.wait(TimeDelta::seconds(1));
        first.push(anna.says(&format!("Number {number}")).await.unwrap().conversation);
    }
    let listed = anna.does(ListConversations {}).await.unwrap();
    assert_eq!(listed.len(), 50);
    assert_eq!(
        (listed[0].title.as_str(), listed[49].title.as_str()),
        ("Number 51", "Number 2")
    );
    let owner = bank.database.owner().await;
    assert_eq!(
        count_of(&owner, "SELECT count(*) FROM conversation_messages").await,
        100
    );

    bank.talker.does(|_| async {
        Turned {
            messages: vec![vec![text("One")]; 8],
            ..Turned::default()
        }
    });
    let conversation = first[51];
    let mut last = 2;
    for _ in 0..24 {
        let turn = anna.goes_on(Some(conversation), "More").await.unwrap();
        assert_eq!(turn.messages.len(), 9, "what was said, and the answers to it");
        last = turn.messages[8].number;
    }
    let view = shown(&anna, conversation).await;
    assert_eq!(view.messages.len(), MESSAGES_MAX);
    assert_eq!(view.messages[MESSAGES_MAX - 1].number, last);
    assert_eq!(view.messages[0].number as usize, last as usize - MESSAGES_MAX + 1);
}

#[tokio::test]
async fn what_is_said_and_remembered_is_sealed_in_the_database() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    anna.says("Zanzibar is the word").await.unwrap();
    let fact = Remember {
        word: "Zanzibar".into(),
        meaning: "Zanzibar".into(),
    };
    anna.does(fact).await.unwrap();
    let owner = bank.database.owner().await;
    for (table, columns) in [
        ("conversations", "title || state"),
        ("conversation_messages", "parts"),
        ("assistant_facts", "word || meaning || word_key"),
    ] {
        let all = format!("SELECT count(*) FROM {table}");
        assert!(count_of(&owner, &all).await > 0, "{table}");
        let plain = format!("{all} WHERE position(convert_to('anzibar', 'UTF8') IN {columns}) > 0");
        assert_eq!(count_of(&owner, &plain).await, 0, "{table}");
    }
    bank.hallway.flush_audit().await.unwrap();
    let audit = "SELECT count(*) FROM audit_lines l WHERE l::text ILIKE '%zanzibar%'";
    assert_eq!(count_of(&owner, audit).await, 0);
}
