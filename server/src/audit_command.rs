//! The command line's door to the audit chain and the reports on business days.

use crate::StartError;
use crate::command::run;
use crate::telemetry::say;
use bank_contract::bankday::{DayReport, ShowReport};
use bank_contract::compliance::{CompareHead, VerifyAudit};
use bank_operations::Hallway;
use bank_rules::bankday::report_hash;
use chrono::NaiveDate;
use clap::Subcommand;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Recompute the whole chain. Fails at the first link that does not hold.
    Verify {
        /// A day's report that was kept outside of the database: fails when the chain does not go through its head.
        #[arg(long)]
        report: Option<PathBuf>,
    },
    /// Print the report on a business day: as JSON, as its file has it.
    Report {
        /// The newest, without it.
        #[arg(long)]
        date: Option<NaiveDate>,
    },
}

impl AuditCommand {
    pub(crate) async fn run(self, bank: &Hallway) -> Result<(), StartError> {
        match self {
            Self::Verify { report } => verify(bank, report.as_deref()).await,
            Self::Report { date } => {
                let report = run(bank, ShowReport { date }).await?;
                let report = report.ok_or_else(|| StartError::Other("there is no report on that yet".to_owned()))?;
                say(&text_of(&report)?);
                Ok(())
            }
        }
    }
}

/// A report as its file has it.
pub(crate) fn text_of(report: &DayReport) -> Result<String, StartError> {
    serde_json::to_string_pretty(report).map_err(|error| StartError::Other(error.to_string()))
}

async fn verify(bank: &Hallway, report: Option<&Path>) -> Result<(), StartError> {
    let verdict = run(bank, VerifyAudit {}).await?;
    say(&format!("{} links", verdict.length));
    if let Some(link) = verdict.broken_at {
        return Err(StartError::Other(format!("the chain does not hold at link {link}")));
    }
    if verdict.broken_bundles > 0 {
        let count = verdict.broken_bundles;
        return Err(StartError::Other(format!(
            "{count} lines do not vouch for their bundles"
        )));
    }
    if let Some(file) = report {
        let report = read(file)?;
        let head = CompareHead {
            length: report.audit_length,
            head: report.audit_head,
        };
        if !run(bank, head).await? {
            let why = format!(
                "the chain is not the one that the report on {} saw: it was written anew",
                report.date
            );
            return Err(StartError::Other(why));
        }
        say(&format!("It goes through the head of the report on {}.", report.date));
    }
    say("The chain holds.");
    Ok(())
}

fn read(file: &Path) -> Result<DayReport, StartError> {
    let unreadable = |why: &dyn std::fmt::Display| StartError::Other(format!("the report cannot be read: {why}"));
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(&error))?;
    let report: DayReport = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    if report_hash(&report).as_deref() == Some(report.hash.as_str()) {
        Ok(report)
    } else {
        Err(unreadable(&"it was changed after it was made"))
    }
}
