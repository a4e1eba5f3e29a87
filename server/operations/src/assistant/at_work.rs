//! What is being worked on: one at a time for each key.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Keys that are taken. Clones share them.
#[derive(Clone)]
pub(crate) struct AtWork<K>(Arc<Mutex<HashSet<K>>>);

impl<K> Default for AtWork<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Copy + Eq + Hash> AtWork<K> {
    /// Takes a key for as long as the guard is kept. None while another has it.
    pub(crate) fn take(&self, key: K) -> Option<Taken<K>> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        free.then(|| Taken { all: self.clone(), key })
    }
}

/// A key that is taken; it is free again when this is dropped.
pub(crate) struct Taken<K: Copy + Eq + Hash> {
    all: AtWork<K>,
    key: K,
}

impl<K: Copy + Eq + Hash> Drop for Taken<K> {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_once_and_free_again_when_its_guard_is_gone() {
        let all = AtWork::default();
        let first = all.take(1);
        assert!(first.is_some() && all.take(1).is_none() && all.take(2).is_some());
        drop(first);
        assert!(all.take(1).is_some());
    }
}
