//! What the assistant remembers, and the help that it quotes.

use crate::bank::TestBank;
use crate::hallway::count_of;
use crate::talker::says;
use bank_contract::assistant::{FACTS_MAX, Forget, ListFacts, Remember};
use bank_contract::help::{ListArticles, ShowArticle};
use bank_contract::{BankError, FactId};
use bank_operations::assistant::Turned;

#[tokio::test]
async fn what_it_remembers_is_seen_changed_bounded_and_forgotten() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let remember = |word: &str, meaning: &str| {
        anna.does(Remember {
            word: word.into(),
            meaning: meaning.into(),
        })
    };
    let mum = remember(" Mum ", "Anna Weber").await.unwrap();
    assert_eq!((mum.word.as_str(), mum.meaning.as_str()), ("Mum", "Anna Weber"));
    let again = remember("mum", "Eva Weber").await.unwrap();
    assert_eq!(
        (again.fact, again.meaning.as_str()),
        (mum.fact, "Eva Weber"),
        "a new meaning of the same word"
    );
    for number in 1..FACTS_MAX {
        remember(&format!("Word {number}"), "Something").await.unwrap();
    }
    let full = remember("One more", "Something").await.unwrap_err();
    assert!(matches!(full, BankError::TooMany { most: 50, .. }));
    assert_eq!(
        remember("MUM", "Ida Weber").await.unwrap().fact,
        mum.fact,
        "what is known can still change"
    );
    assert_eq!(anna.does(ListFacts {}).await.unwrap().len(), FACTS_MAX);
    anna.does(Forget { fact: mum.fact }).await.unwrap();
    assert_eq!(anna.does(Forget { fact: mum.fact }).await, Err(BankError::NotFound));
    let owner = bank.database.owner().await;
    assert_eq!(count_of(&owner, "SELECT count(*) FROM assistant_facts").await, 49);
    assert!(remember("", "x").await.unwrap_err().field("word").is_some());
    assert!(
        remember("x", "two\nlines")
            .await
            .unwrap_err()
            .field("meaning")
            .is_some()
    );
}

#[tokio::test]
async fn a_turn_can_remember_and_forget_only_well_formed_facts_of_its_own_customer() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let fact = |word: &str| Remember {
        word: word.into(),
        meaning: "Somebody".into(),
    };
    let (hers, his) = (
        anna.does(fact("Old")).await.unwrap().fact,
        ben.does(fact("His")).await.unwrap().fact,
    );
    let forget: Vec<FactId> = vec![hers, his];
    bank.talker.does(move |_| {
        let forget = forget.clone();
        async move {
            let pair = |word: &str, meaning: &str| (word.to_owned(), meaning.to_owned());
            Turned {
                remember: vec![pair("Mum", "Anna"), pair("", "x"), pair("a\u{202e}b", "x")],
                forget,
                ..says("I will remember that")
            }
        }
    });
    anna.says("By Mum I mean Anna").await.unwrap();
    let words: Vec<_> = anna
        .does(ListFacts {})
        .await
        .unwrap()
        .into_iter()
        .map(|fact| fact.word)
        .collect();
    assert_eq!(words, ["Mum"]);
    assert_eq!(ben.does(ListFacts {}).await.unwrap().len(), 1);
}

#[tokio::test]
async fn anybody_reads_the_help() {
    let bank = TestBank::open().await;
    let all = bank.stranger(ListArticles { about: None }).await.unwrap();
    assert_eq!(all.len(), 1);
    let about = ListArticles {
        about: Some("nothing".into()),
    };
    assert_eq!(bank.stranger(about).await.unwrap(), Vec::new());
    let fees = ShowArticle { slug: "fees".into() };
    assert_eq!(bank.stranger(fees).await.unwrap().title, "What costs what");
    let nothing = ShowArticle { slug: "nothing".into() };
    assert_eq!(bank.stranger(nothing).await, Err(BankError::NotFound));
}
