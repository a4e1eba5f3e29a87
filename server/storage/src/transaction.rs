//! A database transaction of ours. It is begun by saying for whom, in the same round trip; SeaORM's own can only be
//! begun by `BEGIN` alone.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sqlx::postgres::{PgConnection, Postgres};
use sea_orm::sqlx::{self, AssertSqlSafe, Executor as _, PgPool, SqlSafeStr as _};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Mutex;

type Query<'a> = sqlx::query::Query<'a, Postgres, SqlxValues>;

/// Everything in it happens, or nothing. Dropped without an end, it is rolled back before its connection is used again.
pub struct Transaction {
    /// One statement at a time.
    inner: Mutex<sqlx::Transaction<'static, Postgres>>,
}

impl std::fmt::Debug for Transaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

fn refused(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Query(RuntimeErr::SqlxError(other.into())),
    }
}

fn query(statement: &Statement) -> Query<'_> {
    let values = statement.values.clone().unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

impl Transaction {
    /// Whoever waits for it may go away at any time. sqlx rolls back what it knows to have begun: a beginning that is dropped on
    /// its way would leave its connection in the pool within a database transaction, for somebody. So it is always taken to
    /// its end, in a task of its own, and what nobody takes then is dropped whole.
    pub(crate) async fn begin(pool: &PgPool, begin: String) -> Result<Self, DbErr> {
        let connection = pool.acquire().await.map_err(refused)?;
        let beginning = sqlx::Transaction::begin(connection, Some(AssertSqlSafe(begin).into_sql_str()));
        let inner = tokio::spawn(beginning)
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .map_err(refused)?;
        Ok(Self {
            inner: Mutex::new(inner),
        })
    }

    /// # Errors
    /// When the database does not take it: it is not known then what became of it.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.inner.into_inner().commit().await.map_err(refused)
    }

    /// # Errors
    /// When the database does not answer: nothing has happened then, either.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.into_inner().rollback().await.map_err(refused)
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let connection: &mut PgConnection = &mut *self.inner.lock().await;
        query(&statement)
            .execute(connection)
            .await
            .map(Into::into)
            .map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let connection: &mut PgConnection = &mut *self.inner.lock().await;
        connection
            .execute(AssertSqlSafe(sql))
            .await
            .map(Into::into)
            .map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let connection: &mut PgConnection = &mut *self.inner.lock().await;
        let row = query(&statement).fetch_optional(connection).await.map_err(refused)?;
        Ok(row.map(Into::into))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let connection: &mut PgConnection = &mut *self.inner.lock().await;
        let rows = query(&statement).fetch_all(connection).await.map_err(refused)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
