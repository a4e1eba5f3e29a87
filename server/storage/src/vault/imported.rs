//! Names that an import by SQL left in the plain are sealed, as the owner of the tables.

use super::{Field, Vault, field};
use crate::{StorageError, StorageResult};
use bank_contract::CustomerId;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, raw_sql};
use uuid::Uuid;

/// Rows taken at once.
const BATCH: i64 = 500;

/// Where an import leaves names.
#[derive(Clone, Copy)]
enum Plain {
    Accounts,
    Customers,
}

impl Plain {
    const fn field(self) -> Field {
        match self {
            Self::Accounts => field::ACCOUNT_NAME,
            Self::Customers => field::CUSTOMER_NAME,
        }
    }

    fn some(self) -> Statement {
        match self {
            Self::Accounts => raw_sql!(
                Postgres,
                "SELECT id, customer_id, plain_name AS name FROM accounts WHERE plain_name IS NOT NULL LIMIT {BATCH}"
            ),
            Self::Customers => raw_sql!(
                Postgres,
                "SELECT id, id AS customer_id, plain_name AS name FROM customers WHERE plain_name IS NOT NULL LIMIT {BATCH}"
            ),
        }
    }

    fn seal(self, ids: Vec<Uuid>, names: Vec<Vec<u8>>) -> Statement {
        match self {
            Self::Accounts => raw_sql!(
                Postgres,
                r"UPDATE accounts t SET name = n.name, plain_name = NULL
                  FROM unnest({ids}, {names}) AS n (id, name) WHERE t.id = n.id"
            ),
            Self::Customers => raw_sql!(
                Postgres,
                r"UPDATE customers t SET name = n.name, plain_name = NULL
                  FROM unnest({ids}, {names}) AS n (id, name) WHERE t.id = n.id"
            ),
        }
    }
}

#[derive(FromQueryResult)]
struct Imported {
    id: Uuid,
    customer_id: Uuid,
    name: String,
}

/// Makes the data keys of customers who came without one, and seals the names that an import left in the plain.
/// Repeatable, in batches. Gives how many names.
pub async fn seal_imported(db: &impl ConnectionTrait, vault: &Vault) -> StorageResult<u64> {
    make_keys(db, vault).await?;
    let mut sealed = 0;
    for plain in [Plain::Accounts, Plain::Customers] {
        loop {
            let rows = Imported::find_by_statement(plain.some()).all(db).await?;
            if rows.is_empty() {
                break;
            }
            sealed += rows.len() as u64;
            seal_some(db, vault, plain, rows).await?;
        }
    }
    Ok(sealed)
}

async fn make_keys(db: &impl ConnectionTrait, vault: &Vault) -> StorageResult<()> {
    #[derive(FromQueryResult)]
    struct Without {
        id: Uuid,
    }
    loop {
        let statement = raw_sql!(
            Postgres,
            r"SELECT c.id FROM customers c WHERE c.plain_name IS NOT NULL
                AND NOT EXISTS (SELECT FROM data_keys k WHERE k.owner_id = c.id) LIMIT {BATCH}"
        );
        let without = Without::find_by_statement(statement).all(db).await?;
        if without.is_empty() {
            return Ok(());
        }
        let owners: Vec<Uuid> = without.into_iter().map(|row| row.id).collect();
        vault.make_all(db, &owners).await?;
    }
}

async fn seal_some(db: &impl ConnectionTrait, vault: &Vault, plain: Plain, rows: Vec<Imported>) -> StorageResult<()> {
    let keys = vault
        .of_all(db, rows.iter().map(|row| Some(CustomerId(row.customer_id))))
        .await?;
    let (mut ids, mut names) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        let key = keys
            .get(&CustomerId(row.customer_id))
            .ok_or(StorageError::Unreadable("data key"))?;
        names.push(key.seal_text(plain.field(), row.id.as_bytes(), &row.name)?);
        ids.push(row.id);
    }
    db.execute_raw(plain.seal(ids, names)).await?;
    Ok(())
}
