//! Does reading cost more when there is more to read from? Two banks side by side, one with ten times the
//! accounts and ten times the history, asked in turns for a balance and for the first page of a feed.

use super::variants::Shape;
use super::{FUNDS, load};
use crate::client::{Connection, get};
use crate::cluster::Cluster;
use crate::engine::{self, BATCH_MAX, Entry};
use crate::error::{ProofError, ProofResult};
use crate::larch::{Larch, Program};
use crate::people::{Account, People, random_id};
use crate::say::note;
use crate::stats::{Rate, median, micros, percentile};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sea_orm::sqlx::Connection as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How many ask at the same time.
const READERS: u64 = 2;
/// Rows of a page; the address of a feed asks for as many.
const PAGE: usize = 30;

/// The smaller bank, and how it is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    accounts: usize,
    /// Transfers among everybody.
    background: usize,
    /// The accounts that are asked for.
    measured: usize,
    /// Postings on each of them, about.
    history: usize,
    rounds: u32,
    run: Duration,
}

impl Sizes {
    pub(crate) fn new(short: bool) -> Self {
        if short {
            return Self {
                accounts: 1_000,
                background: 2_000,
                measured: 20,
                history: 50,
                rounds: 3,
                run: Duration::from_millis(500),
            };
        }
        Self {
            accounts: 10_000,
            background: 30_000,
            measured: 100,
            history: 100,
            rounds: 5,
            run: Duration::from_secs(2),
        }
    }

    fn times(self, factor: usize) -> Self {
        Self {
            accounts: self.accounts * factor,
            background: self.background * factor,
            history: self.history * factor,
            ..self
        }
    }
}

/// p99 in milliseconds, in the smaller bank and in the larger one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) small: Rate,
    pub(crate) large: Rate,
}

impl Pair {
    pub(crate) fn ratio(self) -> Rate {
        self.large.over(self.small)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Feed {
    pub(crate) page: Pair,
    pub(crate) balance: Pair,
}

impl Feed {
    /// The larger of both ratios.
    pub(crate) fn ratio(self) -> Rate {
        self.page.ratio().max(self.balance.ratio())
    }
}

/// A bank with history. The server goes with it.
struct Bank {
    larch: Larch,
    people: Arc<People>,
    sizes: Sizes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Page,
    Balance,
}

pub(crate) async fn measure(program: &Program, cluster: &Cluster, sizes: Sizes) -> ProofResult<Feed> {
    let small = Bank::open(program, cluster, "feed_1x", sizes).await?;
    let large = Bank::open(program, cluster, "feed_10x", sizes.times(10)).await?;
    note("asking both for balances and pages, in turns");
    for bank in [&small, &large] {
        bank.check_page().await?;
        bank.p99(Asked::Page, 0).await?;
        bank.p99(Asked::Balance, 0).await?;
    }
    let mut found: [Vec<Rate>; 4] = Default::default();
    for round in 1..=sizes.rounds {
        let seed = u64::from(round);
        found[0].push(small.p99(Asked::Page, seed).await?);
        found[1].push(large.p99(Asked::Page, seed).await?);
        found[2].push(small.p99(Asked::Balance, seed).await?);
        found[3].push(large.p99(Asked::Balance, seed).await?);
    }
    let [page_small, page_large, balance_small, balance_large] = found.map(median);
    Ok(Feed {
        page: Pair {
            small: page_small,
            large: page_large,
        },
        balance: Pair {
            small: balance_small,
            large: balance_large,
        },
    })
}

impl Bank {
    async fn open(program: &Program, cluster: &Cluster, database: &str, sizes: Sizes) -> ProofResult<Self> {
        let transfers = sizes.background + sizes.measured * sizes.history;
        note(format!(
            "a bank with {} accounts and {transfers} transfers",
            sizes.accounts
        ));
        cluster.create_database(database).await?;
        let larch = Larch::start(program, cluster, database).await?;
        let people = People::move_in(&larch, cluster, database, &vec![1; sizes.accounts], FUNDS, 2).await?;
        let bank = Self {
            larch,
            people: Arc::new(people),
            sizes,
        };
        bank.make_history(cluster, database).await?;
        Ok(bank)
    }

    /// Transfers among everybody, and between them ten times as many on each account that is asked for.
    async fn make_history(&self, cluster: &Cluster, database: &str) -> ProofResult<()> {
        let mut connection = cluster.connect(database).await?;
        let mut chance = ChaCha8Rng::seed_from_u64(4);
        let asked_for = self.sizes.measured * self.sizes.history;
        let all = self.sizes.background + asked_for;
        for _ in 0..all.div_ceil(BATCH_MAX) {
            let entries: Vec<Entry<'_>> = (0..BATCH_MAX)
                .map(|_| {
                    let measured = chance.random_range(0..all) < asked_for;
                    self.entry(measured, &mut chance)
                })
                .collect();
            engine::post_all(&mut connection, &entries).await?;
        }
        sea_orm::sqlx::query("VACUUM ANALYZE").execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    fn entry(&self, measured: bool, chance: &mut ChaCha8Rng) -> Entry<'_> {
        let people = &self.people;
        let (mut from, to, amount) = load::pick(people, Shape::Uniform, chance);
        if measured {
            let one = self.measured(chance);
            if one.id != to.id {
                from = one;
            }
        }
        // Money goes both ways, so that nobody runs out.
        let (from, to) = if chance.random() { (from, to) } else { (to, from) };
        Entry {
            id: random_id(chance),
            kind: "transfer",
            from: people.side(from),
            to: people.side(to),
            amount,
            reference: "history".to_owned(),
            asked: None,
        }
    }

    fn measured(&self, chance: &mut ChaCha8Rng) -> &Account {
        &self.people.accounts[chance.random_range(0..self.sizes.measured)]
    }

    /// A page is full, or what is measured is not what is meant.
    async fn check_page(&self) -> ProofResult<()> {
        let account = &self.people.accounts[0];
        let mut connection = Connection::open(self.larch.address()).await?;
        let bearer = &self.people.holder_of(account).bearer;
        let answer = connection.send(get(&path(Asked::Page, account), Some(bearer))).await?;
        let rows = answer.json()["rows"].as_array().map_or(0, Vec::len);
        if answer.status == 200 && rows == PAGE {
            Ok(())
        } else {
            Err(answer.unexpected("a full page of a feed (200)"))
        }
    }

    /// In milliseconds, as the readers see it.
    async fn p99(&self, asked: Asked, seed: u64) -> ProofResult<Rate> {
        let mut readers = JoinSet::new();
        let until = Instant::now() + self.sizes.run;
        for number in 0..READERS {
            let chance = ChaCha8Rng::seed_from_u64(seed << 8 | number);
            let accounts = self.sizes.measured;
            readers.spawn(read(
                self.larch.address(),
                self.people.clone(),
                accounts,
                asked,
                until,
                chance,
            ));
        }
        let mut latencies = Vec::new();
        while let Some(done) = readers.join_next().await {
            latencies.extend(done??);
        }
        latencies.sort_unstable();
        Ok(Rate::millis(percentile(&latencies, 990)))
    }
}

async fn read(
    address: SocketAddr,
    people: Arc<People>,
    accounts: usize,
    asked: Asked,
    until: Instant,
    mut chance: ChaCha8Rng,
) -> Result<Vec<u64>, ProofError> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let account = &people.accounts[chance.random_range(0..accounts)];
        let request = get(&path(asked, account), Some(&people.holder_of(account).bearer));
        let begun = Instant::now();
        let answer = connection.send(request).await?;
        latencies.push(micros(begun.elapsed()));
        if answer.status != 200 {
            return Err(answer.unexpected("what was asked for (200)"));
        }
    }
    Ok(latencies)
}

fn path(asked: Asked, account: &Account) -> String {
    match asked {
        Asked::Page => format!("/api/v1/accounts/{}/transactions?size={PAGE}", account.id),
        Asked::Balance => format!("/api/v1/accounts/{}", account.id),
    }
}
