//! One run of one variant: load, cost, and a look at the books afterwards.

use super::load::{self, Latencies, Load};
use super::variants::{MANY, Sample, Shape, Variant};
use super::{Bench, DATABASE, direct, pgbench};
use crate::cluster::{Meter, fsyncs};
use crate::error::{ProofError, ProofResult};
use crate::invariants;
use crate::say::note;
use crate::stats::Rate;
use sea_orm::sqlx::{self, Connection as _, Executor as _};
use std::time::Duration;

/// Processes tell their counters at most once a second.
const COUNTERS_SETTLE: Duration = Duration::from_millis(1_100);

/// What a load did, whatever it was.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) transfers: u64,
    pub(crate) busy: u64,
}

impl Bench {
    /// Runs one variant once.
    ///
    /// # Errors
    /// When the load fails, or the books are not as they have to be afterwards.
    pub(crate) async fn measure(&mut self, variant: Variant) -> ProofResult<Sample> {
        self.runs += 1;
        let is_async = variant == Variant::HttpAsync;
        if is_async {
            self.set_async(true).await?;
        }
        let before = self.transfers_in(variant).await?;
        let fsyncs_before = fsyncs(&mut self.watch).await?;
        let meter = Meter::begin(&self.cluster, &mut self.watch).await?;
        let tally = self.load(variant).await?;
        let usage = meter.end(&self.cluster, &mut self.watch).await?;
        let settled = self.settle(variant).await?;
        let fsyncs = fsyncs(&mut self.watch).await?.saturating_sub(fsyncs_before);
        if is_async {
            self.set_async(false).await?;
        }
        if let (Some(before), Some(after)) = (before, self.transfers_in(variant).await?) {
            let acknowledged = i64::try_from(tally.transfers + settled).unwrap_or(i64::MAX);
            if after - before != acknowledged {
                return Err(ProofError::Differs {
                    what: "journal entries",
                    found: after - before,
                    wanted: acknowledged,
                });
            }
        }
        Ok(Sample {
            transfers: tally.transfers,
            busy: tally.busy,
            usage,
            fsyncs,
        })
    }

    async fn load(&self, variant: Variant) -> ProofResult<Tally> {
        let run = self.sizes.run;
        match variant {
            Variant::Tpcb => pgbench::run(&self.cluster, run).await,
            Variant::Separate => self.separate.run(&self.cluster, run, self.runs).await,
            Variant::Engine(shape) => direct::run(&self.cluster, &self.people, shape, run, self.runs).await,
            Variant::Http(shape, connections) => load::closed_loop(&self.http(shape, connections), run).await,
            Variant::HttpAsync => load::closed_loop(&self.http(Shape::Uniform, MANY), run).await,
        }
    }

    fn http(&self, shape: Shape, connections: usize) -> Load {
        Load {
            address: self.larch.address(),
            people: self.people.clone(),
            shape,
            connections,
            seed: self.runs,
        }
    }

    /// Sees to it that the counters of the server's connections are told: a second, and one more transfer.
    async fn settle(&self, variant: Variant) -> ProofResult<u64> {
        if !matches!(variant, Variant::Http(..) | Variant::HttpAsync) {
            return Ok(0);
        }
        tokio::time::sleep(COUNTERS_SETTLE).await;
        let one = Load {
            seed: u64::MAX - self.runs,
            ..self.http(Shape::Uniform, 1)
        };
        let transfers = load::closed_loop(&one, Duration::ZERO).await?.transfers;
        tokio::time::sleep(COUNTERS_SETTLE / 10).await;
        Ok(transfers)
    }

    /// The transfers in the books that a variant writes to, which are looked at on the way. None for
    /// pgbench's, which are not ours.
    async fn transfers_in(&self, variant: Variant) -> ProofResult<Option<i64>> {
        let (database, total) = match variant {
            Variant::Tpcb => return Ok(None),
            Variant::Separate => (super::separate::DATABASE, self.separate.total()),
            _ => (DATABASE, self.people.total),
        };
        let mut connection = self.cluster.connect(database).await?;
        let books = invariants::check(&mut connection, total).await?;
        connection.close().await?;
        Ok(Some(books.transfers))
    }

    async fn set_async(&mut self, off: bool) -> ProofResult<()> {
        let sql = if off {
            "ALTER SYSTEM SET synchronous_commit = off"
        } else {
            "ALTER SYSTEM RESET synchronous_commit"
        };
        self.watch.execute(sql).await?;
        self.watch.execute("SELECT pg_reload_conf()").await?;
        let wanted = if off { "off" } else { "on" };
        for _ in 0..100 {
            let mut fresh = self.cluster.connect("postgres").await?;
            let now: String = sqlx::query_scalar("SHOW synchronous_commit")
                .fetch_one(&mut fresh)
                .await?;
            fresh.close().await?;
            if now == wanted {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(ProofError::TooLong {
            what: "the change of synchronous_commit",
            seconds: 2,
        })
    }

    /// Latencies at half of the highest rate that was measured, in an open loop.
    pub(crate) async fn open_loop(&mut self, peak: Rate) -> ProofResult<Latencies> {
        self.runs += 1;
        note("open loop at half of the peak");
        let load = self.http(Shape::Uniform, MANY);
        let before = self.transfers_in(Variant::HttpAsync).await?;
        let latencies = load::open_loop(&load, peak.gap_at_half(), self.sizes.open_loop).await?;
        let after = self.transfers_in(Variant::HttpAsync).await?;
        let made = after.zip(before).map_or(0, |(after, before)| after - before);
        let acknowledged = i64::try_from(latencies.transfers()).unwrap_or(i64::MAX);
        if made != acknowledged {
            return Err(ProofError::Differs {
                what: "journal entries of the open loop",
                found: made,
                wanted: acknowledged,
            });
        }
        Ok(latencies)
    }
}
