//! Looking things up together. Whoever asks while a query is under way waits for the next one, which asks for everything
//! that has gathered meanwhile: many small questions at once become few queries, and one question alone does not wait.

use crate::{StorageError, StorageResult};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Keys that one query asks for.
const AT_ONCE_MAX: usize = 500;

type Answer<V> = StorageResult<Option<V>>;

struct Waiting<K, V> {
    asked: Vec<(K, oneshot::Sender<Answer<V>>)>,
    /// Whether somebody is asking for what waits.
    at_work: bool,
}

/// One kind of question.
pub struct Together<K, V> {
    waiting: Arc<Mutex<Waiting<K, V>>>,
}

impl<K, V> Default for Together<K, V> {
    fn default() -> Self {
        Self {
            waiting: Arc::new(Mutex::new(Waiting {
                asked: Vec::new(),
                at_work: false,
            })),
        }
    }
}

impl<K, V> std::fmt::Debug for Together<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Together").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K, V> Together<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    /// What belongs to the key, as it is when or after this is called; none when there is nothing. `ask` answers for
    /// many keys at once, and whoever began asks for the others, too: everybody brings the same one.
    ///
    /// # Errors
    /// Whatever `ask` says, to everybody who was waiting for its answer.
    pub async fn find<F, Asking>(&self, key: K, ask: F) -> Answer<V>
    where
        F: Fn(Vec<K>) -> Asking + Send + 'static,
        Asking: Future<Output = StorageResult<HashMap<K, V>>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let begins = {
            let mut waiting = lock(&self.waiting);
            waiting.asked.push((key, answer));
            !std::mem::replace(&mut waiting.at_work, true)
        };
        if begins {
            // In a task of its own: whoever began may go away, and the others still get their answers.
            let end = End(self.waiting.clone());
            tokio::spawn(answer_all(end, ask));
        }
        // Without an answer the runtime is ending.
        answered.await.unwrap_or(Err(StorageError::Busy))
    }
}

/// Sees to it that the next one who asks begins anew, however the work ended.
struct End<K, V>(Arc<Mutex<Waiting<K, V>>>);

impl<K, V> End<K, V> {
    /// What is next to be asked for. Nothing: the work is done.
    fn take(&self) -> Vec<(K, oneshot::Sender<Answer<V>>)> {
        let mut waiting = lock(&self.0);
        let count = waiting.asked.len().min(AT_ONCE_MAX);
        waiting.at_work = count > 0;
        waiting.asked.drain(..count).collect()
    }
}

impl<K, V> Drop for End<K, V> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut waiting = lock(&self.0);
            waiting.asked.clear();
            waiting.at_work = false;
        }
    }
}

async fn answer_all<K, V, F, Asking>(end: End<K, V>, ask: F)
where
    K: Clone + Eq + Hash,
    V: Clone,
    F: Fn(Vec<K>) -> Asking,
    Asking: Future<Output = StorageResult<HashMap<K, V>>>,
{
    loop {
        // Whoever is about to ask comes along.
        tokio::task::yield_now().await;
        let asked = end.take();
        if asked.is_empty() {
            return;
        }
        let mut keys: Vec<K> = Vec::with_capacity(asked.len());
        keys.extend(asked.iter().map(|(key, _)| key.clone()));
        match ask(keys).await {
            Ok(found) => {
                for (key, answer) in asked {
                    let _ = answer.send(Ok(found.get(&key).cloned()));
                }
            }
            Err(error) => {
                for (_, answer) in asked {
                    let _ = answer.send(Err(error.again()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn doubled(keys: Vec<u32>) -> HashMap<u32, u32> {
        keys.into_iter()
            .filter(|key| *key < 1_000)
            .map(|key| (key, key * 2))
            .collect()
    }

    #[tokio::test]
    async fn many_questions_at_once_are_few_queries_and_each_gets_its_own_answer() {
        let (together, queries) = (Arc::new(Together::default()), Arc::new(AtomicUsize::new(0)));
        let ask = |key| {
            let (together, queries) = (together.clone(), queries.clone());
            tokio::spawn(async move {
                let counted = move |keys| {
                    queries.fetch_add(1, Ordering::Relaxed);
                    async move { Ok(doubled(keys)) }
                };
                together.find(key, counted).await.unwrap()
            })
        };
        let asked: Vec<_> = (0..200)
            .chain(0..10)
            .chain([5_000])
            .map(|key| (key, ask(key)))
            .collect();
        for (key, answer) in asked {
            assert_eq!(answer.await.unwrap(), (key < 1_000).then_some(key * 2));
        }
        assert!(queries.load(Ordering::Relaxed) <= 3, "{queries:?}");
        assert_eq!(ask(7).await.unwrap(), Some(14));
    }

    #[tokio::test]
    async fn whoever_goes_away_leaves_the_others_their_answers() {
        let together = Arc::new(Together::default());
        let slow = |keys| async move {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            Ok(doubled(keys))
        };
        let first = {
            let together = together.clone();
            tokio::spawn(async move { together.find(1, slow).await })
        };
        tokio::task::yield_now().await;
        first.abort();
        assert_eq!(together.find(2, slow).await.unwrap(), Some(4));
    }

    #[tokio::test]
    async fn everybody_is_told_of_an_error_and_the_next_question_is_asked_again() {
        let (together, queries) = (Together::default(), Arc::new(AtomicUsize::new(0)));
        let fails_once = || {
            let queries = queries.clone();
            move |keys| {
                let first = queries.fetch_add(1, Ordering::Relaxed) == 0;
                async move {
                    if first {
                        return Err(StorageError::Unreadable("it"));
                    }
                    Ok(doubled(keys))
                }
            }
        };
        let (one, two) = tokio::join!(together.find(1, fails_once()), together.find(2, fails_once()));
        for answer in [one, two] {
            assert!(matches!(answer, Err(StorageError::Unreadable("it"))), "{answer:?}");
        }
        assert_eq!(together.find(1, fails_once()).await.unwrap(), Some(2));
    }
}
