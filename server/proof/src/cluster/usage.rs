//! What a piece of work costs PostgreSQL: processor time, write-ahead log, fsyncs.

use super::Cluster;
use crate::error::ProofResult;
use crate::process::Process;
use sea_orm::sqlx::{self, PgConnection};
use std::time::{Duration, Instant};

/// The cost of what happened between a meter's begin and end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    pub(crate) elapsed: Duration,
    /// Of all of PostgreSQL's processes, those that ended meanwhile included.
    pub(crate) cpu_micros: u64,
    pub(crate) wal_bytes: u64,
}

#[derive(Debug)]
pub(crate) struct Meter {
    begun: Instant,
    cpu_micros: u64,
    wal_position: i64,
}

impl Meter {
    pub(crate) async fn begin(cluster: &Cluster, watch: &mut PgConnection) -> ProofResult<Self> {
        let wal_position = wal_position(watch).await?;
        Ok(Self {
            wal_position,
            cpu_micros: cpu_micros(cluster),
            begun: Instant::now(),
        })
    }

    pub(crate) async fn end(self, cluster: &Cluster, watch: &mut PgConnection) -> ProofResult<Usage> {
        let elapsed = self.begun.elapsed();
        let cpu = cpu_micros(cluster);
        let written = wal_position(watch).await? - self.wal_position;
        Ok(Usage {
            elapsed,
            cpu_micros: cpu.saturating_sub(self.cpu_micros),
            wal_bytes: u64::try_from(written).unwrap_or(0),
        })
    }
}

fn cpu_micros(cluster: &Cluster) -> u64 {
    cluster.processes().into_iter().map(Process::cpu_micros).sum()
}

/// Bytes of write-ahead log since the cluster was made.
async fn wal_position(watch: &mut PgConnection) -> ProofResult<i64> {
    let sql = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";
    Ok(sqlx::query_scalar(sql).fetch_one(watch).await?)
}

/// How often the write-ahead log was brought to disk since the cluster was made.
///
/// Each process tells it at most once a second, and when it ends: what is measured has to end its
/// connections first, or be given a second and one more commit.
pub(crate) async fn fsyncs(watch: &mut PgConnection) -> ProofResult<u64> {
    let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
        .fetch_one(&mut *watch)
        .await?;
    // From version 18 on, the count has another place.
    let sql = if version < 180_000 {
        "SELECT wal_sync::bigint FROM pg_stat_wal"
    } else {
        "SELECT sum(fsyncs)::bigint FROM pg_stat_io WHERE object = 'wal'"
    };
    let count: i64 = sqlx::query_scalar(sql).fetch_one(watch).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}
