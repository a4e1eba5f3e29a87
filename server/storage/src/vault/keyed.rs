//! A connection that comes with the keys to what is sealed behind it.

use super::Vault;
use sea_orm::prelude::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// What queries over sealed columns take, where others take any [`ConnectionTrait`].
pub trait Sealing: ConnectionTrait {
    fn vault(&self) -> &Vault;
}

/// A connection or database transaction, and the vault.
#[derive(Debug)]
pub struct Keyed<'a, C> {
    db: &'a C,
    vault: &'a Vault,
}

impl Vault {
    /// The same connection, with the keys.
    pub const fn over<'a, C: ConnectionTrait>(&'a self, db: &'a C) -> Keyed<'a, C> {
        Keyed { db, vault: self }
    }
}

impl<C: ConnectionTrait> Sealing for Keyed<'_, C> {
    fn vault(&self) -> &Vault {
        self.vault
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Keyed<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.db.query_all_raw(statement).await
    }
}
