//! `larch evaluate`: what there is to measure. `larch evaluate intents`: how well the bank understands, on a file of questions or on its own.

use super::{EncoderChoice, configured, read_bounded, shipped_corpus, shipped_model};
use crate::StartError;
use crate::dialogues::DialoguesCommand;
use crate::telemetry::say;
use bank_understanding::corpus::BANKING77_MAP;
use bank_understanding::dice::Dice;
use bank_understanding::measure::{Answer, Figures, figures, folds, percentile};
use bank_understanding::text::with_typos;
use bank_understanding::{Corpus, Embed, Encoder, Model, csv};
use clap::{Args, Subcommand};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const CSV_MAX: u64 = 64 * 1024 * 1024;
/// So that two runs ask the same.
const SEED: u64 = 77;

#[derive(Debug, Subcommand)]
pub(crate) enum EvaluateCommand {
    /// Whether the right intent is found. Files have the columns text and category.
    Intents(IntentsCommand),
    /// Whether conversations go as they are scripted, against fresh demo banks.
    Dialogues(DialoguesCommand),
}

/// With `--train` and `--test`: learns from one file, asks the other. With `--test` alone: the bank's own model, its
/// intents brought to the file's categories by `--map`. With `--folds` and `--train`: cross-validation. With `--folds`
/// alone: cross-validation on the bank's own utterances.
#[derive(Debug, Args)]
pub(crate) struct IntentsCommand {
    #[arg(long, value_name = "CSV")]
    train: Option<PathBuf>,
    #[arg(
        long,
        value_name = "CSV",
        conflicts_with = "folds",
        required_unless_present = "folds"
    )]
    test: Option<PathBuf>,
    /// Which of our intents is which of the file's categories: the columns intent and category. Without it, those of
    /// BANKING77.
    #[arg(long, value_name = "CSV", conflicts_with_all = ["train", "folds"])]
    map: Option<PathBuf>,
    #[arg(long, value_parser = clap::value_parser!(u8).range(2..=20))]
    folds: Option<u8>,
    /// So many in a hundred letters of each question get a slip: swapped, dropped, doubled, or a neighbouring key.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=100))]
    typos: u16,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
    /// Write every answer: text, predicted, score, second, rejected.
    #[arg(long, value_name = "CSV")]
    predictions: Option<PathBuf>,
    #[command(flatten)]
    encoder: EncoderChoice,
}

/// A question, what was wanted, and what came.
struct Asked {
    text: String,
    answer: Answer,
    second: String,
    took: Duration,
}

impl EvaluateCommand {
    pub(crate) async fn run(&self) -> Result<(), StartError> {
        match self {
            Self::Intents(wanted) => wanted.run(),
            Self::Dialogues(wanted) => wanted.run().await,
        }
    }
}

impl IntentsCommand {
    fn run(&self) -> Result<(), StartError> {
        let encoder = self.encoder.open()?;
        let asked = self.ask(encoder.as_ref())?;
        if let Some(file) = &self.predictions {
            write_predictions(file, &asked)?;
        }
        let answers: Vec<Answer> = asked.iter().map(|one| one.answer.clone()).collect();
        let times: Vec<Duration> = asked.iter().map(|one| one.took).collect();
        say(&self.report(&figures(&answers), &times, encoder.is_some())?);
        Ok(())
    }

    fn ask(&self, encoder: Option<&Encoder>) -> Result<Vec<Asked>, StartError> {
        let mut dice = Dice::new(SEED);
        let same = |intent: &str| intent.to_owned();
        if let Some(count) = self.folds {
            let corpus = match &self.train {
                Some(file) => corpus_of(file)?,
                None => shipped_corpus()?,
            };
            let mut asked = Vec::new();
            for (learned, test) in folds(&corpus, usize::from(count), SEED) {
                let model = super::learn(&learned, encoder)?;
                let questions = test
                    .examples
                    .iter()
                    .map(|one| (one.text.as_str(), test.intents[one.intent].as_str()));
                asked.extend(self.ask_all(&model, encoder, questions, &same, &mut dice));
            }
            return Ok(asked);
        }
        let Some(test) = &self.test else {
            return Err(StartError::Other("say what is measured: --test or --folds".to_owned()));
        };
        let test = read_csv(test, "text", "category")?;
        let questions = test.iter().map(|(text, category)| (text.as_str(), category.as_str()));
        if let Some(file) = &self.train {
            let model = super::learn(&corpus_of(file)?, encoder)?;
            return Ok(self.ask_all(&model, encoder, questions, &same, &mut dice));
        }
        let map = self.map()?;
        let model = shipped_model(&configured(), encoder)?;
        // An intent that no category has is an answer of its own, and a wrong one.
        let mapped = |intent: &str| map.get(intent).cloned().unwrap_or_else(|| format!("({intent})"));
        let wanted: BTreeSet<&String> = map.values().collect();
        let unmapped: BTreeSet<&str> = test
            .iter()
            .map(|(_, category)| category.as_str())
            .filter(|category| !wanted.iter().any(|one| one == category))
            .collect();
        if !unmapped.is_empty() && !self.json {
            let unmapped: Vec<&str> = unmapped.into_iter().collect();
            say(&format!("No intent answers these categories: {}.", unmapped.join(", ")));
        }
        Ok(self.ask_all(&model, encoder, questions, &mapped, &mut dice))
    }

    fn ask_all<'a>(
        &self,
        model: &Model,
        encoder: Option<&Encoder>,
        questions: impl Iterator<Item = (&'a str, &'a str)>,
        mapped: &dyn Fn(&str) -> String,
        dice: &mut Dice,
    ) -> Vec<Asked> {
        let encoder = encoder.map(|encoder| encoder as &dyn Embed);
        let ask = |(text, wanted): (&str, &str)| {
            let text = with_typos(text, self.typos * 10, dice);
            let start = Instant::now();
            let found = model.predict(&text, encoder);
            let took = start.elapsed();
            let given = |place: usize| {
                found
                    .ranked
                    .get(place)
                    .map_or_else(String::new, |one| mapped(one.intent))
            };
            let answer = Answer {
                wanted: wanted.to_owned(),
                given: given(0),
                score: found.ranked.first().map_or(0.0, |one| one.score),
                rejected: found.rejected,
            };
            let second = given(1);
            Asked {
                text,
                answer,
                second,
                took,
            }
        };
        questions.map(ask).collect()
    }

    /// Several intents can be one category; an intent is one at most.
    fn map(&self) -> Result<BTreeMap<String, String>, StartError> {
        let pairs = match &self.map {
            Some(file) => read_csv(file, "intent", "category")?,
            None => csv::two_columns(BANKING77_MAP, "intent", "category")
                .map_err(|error| unreadable(Path::new("the shipped map"), &error))?,
        };
        Ok(pairs.into_iter().collect())
    }

    #[expect(
        clippy::float_arithmetic,
        reason = "shares and times are told, and nothing is computed with them"
    )]
    fn report(&self, figures: &Figures, times: &[Duration], joined: bool) -> Result<String, StartError> {
        let at = |percent| percentile(times, percent).unwrap_or_default().as_secs_f64() * 1_000.0;
        let (median, p95) = (at(50), at(95));
        if self.json {
            let report = serde_json::json!({
                "questions": figures.count,
                "accuracy": figures.accuracy,
                "macro_f1": figures.macro_f1,
                "accuracy_at_90_percent_coverage": figures.accuracy_at_90,
                "kept": figures.kept,
                "accuracy_of_kept": figures.accuracy_kept,
                "typos_percent": self.typos,
                "encoder": joined,
                "p50_ms": median,
                "p95_ms": p95,
            });
            return serde_json::to_string(&report).map_err(|error| StartError::Other(error.to_string()));
        }
        let percent = |share: f64| share * 100.0;
        let lines = [
            format!("questions                  {:>8}", figures.count),
            format!("accuracy                   {:>7.2} %", percent(figures.accuracy)),
            format!("macro-F1                   {:>7.2} %", percent(figures.macro_f1)),
            format!("accuracy at 90 % coverage  {:>7.2} %", percent(figures.accuracy_at_90)),
            format!("not rejected               {:>7.2} %", percent(figures.kept)),
            format!("accuracy of those          {:>7.2} %", percent(figures.accuracy_kept)),
            format!("time per question, p50     {median:>7.2} ms"),
            format!("time per question, p95     {p95:>7.2} ms"),
        ];
        Ok(lines.join("\n"))
    }
}

fn corpus_of(file: &Path) -> Result<Corpus, StartError> {
    // The bank's own questions out of scope set the thresholds here, too: none of them is in any such file.
    let outside = shipped_corpus()?.out_of_scope;
    Corpus::from_labelled(read_csv(file, "text", "category")?, outside).map_err(|error| unreadable(file, &error))
}

fn read_csv(file: &Path, first: &'static str, second: &'static str) -> Result<Vec<(String, String)>, StartError> {
    let bytes = read_bounded(file, CSV_MAX).map_err(StartError::Other)?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(file, &"it is not UTF-8"))?;
    csv::two_columns(&text, first, second).map_err(|error| unreadable(file, &error))
}

fn write_predictions(file: &Path, asked: &[Asked]) -> Result<(), StartError> {
    let mut lines = csv::record(&["text", "predicted", "score", "second", "rejected"]);
    for one in asked {
        let score = format!("{:.4}", one.answer.score);
        let rejected = if one.answer.rejected { "true" } else { "false" };
        lines += &csv::record(&[&one.text, &one.answer.given, &score, &one.second, rejected]);
    }
    std::fs::write(file, lines)
        .map_err(|error| StartError::Other(format!("{} cannot be written: {error}", file.display())))
}

fn unreadable(file: &Path, why: &dyn std::fmt::Display) -> StartError {
    StartError::Other(format!("{} cannot be read: {why}", file.display()))
}

#[cfg(test)]
mod tests;
