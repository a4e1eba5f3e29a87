//! The nemesis: from seeded random numbers, one fault after the other, each healed before the next.

use super::clients;
use super::traffic::Traffic;
use super::world::World;
use crate::error::ProofResult;
use crate::say::note;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Clients of a flood, and the orders of each.
const FLOOD: (u64, u32) = (400, 2);
const HALF_REQUESTS: u32 = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// Signal 9 to the bank's server, which is then started again.
    KillServer,
    /// The server is halted for a while.
    HaltServer,
    /// Signal 9 to PostgreSQL's first process.
    KillPostmaster,
    /// Signal 9 to all of PostgreSQL's processes at once.
    KillPostgres,
    /// Signal 9 to any one of its other processes, after which it recovers by itself.
    KillBackend,
    /// All of its processes are halted for a while.
    HaltPostgres,
    /// Signal 9 to everything.
    KillBoth,
    /// Every connection is cut while it waits, and requests are sent up to their middle.
    Cut,
    /// Many clients at once.
    Flood,
    /// The same while the database is halted, so that they pile up in the server.
    FloodHalted,
}

impl Fault {
    const ALL: [Self; 10] = [
        Self::KillServer,
        Self::HaltServer,
        Self::KillPostmaster,
        Self::KillPostgres,
        Self::KillBackend,
        Self::HaltPostgres,
        Self::KillBoth,
        Self::Cut,
        Self::Flood,
        Self::FloodHalted,
    ];
}

#[derive(Debug)]
pub(crate) struct Nemesis<'a> {
    world: &'a mut World,
    traffic: Arc<Traffic>,
    chance: ChaCha8Rng,
    made: BTreeMap<Fault, u64>,
}

impl<'a> Nemesis<'a> {
    pub(crate) fn new(world: &'a mut World, traffic: Arc<Traffic>, seed: u64) -> Self {
        Self {
            world,
            traffic,
            chance: ChaCha8Rng::seed_from_u64(seed),
            made: BTreeMap::new(),
        }
    }

    /// Makes faults for so long; returns how many. All of them are healed at the end.
    ///
    /// # Errors
    /// When the bank does not recover from one.
    pub(crate) async fn rage(&mut self, lasting: Duration) -> ProofResult<u64> {
        let until = Instant::now() + lasting;
        // Each at least once, in an order of its own, before any comes by chance.
        let mut due: Vec<Fault> = Fault::ALL.to_vec();
        while Instant::now() < until {
            self.pause(200, 1_000).await;
            let fault = if due.is_empty() {
                Fault::ALL.choose(&mut self.chance).copied().unwrap_or(Fault::Cut)
            } else {
                due.swap_remove(self.chance.random_range(0..due.len()))
            };
            self.make(fault).await?;
            *self.made.entry(fault).or_default() += 1;
        }
        let made: Vec<String> = self
            .made
            .iter()
            .map(|(fault, times)| format!("{fault:?} {times}"))
            .collect();
        note(format!("faults: {}", made.join(", ")));
        self.world.larch.wait_until_ready().await?;
        Ok(self.made.values().sum())
    }

    async fn pause(&mut self, least_ms: u64, most_ms: u64) {
        let millis = self.chance.random_range(least_ms..=most_ms);
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    async fn make(&mut self, fault: Fault) -> ProofResult<()> {
        match fault {
            Fault::KillServer => {
                self.world.larch.kill().await;
                self.pause(0, 300).await;
                self.world.larch.launch()?;
            }
            Fault::HaltServer => {
                self.world.larch.halt();
                self.pause(100, 1_500).await;
                self.world.larch.resume();
            }
            Fault::KillPostmaster => self.kill_postgres(false).await?,
            Fault::KillPostgres => self.kill_postgres(true).await?,
            Fault::KillBackend => self.kill_backend().await,
            Fault::HaltPostgres => {
                self.signal_postgres(Signal::STOP);
                self.pause(100, 1_500).await;
                self.signal_postgres(Signal::CONT);
            }
            Fault::KillBoth => {
                self.world.larch.kill().await;
                self.kill_postgres(true).await?;
                self.world.larch.launch()?;
            }
            Fault::Cut => self.cut().await?,
            Fault::Flood => self.flood().await?,
            Fault::FloodHalted => {
                self.signal_postgres(Signal::STOP);
                let traffic = self.traffic.clone();
                let (count, orders) = FLOOD;
                let flood = clients::flood(&traffic, count, orders, self.chance.random::<u32>().into());
                let resume = async {
                    self.pause(300, 900).await;
                    self.signal_postgres(Signal::CONT);
                };
                tokio::join!(flood, resume).0?;
            }
        }
        self.world.larch.wait_until_ready().await
    }

    async fn kill_postgres(&mut self, whole: bool) -> ProofResult<()> {
        self.world.cluster.kill(whole).await?;
        self.pause(0, 300).await;
        self.world.cluster.restart().await
    }

    async fn kill_backend(&mut self) {
        let processes = self.world.cluster.processes();
        if let Some(victim) = processes.get(1..).and_then(|others| others.choose(&mut self.chance)) {
            victim.signal(Signal::KILL);
        }
        // PostgreSQL ends all others, recovers, and begins anew.
        self.pause(200, 500).await;
    }

    fn signal_postgres(&self, signal: Signal) {
        for process in self.world.cluster.processes() {
            process.signal(signal);
        }
    }

    async fn cut(&mut self) -> ProofResult<()> {
        for _ in 0..HALF_REQUESTS {
            self.traffic.cut_all();
            clients::half_request(&self.traffic, &mut self.chance).await?;
            self.pause(0, 20).await;
        }
        Ok(())
    }

    async fn flood(&mut self) -> ProofResult<()> {
        let (count, orders) = FLOOD;
        let seed = self.chance.random::<u32>().into();
        clients::flood(&self.traffic, count, orders, seed).await
    }
}
