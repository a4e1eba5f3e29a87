//! Whatever a customer can do, they can ask for.

use crate::Talk;
use bank_assistant::intents::{Kind, PART_OF, kind};
use bank_contract::{Access, Facts, each_operation};
use bank_understanding::Corpus;
use bank_understanding::corpus::{self, shipped_catalogue};
use std::collections::HashMap;

macro_rules! facts {
    ($($operation:ty,)+) => { vec![$(Facts::of::<$operation>()),+] };
}

#[test]
fn every_operation_of_customers_has_a_task_with_utterances_and_a_dialogue() {
    let intents: Vec<String> = shipped_catalogue()
        .unwrap()
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    let corpus = Corpus::shipped().unwrap();
    let mut utterances: HashMap<&str, usize> = HashMap::new();
    for example in &corpus.examples {
        *utterances.entry(corpus.intents[example.intent].as_str()).or_default() += 1;
    }
    let dialogues = bank_assistant::dialogue::shipped().unwrap();
    let operations: Vec<Facts> = each_operation!(facts);
    let mut missing = Vec::new();
    for facts in operations.iter().filter(|facts| facts.access == Access::Customer) {
        let name = facts.named.name;
        if PART_OF.iter().any(|(part, _)| *part == name) {
            continue;
        }
        if !intents.iter().any(|intent| intent == name) {
            missing.push(format!("{name} has no intent"));
        }
        let count = utterances.get(name).copied().unwrap_or(0);
        if count < 40 {
            missing.push(format!("{name} has {count} utterances"));
        }
        if !dialogues
            .iter()
            .any(|dialogue| dialogue.covers.iter().any(|intent| intent == name))
        {
            missing.push(format!("{name} has no dialogue"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn kinds_are_those_of_the_catalogue() {
    for entry in shipped_catalogue().unwrap() {
        let wanted = match entry.kind {
            corpus::Kind::Task => Kind::Task,
            corpus::Kind::Read => Kind::Read,
            corpus::Kind::Help => Kind::Help,
            corpus::Kind::Absent => Kind::Absent,
            corpus::Kind::Care => Kind::Care,
            corpus::Kind::Talk => Kind::Talk,
        };
        assert_eq!(kind(&entry.name), wanted, "{}", entry.name);
    }
}

/// An understanding that is told what everything means.
struct Always(String);

impl bank_assistant::Understands for Always {
    fn understand(&self, _: &str) -> bank_assistant::Understood {
        bank_assistant::Understood {
            ranked: vec![(self.0.clone(), 0.99)],
            rejected: false,
        }
    }
}

#[test]
fn every_intent_has_an_answer_and_none_is_a_key_or_an_error() {
    let library = bank_assistant::Library::shipped().unwrap();
    for entry in shipped_catalogue().unwrap() {
        let mut talk = Talk::new();
        talk.assistant = bank_assistant::Assistant::new(
            Always(entry.name.clone()),
            bank_assistant::Messages::english().unwrap(),
            library.clone(),
        );
        talk.say("please");
        let words = talk.words();
        assert!(!talk.last.messages.is_empty(), "{} says nothing", entry.name);
        for bad in [
            "There is no article",
            "Larch does not offer that yet:",
            "Something went wrong",
            "not something you can do",
        ] {
            assert!(!words.contains(bad), "{}: {words}", entry.name);
        }
    }
}
