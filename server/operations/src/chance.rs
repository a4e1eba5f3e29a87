//! Time and randomness, handed in from outside, so that tests can hold them.

use chrono::{DateTime, Utc};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> DateTime<Utc>;
}

/// A cryptographic generator, seeded once from outside.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<ChaCha20Rng>>);

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chance")
    }
}

impl Chance {
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::from_seed(seed))))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut out);
        out
    }

    /// A number below `limit`, which is above zero. The bias is below `limit / 2⁶⁴`.
    pub fn below(&self, limit: u64) -> u64 {
        u64::from_be_bytes(self.bytes()) % limit.max(1)
    }

    /// A version 7 UUID (RFC 9562): in the order of time, so that new rows land side by side.
    pub fn id(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_may_guess_follows_from_a_seed_of_256_bits_and_nothing_else() {
        let secrets = |seed: [u8; 32]| {
            let chance = Chance::from_seed(seed);
            [chance.bytes::<32>(), chance.bytes::<32>()]
        };
        let [first, second] = secrets([7; 32]);
        assert_eq!([first, second], secrets([7; 32]), "tests can hold it");
        assert_ne!(first, second);
        for byte in 0..32 {
            let mut seed = [7; 32];
            seed[byte] ^= 1;
            let others = secrets(seed);
            assert!(
                !others.contains(&first) && !others.contains(&second),
                "byte {byte} counts"
            );
        }
    }

    #[test]
    fn ids_are_version_seven_in_order_and_never_twice() {
        let chance = Chance::from_seed([7; 32]);
        let early = chance.id("2026-01-01T00:00:00Z".parse().unwrap());
        let late = chance.id("2026-01-01T00:00:01Z".parse().unwrap());
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_ne!(chance.id(now), chance.id(now));
    }
}
