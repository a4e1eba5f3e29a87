//! Does the bank keep its word when it is killed, halted, cut off and flooded?

mod checker;
mod clients;
mod control;
mod journal;
mod nemesis;
mod traffic;
mod watch;
mod world;

use crate::error::{ProofError, ProofResult};
use crate::larch::Program;
use crate::say::{note, say};
use checker::Verdict;
use clap::Args;
use nemesis::Nemesis;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use traffic::{MOVERS, Phase, Traffic};
use watch::Seen;
use world::World;

/// The journal's name in the main run.
const NAME: &str = "t";
const CLIENTS: u64 = 16;
/// How long open questions may be asked again once the bank is well.
const DRAIN_MAX: Duration = Duration::from_secs(20);

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How long faults are made.
    #[arg(long, default_value_t = 5)]
    minutes: u64,
    /// Half a minute of faults instead: each kind at least once.
    #[arg(long)]
    short: bool,
    /// Makes the same faults in the same order as another run with this seed.
    #[arg(long)]
    seed: Option<u64>,
}

/// What the main run found.
#[derive(Debug)]
struct Findings {
    faults: u64,
    verdict: Verdict,
    seen: Seen,
    unsettled: u64,
}

impl Findings {
    fn is_faithful(&self) -> bool {
        self.verdict.is_faithful() && self.seen.findings.is_empty() && self.unsettled == 0
    }
}

/// Runs the torture, then the negative control, and ends with lines of what was found.
///
/// # Errors
/// When something was lost, made twice or made up, an invariant does not hold, the bank does not recover, or the
/// control loses nothing.
pub(crate) async fn run(program: &Program, options: &Options) -> ProofResult<()> {
    let seed = options.seed.unwrap_or_else(any_seed);
    note(format!("seed {seed}"));
    let lasting = if options.short {
        Duration::from_secs(30)
    } else {
        Duration::from_mins(options.minutes.clamp(1, 24 * 60))
    };
    let findings = torment(program, lasting, seed).await?;
    let control = control::run(program, seed).await;
    tell(&findings);
    say(format!("faults: {}", findings.faults));
    say(format!("acknowledged: {}", findings.verdict.acknowledged));
    say(format!("lost: {}", findings.verdict.lost));
    say(format!("duplicated: {}", findings.verdict.duplicated));
    say(format!("unknown: {}", findings.verdict.unknown));
    say(format!("control_lost: {}", control.as_ref().map_or(0, |lost| *lost)));
    control?;
    match findings.verdict.acknowledged {
        0 => Err(ProofError::Other(
            "nothing was acknowledged: nothing was shown".to_owned(),
        )),
        _ if findings.is_faithful() => Ok(()),
        _ => Err(ProofError::Unfaithful),
    }
}

/// The main run: load, readers and faults, until all of it is healed and compared.
async fn torment(program: &Program, lasting: Duration, seed: u64) -> ProofResult<Findings> {
    let mut world = World::open(program, "torture", &[]).await?;
    let findings = torment_in(&mut world, lasting, seed).await;
    if !findings.as_ref().is_ok_and(Findings::is_faithful) {
        world.keep_evidence(NAME);
    }
    findings
}

async fn torment_in(world: &mut World, lasting: Duration, chosen: u64) -> ProofResult<Findings> {
    let traffic = world.traffic(NAME)?;
    let mut orders = JoinSet::new();
    clients::spawn(&mut orders, &traffic, CLIENTS, chosen);
    let mut readers = JoinSet::new();
    readers.spawn(watch::over_sql(world.cluster.door(world::DATABASE), traffic.clone()));
    for mover in 0..MOVERS {
        readers.spawn(watch::over_http(traffic.clone(), mover));
    }
    let faults = Nemesis::new(world, traffic.clone(), chosen).rage(lasting).await?;
    traffic.enter(Phase::Draining(Instant::now() + DRAIN_MAX));
    while let Some(done) = orders.join_next().await {
        done??;
    }
    traffic.enter(Phase::Over);
    let mut seen = Seen::default();
    while let Some(done) = readers.join_next().await {
        let one = done??;
        seen.reads += one.reads;
        seen.findings.extend(one.findings);
    }
    world.larch.stop().await?;
    let verdict = world.verdict(NAME).await?;
    report_counts(&traffic);
    Ok(Findings {
        faults,
        verdict,
        seen,
        unsettled: traffic.counts.unsettled.load(Ordering::Relaxed),
    })
}

fn report_counts(traffic: &Arc<Traffic>) {
    note(format!(
        "busy answers: {}, settled by asking again what had happened: {}",
        traffic.counts.busy.load(Ordering::Relaxed),
        traffic.counts.replayed.load(Ordering::Relaxed)
    ));
}

/// What stands above the closing lines.
fn tell(findings: &Findings) {
    const SHOWN: usize = 10;
    let Verdict {
        refused,
        refused_there,
        unknown_there,
        altered,
        strangers,
        ..
    } = findings.verdict;
    for finding in findings.seen.findings.iter().take(SHOWN) {
        say(finding);
    }
    say(format!("reads: {}", findings.seen.reads));
    say(format!("reads_wrong: {}", findings.seen.findings.len()));
    say(format!("refused: {refused}"));
    say(format!("refused_but_there: {refused_there}"));
    say(format!("unknown_and_there: {unknown_there}"));
    say(format!("altered: {altered}"));
    say(format!("never_asked_for: {strangers}"));
    say(format!("unsettled: {}", findings.unsettled));
}

/// A seed from the standard library's own random keys.
fn any_seed() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish() >> 32
}
