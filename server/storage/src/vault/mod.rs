//! What is personal is sealed before it goes into the database, with a data key for each customer.
//!
//! Data keys are random, wrapped by the master key, and kept in `data_keys`; those in use are at hand in memory. A key
//! is made with its customer, in the same database transaction, and never on the way of anything else: a key that was
//! taken back with its database transaction must not have sealed anything that stayed. Forgetting it for good is what
//! erases a customer. What is nobody's (ceremonies, the bank's own lines of the journal) is sealed with the bank's key.

mod cipher;
mod imported;
mod key;
mod keyed;
mod master;
mod upkeep;

pub use imported::seal_imported;
pub use key::{DataKey, ERASED, Field, field};
pub(crate) use key::{Line, Words};
pub use keyed::{Keyed, Sealing};
pub use master::{MasterKey, MasterKeys};
pub use upkeep::{Erasable, KeyCount, erase, key_counts, may_erase, rotate_some, unopened};

use crate::{StorageError, StorageResult};
use bank_contract::{CustomerId, UserId};
use cipher::Nonces;
use master::keyed_hash;
use quick_cache::sync::Cache;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Keys at hand.
const KEYS_MAX: usize = 100_000;
/// After so long a key is looked up again: an erasure elsewhere is seen that late.
const FRESH: Duration = Duration::from_mins(5);

/// Owns the key for what is nobody's.
const BANK: Uuid = Uuid::nil();
/// Owns the key for look-ups.
const INDEX: Uuid = Uuid::max();

/// Why a vault does not open, or a rotation does not go on.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the master key {given} does not open this database: it was sealed with {wanted}")]
    WrongMasterKey { given: String, wanted: String },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A row of `data_keys`.
#[derive(Clone, FromQueryResult)]
pub(crate) struct KeyRow {
    pub(crate) owner_id: Uuid,
    /// None: erased.
    pub(crate) wrapped: Option<Vec<u8>>,
    pub(crate) master_key_id: String,
}

struct Inner {
    masters: MasterKeys,
    bank: DataKey,
    index: Zeroizing<[u8; 32]>,
    nonces: Arc<Nonces>,
    keys: Cache<Uuid, (DataKey, Instant)>,
    /// Whose users are. They never move to another customer.
    owners: Cache<Uuid, Uuid>,
}

/// The way to all data keys. Clones lead to the same one.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Opens the vault of a database; makes the bank's own keys when they are not there yet. `seed` is where its
    /// randomness comes from.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`] when a data key is there that none of the master keys opens.
    pub async fn open(db: &impl ConnectionTrait, masters: MasterKeys, seed: [u8; 32]) -> Result<Self, VaultError> {
        let known = masters.ids();
        let mut wanted: Vec<String> = key_counts(db)
            .await?
            .into_iter()
            .map(|count| count.master_key_id)
            .collect();
        wanted.retain(|id| !known.contains(id));
        let wrong = |wanted: &[String]| VaultError::WrongMasterKey {
            given: known.join(" with "),
            wanted: wanted.join(" and "),
        };
        if !wanted.is_empty() {
            return Err(wrong(&wanted));
        }
        let nonces = Arc::new(Nonces::from_seed(seed));
        insert_keys(db, &masters, &nonces, &[BANK, INDEX]).await?;
        let rows = find_keys(db, vec![BANK, INDEX]).await?;
        let own = |owner: Uuid| -> Result<Zeroizing<[u8; 32]>, VaultError> {
            let row = rows.get(&owner).ok_or(StorageError::Unreadable("data key"))?;
            let opened = unwrap(&masters, row)?;
            opened.ok_or_else(|| wrong(std::slice::from_ref(&row.master_key_id)))
        };
        let (bank, index) = (own(BANK)?, own(INDEX)?);
        Ok(Self(Arc::new(Inner {
            bank: DataKey::living(BANK, &bank, nonces.clone()),
            index,
            masters,
            nonces,
            keys: Cache::new(KEYS_MAX),
            owners: Cache::new(KEYS_MAX),
        })))
    }

    /// The master keys that it was opened with.
    pub fn masters(&self) -> &MasterKeys {
        &self.0.masters
    }

    /// For what is nobody's.
    pub fn bank(&self) -> &DataKey {
        &self.0.bank
    }

    /// What a text is found by: the same for the same text, and nothing to guess the text by without the key.
    pub fn index(&self, what: &str, text: &str) -> [u8; 32] {
        keyed_hash(&self.0.index, &[b"larch index v1", what.as_bytes(), text.as_bytes()])
    }

    /// Makes the key of a customer who is about to exist, in the same database transaction.
    pub async fn make(&self, db: &impl ConnectionTrait, customer: CustomerId) -> StorageResult<DataKey> {
        self.make_all(db, &[customer.0]).await?;
        // Read back: another server may have been quicker with the same customer.
        let rows = find_keys(db, vec![customer.0]).await?;
        self.key_from(rows.get(&customer.0).ok_or(StorageError::Unreadable("data key"))?)
    }

    pub(crate) async fn make_all(&self, db: &impl ConnectionTrait, owners: &[Uuid]) -> StorageResult<()> {
        insert_keys(db, &self.0.masters, &self.0.nonces, owners).await
    }

    /// A customer's key; the bank's own for nobody.
    ///
    /// # Errors
    /// [`StorageError::Unreadable`] when there is none, or a master key that is not known here has wrapped it.
    pub async fn of(&self, db: &impl ConnectionTrait, customer: Option<CustomerId>) -> StorageResult<DataKey> {
        let Some(CustomerId(owner)) = customer.filter(|customer| customer.0 != BANK) else {
            return Ok(self.0.bank.clone());
        };
        if let Some(key) = self.at_hand(owner) {
            return Ok(key);
        }
        let rows = find_keys(db, vec![owner]).await?;
        self.keep(rows.get(&owner).ok_or(StorageError::Unreadable("data key"))?)
    }

    /// The keys of several customers, with at most one query.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub async fn of_all(
        &self,
        db: &impl ConnectionTrait,
        customers: impl IntoIterator<Item = Option<CustomerId>>,
    ) -> StorageResult<HashMap<CustomerId, DataKey>> {
        let mut keys = HashMap::from([(CustomerId(BANK), self.0.bank.clone())]);
        let mut missing = Vec::new();
        for customer in customers.into_iter().flatten() {
            if keys.contains_key(&customer) || missing.contains(&customer.0) {
                continue;
            }
            match self.at_hand(customer.0) {
                Some(key) => drop(keys.insert(customer, key)),
                None => missing.push(customer.0),
            }
        }
        if !missing.is_empty() {
            for (owner, row) in find_keys(db, missing).await? {
                keys.insert(CustomerId(owner), self.keep(&row)?);
            }
        }
        Ok(keys)
    }

    /// The key of a user's customer.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub async fn of_user(&self, db: &impl ConnectionTrait, user: UserId) -> StorageResult<DataKey> {
        if let Some(owner) = self.0.owners.get(&user.0) {
            return self.of(db, Some(CustomerId(owner))).await;
        }
        let id = user.0;
        let statement = raw_sql!(
            Postgres,
            "SELECT owner_id, wrapped, master_key_id FROM data_key_of_user({id})"
        );
        let row = KeyRow::find_by_statement(statement).one(db).await?;
        let row = row.ok_or(StorageError::Unreadable("data key"))?;
        self.0.owners.insert(id, row.owner_id);
        self.keep(&row)
    }

    fn at_hand(&self, owner: Uuid) -> Option<DataKey> {
        let (key, since) = self.0.keys.get(&owner)?;
        (since.elapsed() < FRESH).then_some(key)
    }

    /// Takes a row that a query brought along, and keeps its key at hand.
    pub(crate) fn keep(&self, row: &KeyRow) -> StorageResult<DataKey> {
        if let Some(key) = self
            .at_hand(row.owner_id)
            .filter(|key| key.is_erased() == row.wrapped.is_none())
        {
            return Ok(key);
        }
        let key = self.key_from(row)?;
        self.0.keys.insert(row.owner_id, (key.clone(), Instant::now()));
        Ok(key)
    }

    fn key_from(&self, row: &KeyRow) -> StorageResult<DataKey> {
        if row.wrapped.is_none() {
            return Ok(DataKey::erased(row.owner_id, self.0.nonces.clone()));
        }
        let key = unwrap(&self.0.masters, row)?.ok_or(StorageError::Unreadable("data key: of another master key"))?;
        Ok(DataKey::living(row.owner_id, &key, self.0.nonces.clone()))
    }
}

/// None when none of the master keys has wrapped it.
fn unwrap(masters: &MasterKeys, row: &KeyRow) -> StorageResult<Option<Zeroizing<[u8; 32]>>> {
    let wrapped = row.wrapped.as_ref().ok_or(StorageError::Erased)?;
    let master = masters.find(&row.master_key_id);
    Ok(master.and_then(|master| master.unwrap(row.owner_id, wrapped)))
}

/// What is there stays: of two who make a key for the same owner, the second finds the first one's.
async fn insert_keys(
    db: &impl ConnectionTrait,
    masters: &MasterKeys,
    nonces: &Nonces,
    owners: &[Uuid],
) -> StorageResult<()> {
    let master = masters.newest();
    let wrapped: StorageResult<Vec<Vec<u8>>> = owners
        .iter()
        .map(|owner| master.wrap(*owner, &nonces.key(), nonces))
        .collect();
    let (wrapped, owners, id) = (wrapped?, owners.to_vec(), master.id());
    db.execute_raw(raw_sql!(Postgres, "SELECT data_keys_make({owners}, {wrapped}, {id})"))
        .await?;
    Ok(())
}

async fn find_keys(db: &impl ConnectionTrait, owners: Vec<Uuid>) -> StorageResult<HashMap<Uuid, KeyRow>> {
    let statement = raw_sql!(
        Postgres,
        "SELECT owner_id, wrapped, master_key_id FROM data_keys_of({owners})"
    );
    let rows = KeyRow::find_by_statement(statement).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.owner_id, row)).collect())
}
