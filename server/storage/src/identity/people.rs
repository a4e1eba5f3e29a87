//! Customers and their users.

use super::entities::{customers, users};
use crate::vault::{DataKey, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::identity::{CustomerKind, DemoPerson, Me};
use bank_contract::{CustomerId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult, Set, raw_sql};
use uuid::Uuid;

/// A customer who is about to exist, with their first user.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    pub customer: CustomerId,
    pub user: UserId,
    pub name: String,
    pub kind: CustomerKind,
    pub since: NaiveDate,
    /// Handle and description, for the demo's people.
    pub demo: Option<(String, String)>,
}

const fn kind_code(kind: CustomerKind) -> &'static str {
    match kind {
        CustomerKind::Person => "person",
        CustomerKind::Business => "business",
    }
}

fn kind_from(code: &str) -> CustomerKind {
    if code == "business" {
        CustomerKind::Business
    } else {
        CustomerKind::Person
    }
}

/// Makes their data key with them.
pub async fn insert_customer(db: &impl Sealing, new: &NewCustomer, now: DateTime<Utc>) -> StorageResult<()> {
    let key = db.vault().make(db, new.customer).await?;
    let customer = customers::ActiveModel {
        id: Set(new.customer.0),
        kind: Set(kind_code(new.kind).to_owned()),
        name: Set(Some(key.seal_text(
            field::CUSTOMER_NAME,
            new.customer.0.as_bytes(),
            &new.name,
        )?)),
        since: Set(new.since),
        created_at: Set(now),
    };
    customer.insert(db).await?;
    let (handle, about) = new.demo.clone().unzip();
    let user = users::ActiveModel {
        id: Set(new.user.0),
        customer_id: Set(new.customer.0),
        demo_handle: Set(handle),
        demo_about: Set(about),
        created_at: Set(now),
    };
    user.insert(db).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct UserRow {
    user_id: Uuid,
    customer_id: Uuid,
    name: Option<Vec<u8>>,
    kind: String,
    demo: bool,
    since: NaiveDate,
}

impl UserRow {
    async fn into_me(self, db: &impl Sealing) -> StorageResult<(Me, NaiveDate)> {
        let key = db.vault().of(db, Some(CustomerId(self.customer_id))).await?;
        let me = Me {
            user: UserId(self.user_id),
            customer: CustomerId(self.customer_id),
            name: open_name(&key, self.name.as_deref())?,
            kind: kind_from(&self.kind),
            demo_person: self.demo,
        };
        Ok((me, self.since))
    }
}

/// A customer's name, with their own key. One that an import left in the plain is not known until it is sealed.
pub(crate) fn open_name(key: &DataKey, sealed: Option<&[u8]>) -> StorageResult<String> {
    let name = key.open_text_if(field::CUSTOMER_NAME, key.owner().as_bytes(), sealed)?;
    Ok(name.unwrap_or_default())
}

/// A user as they are greeted, and since when they are a customer.
pub async fn find_user(db: &impl Sealing, user: UserId) -> StorageResult<Option<(Me, NaiveDate)>> {
    let id = user.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT u.id AS user_id, u.customer_id, c.name, c.kind, u.demo_handle IS NOT NULL AS demo, c.since
          FROM users u JOIN customers c ON c.id = u.customer_id WHERE u.id = {id}"
    );
    match UserRow::find_by_statement(statement).one(db).await? {
        Some(row) => row.into_me(db).await.map(Some),
        None => Ok(None),
    }
}

/// Whether a user is one of the demo people, whom everybody can sign in as.
pub async fn is_demo_person(db: &impl ConnectionTrait, user: UserId) -> StorageResult<bool> {
    let id = user.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT id FROM users WHERE id = {id} AND demo_handle IS NOT NULL"
    );
    Ok(db.query_one_raw(statement).await?.is_some())
}

/// The customer of a user, for whoever works for somebody else.
pub async fn customer_of(db: &impl ConnectionTrait, user: UserId) -> StorageResult<Option<CustomerId>> {
    #[derive(FromQueryResult)]
    struct Row {
        customer: Option<Uuid>,
    }
    let id = user.0;
    let statement = raw_sql!(Postgres, "SELECT customer_of({id}) AS customer");
    let row = Row::find_by_statement(statement).one(db).await?;
    Ok(row.and_then(|row| row.customer).map(CustomerId))
}

pub async fn find_demo_user(db: &impl Sealing, handle: &str) -> StorageResult<Option<Me>> {
    let statement = raw_sql!(
        Postgres,
        "SELECT user_id, customer_id, name, kind, demo, since FROM demo_user({handle})"
    );
    match UserRow::find_by_statement(statement).one(db).await? {
        Some(row) => Ok(Some(row.into_me(db).await?.0)),
        None => Ok(None),
    }
}

/// Whether a login is closed. Whoever closes it meanwhile waits, or is waited for.
pub async fn is_locked(db: &impl ConnectionTrait, user: UserId) -> StorageResult<bool> {
    #[derive(FromQueryResult)]
    struct Row {
        locked: bool,
    }
    let id = user.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT locked_at IS NOT NULL AS locked FROM users WHERE id = {id} FOR SHARE"
    );
    let row = Row::find_by_statement(statement).one(db).await?;
    Ok(row.is_some_and(|row| row.locked))
}

/// Closes a login, or opens it again. False when there is none.
pub async fn set_locked(db: &impl ConnectionTrait, user: UserId, at: Option<DateTime<Utc>>) -> StorageResult<bool> {
    let id = user.0;
    let done = db
        .execute_raw(raw_sql!(Postgres, "UPDATE users SET locked_at = {at} WHERE id = {id}"))
        .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromQueryResult)]
struct DemoRow {
    handle: String,
    customer_id: Uuid,
    name: Option<Vec<u8>>,
    kind: String,
    about: String,
}

pub async fn demo_people(db: &impl Sealing) -> StorageResult<Vec<DemoPerson>> {
    let statement = raw_sql!(
        Postgres,
        "SELECT handle, customer_id, name, kind, about FROM demo_people()"
    );
    let rows = DemoRow::find_by_statement(statement).all(db).await?;
    let keys = db
        .vault()
        .of_all(db, rows.iter().map(|row| Some(CustomerId(row.customer_id))))
        .await?;
    rows.into_iter()
        .map(|row| {
            let key = keys
                .get(&CustomerId(row.customer_id))
                .ok_or(StorageError::Unreadable("data key"))?;
            Ok(DemoPerson {
                name: open_name(key, row.name.as_deref())?,
                handle: row.handle,
                kind: kind_from(&row.kind),
                about: row.about,
            })
        })
        .collect()
}

/// The name of a customer.
pub async fn customer_name(db: &impl Sealing, customer: CustomerId) -> StorageResult<Option<String>> {
    let Some(row) = customers::Entity::find_by_id(customer.0).one(db).await? else {
        return Ok(None);
    };
    let key = db.vault().of(db, Some(customer)).await?;
    open_name(&key, row.name.as_deref()).map(Some)
}
