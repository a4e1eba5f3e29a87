//! Accounts and their balances.

use crate::identity::open_name as holder_name;
use crate::vault::{DataKey, KeyRow, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::accounts::{AccountStatus, AccountView, Product, Standing};
use bank_contract::{AccountId, Currency, CustomerId, Iban, Money};
use bank_rules::accounts::product_code;
use bank_rules::postings::{LedgerAccountId, Party};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, raw_sql};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Sealed {
    id: Uuid,
    customer_id: Uuid,
    ledger_account_id: i64,
    iban: String,
    name: Option<Vec<u8>>,
    product: String,
    currency: String,
    status: String,
    opened_on: NaiveDate,
    booked: i64,
    held: i64,
    floor: Option<i64>,
}

impl Sealed {
    fn open(self, key: &DataKey) -> StorageResult<AccountRow> {
        Ok(AccountRow {
            name: open_name(key, self.id, self.name.as_deref())?,
            id: self.id,
            customer_id: self.customer_id,
            ledger_account_id: self.ledger_account_id,
            iban: self.iban,
            product: self.product,
            currency: self.currency,
            status: self.status,
            opened_on: self.opened_on,
            booked: self.booked,
            held: self.held,
            floor: self.floor,
        })
    }
}

/// An account's name. One that an import left in the plain is not known until it is sealed.
pub(crate) fn open_name(key: &DataKey, account: Uuid, sealed: Option<&[u8]>) -> StorageResult<String> {
    let name = key.open_text_if(field::ACCOUNT_NAME, account.as_bytes(), sealed)?;
    Ok(name.unwrap_or_default())
}

/// An account with its place in the ledger and its balance.
#[derive(Clone, Debug)]
pub struct AccountRow {
    id: Uuid,
    customer_id: Uuid,
    ledger_account_id: i64,
    iban: String,
    name: String,
    product: String,
    currency: String,
    status: String,
    opened_on: NaiveDate,
    booked: i64,
    held: i64,
    floor: Option<i64>,
}

impl AccountRow {
    pub fn account(&self) -> AccountId {
        AccountId(self.id)
    }

    pub fn customer(&self) -> CustomerId {
        CustomerId(self.customer_id)
    }

    pub fn ledger_account(&self) -> LedgerAccountId {
        LedgerAccountId(self.ledger_account_id)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_open(&self) -> bool {
        self.status == "open"
    }

    /// The IBAN in electronic form.
    pub fn iban(&self) -> &str {
        &self.iban
    }

    pub fn currency(&self) -> StorageResult<Currency> {
        self.currency.parse().map_err(|_| StorageError::Unreadable("currency"))
    }

    /// As its customer sees it.
    pub fn view(&self) -> StorageResult<AccountView> {
        let currency = self.currency()?;
        let money = |minor| Money::from_minor(minor, currency).map_err(|_| StorageError::Unreadable("balance"));
        Ok(AccountView {
            account: self.account(),
            name: self.name.clone(),
            product: if self.product == "savings" {
                Product::Savings
            } else {
                Product::Current
            },
            status: if self.is_open() {
                AccountStatus::Open
            } else {
                AccountStatus::Closed
            },
            iban: self.iban.parse().map_err(|_| StorageError::Unreadable("iban"))?,
            booked: money(self.booked)?,
            held: money(self.held)?,
            available: money(self.booked - self.held - self.floor.unwrap_or(0))?,
            opened_on: self.opened_on,
            standing: Standing::Owner,
        })
    }
}

async fn one(db: &impl Sealing, statement: Statement) -> StorageResult<Option<AccountRow>> {
    let Some(row) = Sealed::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().of(db, Some(CustomerId(row.customer_id))).await?;
    row.open(&key).map(Some)
}

pub async fn find(db: &impl Sealing, account: AccountId) -> StorageResult<Option<AccountRow>> {
    let id = account.0;
    one(
        db,
        raw_sql!(
            Postgres,
            r"SELECT a.*, b.booked, b.held, b.floor FROM accounts a JOIN balances b USING (ledger_account_id)
              WHERE a.id = {id}"
        ),
    )
    .await
}

/// The other end of a payment: what whoever knows an IBAN may be told, and no balance.
#[derive(Clone, Debug)]
pub struct PayeeRow {
    id: Uuid,
    customer_id: Uuid,
    ledger_account_id: i64,
    iban: String,
    currency: String,
    status: String,
    holder: String,
}

impl PayeeRow {
    pub fn account(&self) -> AccountId {
        AccountId(self.id)
    }

    pub fn customer(&self) -> CustomerId {
        CustomerId(self.customer_id)
    }

    /// The name of the customer whose it is.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    pub fn is_open(&self) -> bool {
        self.status == "open"
    }

    pub fn currency(&self) -> StorageResult<Currency> {
        self.currency.parse().map_err(|_| StorageError::Unreadable("currency"))
    }

    /// As one end of a movement, under a name that its other end may read.
    pub fn party(&self, name: String) -> Party {
        Party {
            account: LedgerAccountId(self.ledger_account_id),
            owner: Some(self.customer()),
            name,
            iban: Some(self.iban.clone()),
        }
    }
}

#[derive(FromQueryResult)]
struct SealedPayee {
    id: Uuid,
    customer_id: Uuid,
    ledger_account_id: i64,
    iban: String,
    currency: String,
    status: String,
    holder: Option<Vec<u8>>,
    /// The holder's.
    #[sea_orm(nested)]
    key: KeyRow,
}

/// The account with an IBAN, whosever it is.
pub async fn find_payee(db: &impl Sealing, iban: &Iban) -> StorageResult<Option<PayeeRow>> {
    let iban = iban.as_str();
    let statement = raw_sql!(
        Postgres,
        r"SELECT id, customer_id, ledger_account_id, iban, currency, status, holder, owner_id, wrapped, master_key_id
          FROM payee_by_iban({iban})"
    );
    let Some(row) = SealedPayee::find_by_statement(statement).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().keep(&row.key)?;
    Ok(Some(PayeeRow {
        holder: holder_name(&key, row.holder.as_deref())?,
        id: row.id,
        customer_id: row.customer_id,
        ledger_account_id: row.ledger_account_id,
        iban: row.iban,
        currency: row.currency,
        status: row.status,
    }))
}

/// A customer's accounts, oldest first.
pub async fn of_customer(db: &impl Sealing, customer: CustomerId) -> StorageResult<Vec<AccountRow>> {
    let id = customer.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT a.*, b.booked, b.held, b.floor FROM accounts a JOIN balances b USING (ledger_account_id)
          WHERE a.customer_id = {id} ORDER BY a.opened_at, a.id"
    );
    let rows = Sealed::find_by_statement(statement).all(db).await?;
    let key = db.vault().of(db, Some(customer)).await?;
    rows.into_iter().map(|row| row.open(&key)).collect()
}

/// Accounts of others that the database lets the caller see, by owner, oldest first: what they hold mandates for.
pub async fn held(db: &impl Sealing, customer: CustomerId) -> StorageResult<Vec<AccountRow>> {
    let id = customer.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT a.*, b.booked, b.held, b.floor FROM accounts a JOIN balances b USING (ledger_account_id)
          WHERE a.id = ANY (ARRAY(SELECT larch_held_accounts())) AND a.customer_id <> {id}
          ORDER BY a.customer_id, a.opened_at, a.id LIMIT 200"
    );
    let rows = Sealed::find_by_statement(statement).all(db).await?;
    let owners = rows.iter().map(|row| Some(CustomerId(row.customer_id)));
    let keys = db.vault().of_all(db, owners).await?;
    rows.into_iter()
        .map(|row| {
            let key = keys.get(&CustomerId(row.customer_id));
            row.open(key.ok_or(StorageError::Unreadable("data key"))?)
        })
        .collect()
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Counts a customer's open accounts, and keeps others from changing their number meanwhile.
pub async fn count_open_locked(db: &impl ConnectionTrait, customer: CustomerId) -> StorageResult<u64> {
    let id = customer.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM customers WHERE id = {id} FOR NO KEY UPDATE"
    ))
    .await?;
    let statement = raw_sql!(
        Postgres,
        "SELECT count(*) FROM accounts WHERE customer_id = {id} AND status = 'open'"
    );
    Ok(Count::find_by_statement(statement)
        .one(db)
        .await?
        .map_or(0, |row| row.count.unsigned_abs()))
}

/// An account that is about to be opened, over a ledger account that is there.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub account: AccountId,
    pub customer: CustomerId,
    pub ledger_account: LedgerAccountId,
    pub iban: Iban,
    pub name: String,
    pub product: Product,
    pub currency: Currency,
    pub opened_on: NaiveDate,
    pub at: DateTime<Utc>,
}

pub async fn insert(db: &impl Sealing, new: &NewAccount) -> StorageResult<()> {
    let (id, customer, ledger, iban) = (new.account.0, new.customer.0, new.ledger_account.0, new.iban.as_str());
    let key = db.vault().of(db, Some(new.customer)).await?;
    let name = key.seal_text(field::ACCOUNT_NAME, id.as_bytes(), &new.name)?;
    let (product, currency) = (product_code(new.product), new.currency.code());
    let (opened_on, at) = (new.opened_on, new.at);
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO accounts
            (id, customer_id, ledger_account_id, iban, name, product, currency, opened_on, opened_at)
          VALUES ({id}, {customer}, {ledger}, {iban}, {name}, {product}, {currency}, {opened_on}, {at})"
    ))
    .await?;
    Ok(())
}

pub async fn iban_is_free(db: &impl ConnectionTrait, iban: &Iban) -> StorageResult<bool> {
    let iban = iban.as_str();
    let statement = raw_sql!(Postgres, "SELECT id FROM payee_by_iban({iban})");
    Ok(db.query_one_raw(statement).await?.is_none())
}

pub async fn rename(db: &impl Sealing, customer: CustomerId, account: AccountId, name: &str) -> StorageResult<()> {
    let id = account.0;
    let key = db.vault().of(db, Some(customer)).await?;
    let name = key.seal_text(field::ACCOUNT_NAME, id.as_bytes(), name)?;
    db.execute_raw(raw_sql!(Postgres, "UPDATE accounts SET name = {name} WHERE id = {id}"))
        .await?;
    Ok(())
}
