//! Where dialogues are played: a private PostgreSQL in a folder that goes away, one demo bank as the template of all
//! others, and the assistant, made ready once.

use crate::StartError;
use crate::bank::{self, MachineClock};
use crate::config::Config;
use crate::demo;
use crate::postgres::Postgres;
use bank_operations::assistant::Banker;
use bank_operations::{Clock, Hallway};
use bank_storage::engine::{Engine, EngineSettings, EngineTask};
use bank_storage::{Database, DatabaseSettings, Vault};
use chrono::{DateTime, TimeDelta, Utc};
use migrations::sea_orm::{self, ConnectionTrait, DatabaseConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// When every stage opens: a Thursday morning, late in a month in which everybody has been paid and has spent. What is
/// expected of a dialogue is the same on every day that it is played.
const OPENS: &str = "2026-11-26T09:00:00Z";

/// Goes as the machine's does, from [`OPENS`] on.
struct StageClock {
    ahead: TimeDelta,
}

impl StageClock {
    fn start() -> Result<Self, StartError> {
        let opens: DateTime<Utc> = OPENS
            .parse()
            .map_err(|_| StartError::Other(format!("{OPENS} is no moment")))?;
        Ok(Self {
            ahead: opens - MachineClock.now(),
        })
    }
}

impl Clock for StageClock {
    fn now(&self) -> DateTime<Utc> {
        MachineClock.now() + self.ahead
    }
}

pub(super) struct Stage {
    folder: PathBuf,
    config: Config,
    postgres: Postgres,
    settings: DatabaseSettings,
    vault: Vault,
    /// The owner's way in, beside all databases that are copied.
    owner: DatabaseConnection,
    assistant: Arc<dyn Banker>,
    clock: Arc<dyn Clock>,
}

/// A demo bank of its own, open.
pub(super) struct OwnBank {
    pub(super) hallway: Arc<Hallway>,
    posting: EngineTask,
    db: Database,
}

/// The same place in another database of the same server.
fn at(url: &str, database: &str) -> String {
    url.replacen("/larch?", &format!("/{database}?"), 1)
}

impl Stage {
    pub(super) async fn open() -> Result<Self, StartError> {
        let own = hex::encode(&bank::seed()?[..8]);
        let folder = std::env::temp_dir().join(format!("larch-dialogues-{own}"));
        // Its own and new: nobody else has put anything there.
        std::fs::create_dir(&folder)
            .map_err(|error| StartError::Other(format!("{} cannot be made: {error}", folder.display())))?;
        let opened = Self::open_in(&folder).await;
        if opened.is_err() {
            remove(&folder);
        }
        opened
    }

    async fn open_in(folder: &Path) -> Result<Self, StartError> {
        let mut config = Config::of_a_demo_in(folder)?;
        // What was learned for it is as good for the next run.
        if let Ok(known) = Config::read() {
            config.assistant = known.assistant;
            // What is judged is the bank's own, and nobody else is asked.
            config.assistant.language_model = None;
        }
        config.connections_max = 4;
        let clock: Arc<dyn Clock> = Arc::new(StageClock::start()?);
        let assistant = crate::assistant::open_ready(&config.assistant, clock.clone()).await?;
        let opened = bank::open(&config).await?;
        let seeded = demo::seed(&opened.db, &opened.vault, clock.now(), config.bank.zone).await;
        // A template is copied while nobody is in it.
        let closed = opened.db.close().await;
        let postgres = opened
            .postgres
            .ok_or_else(|| StartError::Other("the stage has no database".to_owned()))?;
        let owner = match (seeded, closed) {
            (Ok(_), Ok(())) => owner_of(&postgres).await.map_err(StartError::from),
            (Err(error), _) | (Ok(_), Err(error)) => Err(error.into()),
        };
        match owner {
            Ok(owner) => Ok(Self {
                folder: folder.to_owned(),
                config,
                postgres,
                settings: opened.settings,
                vault: opened.vault,
                owner,
                assistant,
                clock,
            }),
            Err(error) => {
                postgres.stop().await?;
                Err(error)
            }
        }
    }

    /// A copy of the demo bank. There is one at a time.
    pub(super) async fn bank(&self) -> Result<OwnBank, StartError> {
        self.owner
            .execute_unprepared("CREATE DATABASE dialogue TEMPLATE larch STRATEGY file_copy")
            .await?;
        let settings = DatabaseSettings {
            url: at(&self.settings.url, "dialogue"),
            ..self.settings.clone()
        };
        let db = Database::connect(&settings).await?;
        let (engine, posting) = Engine::start(&settings, EngineSettings::default()).await?;
        let assistant = Some(self.assistant.clone());
        let (vault, clock) = (self.vault.clone(), self.clock.clone());
        let hallway = bank::hallway(&self.config, db.clone(), vault, engine, assistant, clock)?.shared();
        Ok(OwnBank { hallway, posting, db })
    }

    pub(super) async fn close(self) -> Result<(), StartError> {
        self.owner.close().await?;
        let stopped = self.postgres.stop().await;
        remove(&self.folder);
        Ok(stopped?)
    }
}

impl OwnBank {
    pub(super) async fn close(self, stage: &Stage) -> Result<(), StartError> {
        self.hallway.flush_audit().await?;
        drop(self.hallway);
        self.posting.ended().await;
        self.db.close().await?;
        stage
            .owner
            .execute_unprepared("DROP DATABASE dialogue WITH (FORCE)")
            .await?;
        Ok(())
    }
}

/// The owner's way in, in a cluster that has to outlive no power cut.
async fn owner_of(postgres: &Postgres) -> Result<DatabaseConnection, sea_orm::DbErr> {
    let mut options = sea_orm::ConnectOptions::new(at(&postgres.url("larch_owner"), "postgres"));
    options.max_connections(1).sqlx_logging(false);
    let owner = sea_orm::Database::connect(options).await?;
    for setting in [
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET full_page_writes = off",
        "ALTER SYSTEM SET synchronous_commit = off",
        "SELECT pg_reload_conf()",
    ] {
        owner.execute_unprepared(setting).await?;
    }
    Ok(owner)
}

fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!("{} is not removed: {error}", folder.display());
    }
}
