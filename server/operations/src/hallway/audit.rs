//! The audit line of every operation. What changes something writes its line in its own database
//! transaction. Reading writes none on the way: its lines are buffered, and written together.

use super::Visit;
use bank_contract::CustomerId;
use bank_storage::hallway::{AuditLine, write_audit};
use bank_storage::{Database, StorageResult};
use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};

/// Lines kept while the database does not take them. Beyond, the oldest are dropped, and the log says so.
const KEPT_MAX: usize = 50_000;
/// Lines written at once.
const BATCH: usize = 1_000;

pub(super) fn line(
    visit: &Visit,
    operation: &'static str,
    outcome: &'static str,
    input_hash: [u8; 32],
    at: DateTime<Utc>,
    for_customer: Option<CustomerId>,
) -> AuditLine {
    AuditLine {
        at,
        door: visit.door.code(),
        caller: visit.caller.code(),
        user: visit.caller.audited(),
        operation,
        outcome,
        input_hash,
        for_customer,
    }
}

/// Lines of reading, until the clock writes them.
#[derive(Debug, Default)]
pub struct AuditBuffer {
    lines: Mutex<Vec<AuditLine>>,
}

impl AuditBuffer {
    pub(super) fn push(&self, line: AuditLine) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= KEPT_MAX {
            tracing::error!(
                dropped = BATCH,
                "audit lines of reading were dropped: the database takes none"
            );
            lines.drain(..BATCH);
        }
        lines.push(line);
    }

    pub(super) async fn flush(&self, db: &Database) -> StorageResult<()> {
        loop {
            let batch = self.take();
            if batch.is_empty() {
                return Ok(());
            }
            if let Err(error) = write_audit(db.reader(), &batch).await {
                self.lines
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .splice(0..0, batch);
                return Err(error);
            }
        }
    }

    fn take(&self) -> Vec<AuditLine> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let count = lines.len().min(BATCH);
        lines.drain(..count).collect()
    }
}
