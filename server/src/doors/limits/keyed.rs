//! Counting for each key: so many at once and then so many a minute (GCRA, by `governor`), and how many are at work now.

use super::table::Rate;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// With more keys than this, those that are as good as new are forgotten at once instead of at the next sweep.
const KEYS_MAX: usize = 200_000;

/// The runtime's clock: monotonic, and in tests it stands still when it is told to.
#[derive(Clone, Copy, Debug)]
struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A rate for each key.
pub(super) struct Keyed<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, HashMapStateStore<K>, Ticks, NoOpMiddleware<Duration>>,
    ticks: Ticks,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    pub(super) fn new(rate: Rate) -> Self {
        let ticks = Ticks(Instant::now());
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        Self {
            limiter: RateLimiter::hashmap_with_clock(quota, ticks),
            ticks,
        }
    }

    /// Counts one more, or says how long it would have to wait.
    pub(super) fn take(&self, key: &K) -> Result<(), Duration> {
        let taken = self.limiter.check_key(key);
        taken.map_err(|not_until| not_until.wait_time_from(self.ticks.now()))
    }

    /// Forgets the keys that are as good as new.
    pub(super) fn sweep(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    pub(super) fn is_crowded(&self) -> bool {
        self.limiter.len() > KEYS_MAX
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.limiter.len()
    }
}

/// How many of each key are at work at this moment.
#[derive(Clone)]
pub(crate) struct AtOnce<K: Hash + Eq + Copy> {
    most: usize,
    now: Arc<Mutex<HashMap<K, usize>>>,
}

/// One at work. It makes room when it goes.
pub(crate) struct AtWork<K: Hash + Eq + Copy> {
    key: K,
    now: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Hash + Eq + Copy> AtOnce<K> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            now: Arc::default(),
        }
    }

    /// Room for one more of this key, when there is any.
    pub(crate) fn take(&self, key: K) -> Option<AtWork<K>> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let count = now.entry(key).or_default();
        // A key that is there has at least one at work, so a refusal leaves nothing behind.
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(AtWork {
            key,
            now: self.now.clone(),
        })
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> usize {
        self.now.lock().unwrap().len()
    }
}

impl<K: Hash + Eq + Copy> Drop for AtWork<K> {
    fn drop(&mut self) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = now.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                now.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn exactly_the_next_one_is_refused_and_comes_in_after_the_time_it_was_told() {
        let keyed = Keyed::new(rate("3 + 12/min"));
        for _ in 0..3 {
            assert_eq!(keyed.take(&"anna"), Ok(()));
        }
        assert_eq!(keyed.take(&"anna"), Err(Duration::from_secs(5)));
        assert_eq!(keyed.take(&"ben"), Ok(()), "others are not touched");
        tokio::time::advance(Duration::from_millis(4_999)).await;
        assert_eq!(
            keyed.take(&"anna"),
            Err(Duration::from_millis(1)),
            "a refusal costs nothing"
        );
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(keyed.take(&"anna"), Ok(()));
        assert!(keyed.take(&"anna").is_err());
        tokio::time::advance(Duration::from_mins(10)).await;
        for _ in 0..3 {
            assert_eq!(keyed.take(&"anna"), Ok(()), "never more than the burst is saved up");
        }
        assert!(keyed.take(&"anna").is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn keys_that_are_as_good_as_new_are_forgotten_and_a_refused_one_is_not() {
        let keyed = Keyed::new(rate("1 + 1/min"));
        for key in 0..1_000 {
            assert_eq!(keyed.take(&key), Ok(()));
        }
        tokio::time::advance(Duration::from_secs(59)).await;
        keyed.sweep();
        assert!(keyed.take(&7).is_err(), "sweeping lets nobody in early");
        tokio::time::advance(Duration::from_mins(3)).await;
        keyed.sweep();
        assert_eq!(keyed.len(), 0);
    }

    #[test]
    fn room_is_given_back_and_nothing_is_kept_of_who_has_gone() {
        let room = AtOnce::new(2);
        let first = room.take(1);
        let second = room.take(1);
        assert!(first.is_some() && second.is_some());
        assert!(room.take(1).is_none());
        assert!(room.take(2).is_some(), "others are not touched");
        drop(first);
        assert!(room.take(1).is_some());
        drop(second);
        assert_eq!(room.keys(), 0);
    }
}
