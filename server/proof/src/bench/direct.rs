//! The bank's posting function called directly, in batches, from one connection: what the engine can do
//! without the server around it.

use super::round::Tally;
use super::variants::Shape;
use super::{DATABASE, load};
use crate::cluster::Cluster;
use crate::engine::{self, Asked, BATCH_MAX, Entry};
use crate::error::ProofResult;
use crate::people::{People, random_id};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use sea_orm::sqlx::Connection as _;
use std::time::{Duration, Instant};

pub(crate) async fn run(
    cluster: &Cluster,
    people: &People,
    shape: Shape,
    run: Duration,
    seed: u64,
) -> ProofResult<Tally> {
    let mut connection = cluster.connect(DATABASE).await?;
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let until = Instant::now() + run;
    let mut tally = Tally::default();
    while Instant::now() < until {
        let entries: Vec<Entry<'_>> = (0..BATCH_MAX).map(|_| entry(people, shape, &mut chance)).collect();
        engine::post_all(&mut connection, &entries).await?;
        tally.transfers += entries.len() as u64;
    }
    connection.close().await?;
    Ok(tally)
}

/// A transfer as the server hands it over, with everything that belongs to a request.
fn entry<'a>(people: &'a People, shape: Shape, chance: &mut ChaCha8Rng) -> Entry<'a> {
    let (from, to, cents) = load::pick(people, shape, chance);
    let holder = people.holder_of(from);
    Entry {
        id: random_id(chance),
        kind: "transfer",
        from: people.side(from),
        to: people.side(to),
        amount: cents,
        reference: "bench".to_owned(),
        asked: Some(Asked {
            user: holder.user,
            customer: holder.customer,
            token: holder.token,
            key: random_id(chance),
        }),
    }
}
