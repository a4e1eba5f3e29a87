//! A bank with a few customers, its server, and its database, to be tortured.

use super::checker::{Posted, Verdict, check};
use super::journal;
use super::traffic::{FUNDS, Traffic, accounts_each};
use crate::cluster::Cluster;
use crate::error::{ProofError, ProofResult};
use crate::invariants;
use crate::larch::{LOG, Larch, Program};
use crate::people::People;
use crate::say::note;
use sea_orm::sqlx::{self, Connection as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

pub(crate) const DATABASE: &str = "larch";
/// How long statements of killed servers may still run until the books are read.
const QUIET_MAX: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(50);

/// The server goes before the cluster.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) larch: Larch,
    pub(crate) cluster: Cluster,
    pub(crate) people: Arc<People>,
}

impl World {
    /// Settings are PostgreSQL's, beyond those that the bank's own has.
    pub(crate) async fn open(program: &Program, label: &str, settings: &[&str]) -> ProofResult<Self> {
        let cluster = Cluster::start(label, settings).await?;
        cluster.create_database(DATABASE).await?;
        let larch = Larch::start(program, &cluster, DATABASE).await?;
        let people = People::move_in(&cluster, DATABASE, &accounts_each(), FUNDS, 5).await?;
        Ok(Self {
            larch,
            cluster,
            people: Arc::new(people),
        })
    }

    /// Traffic with a journal of its own; its name is also how its references begin.
    pub(crate) fn traffic(&self, name: &str) -> ProofResult<Arc<Traffic>> {
        let journal = self.journal(name);
        let traffic = Traffic::new(self.larch.address(), self.people.clone(), &journal, &format!("{name}-"))?;
        Ok(Arc::new(traffic))
    }

    fn journal(&self, name: &str) -> PathBuf {
        self.cluster.folder().path().join(journal_file(name))
    }

    /// Compares the journal of a traffic with the books, and looks at the books themselves.
    ///
    /// # Errors
    /// When an invariant does not hold. What the journal shows is in the verdict.
    pub(crate) async fn verdict(&self, name: &str) -> ProofResult<Verdict> {
        let lines = journal::read(&self.journal(name))?;
        let mut connection = self.cluster.connect(DATABASE).await?;
        wait_until_quiet(&mut connection).await?;
        let posted = posted(&mut connection, name).await?;
        invariants::check(&mut connection, self.people.total).await?;
        connection.close().await?;
        Ok(check(&lines, &posted))
    }

    /// Copies journal and logs to where they outlive the proof, and says where.
    pub(crate) fn keep_evidence(&self, name: &str) {
        let files = [&journal_file(name), LOG, "postgres.log"];
        match self.cluster.folder().rescue(&files) {
            Ok(kept) => note(format!("journal and logs are kept in {}", kept.display())),
            Err(error) => note(error),
        }
    }
}

fn journal_file(name: &str) -> String {
    format!("journal-{name}.tsv")
}

/// A killed server's statements go on until PostgreSQL sees that nobody waits for them.
async fn wait_until_quiet(connection: &mut sqlx::PgConnection) -> ProofResult<()> {
    const SQL: &str = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'
       AND state <> 'idle' AND pid <> pg_backend_pid()";
    let waiting = async {
        loop {
            let busy: i64 = sqlx::query_scalar(SQL).fetch_one(&mut *connection).await?;
            if busy == 0 {
                return Ok::<_, ProofError>(());
            }
            tokio::time::sleep(STEP).await;
        }
    };
    tokio::time::timeout(QUIET_MAX, waiting)
        .await
        .unwrap_or(Err(ProofError::TooLong {
            what: "the last statements of the bank",
            seconds: QUIET_MAX.as_secs(),
        }))
}

async fn posted(connection: &mut sqlx::PgConnection, name: &str) -> ProofResult<Vec<Posted>> {
    let rows: Vec<(Uuid, String, i64, i64, i64)> = sqlx::query_as(
        r"SELECT e.id, e.reference, f.ledger_account_id, t.ledger_account_id, t.amount
          FROM journal_entries e
          JOIN postings f ON f.entry_id = e.id AND f.amount < 0
          JOIN postings t ON t.entry_id = e.id AND t.amount > 0
          WHERE starts_with(e.reference, $1)",
    )
    .bind(format!("{name}-"))
    .fetch_all(connection)
    .await?;
    let posted = |(entry, reference, from, to, cents)| Posted {
        entry,
        reference,
        from,
        to,
        cents,
    };
    Ok(rows.into_iter().map(posted).collect())
}
