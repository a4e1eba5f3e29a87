//! The message file and the code say the same keys.

use bank_assistant::{Library, Messages, intents};
use bank_understanding::corpus::shipped_catalogue;
use std::fs;
use std::path::Path;

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// Whatever stands in quotation marks and looks like a key.
fn literals(code: &str) -> Vec<&str> {
    let plain = |text: &&str| {
        text.contains('.')
            && text.split('.').count() == 2
            && text.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '-')
            && !text.starts_with('.')
            && !text.ends_with('.')
    };
    code.split('"').filter(plain).collect()
}

#[test]
fn every_sentence_is_used_and_every_one_that_is_used_is_there() {
    let mut code = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    let messages = Messages::english().unwrap();
    let intents: Vec<String> = shipped_catalogue()
        .unwrap()
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    let literals = literals(&code);
    for key in messages.keys() {
        let used = match key.strip_prefix("title.") {
            Some(intent) => intent == "other" || intent == "talk.which" || intents.iter().any(|known| known == intent),
            None => code.contains(&format!("\"{key}\"")),
        };
        assert!(used, "{key} is not used");
    }
    let operations = [
        "mandates.show",
        "mandates.show-offer",
        "mandates.narrow",
        "mandates.end",
    ];
    for literal in literals {
        let known = messages.has(literal)
            || intents.iter().any(|intent| intent == literal)
            || intents::PART_OF.iter().any(|(operation, _)| *operation == literal)
            || operations.contains(&literal)
            || ["absent.toml", "care.toml", "talk.which"].contains(&literal);
        assert!(known, "{literal} is neither a sentence nor an intent");
    }
}

#[test]
fn whatever_can_be_asked_has_a_name_to_choose_it_by() {
    let messages = Messages::english().unwrap();
    for entry in shipped_catalogue().unwrap() {
        use intents::Kind::{Absent, Care, Read, Task};
        if matches!(intents::kind(&entry.name), Absent | Care | Read | Task) {
            assert!(messages.has(&format!("title.{}", entry.name)), "{}", entry.name);
        }
    }
}

#[test]
fn what_is_not_offered_has_an_answer_of_its_own() {
    let library = Library::shipped().unwrap();
    assert!(library.lines(None).len() >= 35);
}
