//! The negative control: the same bank on a database that does not wait for its disk. It has to be caught
//! losing what it acknowledged; a checker that sees nothing there would see nothing anywhere.

use super::clients;
use super::traffic::Phase;
use super::world::World;
use crate::error::{ProofError, ProofResult};
use crate::larch::Program;
use crate::say::note;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;
use tokio::task::JoinSet;

/// Commits are acknowledged before they are written, and what writes them sleeps long.
const CARELESS: [&str; 2] = ["synchronous_commit=off", "wal_writer_delay=10000ms"];
const KILLS_MAX: u32 = 8;
const CLIENTS: u64 = 16;

/// Kills PostgreSQL in the middle of bursts until something that was acknowledged is gone.
///
/// Returns how much. The books balance all the same, which is why they alone prove nothing.
///
/// # Errors
/// [`ProofError::ControlKeptAll`] when nothing is ever lost.
pub(crate) async fn run(program: &Program, seed: u64) -> ProofResult<u64> {
    let mut world = World::open(program, "control", &CARELESS).await?;
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    for number in 1..=KILLS_MAX {
        let name = format!("c{number}");
        let traffic = world.traffic(&name)?;
        let mut tasks = JoinSet::new();
        clients::spawn(&mut tasks, &traffic, CLIENTS, chance.random::<u32>().into());
        tokio::time::sleep(Duration::from_millis(chance.random_range(500..1_200))).await;
        world.cluster.kill(true).await?;
        traffic.enter(Phase::Over);
        traffic.cut_all();
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        world.cluster.restart().await?;
        world.larch.wait_until_ready().await?;
        let verdict = world.verdict(&name).await?;
        note(format!(
            "control, kill {number}: {} acknowledged, {} lost",
            verdict.acknowledged, verdict.lost
        ));
        if verdict.lost > 0 {
            return Ok(verdict.lost);
        }
    }
    Err(ProofError::ControlKeptAll(KILLS_MAX))
}
