//! Wiring: from a configuration to an open bank, and back to a clean stop.

use crate::config::{Config, Where};
use crate::doors::listen::Front;
use crate::keys::{self, KeysCommand};
use crate::postgres::{Neighbour, Postgres, PostgresError};
use crate::telemetry::say;
use crate::{StartError, demo, doors, jobs};
use bank_operations::assistant::Banker;
use bank_operations::{Chance, Clock, Hallway, Parts, identity};
use bank_storage::engine::{Engine, EngineSettings};
use bank_storage::vault::{MasterKeys, seal_imported};
use bank_storage::{Database, DatabaseSettings, Vault};
use chrono::{DateTime, Utc};
use migrations::sea_orm::{self, ConnectionTrait, DbErr};
use migrations::{Migrator, MigratorTrait};
use rand::TryRngCore;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The lock under which a database is migrated, so that two servers starting at once do not meet.
const MIGRATION_LOCK: i64 = 4_201;

/// How long a request may wait for a connection to the database.
const ACQUIRE_MAX: Duration = Duration::from_secs(5);

/// The machine's clock. The only place that reads it.
pub(crate) struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "time enters the bank here")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The database, and the PostgreSQL behind it when it is ours to stop.
pub(crate) struct Opened {
    pub(crate) db: Database,
    pub(crate) vault: Vault,
    pub(crate) settings: DatabaseSettings,
    pub(crate) postgres: Option<Postgres>,
}

impl Opened {
    pub(crate) async fn close(self) -> Result<(), StartError> {
        self.db.close().await?;
        if let Some(postgres) = self.postgres {
            postgres.stop().await?;
        }
        Ok(())
    }
}

/// Both ways into a database: as its owner, who migrates, and as the app.
struct Ways {
    owner: String,
    app: String,
    app_role: Option<&'static str>,
}

async fn find_database(config: &Config) -> Result<(Ways, Option<Postgres>), StartError> {
    match &config.database {
        Where::Private { data_dir } => {
            let postgres = Postgres::start(data_dir).await?;
            let ways = Ways {
                owner: postgres.url("larch_owner"),
                app: postgres.url("larch_app"),
                app_role: None,
            };
            Ok((ways, Some(postgres)))
        }
        Where::Given { owner, app } => {
            let ways = Ways {
                owner: owner.0.clone(),
                app: app.as_ref().unwrap_or(owner).0.clone(),
                app_role: app.is_none().then_some("larch_app"),
            };
            Ok((ways, None))
        }
    }
}

/// The owner's way into a database that is up to date, with the keys to what is sealed in it.
pub(crate) struct Owner {
    pub(crate) db: sea_orm::DatabaseConnection,
    pub(crate) vault: Vault,
}

/// Starts the database when it is ours, migrates it, and opens its vault. It is stopped again when that is refused.
async fn find_owner(config: &Config) -> Result<(Ways, Option<Postgres>, Owner), StartError> {
    let masters = keys::find(config)?;
    let (ways, postgres) = find_database(config).await?;
    match prepare(config, &ways.owner, masters).await {
        Ok(owner) => Ok((ways, postgres, owner)),
        Err(error) => {
            if let Some(postgres) = postgres {
                postgres.stop().await?;
            }
            Err(error)
        }
    }
}

/// Starts the database when it is ours, migrates it, opens its vault, and connects as the app.
pub(crate) async fn open(config: &Config) -> Result<Opened, StartError> {
    let (ways, postgres, owner) = find_owner(config).await?;
    come_in(config, ways, postgres, owner).await
}

/// The same for whoever works at the command line, also while another Larch has the private database open: beside it.
async fn open_beside(config: &Config) -> Result<Opened, StartError> {
    let in_use = match (open(config).await, &config.database) {
        (Err(StartError::Postgres(PostgresError::InUse(_))), Where::Private { data_dir }) => data_dir,
        (other, _) => return other,
    };
    let neighbour = Neighbour::find(in_use).await?;
    let ways = Ways {
        owner: neighbour.url("larch_owner"),
        app: neighbour.url("larch_app"),
        app_role: None,
    };
    let owner = look_in(&ways.owner, keys::find(config)?).await?;
    come_in(config, ways, None, owner).await
}

/// Opens the vault of a bank that is open, and changes nothing: what is not as this program would have it is another's.
async fn look_in(owner_url: &str, masters: Option<MasterKeys>) -> Result<Owner, StartError> {
    let db = owner_connection(owner_url).await?;
    let other = |why: &str| StartError::Other(format!("another Larch server has this bank open, {why}"));
    if !Migrator::get_pending_migrations(&db).await?.is_empty() {
        return Err(other("of an older version: use that version's commands"));
    }
    let masters = masters.ok_or_else(|| other("and its master key is not here"))?;
    let vault = Vault::open(&db, masters, seed()?).await?;
    Ok(Owner { db, vault })
}

/// Leaves the owner outside, and connects as the app.
async fn come_in(
    config: &Config,
    ways: Ways,
    postgres: Option<Postgres>,
    Owner { db, vault }: Owner,
) -> Result<Opened, StartError> {
    db.close().await?;
    let settings = DatabaseSettings {
        url: ways.app,
        role: ways.app_role,
        connections_max: config.connections_max,
        acquire_max: ACQUIRE_MAX,
    };
    let db = Database::connect(&settings).await?;
    Ok(Opened {
        db,
        vault,
        settings,
        postgres,
    })
}

async fn owner_connection(url: &str) -> Result<sea_orm::DatabaseConnection, DbErr> {
    let mut options = sea_orm::ConnectOptions::new(url);
    // One connection: the lock belongs to it, and so does what runs under it.
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}

/// Migrates a database and opens its vault, one server at a time. A master key that does not open it is found out here.
async fn prepare(config: &Config, owner_url: &str, masters: Option<MasterKeys>) -> Result<Owner, StartError> {
    let connection = owner_connection(owner_url).await?;
    connection
        .execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        .await?;
    let opened = bring_up(config, &connection, masters).await;
    connection
        .execute_unprepared(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
        .await?;
    let vault = opened?;
    Ok(Owner { db: connection, vault })
}

async fn bring_up(
    config: &Config,
    connection: &sea_orm::DatabaseConnection,
    masters: Option<MasterKeys>,
) -> Result<Vault, StartError> {
    Migrator::up(connection, None).await?;
    let masters = match masters {
        Some(masters) => masters,
        None => keys::make(config, connection).await?,
    };
    let vault = Vault::open(connection, masters, seed()?).await?;
    let sealed = seal_imported(connection, &vault).await?;
    if sealed > 0 {
        tracing::info!(sealed, "names that stood in the plain are sealed");
    }
    Ok(vault)
}

/// Fresh randomness from the system.
pub(crate) fn seed() -> Result<[u8; 32], StartError> {
    let mut seed = [0; 32];
    rand::rngs::OsRng
        .try_fill_bytes(&mut seed)
        .map_err(|error| StartError::Other(format!("the system has no randomness to give: {error}")))?;
    Ok(seed)
}

pub(crate) fn hallway(
    config: &Config,
    db: Database,
    vault: Vault,
    engine: Engine,
    assistant: Option<Arc<dyn Banker>>,
    clock: Arc<dyn Clock>,
) -> Result<Hallway, StartError> {
    let webauthn =
        identity::relying_party(&config.origin).map_err(|_| StartError::Origin(config.origin.to_string()))?;
    Ok(Hallway::new(Parts {
        db,
        vault,
        engine,
        clock,
        chance: Chance::from_seed(seed()?),
        settings: config.bank.clone(),
        webauthn,
        mailer: crate::mail::mailer(config)?,
        assistant,
    }))
}

/// Opens the bank and keeps it open until it is told to stop.
pub(crate) async fn serve(config: &Config) -> Result<(), StartError> {
    let front = Front::take(config, Arc::new(MachineClock), Chance::from_seed(seed()?)).await?;
    let opened = open(config).await?;
    if config.bank.demo {
        let seeded = demo::seed(&opened.db, &opened.vault, MachineClock.now(), config.bank.zone).await?;
        tracing::info!(
            people = seeded.people,
            entries = seeded.entries,
            already = seeded.already_there,
            "demo bank"
        );
    }
    let assistant = crate::assistant::open(&config.assistant, Arc::new(MachineClock))?;
    let (engine, posting) = Engine::start(&opened.settings, EngineSettings::default()).await?;
    let (db, vault) = (opened.db.clone(), opened.vault.clone());
    let bank = hallway(config, db, vault, engine, Some(assistant), Arc::new(MachineClock))?.shared();
    let clock = jobs::Clockwork::start(bank.clone(), config.reports_dir.as_path().into());
    let (close, closed) = watch::channel(false);
    let watched = match &config.metrics {
        Some(settings) => {
            let opened = doors::metrics::open(settings, bank.clone(), front.acceptor(), closed).await;
            let address = settings.address;
            Some(opened.map_err(|cause| StartError::Listen { address, cause })?)
        }
        None => None,
    };
    let router = doors::router(&bank, config);
    welcome(config, &opened).await?;
    front.open(router, stop_signal()).await;
    say("Closing the bank.");
    clock.stop().await;
    let _ = close.send(true);
    if let Some(watched) = watched {
        let _ = watched.await;
    }
    if let Err(error) = bank.flush_audit().await {
        tracing::error!(code = error.code(), "the last audit lines were not written");
    }
    // The last way to the posting engine: it answers what is queued, and ends.
    drop(bank);
    posting.ended().await;
    opened.close().await
}

/// What whoever started the bank reads last.
async fn welcome(config: &Config, opened: &Opened) -> Result<(), StartError> {
    say("");
    say(&format!("  Larch is open: {}", config.origin));
    if config.bank.demo {
        say("  This is a demo bank: its money is not real. Sign in with one click as");
        for person in demo::people(&opened.db, &opened.vault).await? {
            say(&format!("    {:<18} {}", person.name, person.about));
        }
    }
    say("  Stop it with Ctrl-C.");
    say("");
    Ok(())
}

pub(crate) async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}

pub(crate) async fn migrate(config: &Config) -> Result<(), StartError> {
    open(config).await?.close().await?;
    say("The database is up to date.");
    Ok(())
}

pub(crate) async fn demo_seed(config: &Config) -> Result<(), StartError> {
    refuse_without_demo(config)?;
    let opened = open(config).await?;
    let seeded = demo::seed(&opened.db, &opened.vault, MachineClock.now(), config.bank.zone).await?;
    say(&format!(
        "The demo bank has {} people; {} entries were posted.",
        seeded.people, seeded.entries
    ));
    opened.close().await
}

/// Throws the whole database's content away. The owner alone can; the app's role cannot.
pub(crate) async fn demo_reset(config: &Config, given_database: bool) -> Result<(), StartError> {
    refuse_without_demo(config)?;
    if matches!(config.database, Where::Given { .. }) && !given_database {
        let why =
            "DATABASE_URL is set: everything in that database would be lost. If that is meant, add --given-database";
        return Err(StartError::Other(why.to_owned()));
    }
    // Without a key nothing could be made anew.
    keys::find(config)?;
    let (ways, postgres) = find_database(config).await?;
    let connection = owner_connection(&ways.owner).await?;
    let emptied = connection
        .execute_unprepared("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        .await;
    connection.close().await?;
    if let Some(postgres) = postgres {
        postgres.stop().await?;
    }
    emptied?;
    demo_seed(config).await
}

pub(crate) async fn demo_people(config: &Config) -> Result<(), StartError> {
    let opened = open(config).await?;
    for person in demo::people(&opened.db, &opened.vault).await? {
        say(&format!("{:<10} {:<18} {}", person.handle, person.name, person.about));
    }
    opened.close().await
}

/// Does what the operator wants with keys, as the owner of the tables.
pub(crate) async fn keys(config: &Config, wanted: KeysCommand) -> Result<(), StartError> {
    let (_, postgres, owner) = find_owner(config).await?;
    let told = wanted.run(&owner, MachineClock.now()).await;
    owner.db.close().await?;
    if let Some(postgres) = postgres {
        postgres.stop().await?;
    }
    told
}

/// Opens the bank for what the operator wants at the command line, beside a server that is open, and closes it again.
pub(crate) async fn operate(
    config: &Config,
    wanted: impl AsyncFnOnce(&Hallway) -> Result<(), StartError>,
) -> Result<(), StartError> {
    let opened = open_beside(config).await?;
    let (engine, posting) = Engine::start(&opened.settings, EngineSettings::default()).await?;
    // Nobody talks at the command line.
    let (db, vault) = (opened.db.clone(), opened.vault.clone());
    let bank = hallway(config, db, vault, engine, None, Arc::new(MachineClock))?;
    let told = wanted(&bank).await;
    bank.flush_audit().await?;
    drop(bank);
    posting.ended().await;
    opened.close().await?;
    told
}

fn refuse_without_demo(config: &Config) -> Result<(), StartError> {
    if config.bank.demo {
        Ok(())
    } else {
        Err(StartError::Other(
            "the demo is off: set BANK_DEMO=on if this bank may lose what is in it".to_owned(),
        ))
    }
}
