//! The one writer: takes what is queued, posts it, and finds out what became of it whatever happens.

use super::batch::{self, Verdict};
use super::{BATCH_MAX, EngineCounts, EngineSettings, Job, Posted, TAKEN, Waiting};
use crate::{Database, DatabaseSettings, StorageError, StorageResult, ledger};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Tries of a batch that met other database transactions.
const TRIES_MAX: u32 = 6;
/// How long the one connection may take to be made.
const ACQUIRE_MAX: Duration = Duration::from_secs(2);
/// Between two looks for a database that is away.
const PAUSE: Duration = Duration::from_millis(100);

/// How often the writer steps back without anything coming of it.
const IDLE_MAX: u32 = 4;
pub(super) struct Writer {
    database: DatabaseSettings,
    settings: EngineSettings,
    counts: Arc<EngineCounts>,
    db: Database,
}

/// Why a call of the database gave no verdicts.
enum Trouble {
    /// Worth another try: nothing was written.
    Met,
    /// The database is away: nothing was sent.
    Away,
    /// The connection is gone, and with it the answer.
    Lost,
    /// The database refuses the batch as a whole.
    Refused(StorageError),
}

/// Takes more into a batch before it is closed: whatever can run in the server does so, and requests that are being
/// read get to the queue. No clock is waited for. Holding a batch open for longer was tried and measured: fuller batches
/// did not pay for the time in which the database had nothing to do, and payments took six times as long.
async fn gather(queue: &mut mpsc::Receiver<Waiting>, taken: &mut Vec<Waiting>) {
    let mut idle = 0;
    while idle < IDLE_MAX && taken.len() < BATCH_MAX {
        tokio::task::yield_now().await;
        idle = if take(queue, taken) { 0 } else { idle + 1 };
    }
}

/// Takes what is queued now. False when that was nothing, or there is no more room.
fn take(queue: &mut mpsc::Receiver<Waiting>, taken: &mut Vec<Waiting>) -> bool {
    let before = taken.len();
    while taken.len() < BATCH_MAX
        && let Ok(waiting) = queue.try_recv()
    {
        taken.push(waiting);
    }
    taken.len() > before
}

impl Writer {
    pub(super) async fn connect(
        database: &DatabaseSettings,
        settings: EngineSettings,
        counts: Arc<EngineCounts>,
    ) -> StorageResult<Self> {
        let database = DatabaseSettings {
            connections_max: 1,
            acquire_max: ACQUIRE_MAX,
            ..database.clone()
        };
        let db = Database::connect(&database).await?;
        Ok(Self {
            database,
            settings,
            counts,
            db,
        })
    }

    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut taken = Vec::with_capacity(BATCH_MAX);
        while queue.recv_many(&mut taken, BATCH_MAX).await > 0 {
            gather(&mut queue, &mut taken).await;
            self.counts.waiting.store(queue.len() as u64, Ordering::Relaxed);
            taken.retain(|waiting| waiting.fate.turn(TAKEN));
            let batch = std::mem::take(&mut taken);
            if !batch.is_empty() && !self.settle(batch).await {
                // Whoever queues meanwhile is told that nothing was moved.
                self.wait_for_database().await;
            }
        }
        if let Err(error) = self.db.close().await {
            tracing::warn!(%error, "the posting engine's connection was not closed in order");
        }
    }

    /// Answers everybody in the batch. False when the database is away.
    async fn settle(&mut self, batch: Vec<Waiting>) -> bool {
        let jobs: Vec<Job> = batch.iter().map(|waiting| waiting.job.clone()).collect();
        match self.post(&jobs).await {
            Ok(verdicts) => {
                self.count(&verdicts);
                for (waiting, verdict) in batch.into_iter().zip(verdicts) {
                    let _ = waiting.answer.send(verdict);
                }
                true
            }
            Err(StorageError::Unsettled) => {
                tracing::error!(
                    entries = batch.len(),
                    "the database was lost: these entries are unsettled"
                );
                EngineCounts::add(&self.counts.unsettled, batch.len());
                for waiting in batch {
                    let _ = waiting.answer.send(Err(StorageError::Unsettled));
                }
                false
            }
            Err(StorageError::Busy) => {
                EngineCounts::add(&self.counts.busy, batch.len());
                for waiting in batch {
                    let _ = waiting.answer.send(Err(StorageError::Busy));
                }
                false
            }
            Err(error) => {
                tracing::error!(%error, entries = batch.len(), "the database refused a batch; each entry is tried alone");
                self.settle_one_by_one(batch).await
            }
        }
    }

    /// One entry that the database will not have must not stand in the way of the others.
    async fn settle_one_by_one(&mut self, batch: Vec<Waiting>) -> bool {
        let mut there = true;
        for waiting in batch {
            let answer = match self.post(std::slice::from_ref(&waiting.job)).await {
                Ok(mut verdicts) => verdicts.pop().unwrap_or(Err(StorageError::Unsettled)),
                Err(error) => Err(error),
            };
            there &= !matches!(answer, Err(StorageError::Unsettled));
            let _ = waiting.answer.send(answer);
        }
        there
    }

    fn count(&self, verdicts: &[StorageResult<Posted>]) {
        let of = |wanted: fn(&StorageResult<Posted>) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count();
        let (posted, replayed) = (
            of(Result::is_ok),
            of(|verdict| matches!(verdict, Err(StorageError::PostedBefore(_)))),
        );
        EngineCounts::add(&self.counts.batches, 1);
        EngineCounts::add(&self.counts.posted, posted);
        EngineCounts::add(&self.counts.replayed, replayed);
        EngineCounts::add(&self.counts.refused, verdicts.len() - posted - replayed);
    }

    /// Posts a batch. A lost connection says nothing of what became of it, so the same batch is sent again: its
    /// keys are unique, so what is there already is found and not posted twice.
    async fn post(&mut self, jobs: &[Job]) -> StorageResult<Vec<StorageResult<Posted>>> {
        let deadline = Instant::now() + self.settings.settle_max;
        let (mut tries, mut lost) = (0, false);
        loop {
            match self.call(jobs).await {
                Ok(verdicts) => match self.answers(jobs, verdicts).await {
                    Ok(answers) => return Ok(answers),
                    Err(_) => lost = true,
                },
                Err(Trouble::Met) if tries < TRIES_MAX => {
                    tries += 1;
                    EngineCounts::add(&self.counts.retries, 1);
                    tracing::info!(tries, "a batch met other database transactions; trying again");
                    continue;
                }
                Err(Trouble::Refused(error)) => return Err(error),
                Err(Trouble::Lost) => lost = true,
                Err(Trouble::Met | Trouble::Away) => {}
            }
            EngineCounts::add(&self.counts.retries, 1);
            if Instant::now() >= deadline {
                // What was never sent has certainly not been posted.
                return Err(if lost {
                    StorageError::Unsettled
                } else {
                    StorageError::Busy
                });
            }
            tokio::time::sleep(PAUSE).await;
            self.reconnect().await;
        }
    }

    async fn call(&self, jobs: &[Job]) -> Result<batch::Verdicts, Trouble> {
        match tokio::time::timeout(self.settings.call_max, batch::call(self.db.reader(), jobs)).await {
            Ok(Ok(verdicts)) => Ok(verdicts),
            Ok(Err(StorageError::TryAgain | StorageError::Duplicate(_))) => Err(Trouble::Met),
            Ok(Err(StorageError::Busy)) => Err(Trouble::Away),
            Ok(Err(error)) if error.is_lost() => {
                tracing::warn!(%error, "the posting engine lost its connection");
                Err(Trouble::Lost)
            }
            Ok(Err(error)) => Err(Trouble::Refused(error)),
            Err(_) => {
                tracing::warn!("the database does not answer the posting engine");
                Err(Trouble::Lost)
            }
        }
    }

    /// What the callers are told. What an earlier try of this very batch has posted is looked up.
    async fn answers(&self, jobs: &[Job], verdicts: batch::Verdicts) -> StorageResult<Vec<StorageResult<Posted>>> {
        let (at, booked_on) = (verdicts.at, verdicts.booked_on);
        let mut answers = Vec::with_capacity(jobs.len());
        for (job, verdict) in jobs.iter().zip(verdicts.each) {
            answers.push(match verdict {
                Verdict::Posted { balance_after } => Ok(Posted {
                    entry: job.entry.as_entry().entry,
                    balance_after,
                    at,
                    booked_on: job.entry.as_entry().booking_date.unwrap_or(booked_on),
                }),
                Verdict::Known(entry) if entry == job.entry.as_entry().entry => {
                    let look = ledger::posted(self.db.reader(), entry);
                    let found = tokio::time::timeout(self.settings.call_max, look).await;
                    Ok(found.map_err(|_| StorageError::Unsettled)??)
                }
                Verdict::Known(entry) => Err(StorageError::PostedBefore(entry)),
                Verdict::Refused(why) => Err(why),
            });
        }
        Ok(answers)
    }

    /// A connection whose call was given up may still be busy with it: it is left, and a new one made.
    async fn reconnect(&mut self) {
        let connecting = Database::connect(&self.database);
        match tokio::time::timeout(self.settings.call_max, connecting).await {
            Ok(Ok(db)) => self.db = db,
            Ok(Err(error)) => tracing::warn!(%error, "the posting engine cannot reach the database"),
            Err(_) => tracing::warn!("the posting engine cannot reach the database in time"),
        }
    }

    async fn wait_for_database(&mut self) {
        loop {
            self.reconnect().await;
            let ping = tokio::time::timeout(self.settings.call_max, self.db.ping());
            if matches!(ping.await, Ok(Ok(()))) {
                tracing::info!("the posting engine has its database back");
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
