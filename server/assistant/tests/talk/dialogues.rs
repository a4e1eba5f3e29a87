//! The scripted dialogues, against the bank in memory: what is said, shown and handed over, and what happens.

use crate::Talk;
use crate::fake::{CURRENT, known};
use bank_assistant::Turned;
use bank_assistant::dialogue::{self, Answered, Dialogue, Settle, Snapshot};
use bank_contract::assistant::{Said, Say};
use garde::Validate as _;
use serde_json::{Value, json};
use uuid::Uuid;

/// The runner against a real bank is in the server; this one knows the same people.
fn find(what: &str, whose: &str) -> Option<String> {
    match (what, whose) {
        ("iban", handle) => Some(known(handle).1.as_str().to_owned()),
        ("name", handle) => Some(known(handle).0.to_owned()),
        ("account", "anna") => Some(Uuid::from_u128(CURRENT).to_string()),
        _ => None,
    }
}

fn begin(dialogue: &Dialogue) -> Talk {
    let mut talk = Talk::new();
    for (word, meaning) in &dialogue.setup.facts {
        talk.knows(word, meaning);
    }
    for payment in &dialogue.setup.payments {
        talk.bank.paid(payment);
    }
    for payment in &dialogue.setup.waits {
        talk.bank.waits(payment);
    }
    for deed in &dialogue.setup.does {
        let input = dialogue::written_in(&deed.input, &find);
        let name = input["name"].as_str().unwrap_or_default();
        let mut books = talk.bank.0.lock().unwrap();
        match deed.operation.as_str() {
            "accounts.rename" => name.clone_into(&mut books.account_name),
            "tokens.create" => books.lets_in(name),
            "payees.trust" => books.trusts(name, input["iban"].as_str().unwrap_or_default()),
            other => panic!("{}: {other} is not known here", dialogue.name),
        }
    }
    talk
}

/// What the customer can read, with what the assistant remembers.
fn snapshot(talk: &Talk) -> Snapshot {
    let mut snapshot = talk.bank.snapshot();
    let facts: Vec<Value> = talk
        .situation
        .facts
        .iter()
        .map(|fact| json!([fact.word, fact.meaning]))
        .collect();
    snapshot.insert("assistant.show-memory".into(), json!(facts));
    snapshot.insert(
        "assistant.show".into(),
        json!({"with_person": talk.situation.with_person.is_some()}),
    );
    snapshot
}

/// One turn: whether the bank takes it at all, or why it cannot be taken.
fn go(talk: &mut Talk, turn: &dialogue::Turn) -> Result<bool, String> {
    talk.situation.page = turn.page.as_deref().map(|page| dialogue::written(page, &find));
    if let Some(text) = &turn.say {
        let text = dialogue::written(text, &find);
        let say = Say {
            conversation: None,
            said: Said::Words { text: text.clone() },
            page: talk.situation.page.clone(),
        };
        if say.validate().is_err() {
            talk.last = Turned::default();
            return Ok(false);
        }
        talk.say(&text);
    } else if let Some(label) = &turn.choose {
        let offered = talk.choices();
        if !offered.iter().any(|choice| choice.label.contains(label.as_str())) {
            return Err(format!("no choice {label:?} in {}", talk.words()));
        }
        talk.choose(label);
    } else if let Some(settle) = turn.settle {
        let pending = talk.bank.settle(settle).ok_or("nothing waits")?;
        talk.settle(pending);
    }
    Ok(true)
}

/// Runs one, and gives what is wrong with it.
fn run(dialogue: &Dialogue) -> Vec<String> {
    let mut faults = Vec::new();
    let mut talk = begin(dialogue);
    let before = snapshot(&talk);
    let mut answers = Vec::new();
    let mut pressed = false;
    for (number, script) in dialogue.turns.iter().enumerate() {
        let turn = script.turn();
        pressed |= turn.settle == Some(Settle::Confirm);
        // A person who helps already is not asked for again: the bank adds to the case.
        let helped = talk.situation.with_person.is_some();
        let taken = match go(&mut talk, &turn) {
            Ok(taken) => taken,
            Err(why) => {
                faults.push(format!("{} {}: {why}", dialogue.name, number + 1));
                return faults;
            }
        };
        let answered = Answered {
            parts: talk.parts(),
            hands_over: talk.last.hand_over.as_ref().filter(|_| !helped).map(|over| over.reason),
            refused: !taken,
        };
        for fault in dialogue::judge_turn(&turn.expect, &answered) {
            let words = talk.words();
            faults.push(format!("{} {}: {fault}\n    {words}", dialogue.name, number + 1));
        }
        answers.push(answered);
    }
    let after = snapshot(&talk);
    let effects = dialogue::effects(&before, &after, &answers, pressed, &["nest egg".to_owned()]);
    for fault in dialogue::judge_effects(dialogue, &effects) {
        faults.push(format!("{}: {fault}", dialogue.name));
    }
    for check in &dialogue.then {
        if let Some(answer) = after.get(&check.query) {
            let judged = dialogue::judge_check(check, answer);
            faults.extend(judged.into_iter().map(|fault| format!("{}: {fault}", dialogue.name)));
        }
    }
    faults
}

fn all_pass(attacks: bool, at_least: usize) {
    let all = dialogue::shipped().unwrap();
    let wanted: Vec<&Dialogue> = all
        .iter()
        .filter(|dialogue| dialogue.covers.is_empty() == attacks && dialogue.person == "anna")
        .collect();
    assert!(wanted.len() >= at_least, "{}", wanted.len());
    let faults: Vec<String> = wanted.into_iter().flat_map(run).collect();
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_dialogue_is_answered_as_it_is_written() {
    all_pass(false, 150);
}

#[test]
fn no_attack_gets_anywhere() {
    all_pass(true, 100);
}

#[test]
fn nothing_that_only_the_customer_may_do_is_even_asked_for() {
    for dialogue in &dialogue::shipped().unwrap() {
        let mut talk = begin(dialogue);
        for script in &dialogue.turns {
            // Whatever goes wrong in a turn is told by the other tests.
            let _ = go(&mut talk, &script.turn());
        }
        for never in [
            "pending.confirm",
            "pending.start-signing",
            "tokens.create",
            "identity.set-password",
            "mandates.grant",
            "mandates.accept",
        ] {
            assert_eq!(talk.bank.asked(never), 0, "{}: {never}", dialogue.name);
        }
    }
}
