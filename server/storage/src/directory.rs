//! Facts about accounts that hardly change, kept in memory: what a payment needs to know before it is
//! handed to the posting engine. Whether an account is open, and what is in it, is not among them: the
//! engine looks at that under its locks.

use crate::accounts::open_name as account_name;
use crate::identity::open_name as holder_name;
use crate::together::Together;
use crate::vault::{DataKey, KeyRow};
use crate::{Database, StorageError, StorageResult, Vault};
use bank_contract::{AccountId, Currency, CustomerId, Iban};
use bank_rules::postings::{LedgerAccountId, Party};
use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use sea_orm::{FromQueryResult, Statement, raw_sql};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use uuid::Uuid;

/// Accounts kept.
const ACCOUNTS_MAX: usize = 100_000;
/// Names may change: after this long they are looked up again.
const FRESH: TimeDelta = TimeDelta::seconds(30);

/// An account with its holder.
#[derive(Clone, Debug)]
pub struct Place {
    pub account: AccountId,
    pub customer: CustomerId,
    pub ledger_account: LedgerAccountId,
    pub iban: Iban,
    pub currency: Currency,
    pub name: String,
    pub holder: String,
    /// Of the holder: what stands in the account's history is sealed with it.
    pub key: DataKey,
    looked_up: DateTime<Utc>,
}

impl Place {
    /// As one end of a movement, under a name that its other end may read.
    pub fn party(&self, name: String) -> Party {
        Party {
            account: self.ledger_account,
            owner: Some(self.customer),
            name,
            iban: Some(self.iban.as_str().to_owned()),
        }
    }
}

#[derive(Clone, FromQueryResult)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    ledger_account_id: i64,
    iban: String,
    currency: String,
    name: Option<Vec<u8>>,
    holder: Option<Vec<u8>>,
    #[sea_orm(nested)]
    key: KeyRow,
}

/// The accounts that were asked for lately.
#[derive(Debug)]
pub struct Directory {
    by_account: Cache<AccountId, Arc<Place>>,
    by_iban: Cache<Iban, Arc<Place>>,
    missing_accounts: Together<Uuid, Row>,
    missing_ibans: Together<String, Row>,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            by_account: Cache::new(ACCOUNTS_MAX),
            by_iban: Cache::new(ACCOUNTS_MAX),
            missing_accounts: Together::default(),
            missing_ibans: Together::default(),
        }
    }
}

impl Directory {
    /// None when there is no such account.
    pub async fn account(
        &self,
        db: &Database,
        vault: &Vault,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> StorageResult<Option<Arc<Place>>> {
        if let Some(place) = self
            .by_account
            .get(&account)
            .filter(|place| now - place.looked_up < FRESH)
        {
            return Ok(Some(place));
        }
        let db = db.clone();
        let asked = self.missing_accounts.find(account.0, move |ids| {
            let statement = raw_sql!(
                Postgres,
                r"SELECT id, customer_id, ledger_account_id, iban, currency, name, holder, owner_id, wrapped, master_key_id
                  FROM places_by_id({ids})"
            );
            look_up(db.clone(), statement, |row| row.id)
        });
        self.keep(vault, asked.await?, now)
    }

    /// None when the bank has no account with this IBAN.
    pub async fn iban(
        &self,
        db: &Database,
        vault: &Vault,
        iban: &Iban,
        now: DateTime<Utc>,
    ) -> StorageResult<Option<Arc<Place>>> {
        if let Some(place) = self.by_iban.get(iban).filter(|place| now - place.looked_up < FRESH) {
            return Ok(Some(place));
        }
        let db = db.clone();
        let asked = self.missing_ibans.find(iban.as_str().to_owned(), move |ibans| {
            let statement = raw_sql!(
                Postgres,
                r"SELECT id, customer_id, ledger_account_id, iban, currency, name, holder, owner_id, wrapped, master_key_id
                  FROM places_by_iban({ibans})"
            );
            look_up(db.clone(), statement, |row| row.iban.clone())
        });
        self.keep(vault, asked.await?, now)
    }

    fn keep(&self, vault: &Vault, row: Option<Row>, now: DateTime<Utc>) -> StorageResult<Option<Arc<Place>>> {
        let Some(row) = row else {
            return Ok(None);
        };
        let key = vault.keep(&row.key)?;
        let place = Arc::new(Place {
            account: AccountId(row.id),
            customer: CustomerId(row.customer_id),
            ledger_account: LedgerAccountId(row.ledger_account_id),
            iban: row.iban.parse().map_err(|_| StorageError::Unreadable("iban"))?,
            currency: row.currency.parse().map_err(|_| StorageError::Unreadable("currency"))?,
            name: account_name(&key, row.id, row.name.as_deref())?,
            holder: holder_name(&key, row.holder.as_deref())?,
            key,
            looked_up: now,
        });
        self.by_account.insert(place.account, place.clone());
        self.by_iban.insert(place.iban.clone(), place.clone());
        Ok(Some(place))
    }
}

async fn look_up<K: Eq + Hash>(db: Database, by: Statement, key: fn(&Row) -> K) -> StorageResult<HashMap<K, Row>> {
    let rows = Row::find_by_statement(by).all(db.reader()).await?;
    Ok(rows.into_iter().map(|row| (key(&row), row)).collect())
}
