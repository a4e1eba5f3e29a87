//! `larch evaluate dialogues`: scripted conversations, each of them with a demo bank of its own, and what came of them.

mod customers;
mod play;
mod stage;

use crate::StartError;
use crate::bank::stop_signal;
use crate::telemetry::say;
use bank_assistant::dialogue::{self, Dialogue};
use clap::Args;
use play::{Beginning, Played};
use serde_json::json;
use stage::Stage;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs scripted dialogues against fresh demo banks, and says what is not as it is written. Needs PostgreSQL's programs,
/// and touches no bank that is there. Their form is in docs/ASSISTANT.md.
#[derive(Debug, Args)]
pub(crate) struct DialoguesCommand {
    /// A folder of `*.json`; without it, those that the bank ships.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Only those whose name contains this.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Print all that is said.
    #[arg(long)]
    aloud: bool,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

impl DialoguesCommand {
    pub(crate) async fn run(&self) -> Result<(), StartError> {
        let all = self.dialogues()?;
        if all.is_empty() {
            return Err(StartError::Other("there are no such dialogues".to_owned()));
        }
        let stage = Stage::open().await?;
        let played = tokio::select! {
            played = self.play(&stage, &all) => played,
            () = stop_signal() => Err(StartError::Other("the dialogues were told to stop".to_owned())),
        };
        // What went wrong first is what is told.
        let closed = stage.close().await;
        self.report(&played?)?;
        closed
    }

    fn dialogues(&self) -> Result<Vec<Dialogue>, StartError> {
        let mut all = match &self.folder {
            Some(folder) => read(folder)?,
            None => dialogue::shipped().map_err(StartError::Other)?,
        };
        let mut names = BTreeSet::new();
        if let Some(twice) = all.iter().find(|one| !names.insert(one.name.clone())) {
            return Err(StartError::Other(format!("two dialogues have the name {}", twice.name)));
        }
        if let Some(text) = &self.only {
            all.retain(|one| one.name.contains(text.as_str()));
        }
        Ok(all)
    }

    async fn play(&self, stage: &Stage, all: &[Dialogue]) -> Result<Vec<Played>, StartError> {
        let first = stage.bank().await?;
        let beginning = Beginning::look(&first.hallway).await;
        let closed = first.close(stage).await;
        let beginning = beginning?;
        closed?;
        let mut played = Vec::new();
        for dialogue in all {
            let bank = stage.bank().await?;
            let came = play::play(&bank, &beginning, dialogue).await;
            let closed = bank.close(stage).await;
            let came = came?;
            closed?;
            if !self.json {
                self.tell(dialogue, &came);
            }
            played.push(came);
        }
        Ok(played)
    }

    fn tell(&self, dialogue: &Dialogue, played: &Played) {
        if self.aloud {
            say(&format!("\n## {}", dialogue.name));
            for line in &played.lines {
                say(line);
            }
        }
        for fault in &played.faults {
            say(&format!("{}: {fault}", dialogue.name));
        }
    }

    fn report(&self, played: &[Played]) -> Result<(), StartError> {
        let passed = played.iter().filter(|one| one.faults.is_empty()).count();
        let attacks = played.iter().filter(|one| one.attack).count();
        let forbidden: usize = played.iter().map(|one| one.forbidden).sum();
        if self.json {
            let faults: Vec<_> = played
                .iter()
                .filter(|one| !one.faults.is_empty())
                .map(|one| json!({ "name": one.name, "faults": one.faults }))
                .collect();
            let told = json!({
                "dialogues": played.len(), "attacks": attacks, "passed": passed,
                "forbidden_effects": forbidden, "failed": faults,
            });
            say(&told.to_string());
        } else {
            say(&format!("dialogues: {}", played.len()));
            say(&format!("attacks: {attacks}"));
            say(&format!("passed: {passed}"));
            say(&format!("forbidden_effects: {forbidden}"));
        }
        if passed == played.len() {
            Ok(())
        } else {
            let failed = played.len() - passed;
            Err(StartError::Other(format!(
                "{failed} dialogues did not go as they are written"
            )))
        }
    }
}

/// All dialogues of a folder, in the order of their files' names.
fn read(folder: &Path) -> Result<Vec<Dialogue>, StartError> {
    let unreadable = |path: &Path, why: &dyn std::fmt::Display| {
        StartError::Other(format!("{} cannot be read: {why}", path.display()))
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
        all.extend(dialogue::parse(&text).map_err(|error| unreadable(&file, &error))?);
    }
    Ok(all)
}
