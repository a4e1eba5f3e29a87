//! How fast the bank is, beside what PostgreSQL does on the same machine in the same minutes.

mod direct;
mod feed;
mod load;
mod pgbench;
mod report;
mod round;
mod separate;
mod variants;

use crate::cluster::Cluster;
use crate::error::{ProofError, ProofResult};
use crate::larch::{Larch, Program};
use crate::people::People;
use crate::say::note;
use clap::Args;
use sea_orm::sqlx::{self, Executor as _};
use std::sync::Arc;
use std::time::{Duration, Instant};
use variants::Variant;

/// What every customer begins with, in cents: nobody runs out of it.
const FUNDS: i64 = 100_000_000;
/// Where the measured bank lives.
pub(crate) const DATABASE: &str = "larch";

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How long each variant runs in each round [default: 10; short: 2].
    #[arg(long)]
    seconds: Option<u64>,
    /// Accounts that pay each other [default: 10000; short: 2000].
    #[arg(long)]
    accounts: Option<usize>,
    /// Everything once over quickly; too short to be written down.
    #[arg(long)]
    short: bool,
}

/// The sizes of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    run: Duration,
    rounds: u32,
    accounts: usize,
    /// pgbench's; 50 is five million accounts.
    scale: u32,
    open_loop: Duration,
    feed: feed::Sizes,
}

impl Options {
    fn sizes(&self) -> ProofResult<Sizes> {
        let (seconds, accounts) = if self.short { (2, 2_000) } else { (10, 10_000) };
        let accounts = self.accounts.unwrap_or(accounts);
        if !(1_000..=1_000_000).contains(&accounts) {
            return Err(ProofError::Other("--accounts must be from 1000 to 1000000".to_owned()));
        }
        let run = Duration::from_secs(self.seconds.unwrap_or(seconds).clamp(1, 600));
        Ok(Sizes {
            run,
            rounds: if self.short { 2 } else { 3 },
            accounts,
            scale: if self.short { 10 } else { 50 },
            open_loop: run * 2,
            feed: feed::Sizes::new(self.short),
        })
    }
}

/// The bank that is measured, and what it is measured beside. The server goes before the cluster.
pub(crate) struct Bench {
    larch: Larch,
    people: Arc<People>,
    separate: separate::Separate,
    cluster: Cluster,
    watch: sqlx::PgConnection,
    sizes: Sizes,
    /// Makes every run's random numbers different ones.
    runs: u64,
}

/// Runs everything, prints it, and writes it down unless it was short.
///
/// # Errors
/// When something cannot be started, an answer is not as it should be, or an invariant does not hold.
pub(crate) async fn run(program: &Program, options: &Options) -> ProofResult<()> {
    let begun = Instant::now();
    let sizes = options.sizes()?;
    let mut bench = prepare(program, sizes).await?;
    let mut report = report::Report::new(sizes, bench.about().await?);
    for number in 1..=sizes.rounds {
        note(format!("round {number} of {}", sizes.rounds));
        for variant in Variant::ALL {
            let sample = bench.measure(variant).await?;
            note(format!("  {variant:<44} {:>8} /s", sample.per_second()));
            report.add(variant, sample);
        }
    }
    report.latency = Some(bench.open_loop(report.peak()?).await?);
    let Bench { larch, cluster, .. } = bench;
    drop(larch);
    report.feed = Some(feed::measure(program, &cluster, sizes.feed).await?);
    drop(cluster);
    report.took = begun.elapsed();
    report.print()?;
    if options.short {
        note("a short run is not written down");
    } else {
        report.write_down(program.root())?;
    }
    report.print_keys()
}

async fn prepare(program: &Program, sizes: Sizes) -> ProofResult<Bench> {
    note("starting a fresh PostgreSQL");
    let cluster = Cluster::start("bench", &[]).await?;
    note(format!("filling pgbench's tables, scale {}", sizes.scale));
    pgbench::fill(&cluster, sizes.scale).await?;
    note(format!("opening {} accounts", sizes.accounts));
    cluster.create_database(DATABASE).await?;
    let larch = Larch::start(program, &cluster, DATABASE).await?;
    let people = People::move_in(&larch, &cluster, DATABASE, &vec![1; sizes.accounts], FUNDS, 1).await?;
    let separate = separate::Separate::prepare(&cluster, sizes.accounts, FUNDS).await?;
    let mut watch = cluster.connect("postgres").await?;
    watch.execute("CHECKPOINT").await?;
    Ok(Bench {
        larch,
        people: Arc::new(people),
        separate,
        cluster,
        watch,
        sizes,
        runs: 0,
    })
}

impl Bench {
    /// What was measured on, in one line.
    async fn about(&mut self) -> ProofResult<String> {
        let (version, today): (String, String) =
            sqlx::query_as("SELECT current_setting('server_version'), current_date::text")
                .fetch_one(&mut self.watch)
                .await?;
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        Ok(format!(
            "{today}, {cores} cores, PostgreSQL {version}, default durability"
        ))
    }
}
