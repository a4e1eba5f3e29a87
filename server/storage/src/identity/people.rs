//! Customers and their users.

use super::entities::{customers, users};
use crate::StorageResult;
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

pub async fn insert_customer(db: &impl ConnectionTrait, new: &NewCustomer, now: DateTime<Utc>) -> StorageResult<()> {
    let customer = customers::ActiveModel {
        id: Set(new.customer.0),
        kind: Set(kind_code(new.kind).to_owned()),
        name: Set(new.name.clone()),
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
    name: String,
    kind: String,
    demo: bool,
    since: NaiveDate,
}

impl UserRow {
    fn into_me(self) -> (Me, NaiveDate) {
        let me = Me {
            user: UserId(self.user_id),
            customer: CustomerId(self.customer_id),
            name: self.name,
            kind: kind_from(&self.kind),
            demo_person: self.demo,
        };
        (me, self.since)
    }
}

/// A user as they are greeted, and since when they are a customer.
pub async fn find_user(db: &impl ConnectionTrait, user: UserId) -> StorageResult<Option<(Me, NaiveDate)>> {
    let id = user.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT u.id AS user_id, u.customer_id, c.name, c.kind, u.demo_handle IS NOT NULL AS demo, c.since
          FROM users u JOIN customers c ON c.id = u.customer_id WHERE u.id = {id}"
    );
    Ok(UserRow::find_by_statement(statement)
        .one(db)
        .await?
        .map(UserRow::into_me))
}

/// Whether a user is one of the demo people, whom everybody can sign in as.
pub async fn is_demo_person(db: &impl ConnectionTrait, user: UserId) -> StorageResult<bool> {
    Ok(find_user(db, user).await?.is_some_and(|(me, _)| me.demo_person))
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

pub async fn find_demo_user(db: &impl ConnectionTrait, handle: &str) -> StorageResult<Option<Me>> {
    let statement = raw_sql!(
        Postgres,
        "SELECT user_id, customer_id, name, kind, demo, since FROM demo_user({handle})"
    );
    Ok(UserRow::find_by_statement(statement)
        .one(db)
        .await?
        .map(|row| row.into_me().0))
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
    name: String,
    kind: String,
    about: String,
}

pub async fn demo_people(db: &impl ConnectionTrait) -> StorageResult<Vec<DemoPerson>> {
    let statement = raw_sql!(Postgres, "SELECT handle, name, kind, about FROM demo_people()");
    let rows = DemoRow::find_by_statement(statement).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| DemoPerson {
            handle: row.handle,
            name: row.name,
            kind: kind_from(&row.kind),
            about: row.about,
        })
        .collect())
}

/// The name of a customer.
pub async fn customer_name(db: &impl ConnectionTrait, customer: CustomerId) -> StorageResult<Option<String>> {
    Ok(customers::Entity::find_by_id(customer.0)
        .one(db)
        .await?
        .map(|row| row.name))
}
