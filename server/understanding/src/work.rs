//! Work shared out to threads. What comes out does not depend on how many there are.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// Makes something of each item, in the order of the items; `threads` at once, 64 at most. A panic of `make` is ours.
pub(crate) fn shared_out<T: Send, R: Send>(
    items: impl ExactSizeIterator<Item = T> + Send,
    threads: usize,
    make: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.clamp(1, 64).min(items.len());
    if threads <= 1 {
        return items.map(make).collect();
    }
    let queue = Mutex::new(items.enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let mut all: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let own = std::iter::from_fn(next);
                    own.map(|(place, item)| (place, make(item))).collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .flat_map(|own| own.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    all.sort_unstable_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_items_on_any_number_of_threads() {
        let squares: Vec<usize> = (0..100).map(|n| n * n).collect();
        for threads in [0, 1, 2, 7, 1_000] {
            assert_eq!(shared_out(0..100_usize, threads, |n| n * n), squares);
        }
        assert!(shared_out(0..0_usize, 4, |n| n).is_empty());
    }
}
