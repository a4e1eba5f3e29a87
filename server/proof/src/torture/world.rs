//! A bank with a few customers, its server, and its database, to be tortured.

use super::checker::{Posted, Verdict, check};
use super::journal;
use super::traffic::{FUNDS, Traffic, accounts_each};
use crate::cluster::Cluster;
use crate::error::{ProofError, ProofResult};
use crate::invariants;
use crate::larch::{LOG, Larch, Program};
use crate::people::{Account, People};
use crate::say::note;
use sea_orm::sqlx::{self, Connection as _};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
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
        let people = People::move_in(&larch, &cluster, DATABASE, &accounts_each(), FUNDS, 5).await?;
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
        let posted = self.posted(&mut connection, name).await?;
        invariants::check(&mut connection, self.people.total).await?;
        connection.close().await?;
        Ok(check(&lines, &posted))
    }

    /// What all traffics have asked for, by the mark that an entry carries of its request: what the entry says is sealed.
    fn asked(&self) -> ProofResult<HashMap<Uuid, String>> {
        let of = |account: &Account| (account.ledger, self.people.holder_of(account).user);
        let users: HashMap<i64, Uuid> = self.people.accounts.iter().map(of).collect();
        let folder = std::fs::read_dir(self.cluster.folder().path());
        let folder = folder.map_err(ProofError::system("the journals cannot be found"))?;
        let mut asked = HashMap::new();
        for file in folder.flatten() {
            let name = file.file_name();
            if !name.to_string_lossy().starts_with(JOURNAL) {
                continue;
            }
            for line in journal::read(&file.path())? {
                let user = users.get(&line.order.from).copied().unwrap_or_default();
                asked.insert(mark(user, line.order.key), line.order.reference);
            }
        }
        Ok(asked)
    }

    /// The entries of one traffic, and those that nobody has asked for.
    async fn posted(&self, connection: &mut sqlx::PgConnection, name: &str) -> ProofResult<Vec<Posted>> {
        let rows: Vec<(Uuid, Uuid, i64, i64, i64)> = sqlx::query_as(
            r"SELECT e.id, e.request_key, f.ledger_account_id, t.ledger_account_id, t.amount
              FROM journal_entries e
              JOIN postings f ON f.entry_id = e.id AND f.amount < 0
              JOIN postings t ON t.entry_id = e.id AND t.amount > 0
              WHERE e.request_key IS NOT NULL",
        )
        .fetch_all(connection)
        .await?;
        let (asked, prefix) = (self.asked()?, format!("{name}-"));
        let posted = |(entry, key, from, to, cents): (Uuid, Uuid, i64, i64, i64)| Posted {
            entry,
            reference: asked
                .get(&key)
                .cloned()
                .unwrap_or_else(|| format!("{prefix}nobody-{entry}")),
            from,
            to,
            cents,
        };
        let all = rows.into_iter().map(posted);
        Ok(all.filter(|posted| posted.reference.starts_with(&prefix)).collect())
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

const JOURNAL: &str = "journal-";

fn journal_file(name: &str) -> String {
    format!("{JOURNAL}{name}.tsv")
}

/// What the bank makes of a user's key for a transfer: a UUID of version 8 over all three.
fn mark(user: Uuid, key: Uuid) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(format!("larch request v1\0user:{user}\0transfers.submit\0"));
    hash.update(key.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
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
