//! pgbench's TPC-B-like script, as it comes.

use super::round::Tally;
use crate::cluster::Cluster;
use crate::error::{ProofError, ProofResult};
use std::time::Duration;

const DATABASE: &str = "tpcb";

pub(crate) async fn fill(cluster: &Cluster, scale: u32) -> ProofResult<()> {
    cluster.create_database(DATABASE).await?;
    let scale = scale.to_string();
    cluster.client("pgbench", &["-i", "-q", "-s", &scale, DATABASE]).await?;
    // A short run in advance, so that the first measured one finds the tables in memory like the others.
    run(cluster, Duration::from_secs(2)).await?;
    Ok(())
}

pub(crate) async fn run(cluster: &Cluster, run: Duration) -> ProofResult<Tally> {
    let seconds = run.as_secs().max(1).to_string();
    let arguments = ["-c", "32", "-j", "2", "-n", "-T", &seconds, DATABASE];
    let printed = cluster.client("pgbench", &arguments).await?;
    let transfers = processed(&printed).ok_or(ProofError::Program {
        program: "pgbench",
        output: printed,
    })?;
    Ok(Tally { transfers, busy: 0 })
}

fn processed(printed: &str) -> Option<u64> {
    let line = printed
        .lines()
        .find(|line| line.starts_with("number of transactions actually processed:"))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_pgbench_prints() {
        let printed = "scaling factor: 50\nnumber of transactions actually processed: 10613\ntps = 1061.2\n";
        assert_eq!(processed(printed), Some(10_613));
        assert_eq!(processed("tps = 1061.2"), None);
    }
}
