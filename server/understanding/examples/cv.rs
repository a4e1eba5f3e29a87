//! Cross-validation over a file of `text,category`, or over the bank's own utterances (`shipped`), to choose the settings by: see docs/ASSISTANT.md.
//!
//! `cargo run --release -p bank-understanding --example cv -- FILE [name=value…]`: every name is a field of `Settings`,
//! or `run-folds` (how many of the five are run), or `encoder` (a folder), or `cache` (a file
//! that keeps embeddings from one run to the next), or `time` (how many questions are embedded, one after the other, to
//! see how long that takes; nothing else is done then), or `mapped` (a file that a model of the whole corpus is asked, its
//! intents brought to the file's categories; nothing else is done then).
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a tool for whoever tunes, read from above to below"
)]

use bank_understanding::corpus::BANKING77_MAP;
use bank_understanding::dice::Dice;
use bank_understanding::measure::{Answer, figures, folds, percentile};
use bank_understanding::text::with_typos;
use bank_understanding::{Corpus, Embed, Encoder, Model, Settings, csv};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

/// Embeds each text once in a run.
struct Cached<E>(E, Mutex<HashMap<String, Vec<f32>>>);

impl<E: Embed> Embed for Cached<E> {
    fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint()
    }
    fn embed(&self, text: &str) -> Vec<f32> {
        if let Some(known) = self.1.lock().unwrap().get(text) {
            return known.clone();
        }
        let made = self.0.embed(text);
        self.1.lock().unwrap().insert(text.to_owned(), made.clone());
        made
    }
    fn embed_all(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let known = {
            let kept = self.1.lock().unwrap();
            texts.iter().map(|text| kept.get(*text).cloned()).collect::<Vec<_>>()
        };
        let new: Vec<&str> = texts
            .iter()
            .zip(&known)
            .filter(|(_, one)| one.is_none())
            .map(|(text, _)| *text)
            .collect();
        let mut made = self.0.embed_all(&new).into_iter();
        let all: Vec<Vec<f32>> = known
            .into_iter()
            .map(|one| one.unwrap_or_else(|| made.next().unwrap()))
            .collect();
        let named = texts.iter().map(|text| (*text).to_owned()).zip(all.iter().cloned());
        self.1.lock().unwrap().extend(named);
        all
    }
    fn knows(&self, word: &str) -> bool {
        self.0.knows(word)
    }
}

/// What was embedded in another run: the numbers of a text, then the text, as bytes.
fn remembered(path: &str) -> HashMap<String, Vec<f32>> {
    let mut known = HashMap::new();
    let bytes = std::fs::read(path).unwrap_or_default();
    let mut rest = &bytes[..];
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (text, after) = after.split_at(u32::from_le_bytes(*length) as usize);
        let (numbers, after) = after.split_at(384 * 4);
        let numbers = numbers
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        known.insert(String::from_utf8(text.to_vec()).unwrap(), numbers.collect());
        rest = after;
    }
    known
}

fn remember(path: &str, known: &HashMap<String, Vec<f32>>) {
    let mut bytes = Vec::new();
    for (text, numbers) in known {
        bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    std::fs::write(path, bytes).unwrap();
}

/// Learns from a whole corpus, and asks a file of `text,category` whose categories the shipped map has.
fn ask_mapped(corpus: &Corpus, encoder: Option<&Cached<Encoder>>, settings: &Settings, file: &str) {
    let start = Instant::now();
    let model = Model::train(corpus, encoder.map(|one| one as &dyn Embed), settings).unwrap();
    let hash = model.to_bytes()[12..20].to_vec();
    println!(
        "learned in {:?}, {} bytes, {hash:02x?}",
        start.elapsed(),
        model.to_bytes().len()
    );
    let map: HashMap<String, String> = csv::two_columns(BANKING77_MAP, "intent", "category")
        .unwrap()
        .into_iter()
        .collect();
    let text = std::fs::read_to_string(file).unwrap();
    let asked = csv::two_columns(&text, "text", "category").unwrap();
    for joined in [false, true] {
        let with = encoder.filter(|_| joined).map(|one| one as &dyn Embed);
        let answers: Vec<Answer> = asked
            .iter()
            .map(|(text, category)| {
                let found = model.predict(text, with);
                let best = found.ranked[0];
                Answer {
                    wanted: category.clone(),
                    given: map.get(best.intent).cloned().unwrap_or_default(),
                    score: best.score,
                    rejected: found.rejected,
                }
            })
            .collect();
        println!("mapped, joined {}: {:?}", with.is_some(), figures(&answers));
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap();
    let mut settings = Settings {
        threads: 2,
        ..Settings::default()
    };
    let (mut run, mut folder, mut cache, mut time, mut mapped) = (5, None, None, 0, None);
    for argument in arguments {
        let (name, value) = argument.split_once('=').unwrap();
        match name {
            "run-folds" => run = value.parse().unwrap(),
            "encoder" => folder = Some(value.to_owned()),
            "mapped" => mapped = Some(value.to_owned()),
            "time" => time = value.parse().unwrap(),
            "cache" => cache = Some(value.to_owned()),
            "folds" => settings.folds = value.parse().unwrap(),
            "seed" => settings.seed = value.parse().unwrap(),
            "copies" => settings.typo_copies = value.parse().unwrap(),
            "typos" => settings.typo_per_mille = value.parse().unwrap(),
            "min" => settings.examples_min = value.parse().unwrap(),
            "letters" => settings.letters = value.parse().unwrap(),
            "cost" => settings.lexical_cost = value.parse().unwrap(),
            "fade" => settings.fade = value.parse().unwrap(),
            "ridge" => settings.ridge = value.parse().unwrap(),
            "own" => settings.own_cost = value.parse().unwrap(),
            other => panic!("{other} is not a setting"),
        }
    }
    let encoder = folder.map(|folder: String| {
        let start = Instant::now();
        let weights = std::fs::read(format!("{folder}/model.safetensors")).unwrap();
        let vocabulary = std::fs::read_to_string(format!("{folder}/vocab.txt")).unwrap();
        let encoder = Encoder::new(&weights, &vocabulary).unwrap();
        println!("loaded in {:?}", start.elapsed());
        Cached(
            encoder,
            Mutex::new(cache.as_deref().map(remembered).unwrap_or_default()),
        )
    });
    let corpus = if file == "shipped" {
        Corpus::shipped().unwrap()
    } else {
        let text = std::fs::read_to_string(file).unwrap();
        Corpus::from_labelled(csv::two_columns(&text, "text", "category").unwrap(), vec![]).unwrap()
    };
    if let Some(encoder) = encoder.as_ref().filter(|_| time > 0) {
        let asked = corpus.examples.iter().step_by(7).take(time);
        let times: Vec<u128> = asked
            .map(|one| {
                let start = Instant::now();
                assert_eq!(encoder.0.embed(&one.text).len(), 384);
                start.elapsed().as_micros()
            })
            .collect();
        println!(
            "embedded: p50 {} µs, p95 {} µs",
            percentile(&times, 50).unwrap(),
            percentile(&times, 95).unwrap()
        );
        return;
    }
    if let Some(asked) = mapped {
        ask_mapped(&corpus, encoder.as_ref(), &settings, &asked);
        return;
    }
    let mut rounds: Vec<(&str, Vec<Answer>, Vec<u128>)> = Vec::new();
    for (learned, asked) in folds(&corpus, 5, 77).into_iter().take(run) {
        let start = Instant::now();
        let model = Model::train(&learned, encoder.as_ref().map(|one| one as &dyn Embed), &settings).unwrap();
        println!("learned in {:?}, {} bytes", start.elapsed(), model.to_bytes().len());
        for (name, typos, joined) in [
            ("lexical", 0, false),
            ("lexical, 5 % typos", 50, false),
            ("joined", 0, true),
            ("joined, 5 % typos", 50, true),
        ] {
            if joined && encoder.is_none() {
                continue;
            }
            let mut dice = Dice::new(4242);
            let (mut answers, mut times) = (Vec::new(), Vec::new());
            for example in &asked.examples {
                let text = with_typos(&example.text, typos, &mut dice);
                let with = encoder.as_ref().filter(|_| joined);
                // With a cache, the times say nothing, and answers come quickly.
                let with = with.map(|one| if cache.is_some() { one as &dyn Embed } else { &one.0 });
                let start = Instant::now();
                let found = model.predict(&text, with);
                times.push(start.elapsed().as_micros());
                answers.push(Answer {
                    wanted: asked.intents[example.intent].clone(),
                    given: found.ranked[0].intent.to_owned(),
                    score: found.ranked[0].score,
                    rejected: found.rejected,
                });
            }
            match rounds.iter_mut().find(|(other, ..)| *other == name) {
                Some((_, all, all_times)) => {
                    all.extend(answers);
                    all_times.extend(times);
                }
                None => rounds.push((name, answers, times)),
            }
        }
        if let (Some(path), Some(encoder)) = (&cache, &encoder) {
            remember(path, &encoder.1.lock().unwrap());
        }
        // What all folds so far come to: whoever tunes need not wait for the last.
        for (name, answers, times) in &rounds {
            let figures = figures(answers);
            println!(
                "{name}: accuracy {:.4}, macro-F1 {:.4}, at 90 % {:.4}, kept {:.4} of which right {:.4}; p50 {} µs, p95 {} µs",
                figures.accuracy,
                figures.macro_f1,
                figures.accuracy_at_90,
                figures.kept,
                figures.accuracy_kept,
                percentile(times, 50).unwrap(),
                percentile(times, 95).unwrap()
            );
        }
    }
}
