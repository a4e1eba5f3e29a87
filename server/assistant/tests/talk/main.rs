//! The assistant with the bank's own understanding, against a bank in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod advice;
mod any_text;
mod breath;
mod cries;
mod currencies;
mod customers;
mod dialogues;
mod exact;
mod fake;
mod figures;
mod keys;
mod lists;
mod meant;
mod parity;
mod several;
mod sides;
mod strangers;
mod taking_back;
mod turns;

use bank_assistant::{Advises, Assistant, Learned, Library, Messages, Situation, Turned};
use bank_contract::assistant::{Choice, FactView, Part, Said};
use bank_contract::{CaseId, ConversationId, FactId, PendingId};
use bank_understanding::{Corpus, Model, Settings};
use fake::{Fake, now, today};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::{env, fs};

/// Learned once for all tests, also where each of them is a process of its own: it takes seconds.
static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let corpus = Corpus::shipped().unwrap();
    // One learns, the others wait for it.
    let lock = File::create(file().with_extension("lock")).unwrap();
    lock.lock().unwrap();
    Arc::new(kept(&corpus).unwrap_or_else(|| learn(&corpus)))
});

fn file() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("talk.model")
}

fn learn(corpus: &Corpus) -> Model {
    let model = Model::train(corpus, None, &Settings::default()).unwrap();
    fs::write(file(), model.to_bytes()).unwrap();
    model
}

/// What this very program has learned before; a newer one may learn in other ways.
fn kept(corpus: &Corpus) -> Option<Model> {
    let made = |path: &Path| fs::metadata(path).ok()?.modified().ok();
    let of_this_program = made(&file())? > made(&env::current_exe().ok()?)?;
    let model = Model::from_bytes_for(&fs::read(file()).ok()?, corpus).ok()?;
    of_this_program.then_some(model)
}

/// A server may work a turn out on any of its threads.
#[test]
fn a_turn_can_be_sent_to_another_thread() {
    fn sent<T: Send>(_: &T) {}
    let talk = Talk::new();
    let (door, said) = (talk.bank.doorway(), Said::Words { text: "hello".into() });
    sent(&talk.assistant.turn(&door, Value::Null, &said, &talk.situation));
}

fn assistant() -> Assistant {
    let learned = Learned {
        model: MODEL.clone(),
        encoder: None,
    };
    Assistant::new(learned, Messages::english().unwrap(), Library::shipped().unwrap())
}

/// A conversation with a customer.
struct Talk {
    bank: Fake,
    assistant: Assistant,
    /// A language model, where the bank has one.
    adviser: Option<Box<dyn Advises>>,
    state: Value,
    situation: Situation,
    last: Turned,
}

impl Talk {
    fn new() -> Self {
        Self {
            bank: Fake::new(),
            assistant: assistant(),
            adviser: None,
            state: Value::Null,
            situation: Situation {
                today: today(),
                now: now(),
                page: None,
                name: "Anna Brandvik".into(),
                facts: Vec::new(),
                chosen: None,
                with_person: None,
                conversation: Some(ConversationId(uuid::Uuid::from_u128(3))),
                seed: [7; 16],
                aloud: bank_contract::assistant::turn::Aloud::default(),
            },
            last: Turned::default(),
        }
    }

    fn knows(&mut self, word: &str, meaning: &str) {
        let id = word
            .bytes()
            .fold(0_u128, |id, byte| id.wrapping_mul(31).wrapping_add(u128::from(byte)));
        self.situation.facts.retain(|fact| fact.word != word);
        self.situation.facts.push(FactView {
            fact: FactId(uuid::Uuid::from_u128(id)),
            word: word.into(),
            meaning: meaning.into(),
            since: today(),
        });
    }

    fn turn(&mut self, said: &Said) -> &mut Self {
        self.situation.seed[0] = self.situation.seed[0].wrapping_add(1);
        let door = self.bank.doorway();
        let (adviser, state) = (self.adviser.as_deref(), self.state.clone());
        let turn = self
            .assistant
            .turn_advised(&door, adviser, state, said, &self.situation);
        self.last = futures::executor::block_on(turn);
        self.state = self.last.state.clone();
        self.situation.chosen = None;
        self.kept();
        self
    }

    /// What the bank keeps of a turn until the next one.
    fn kept(&mut self) {
        let (new, gone) = (self.last.remember.clone(), self.last.forget.clone());
        for (word, meaning) in new {
            self.knows(&word, &meaning);
        }
        self.situation.facts.retain(|fact| !gone.contains(&fact.fact));
        if self.last.hand_over.is_some() {
            self.situation.with_person = Some(CaseId(uuid::Uuid::from_u128(4)));
        }
    }

    fn say(&mut self, text: &str) -> &mut Self {
        self.turn(&Said::Words { text: text.into() })
    }

    fn choose(&mut self, label: &str) -> &mut Self {
        let choice = self.choices().into_iter().find(|choice| choice.label.contains(label));
        self.situation.chosen = Some(choice.unwrap_or_else(|| panic!("no {label} in {:?}", self.words())));
        self.turn(&Said::Chosen { message: 1, choice: 0 })
    }

    fn settle(&mut self, pending: PendingId) -> &mut Self {
        self.turn(&Said::Settled { pending })
    }

    fn parts(&self) -> Vec<Part> {
        self.last.messages.iter().flatten().cloned().collect()
    }

    fn choices(&self) -> Vec<Choice> {
        let offered = self.parts().into_iter().filter_map(|part| match part {
            Part::Choices { choices } => Some(choices),
            _ => None,
        });
        offered.flatten().collect()
    }

    fn words(&self) -> String {
        serde_json::to_string(&self.parts()).unwrap()
    }

    fn card(&self) -> Option<String> {
        self.parts().into_iter().find_map(|part| match part {
            Part::Card { pending } => Some(format!("{}: {}", pending.operation, pending.summary.title)),
            _ => None,
        })
    }

    #[track_caller]
    fn says(&mut self, text: &str) -> &mut Self {
        assert!(self.words().contains(text), "{text:?} is not in {}", self.words());
        self
    }

    #[track_caller]
    fn shows_card(&mut self, text: &str) -> &mut Self {
        let card = self.card();
        assert!(
            card.as_ref().is_some_and(|card| card.contains(text)),
            "{card:?} for {text:?}: {}",
            self.words()
        );
        self
    }

    #[track_caller]
    fn shows_no_card(&mut self) -> &mut Self {
        assert_eq!(self.card(), None);
        self
    }
}
