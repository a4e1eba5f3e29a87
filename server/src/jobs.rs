//! The clock's door: operations that the bank runs by itself, again and again.

use crate::audit_command::text_of;
use bank_contract::Answer;
use bank_contract::bankday::DayReport;
use bank_contract::compliance::AuditVerdict;
use bank_contract::ledger::BooksCheck;
use bank_operations::{Hallway, Visit};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What runs how often. Each is an operation like any other, called as the clock.
pub(crate) const SCHEDULE: &[(&str, Duration)] = &[
    ("compliance.seal-audit", Duration::from_secs(5)),
    ("pending.expire", Duration::from_secs(20)),
    ("mandates.expire", Duration::from_secs(20)),
    ("ledger.expire-holds", Duration::from_secs(20)),
    ("bankday.open", Duration::from_secs(20)),
    ("bankday.make-report", Duration::from_mins(1)),
    ("notifications.deliver", Duration::from_secs(5)),
    ("notifications.send-mail", Duration::from_secs(10)),
    ("identity.sweep-sessions", Duration::from_mins(1)),
    ("compliance.verify-audit", Duration::from_hours(1)),
    ("ledger.check-books", Duration::from_hours(1)),
];

/// The running clock.
pub(crate) struct Clockwork {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Clockwork {
    /// Reports on business days go to a folder as well, out of reach of whoever has the database.
    pub(crate) fn start(bank: Arc<Hallway>, reports: Arc<Path>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let tasks = SCHEDULE
            .iter()
            .map(|(operation, every)| {
                tokio::spawn(tick(bank.clone(), operation, *every, stopped.clone(), reports.clone()))
            })
            .collect();
        Self { stop, tasks }
    }

    /// Lets what is at work end, and starts nothing more.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a clock task ended badly");
            }
        }
    }
}

async fn tick(
    bank: Arc<Hallway>,
    operation: &'static str,
    every: Duration,
    mut stopped: watch::Receiver<bool>,
    reports: Arc<Path>,
) {
    let visit = Visit::clock();
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stopped.changed() => return,
        }
        let Some(entry) = bank.registry().get(operation) else {
            tracing::error!(operation, "the schedule names an operation that is not there");
            return;
        };
        match entry.run_json(&bank, &visit, json!({})).await {
            Ok(outcome) => {
                let Answer::Done(output) = outcome.answer else { continue };
                if operation == "bankday.make-report" {
                    keep_report(&reports, output.clone()).await;
                }
                if let Some(alarm) = alarm(operation, output) {
                    tracing::error!(operation, alarm, "the bank's own check found something wrong");
                }
            }
            Err(error) => tracing::warn!(operation, code = error.code(), "a clock operation was refused"),
        }
    }
}

/// Writes a day's report beside the database. The head of the chain goes to the log, too: wherever that is sent, it is
/// one more witness.
async fn keep_report(folder: &Path, output: Value) {
    let Ok(Some(report)) = serde_json::from_value::<Option<DayReport>>(output) else {
        return;
    };
    tracing::info!(
        date = %report.date,
        audit_length = report.audit_length,
        audit_head = report.audit_head,
        hash = report.hash,
        "the report on a business day"
    );
    let file = folder.join(format!("{}.json", report.date));
    let written = async {
        let text = text_of(&report).map_err(std::io::Error::other)?;
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::write(&file, text).await
    };
    if let Err(error) = written.await {
        tracing::error!(%error, "a day's report was not written to its file: larch audit report prints it");
    }
}

/// What a check of the bank's own found, when it is a reason to wake somebody.
fn alarm(operation: &str, output: Value) -> Option<String> {
    match operation {
        "compliance.verify-audit" => {
            let verdict: AuditVerdict = serde_json::from_value(output).ok()?;
            match (verdict.broken_at, verdict.broken_bundles) {
                (None, 0) => None,
                (Some(link), _) => Some(format!("the audit chain does not hold at link {link}")),
                (None, count) => Some(format!("{count} audit lines do not vouch for their bundles")),
            }
        }
        "bankday.make-report" => {
            let report: DayReport = serde_json::from_value::<Option<DayReport>>(output).ok()??;
            (!report.audit_holds || !report.books.holds()).then(|| {
                format!(
                    "the report on {} says that the books or the audit do not hold",
                    report.date
                )
            })
        }
        "ledger.check-books" => {
            let books: BooksCheck = serde_json::from_value(output).ok()?;
            (!books.holds()).then(|| {
                format!(
                    "the books do not balance; {} balances and {} postings are off",
                    books.accounts_off, books.postings_off
                )
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::{Access, Currency, Money};
    use bank_operations::Registry;

    #[test]
    fn every_operation_that_only_the_clock_may_run_is_scheduled() {
        let registry = Registry::complete();
        let mut wanted: Vec<_> = registry
            .all()
            .filter(|entry| entry.facts.access == Access::Clock)
            .map(|entry| entry.facts.named.name)
            .collect();
        let mut scheduled: Vec<_> = SCHEDULE.iter().map(|(operation, _)| *operation).collect();
        wanted.sort_unstable();
        scheduled.sort_unstable();
        assert_eq!(scheduled, wanted);
    }

    #[test]
    fn a_broken_chain_and_unbalanced_books_raise_an_alarm() {
        let chain = |broken_at| {
            serde_json::to_value(AuditVerdict {
                length: 9,
                broken_at,
                broken_bundles: 0,
            })
            .unwrap()
        };
        assert_eq!(alarm("compliance.verify-audit", chain(None)), None);
        assert!(
            alarm("compliance.verify-audit", chain(Some(4)))
                .unwrap()
                .contains("link 4")
        );
        let books = |minor, accounts_off| {
            let sums = vec![Money::from_minor(minor, Currency::Eur).unwrap()];
            serde_json::to_value(BooksCheck {
                sums,
                accounts_off,
                postings_off: 0,
                entries: 1,
                postings: 2,
            })
            .unwrap()
        };
        assert_eq!(alarm("ledger.check-books", books(0, 0)), None);
        assert!(alarm("ledger.check-books", books(1, 0)).is_some());
        assert!(alarm("ledger.check-books", books(0, 1)).is_some());
    }
}
