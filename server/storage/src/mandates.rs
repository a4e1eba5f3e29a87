//! Mandates between people.

use crate::accounts::open_name as account_name;
use crate::identity::open_name;
use crate::vault::field;
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::mandates::{MandateState, NamedAccount, Power};
use bank_contract::{AccountId, Currency, CustomerId, EntryId, Iban, MandateId, Money, UserId};
use bank_rules::mandates::{EndedBy, Life, state};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, raw_sql};
use std::collections::HashMap;
use uuid::Uuid;

/// How long a mandate that has ended is still listed.
const SHOWN_FOR: TimeDelta = TimeDelta::days(30);

/// A mandate, apart from what it is called.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MandateRow {
    id: Uuid,
    grantor_id: Uuid,
    kind: String,
    name: Vec<u8>,
    all_accounts: bool,
    accounts: Vec<Uuid>,
    pay_up_to: Option<i64>,
    pay_currency: Option<String>,
    total_max: Option<i64>,
    total_per: Option<String>,
    payees: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    offer_ends_at: DateTime<Utc>,
    holder_id: Option<Uuid>,
    offered_to: Option<Uuid>,
    created_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    ended_by: Option<String>,
}

impl MandateRow {
    pub fn mandate(&self) -> MandateId {
        MandateId(self.id)
    }

    pub fn grantor(&self) -> CustomerId {
        CustomerId(self.grantor_id)
    }

    /// Whose the other side is, once somebody has accepted it.
    pub fn holder(&self) -> Option<CustomerId> {
        self.holder_id.map(CustomerId)
    }

    pub fn offered_to(&self) -> Option<UserId> {
        self.offered_to.map(UserId)
    }

    /// Whether it is for this account of this customer's.
    pub fn covers(&self, customer: CustomerId, account: AccountId) -> bool {
        self.grantor_id == customer.0 && (self.all_accounts || self.accounts.contains(&account.0))
    }

    pub const fn all_accounts(&self) -> bool {
        self.all_accounts
    }

    pub const fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    pub const fn offer_ends_at(&self) -> DateTime<Utc> {
        self.offer_ends_at
    }

    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    pub const fn accepted_at(&self) -> Option<DateTime<Utc>> {
        self.accepted_at
    }

    pub const fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.last_used_at
    }

    /// # Errors
    /// [`StorageError::Unreadable`].
    pub fn state(&self, now: DateTime<Utc>) -> StorageResult<MandateState> {
        let ended_by = match &self.ended_by {
            Some(code) => Some(EndedBy::from_code(code).ok_or(StorageError::Unreadable("mandate"))?),
            None => None,
        };
        let life = Life {
            offer_ends_at: self.offer_ends_at,
            accepted: self.accepted_at.is_some(),
            expires_at: self.expires_at,
            ended_by,
        };
        Ok(state(life, now))
    }

    /// # Errors
    /// [`StorageError::Unreadable`].
    pub fn power(&self) -> StorageResult<Power> {
        match (self.kind.as_str(), self.pay_up_to, &self.pay_currency) {
            ("view", ..) => Ok(Power::View),
            ("joint", ..) => Ok(Power::Joint),
            ("pay", Some(minor), Some(currency)) => {
                let currency: Currency = currency.parse().map_err(|_| StorageError::Unreadable("currency"))?;
                let money = |minor| Money::from_minor(minor, currency).map_err(|_| StorageError::Unreadable("amount"));
                let total = match (self.total_max, &self.total_per) {
                    (Some(most), Some(per)) => Some(Total {
                        most: money(most)?,
                        per: Period::from_code(per).ok_or(StorageError::Unreadable("period"))?,
                    }),
                    _ => None,
                };
                let payees: Result<Vec<Iban>, _> = self.payees.iter().map(|iban| iban.parse()).collect();
                Ok(Power::Pay(Bounds {
                    pay_up_to: money(minor)?,
                    total,
                    payees: payees.map_err(|_| StorageError::Unreadable("iban"))?,
                }))
            }
            _ => Err(StorageError::Unreadable("mandate")),
        }
    }

    /// What its grantor calls the holder.
    ///
    /// # Errors
    /// When the key is not there.
    pub async fn name(&self, db: &impl Sealing) -> StorageResult<String> {
        let key = db.vault().of(db, Some(self.grantor())).await?;
        key.open_text(field::MANDATE_NAME, self.id.as_bytes(), &self.name)
    }
}

/// A mandate that is about to be offered.
#[derive(Clone, Debug)]
pub struct NewMandateRow {
    pub mandate: MandateId,
    pub grantor: CustomerId,
    pub granted_by: UserId,
    pub name: String,
    /// All of them when empty.
    pub accounts: Vec<AccountId>,
    pub power: Power,
    pub expires_at: Option<DateTime<Utc>>,
    pub offered_to: Option<UserId>,
    /// SHA-256 of the code.
    pub code_hash: Option<[u8; 32]>,
    pub offer_ends_at: DateTime<Utc>,
    pub at: DateTime<Utc>,
}

const fn kind_code(power: &Power) -> &'static str {
    match power {
        Power::View => "view",
        Power::Pay(_) => "pay",
        Power::Joint => "joint",
    }
}

pub async fn insert(db: &impl Sealing, new: &NewMandateRow) -> StorageResult<()> {
    let (id, grantor, by, kind) = (new.mandate.0, new.grantor.0, new.granted_by.0, kind_code(&new.power));
    let key = db.vault().of(db, Some(new.grantor)).await?;
    let name = key.seal_text(field::MANDATE_NAME, id.as_bytes(), &new.name)?;
    let accounts: Vec<Uuid> = new.accounts.iter().map(|account| account.0).collect();
    let all = accounts.is_empty();
    let bounds = new.power.bounds();
    let pay_up_to = bounds.map(|bounds| bounds.pay_up_to.minor());
    let pay_currency = bounds.map(|bounds| bounds.pay_up_to.currency().code());
    let total = bounds.and_then(|bounds| bounds.total);
    let (total_max, total_per) = (
        total.map(|total| total.most.minor()),
        total.map(|total| total.per.code()),
    );
    let payees: Vec<String> = bounds.map_or_else(Vec::new, |bounds| {
        bounds.payees.iter().map(|iban| iban.as_str().to_owned()).collect()
    });
    let (expires_at, offered_to) = (new.expires_at, new.offered_to.map(|user| user.0));
    let (code_hash, offer_ends_at, at) = (new.code_hash.map(|hash| hash.to_vec()), new.offer_ends_at, new.at);
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO mandates (id, grantor_id, granted_by, kind, name, all_accounts, accounts, pay_up_to, pay_currency,
            total_max, total_per, payees, expires_at, offered_to, code_hash, offer_ends_at, created_at)
          VALUES ({id}, {grantor}, {by}, {kind}, {name}, {all}, {accounts}, {pay_up_to}, {pay_currency},
            {total_max}, {total_per}, {payees}, {expires_at}, {offered_to}, {code_hash}, {offer_ends_at}, {at})"
    ))
    .await?;
    Ok(())
}

pub async fn find(db: &impl ConnectionTrait, mandate: MandateId) -> StorageResult<Option<MandateRow>> {
    let id = mandate.0;
    let statement = raw_sql!(Postgres, "SELECT * FROM mandates WHERE id = {id}");
    Ok(MandateRow::find_by_statement(statement).one(db).await?)
}

/// The same, and keeps others from changing it meanwhile: its grantor's.
pub async fn find_locked(db: &impl ConnectionTrait, mandate: MandateId) -> StorageResult<Option<MandateRow>> {
    let id = mandate.0;
    let statement = raw_sql!(Postgres, "SELECT * FROM mandates WHERE id = {id} FOR NO KEY UPDATE");
    Ok(MandateRow::find_by_statement(statement).one(db).await?)
}

/// What a customer has given, newest first; what ended long ago is left out. 100 at most.
pub async fn given_by(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> StorageResult<Vec<MandateRow>> {
    let (id, since) = (customer.0, now - SHOWN_FOR);
    let statement = raw_sql!(
        Postgres,
        r"SELECT * FROM mandates WHERE grantor_id = {id} AND (ended_at IS NULL OR ended_at > {since})
          ORDER BY created_at DESC, id DESC LIMIT 100"
    );
    Ok(MandateRow::find_by_statement(statement).all(db).await?)
}

/// What a user holds, or is offered, newest first. 100 at most.
pub async fn held_by(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> StorageResult<Vec<MandateRow>> {
    let (id, since) = (user.0, now - SHOWN_FOR);
    let statement = raw_sql!(
        Postgres,
        r"SELECT * FROM mandates
          WHERE (holder_user = {id} AND (ended_at IS NULL OR ended_at > {since}))
             OR (offered_to = {id} AND accepted_at IS NULL AND ended_at IS NULL AND offer_ends_at > {now})
          ORDER BY created_at DESC, id DESC LIMIT 100"
    );
    Ok(MandateRow::find_by_statement(statement).all(db).await?)
}

async fn one(db: &impl ConnectionTrait, statement: Statement) -> StorageResult<Option<MandateRow>> {
    Ok(MandateRow::find_by_statement(statement).one(db).await?)
}

/// What a user holds for an account: the strongest of it, the newest of several.
pub async fn over_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    user: UserId,
    now: DateTime<Utc>,
) -> StorageResult<Option<MandateRow>> {
    let (account, user) = (account.0, user.0);
    let statement = raw_sql!(
        Postgres,
        r"SELECT m.* FROM mandates m
          JOIN accounts a ON a.customer_id = m.grantor_id AND (m.all_accounts OR a.id = ANY (m.accounts))
          WHERE a.id = {account} AND m.holder_user = {user} AND m.ended_at IS NULL
            AND (m.expires_at IS NULL OR m.expires_at > {now})
          ORDER BY array_position(ARRAY['joint', 'pay', 'view'], m.kind), m.created_at DESC, m.id LIMIT 1"
    );
    one(db, statement).await
}

/// What a user holds for an account that has a side of an entry.
pub async fn over_entry(
    db: &impl ConnectionTrait,
    entry: EntryId,
    user: UserId,
    now: DateTime<Utc>,
) -> StorageResult<Option<MandateRow>> {
    let (entry, user) = (entry.0, user.0);
    let statement = raw_sql!(
        Postgres,
        r"SELECT m.* FROM mandates m
          JOIN accounts a ON a.customer_id = m.grantor_id AND (m.all_accounts OR a.id = ANY (m.accounts))
          JOIN postings p ON p.ledger_account_id = a.ledger_account_id
          WHERE p.entry_id = {entry} AND m.holder_user = {user} AND m.ended_at IS NULL
            AND (m.expires_at IS NULL OR m.expires_at > {now})
          ORDER BY array_position(ARRAY['joint', 'pay', 'view'], m.kind), m.created_at DESC, m.id LIMIT 1"
    );
    one(db, statement).await
}

#[derive(FromQueryResult)]
struct Said {
    said: bool,
}

async fn said(db: &impl ConnectionTrait, statement: Statement) -> StorageResult<bool> {
    let row = Said::find_by_statement(statement).one(db).await?;
    Ok(row.is_some_and(|row| row.said))
}

/// Notes that a mandate is used, and says whether it is alive. Whoever ends it meanwhile waits, or is waited for.
pub async fn use_now(db: &impl ConnectionTrait, mandate: MandateId, now: DateTime<Utc>) -> StorageResult<bool> {
    let id = mandate.0;
    said(db, raw_sql!(Postgres, "SELECT mandate_use({id}, {now}) AS said")).await
}

/// Takes what was offered to the caller, or to whoever has the code. False when there is no such offer any more.
pub async fn accept(
    db: &impl ConnectionTrait,
    mandate: MandateId,
    code_hash: Option<[u8; 32]>,
    now: DateTime<Utc>,
) -> StorageResult<bool> {
    let (id, hash) = (mandate.0, code_hash.map(|hash| hash.to_vec()));
    said(
        db,
        raw_sql!(Postgres, "SELECT mandate_accept({id}, {hash}, {now}) AS said"),
    )
    .await
}

/// The holder's end of it. False when it had ended.
pub async fn leave(db: &impl ConnectionTrait, mandate: MandateId, now: DateTime<Utc>) -> StorageResult<bool> {
    let id = mandate.0;
    said(db, raw_sql!(Postgres, "SELECT mandate_leave({id}, {now}) AS said")).await
}

/// The grantor's end of it. False when it had ended.
pub async fn revoke(db: &impl ConnectionTrait, mandate: MandateId, now: DateTime<Utc>) -> StorageResult<bool> {
    let id = mandate.0;
    let done = db
        .execute_raw(raw_sql!(
            Postgres,
            "UPDATE mandates SET ended_at = {now}, ended_by = 'grantor' WHERE id = {id} AND ended_at IS NULL"
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes narrower bounds and a nearer end.
pub async fn narrow(
    db: &impl ConnectionTrait,
    mandate: MandateId,
    power: &Power,
    expires_at: Option<DateTime<Utc>>,
) -> StorageResult<()> {
    let id = mandate.0;
    let bounds = power.bounds();
    let pay_up_to = bounds.map(|bounds| bounds.pay_up_to.minor());
    let total = bounds.and_then(|bounds| bounds.total);
    let (total_max, total_per) = (
        total.map(|total| total.most.minor()),
        total.map(|total| total.per.code()),
    );
    db.execute_raw(raw_sql!(
        Postgres,
        r"UPDATE mandates SET pay_up_to = {pay_up_to}, total_max = {total_max}, total_per = {total_per},
            expires_at = {expires_at} WHERE id = {id}"
    ))
    .await?;
    Ok(())
}

/// What is offered to whoever has this code.
pub async fn by_code(
    db: &impl ConnectionTrait,
    code_hash: [u8; 32],
    now: DateTime<Utc>,
) -> StorageResult<Option<MandateRow>> {
    let hash = code_hash.to_vec();
    let statement = raw_sql!(Postgres, "SELECT * FROM mandate_by_code({hash}, {now})");
    Ok(MandateRow::find_by_statement(statement).one(db).await?)
}

#[derive(FromQueryResult)]
struct NameRow {
    customer_id: Uuid,
    name: Option<Vec<u8>>,
}

async fn names(db: &impl Sealing, statement: Statement) -> StorageResult<HashMap<CustomerId, String>> {
    let rows = NameRow::find_by_statement(statement).all(db).await?;
    let customers = rows.iter().map(|row| Some(CustomerId(row.customer_id)));
    let keys = db.vault().of_all(db, customers).await?;
    rows.into_iter()
        .map(|row| {
            let customer = CustomerId(row.customer_id);
            let key = keys.get(&customer).ok_or(StorageError::Unreadable("data key"))?;
            Ok((customer, open_name(key, row.name.as_deref())?))
        })
        .collect()
}

/// The names of those whom the caller's mandates and offers bring together with them.
pub async fn people(db: &impl Sealing) -> StorageResult<HashMap<CustomerId, String>> {
    names(db, raw_sql!(Postgres, "SELECT customer_id, name FROM mandate_names()")).await
}

/// Who offers something to whoever has this code.
pub async fn offered_by(db: &impl Sealing, code_hash: [u8; 32]) -> StorageResult<HashMap<CustomerId, String>> {
    let hash = code_hash.to_vec();
    names(
        db,
        raw_sql!(Postgres, "SELECT customer_id, name FROM mandate_offered_by({hash})"),
    )
    .await
}

#[derive(FromQueryResult)]
struct AccountRow {
    id: Uuid,
    name: Option<Vec<u8>>,
    iban: String,
}

/// The accounts that a mandate is for now, for its two sides and for whoever it is offered to.
pub async fn accounts_of(
    db: &impl Sealing,
    row: &MandateRow,
    code_hash: Option<[u8; 32]>,
) -> StorageResult<Vec<NamedAccount>> {
    let (id, hash) = (row.id, code_hash.map(|hash| hash.to_vec()));
    let statement = raw_sql!(Postgres, "SELECT id, name, iban FROM mandate_accounts({id}, {hash})");
    let rows = AccountRow::find_by_statement(statement).all(db).await?;
    let key = db.vault().of(db, Some(row.grantor())).await?;
    rows.into_iter()
        .map(|row| {
            Ok(NamedAccount {
                account: AccountId(row.id),
                name: account_name(&key, row.id, row.name.as_deref())?,
                iban: row.iban.parse().map_err(|_| StorageError::Unreadable("iban"))?,
            })
        })
        .collect()
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Living mandates that a customer has given. Others who give one meanwhile wait.
pub async fn count_given_locked(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> StorageResult<u64> {
    let id = customer.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM customers WHERE id = {id} FOR NO KEY UPDATE"
    ))
    .await?;
    count(
        db,
        raw_sql!(
            Postgres,
            r"SELECT count(*) FROM mandates WHERE grantor_id = {id} AND ended_at IS NULL
                AND (expires_at IS NULL OR expires_at > {now}) AND (accepted_at IS NOT NULL OR offer_ends_at > {now})"
        ),
    )
    .await
}

/// Living mandates that a user holds. Others of theirs who accept one meanwhile wait.
pub async fn count_held_locked(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> StorageResult<u64> {
    let id = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM users WHERE id = {id} FOR NO KEY UPDATE"
    ))
    .await?;
    count(
        db,
        raw_sql!(
            Postgres,
            r"SELECT count(*) FROM mandates WHERE holder_user = {id} AND ended_at IS NULL
                AND (expires_at IS NULL OR expires_at > {now})"
        ),
    )
    .await
}

async fn count(db: &impl ConnectionTrait, statement: Statement) -> StorageResult<u64> {
    let row = Count::find_by_statement(statement).one(db).await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}

/// Whether a press takes the place of a signature for whoever granted it.
pub async fn grantor_presses(db: &impl ConnectionTrait, mandate: MandateId) -> StorageResult<bool> {
    let id = mandate.0;
    said(db, raw_sql!(Postgres, "SELECT mandate_grantor_presses({id}) AS said")).await
}

/// Whose mandates have run out. Offers that nobody took have no holder.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ExpiredRow {
    pub grantor_id: Uuid,
    pub holder_id: Option<Uuid>,
}

/// Writes down what has run out: the clock's.
pub async fn expire(db: &impl ConnectionTrait, now: DateTime<Utc>) -> StorageResult<Vec<ExpiredRow>> {
    let statement = raw_sql!(Postgres, "SELECT grantor_id, holder_id FROM mandates_expire({now})");
    Ok(ExpiredRow::find_by_statement(statement).all(db).await?)
}
