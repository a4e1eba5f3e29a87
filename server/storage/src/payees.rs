//! Payees whom customers trust.

use crate::vault::{DataKey, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::payees::TrustedPayee;
use bank_contract::{CustomerId, Iban};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};

#[derive(FromQueryResult)]
struct Row {
    iban: String,
    name: Vec<u8>,
    since: NaiveDate,
}

impl Row {
    fn view(self, key: &DataKey) -> StorageResult<TrustedPayee> {
        Ok(TrustedPayee {
            name: key.open_text(field::TRUSTED_NAME, self.iban.as_bytes(), &self.name)?,
            iban: self.iban.parse().map_err(|_| StorageError::Unreadable("IBAN"))?,
            since: self.since,
        })
    }
}

/// Those whom a customer trusts, by name.
pub async fn trusted(db: &impl Sealing, customer: CustomerId) -> StorageResult<Vec<TrustedPayee>> {
    let id = customer.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT iban, name, since FROM trusted_payees WHERE customer_id = {id} ORDER BY iban LIMIT 200"
    );
    let rows = Row::find_by_statement(statement).all(db).await?;
    let key = db.vault().of(db, Some(customer)).await?;
    let mut payees: Vec<TrustedPayee> = rows.into_iter().map(|row| row.view(&key)).collect::<Result<_, _>>()?;
    payees.sort_by_cached_key(|payee| payee.name.to_lowercase());
    Ok(payees)
}

/// Whether a customer trusts whoever has an IBAN.
pub async fn is_trusted(db: &impl ConnectionTrait, customer: CustomerId, iban: &Iban) -> StorageResult<bool> {
    let (id, iban) = (customer.0, iban.as_str());
    let statement = raw_sql!(
        Postgres,
        "SELECT iban FROM trusted_payees WHERE customer_id = {id} AND iban = {iban}"
    );
    Ok(db.query_one_raw(statement).await?.is_some())
}

/// Trusts a payee, under this name from now on.
pub async fn trust(
    db: &impl Sealing,
    customer: CustomerId,
    iban: &Iban,
    name: &str,
    since: NaiveDate,
) -> StorageResult<TrustedPayee> {
    let (id, iban) = (customer.0, iban.as_str());
    let key = db.vault().of(db, Some(customer)).await?;
    let name = key.seal_text(field::TRUSTED_NAME, iban.as_bytes(), name)?;
    let statement = raw_sql!(
        Postgres,
        r"INSERT INTO trusted_payees (customer_id, iban, name, since) VALUES ({id}, {iban}, {name}, {since})
          ON CONFLICT (customer_id, iban) DO UPDATE SET name = excluded.name
          RETURNING iban, name, since"
    );
    Row::find_by_statement(statement)
        .one(db)
        .await?
        .ok_or(StorageError::Unreadable("trusted payee"))?
        .view(&key)
}

pub async fn end_trust(db: &impl ConnectionTrait, customer: CustomerId, iban: &Iban) -> StorageResult<()> {
    let (id, iban) = (customer.0, iban.as_str());
    db.execute_raw(raw_sql!(
        Postgres,
        "DELETE FROM trusted_payees WHERE customer_id = {id} AND iban = {iban}"
    ))
    .await?;
    Ok(())
}
