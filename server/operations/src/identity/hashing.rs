//! Hashing passwords with argon2id: two threads of their own with a bounded queue, because each hash
//! costs some 30 ms and 19 MiB. What does not fit into the queue is told to come back.

use crate::hallway::Refusal;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use bank_contract::BankError;
use bank_contract::identity::Password;
use bank_rules::identity::passwords;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

const THREADS: usize = 2;
/// Hashes that may wait: about a second of work.
const QUEUE: usize = 64;

/// What is verified where there is no such user, so that it costs the same. Its hash is of nothing.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bGFyY2ggbm9ib2R5IHNhbHQ$\
                      bm9ib2R5IGhhcyB0aGlzIHBhc3N3b3JkLCBieSBkZXNpZ24";

type Job = Box<dyn FnOnce() + Send>;

/// The threads that hash. They end when the bank does.
#[derive(Debug)]
pub struct Hasher {
    queue: SyncSender<Job>,
    runs: Arc<AtomicU64>,
}

fn argon2() -> Result<Argon2<'static>, BankError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| BankError::internal("argon2"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a hash was made with other parameters than the ones of today.
pub(super) fn is_outdated(phc: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else {
        return true;
    };
    let same = Params::try_from(&hash)
        .is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES));
    hash.algorithm != Algorithm::Argon2id.ident() || hash.version != Some(Version::V0x13.into()) || !same
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        job();
    }
}

impl Hasher {
    pub(crate) fn start() -> Self {
        let (queue, jobs) = sync_channel::<Job>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for n in 0..THREADS {
            let jobs = jobs.clone();
            let started = std::thread::Builder::new()
                .name(format!("password-{n}"))
                .spawn(move || work(&jobs));
            if let Err(error) = started {
                tracing::error!(%error, "a thread for passwords did not start");
            }
        }
        Self {
            queue,
            runs: Arc::new(AtomicU64::new(0)),
        }
    }

    /// How often argon2 ran.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// The hash of a password, in the form of the Password Hashing Competition. It is in its normal form.
    pub(crate) async fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<String, Refusal> {
        let normal = Zeroizing::new(passwords::normal(password.reveal()));
        self.run(move || {
            let salt = SaltString::encode_b64(&salt).map_err(|_| BankError::internal("salt"))?;
            let hash = argon2()?.hash_password(normal.as_bytes(), &salt);
            hash.map(|hash| hash.to_string())
                .map_err(|_| BankError::internal("argon2"))
        })
        .await
    }

    /// Whether a password is the one of the hash. Without a hash the answer is no, after the same work.
    pub(crate) async fn fits(&self, password: &Password, phc: Option<&str>) -> Result<bool, Refusal> {
        let normal = Zeroizing::new(passwords::normal(password.reveal()));
        let there = phc.is_some();
        let phc = phc.unwrap_or(NOBODY).to_owned();
        self.run(move || {
            let hash = PasswordHash::new(&phc).map_err(|_| BankError::internal("phc"))?;
            let fits = argon2()?.verify_password(normal.as_bytes(), &hash).is_ok();
            Ok(there && fits)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, BankError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        let runs = self.runs.clone();
        let job: Job = Box::new(move || {
            runs.fetch_add(1, Ordering::Relaxed);
            // Whoever asked may have gone.
            let _ = answer.send(work());
        });
        match self.queue.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(BankError::Busy { retry_after_s: 2 }.into()),
            Err(TrySendError::Disconnected(_)) => return Err(BankError::internal("password-threads").into()),
        }
        let done = answered.await.map_err(|_| BankError::internal("password-threads"))?;
        Ok(done?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_alone_and_says_its_parameters() {
        let hasher = Hasher::start();
        let password = Password::new("kettle orbit caf\u{e9}");
        let phc = hasher.hash(&password, [7; 16]).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(hasher.fits(&password, Some(&phc)).await.unwrap());
        // Typed with a combining accent.
        let same = Password::new("kettle orbit cafe\u{301}");
        assert!(hasher.fits(&same, Some(&phc)).await.unwrap());
        let other = Password::new("kettle orbit cafe");
        assert!(!hasher.fits(&other, Some(&phc)).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_of_other_parameters_is_outdated_and_one_of_todays_is_not() {
        let hasher = Hasher::start();
        let phc = hasher.hash(&Password::new("kettle orbit"), [7; 16]).await.unwrap();
        assert!(!is_outdated(&phc));
        for (from, to) in [
            ("m=19456", "m=8192"),
            ("t=2", "t=1"),
            ("p=1", "p=2"),
            ("argon2id", "argon2i"),
            ("v=19", "v=16"),
        ] {
            assert!(is_outdated(&phc.replace(from, to)), "{to}");
        }
        assert!(is_outdated("$argon2id$none"));
    }

    #[tokio::test]
    async fn where_nobody_is_the_same_work_is_done() {
        let hasher = Hasher::start();
        assert!(!hasher.fits(&Password::new("anything"), None).await.unwrap());
        assert_eq!(hasher.runs(), 1);
        assert!(!is_outdated(NOBODY), "by all of its parameters");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_than_the_queue_holds_are_told_to_come_back() {
        let hasher = Arc::new(Hasher::start());
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let stand = |gate: Arc<Mutex<Receiver<()>>>| {
            move || {
                let _ = gate.lock().unwrap_or_else(PoisonError::into_inner).recv();
                Ok(())
            }
        };
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..THREADS + QUEUE + 10 {
            let (hasher, work) = (hasher.clone(), stand(gate.clone()));
            waiting.spawn(async move { hasher.run(work).await.map_err(|_| ()) });
        }
        // The ten that found no room are back before anybody was let through.
        for _ in 0..10 {
            assert_eq!(waiting.join_next().await.unwrap().unwrap(), Err(()));
        }
        drop(open);
        let mut done = 0;
        while let Some(ended) = waiting.join_next().await {
            done += usize::from(ended.unwrap().is_ok());
        }
        // A thread takes its first job out of the queue whenever it gets there, which makes room for one more.
        assert!((QUEUE..=THREADS + QUEUE).contains(&done), "{done}");
    }
}
