//! Load over HTTP: as fast as the answers come (closed loop), or at a rate that does not wait for them (open
//! loop).

use super::round::Tally;
use super::variants::Shape;
use crate::client::{Connection, transfer};
use crate::error::{ProofError, ProofResult};
use crate::people::{Account, People, random_id};
use crate::stats::{micros, percentile};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// What a client does after "busy".
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// Who sends what to whom over how many connections.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) people: Arc<People>,
    pub(crate) shape: Shape,
    pub(crate) connections: usize,
    pub(crate) seed: u64,
}

/// A payer, a payee, and how many cents. The merchant that everybody pays is the first account.
pub(crate) fn pick<'a>(people: &'a People, shape: Shape, chance: &mut ChaCha8Rng) -> (&'a Account, &'a Account, i64) {
    let count = people.accounts.len();
    let (from, to) = match shape {
        Shape::Hot => (chance.random_range(1..count), 0),
        Shape::Uniform => {
            let from = chance.random_range(0..count);
            (from, (from + chance.random_range(1..count)) % count)
        }
    };
    (
        &people.accounts[from],
        &people.accounts[to],
        chance.random_range(1..1_000),
    )
}

/// One client: a connection and its own random numbers.
struct Client {
    load: Load,
    connection: Connection,
    chance: ChaCha8Rng,
}

impl Client {
    async fn open(load: &Load, number: usize) -> ProofResult<Self> {
        Ok(Self {
            connection: Connection::open(load.address).await?,
            chance: ChaCha8Rng::seed_from_u64(load.seed << 32 | number as u64),
            load: load.clone(),
        })
    }

    /// Sends one transfer. True when it was done, false when the bank was busy.
    async fn pay(&mut self) -> ProofResult<bool> {
        let people = &self.load.people;
        let (from, to, cents) = pick(people, self.load.shape, &mut self.chance);
        let body = people.body(from, to, cents, "bench");
        let bearer = &people.holder_of(from).bearer;
        let request = transfer(bearer, random_id(&mut self.chance), body);
        let answer = self.connection.send(request).await?;
        if self.connection.is_closed() {
            self.connection = Connection::open(self.load.address).await?;
        }
        match answer.status {
            201 if !answer.replayed => Ok(true),
            503 if answer.json()["code"] == "busy" => Ok(false),
            _ => Err(answer.unexpected("a new transfer (201)")),
        }
    }
}

async fn clients(load: &Load) -> ProofResult<Vec<Client>> {
    let mut clients = Vec::with_capacity(load.connections);
    for number in 0..load.connections {
        clients.push(Client::open(load, number).await?);
    }
    Ok(clients)
}

/// Every connection sends its next transfer when the one before is answered, for as long as `run`; at least one.
pub(crate) async fn closed_loop(load: &Load, run: Duration) -> ProofResult<Tally> {
    let clients = clients(load).await?;
    let until = Instant::now() + run;
    let mut tasks = JoinSet::new();
    for mut client in clients {
        tasks.spawn(async move {
            let mut tally = Tally::default();
            loop {
                if client.pay().await? {
                    tally.transfers += 1;
                } else {
                    tally.busy += 1;
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                if Instant::now() >= until {
                    return Ok::<_, ProofError>(tally);
                }
            }
        });
    }
    let mut all = Tally::default();
    while let Some(done) = tasks.join_next().await {
        let tally = done??;
        all.transfers += tally.transfers;
        all.busy += tally.busy;
    }
    Ok(all)
}

/// What an open loop saw.
#[derive(Debug)]
pub(crate) struct Latencies {
    /// In microseconds, in ascending order, from the moment each request was due.
    sorted: Vec<u64>,
    pub(crate) busy: u64,
    /// Between two requests.
    pub(crate) gap: Duration,
}

impl Latencies {
    pub(crate) fn transfers(&self) -> usize {
        self.sorted.len()
    }

    /// In microseconds; 990 is p99.
    pub(crate) fn percentile(&self, per_mille: usize) -> u64 {
        percentile(&self.sorted, per_mille)
    }
}

/// The moments at which requests are due, set before the first is sent.
#[derive(Clone, Debug)]
struct Schedule {
    begin: Instant,
    gap: Duration,
    count: u32,
    next: Arc<AtomicU32>,
    /// A permit for each request that is due.
    due: Arc<Semaphore>,
}

/// Sends a transfer every `gap`, whether the ones before are answered or not. When all connections wait for
/// answers, those that are due wait, and their waiting counts: nothing is left out because the bank was slow.
pub(crate) async fn open_loop(load: &Load, gap: Duration, run: Duration) -> ProofResult<Latencies> {
    let clients = clients(load).await?;
    let count = u32::try_from(run.as_nanos() / gap.as_nanos().max(1))
        .unwrap_or(u32::MAX)
        .max(1);
    let schedule = Schedule {
        begin: Instant::now() + Duration::from_millis(10),
        gap,
        count,
        next: Arc::new(AtomicU32::new(0)),
        due: Arc::new(Semaphore::new(0)),
    };
    let mut tasks = JoinSet::new();
    for client in clients {
        tasks.spawn(on_schedule(client, schedule.clone()));
    }
    let (begin, due, connections) = (schedule.begin, Arc::downgrade(&schedule.due), load.connections);
    drop(schedule);
    // A thread of its own: the runtime's timer has steps of a millisecond, the system's are finer.
    std::thread::spawn(move || release(begin, gap, count, &due, connections));
    let mut all = Latencies {
        sorted: Vec::new(),
        busy: 0,
        gap,
    };
    while let Some(done) = tasks.join_next().await {
        let (latencies, busy) = done??;
        all.sorted.extend(latencies);
        all.busy += busy;
    }
    all.sorted.sort_unstable();
    Ok(all)
}

/// Gives a permit whenever a request is due, and at the end one to each client, so that it sees the end.
fn release(begin: Instant, gap: Duration, count: u32, due: &Weak<Semaphore>, clients: usize) {
    for number in 0..count {
        let at = begin + gap * number;
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        // Gone when the run was broken off.
        let Some(due) = due.upgrade() else { return };
        due.add_permits(1);
    }
    if let Some(due) = due.upgrade() {
        due.add_permits(clients);
    }
}

async fn on_schedule(mut client: Client, schedule: Schedule) -> ProofResult<(Vec<u64>, u64)> {
    let (mut latencies, mut busy) = (Vec::new(), 0);
    loop {
        let permit = schedule.due.acquire().await;
        permit.map_err(|cause| ProofError::Other(cause.to_string()))?.forget();
        let number = schedule.next.fetch_add(1, Ordering::Relaxed);
        if number >= schedule.count {
            return Ok((latencies, busy));
        }
        if client.pay().await? {
            let due_at = schedule.begin + schedule.gap * number;
            latencies.push(micros(due_at.elapsed()));
        } else {
            busy += 1;
        }
    }
}
