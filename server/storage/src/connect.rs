//! The way into PostgreSQL, as the app's own role.

use crate::{StorageError, StorageResult};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};
use std::time::Duration;

/// How to reach the database.
#[derive(Clone)]
pub struct DatabaseSettings {
    /// `postgres://…`; carries a password, so it is never printed.
    pub url: String,
    /// Put on every connection after it opens: `larch_app`, unless the URL signs in as that role itself.
    pub role: Option<&'static str>,
    pub connections_max: u32,
}

impl std::fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseSettings")
            .field("role", &self.role)
            .field("connections_max", &self.connections_max)
            .finish_non_exhaustive()
    }
}

/// The pool of connections.
#[derive(Clone, Debug)]
pub struct Database {
    pool: DatabaseConnection,
}

impl Database {
    /// # Errors
    /// When the database cannot be reached within ten seconds, or does not let the role in.
    pub async fn connect(settings: &DatabaseSettings) -> StorageResult<Self> {
        let mut options = ConnectOptions::new(settings.url.as_str());
        options
            .max_connections(settings.connections_max)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .sqlx_logging(false);
        if let Some(role) = settings.role {
            options.after_connect(move |connection| {
                Box::pin(async move {
                    connection
                        .execute_unprepared(&format!("SET ROLE {role}"))
                        .await
                        .map(|_| ())
                })
            });
        }
        let pool = sea_orm::Database::connect(options).await?;
        Ok(Self { pool })
    }

    /// For reading.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// A database transaction: everything in it happens, or nothing.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(&self) -> StorageResult<DatabaseTransaction> {
        self.pool.begin().await.map_err(StorageError::from)
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn ping(&self) -> StorageResult<()> {
        self.pool.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// When a connection cannot be closed in order.
    pub async fn close(self) -> StorageResult<()> {
        self.pool.close().await.map_err(StorageError::from)
    }
}
