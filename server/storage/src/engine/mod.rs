//! The posting engine: callers push an entry and wait; one writer takes everything that is queued and posts
//! it with one call of one set-based function (see the migration `m0010`).
//!
//! A batch forms while the commit before it is in flight. Before the writer closes it, it lets whatever can run in the
//! server do so, and in a crowd it waits for more, for no longer than a call takes. One alone does not wait. The queue is bounded: over
//! it, callers are told at once that nothing was moved. What has been taken out of the queue always gets an answer:
//! posted, refused, or, when the database was lost and did not come back in time, that it is not
//! known; the same request then settles it.

mod batch;
mod writer;

use crate::ledger::SealedEntry;
use crate::{DatabaseSettings, StorageError, StorageResult};
use bank_contract::{EntryId, TokenId};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Entries posted with one call.
pub const BATCH_MAX: usize = 500;

/// What bounds the engine.
#[derive(Clone, Copy, Debug)]
pub struct EngineSettings {
    /// Entries that may wait. One more is refused.
    pub queue_max: usize,
    /// How long an entry may wait in the queue before its caller is told that nothing was moved.
    pub queued_max: Duration,
    /// How long one call may take before its connection counts as lost.
    pub call_max: Duration,
    /// How long it is tried to find out what became of a batch.
    pub settle_max: Duration,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            queue_max: 4 * BATCH_MAX,
            queued_max: Duration::from_secs(3),
            call_max: Duration::from_secs(5),
            settle_max: Duration::from_secs(12),
        }
    }
}

/// For the audit line that an entry leaves: which door, which kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance {
    pub door: &'static str,
    pub caller: &'static str,
}

/// An entry on its way to the engine.
#[derive(Clone, Debug)]
pub struct Job {
    pub entry: SealedEntry,
    /// Must be alive when it is posted.
    pub token: Option<TokenId>,
    /// Absent: no audit line.
    pub audit: Option<Provenance>,
}

/// What became of an entry that was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    pub entry: EntryId,
    /// The balance of the first posting's account after it, in minor units.
    pub balance_after: i64,
    pub at: DateTime<Utc>,
    pub booked_on: NaiveDate,
}

/// What the engine has done since it started.
#[derive(Debug, Default)]
pub struct EngineCounts {
    pub batches: AtomicU64,
    pub posted: AtomicU64,
    pub refused: AtomicU64,
    /// Requests that had been posted before.
    pub replayed: AtomicU64,
    pub busy: AtomicU64,
    pub retries: AtomicU64,
    pub unsettled: AtomicU64,
    pub waiting: AtomicU64,
}

impl EngineCounts {
    fn add(counter: &AtomicU64, more: usize) {
        counter.fetch_add(more as u64, Ordering::Relaxed);
    }
}

const QUEUED: u8 = 0;
const TAKEN: u8 = 1;
const GIVEN_UP: u8 = 2;

/// Whether a queued entry is still wanted: its caller and the writer agree on it with one compare-and-swap.
#[derive(Clone, Debug)]
struct Fate(Arc<AtomicU8>);

impl Fate {
    fn turn(&self, to: u8) -> bool {
        self.0
            .compare_exchange(QUEUED, to, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}

struct Waiting {
    job: Job,
    fate: Fate,
    answer: oneshot::Sender<StorageResult<Posted>>,
}

/// The way to the writer. Clones lead to the same one.
#[derive(Clone, Debug)]
pub struct Engine {
    queue: mpsc::Sender<Waiting>,
    settings: EngineSettings,
    counts: Arc<EngineCounts>,
}

/// The running writer. It ends when every [`Engine`] is gone and the queue is empty.
#[derive(Debug)]
pub struct EngineTask(JoinHandle<()>);

impl EngineTask {
    /// Waits until everything that was queued has its answer.
    pub async fn ended(self) {
        if self.0.await.is_err() {
            tracing::error!("the posting engine ended badly");
        }
    }
}

impl Engine {
    /// Starts the writer with a connection of its own.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn start(database: &DatabaseSettings, settings: EngineSettings) -> StorageResult<(Self, EngineTask)> {
        let (queue, waiting) = mpsc::channel(settings.queue_max);
        let counts = Arc::new(EngineCounts::default());
        let writer = writer::Writer::connect(database, settings, counts.clone()).await?;
        let task = tokio::spawn(writer.run(waiting));
        let engine = Self {
            queue,
            settings,
            counts,
        };
        Ok((engine, EngineTask(task)))
    }

    pub fn counts(&self) -> &EngineCounts {
        &self.counts
    }

    /// Posts an entry and waits for what became of it.
    ///
    /// # Errors
    /// [`StorageError::Busy`] when the queue is full or the entry waited too long: nothing was moved.
    /// [`StorageError::Unsettled`] when the database was lost on the way. Otherwise the engine's refusals.
    pub async fn post(&self, job: Job) -> StorageResult<Posted> {
        if !bank_rules::postings::balances(&job.entry.as_entry().postings) {
            return Err(StorageError::Unreadable("entry: it does not balance"));
        }
        let fate = Fate(Arc::new(AtomicU8::new(QUEUED)));
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            job,
            fate: fate.clone(),
            answer,
        };
        if self.queue.try_send(waiting).is_err() {
            EngineCounts::add(&self.counts.busy, 1);
            return Err(StorageError::Busy);
        }
        let mut answered = answered;
        match tokio::time::timeout(self.settings.queued_max, &mut answered).await {
            Ok(answer) => answer.unwrap_or(Err(StorageError::Unsettled)),
            Err(_) if fate.turn(GIVEN_UP) => {
                EngineCounts::add(&self.counts.busy, 1);
                Err(StorageError::Busy)
            }
            Err(_) => answered.await.unwrap_or(Err(StorageError::Unsettled)),
        }
    }
}
