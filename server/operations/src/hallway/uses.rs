//! When tokens were used, for their owners to see. A commit for each would cost as much as a payment, so they are
//! kept back and written together; what is lost with a crash is that a token was used a few seconds ago.

use bank_contract::TokenId;
use bank_storage::{Database, StorageResult, tokens};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tokens written with one statement.
const BATCH: usize = 1_000;

/// Uses, until the clock writes them. One of each token: no more than there are tokens.
#[derive(Debug, Default)]
pub(crate) struct TokenUses {
    last: Mutex<HashMap<TokenId, DateTime<Utc>>>,
}

impl TokenUses {
    fn last(&self) -> MutexGuard<'_, HashMap<TokenId, DateTime<Utc>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, token: TokenId, at: DateTime<Utc>) {
        let mut last = self.last();
        let noted = last.entry(token).or_insert(at);
        *noted = at.max(*noted);
    }

    pub(super) async fn flush(&self, db: &Database) -> StorageResult<()> {
        let mut used: Vec<_> = std::mem::take(&mut *self.last()).into_iter().collect();
        // In the order of ids, as another server writes them.
        used.sort_unstable();
        while !used.is_empty() {
            let rest = used.split_off(used.len().min(BATCH));
            if let Err(error) = tokens::note_used(db.reader(), &used).await {
                used.into_iter()
                    .chain(rest)
                    .for_each(|(token, at)| self.push(token, at));
                return Err(error);
            }
            used = rest;
        }
        Ok(())
    }
}
