//! The way into PostgreSQL, as the app's own role.

use crate::{Acting, StorageError, StorageResult, Transaction};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult, raw_sql};
use std::time::Duration;

/// Dead connections that a beginning database transaction may meet.
const BEGIN_TRIES: u32 = 16;

/// How to reach the database.
#[derive(Clone)]
pub struct DatabaseSettings {
    /// `postgres://…`; carries a password, so it is never printed.
    pub url: String,
    /// What every connection opens as: `larch_app`, unless the URL signs in as that role itself.
    pub role: Option<&'static str>,
    pub connections_max: u32,
    /// How long to wait for a connection.
    pub acquire_max: Duration,
}

impl std::fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseSettings")
            .field("role", &self.role)
            .field("connections_max", &self.connections_max)
            .finish_non_exhaustive()
    }
}

/// How long a database transaction may stand still. Whatever has forgotten it, its connection is needed by others: the
/// database ends it, and nothing of it has happened.
const NEVER_IDLE: (&str, &str) = ("idle_in_transaction_session_timeout", "60s");

/// The pool of connections.
#[derive(Clone, Debug)]
pub struct Database {
    pool: DatabaseConnection,
}

impl Database {
    /// # Errors
    /// When the database cannot be reached in time, or does not let the role in.
    pub async fn connect(settings: &DatabaseSettings) -> StorageResult<Self> {
        let mut options = ConnectOptions::new(settings.url.as_str());
        options
            .max_connections(settings.connections_max)
            .min_connections(1)
            .acquire_timeout(settings.acquire_max)
            .test_before_acquire(false)
            .sqlx_logging(false);
        // In the start-up packet of each connection: SeaORM's own `after_connect` is called once for the whole pool, so
        // that what it sets holds for one connection of it.
        let role = settings.role.map(|role| ("role", role));
        options.map_sqlx_postgres_opts(move |connection| connection.options(role.into_iter().chain([NEVER_IDLE])));
        let pool = sea_orm::Database::connect(options).await?;
        let database = Self { pool };
        if let Some(role) = settings.role {
            database.works_as(role).await?;
        }
        Ok(database)
    }

    /// A pooler in between may drop what a connection is to open as.
    async fn works_as(&self, role: &str) -> StorageResult<()> {
        #[derive(FromQueryResult)]
        struct Row {
            works_as: String,
        }
        let statement = raw_sql!(Postgres, "SELECT current_user::text AS works_as");
        let row = Row::find_by_statement(statement).one(&self.pool).await?;
        match row {
            Some(row) if row.works_as == role => Ok(()),
            _ => Err(StorageError::Database(DbErr::Custom(format!(
                "connections do not open as {role}: does a pooler drop start-up options?"
            )))),
        }
    }

    /// Outside of a database transaction, where no customer's row is seen: for the few functions that say so.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// A database transaction for somebody: everything in it happens, or nothing. It sees what is theirs.
    ///
    /// # Errors
    /// [`StorageError::Busy`] when no connection is free in time, or the database is away: nothing has happened.
    pub async fn begin(&self, acting: Acting) -> StorageResult<Transaction> {
        // Connections whose server has gone are found out one by one, and replaced.
        for _ in 0..BEGIN_TRIES {
            let begun = Transaction::begin(self.pool.get_postgres_connection_pool(), acting.begin()).await;
            match begun.map_err(StorageError::from) {
                Err(error) if error.is_lost() => tracing::warn!(%error, "a connection to the database was lost"),
                other => return other,
            }
        }
        Err(StorageError::Busy)
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn ping(&self) -> StorageResult<()> {
        self.pool.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// How many migrations the database has had.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn migrations_run(&self) -> StorageResult<u64> {
        #[derive(FromQueryResult)]
        struct Count {
            count: i64,
        }
        let statement = raw_sql!(Postgres, "SELECT count(*) FROM seaql_migrations");
        let row = Count::find_by_statement(statement).one(&self.pool).await?;
        Ok(row.map_or(0, |row| row.count.unsigned_abs()))
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// When a connection cannot be closed in order.
    pub async fn close(self) -> StorageResult<()> {
        self.pool.close().await.map_err(StorageError::from)
    }
}
