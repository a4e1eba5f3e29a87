//! The clock's door: operations that the bank runs by itself, again and again.

use bank_operations::{Hallway, Visit};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What runs how often. Each is an operation like any other, called as the clock.
pub(crate) const SCHEDULE: &[(&str, Duration)] = &[
    ("compliance.seal-audit", Duration::from_secs(5)),
    ("pending.expire", Duration::from_secs(20)),
    ("ledger.expire-holds", Duration::from_secs(20)),
    ("bankday.open", Duration::from_secs(20)),
    ("identity.sweep-sessions", Duration::from_secs(60)),
];

/// The running clock.
pub(crate) struct Clockwork {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Clockwork {
    pub(crate) fn start(bank: Arc<Hallway>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let tasks = SCHEDULE
            .iter()
            .map(|(operation, every)| tokio::spawn(tick(bank.clone(), operation, *every, stopped.clone())))
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

async fn tick(bank: Arc<Hallway>, operation: &'static str, every: Duration, mut stopped: watch::Receiver<bool>) {
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
        if let Err(error) = entry.run_json(&bank, &visit, json!({})).await {
            tracing::warn!(operation, code = error.code(), "a clock operation was refused");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::{Access, Effect};
    use bank_operations::Registry;

    #[test]
    fn every_operation_that_only_the_clock_may_run_and_that_changes_something_is_scheduled() {
        let registry = Registry::complete();
        let mut wanted: Vec<_> = registry
            .all()
            .filter(|entry| entry.facts.access == Access::Clock && entry.facts.effect != Effect::Reads)
            .map(|entry| entry.facts.named.name)
            .collect();
        let mut scheduled: Vec<_> = SCHEDULE.iter().map(|(operation, _)| *operation).collect();
        wanted.sort_unstable();
        scheduled.sort_unstable();
        assert_eq!(scheduled, wanted);
    }
}
