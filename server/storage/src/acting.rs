//! For whom a database transaction works: what the database's row security goes by. The settings end with it.

use crate::vault::Keyed;
use crate::{StorageResult, Transaction};
use bank_contract::{CustomerId, UserId};
use sea_orm::{ConnectionTrait, raw_sql};

/// For whom a database transaction works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    caller: &'static str,
    who: Option<(UserId, CustomerId)>,
}

impl Acting {
    /// Nobody is known yet: no customer's row is seen.
    pub const STRANGER: Self = Self {
        caller: "stranger",
        who: None,
    };
    /// The bank's own jobs.
    pub const CLOCK: Self = Self {
        caller: "clock",
        who: None,
    };
    /// Whoever runs the server.
    pub const OPERATOR: Self = Self {
        caller: "operator",
        who: None,
    };

    pub const fn customer(user: UserId, customer: CustomerId) -> Self {
        Self {
            caller: "customer",
            who: Some((user, customer)),
        }
    }

    /// A program, for its user.
    pub const fn program(user: UserId, customer: CustomerId) -> Self {
        Self {
            caller: "program",
            who: Some((user, customer)),
        }
    }

    /// User and customer as the settings carry them: empty when there are none.
    fn words(self) -> (String, String) {
        self.who.map_or_else(Default::default, |(user, customer)| {
            (user.to_string(), customer.to_string())
        })
    }

    /// Begins a database transaction and says for whom, in one round trip. Ids and our own words need no quoting.
    pub(crate) fn begin(self) -> String {
        let (user, customer) = self.words();
        // `user` is a word of SQL, so it stands in quotes.
        format!(
            "BEGIN; SET LOCAL larch.caller = '{}'; SET LOCAL larch.\"user\" = '{user}'; SET LOCAL larch.customer = '{customer}'",
            self.caller
        )
    }
}

/// From here on, a database transaction sees what is this user's, and nothing of whom it was begun for: for somebody who
/// was a stranger at its begin. A user that is not there sees nothing.
pub async fn become_user(tx: &Keyed<'_, Transaction>, user: UserId) -> StorageResult<()> {
    let id = user.0;
    tx.execute_raw(raw_sql!(
        Postgres,
        r"SELECT set_config('larch.user', {id}::uuid::text, true),
                 set_config('larch.customer', coalesce(customer_of({id})::text, ''), true)"
    ))
    .await?;
    Ok(())
}

/// From here on, a database transaction works for somebody else: for a customer who is about to be written down.
pub async fn switch(tx: &Keyed<'_, Transaction>, to: Acting) -> StorageResult<()> {
    let (caller, (user, customer)) = (to.caller, to.words());
    tx.execute_raw(raw_sql!(
        Postgres,
        r"SELECT set_config('larch.caller', {caller}, true), set_config('larch.user', {user}, true),
                 set_config('larch.customer', {customer}, true)"
    ))
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_setting_is_said_at_every_begin() {
        let (user, customer) = (UserId(Uuid::from_u128(1)), CustomerId(Uuid::from_u128(2)));
        assert_eq!(
            Acting::customer(user, customer).begin(),
            "BEGIN; SET LOCAL larch.caller = 'customer'; \
             SET LOCAL larch.\"user\" = '00000000-0000-0000-0000-000000000001'; \
             SET LOCAL larch.customer = '00000000-0000-0000-0000-000000000002'"
        );
        for nobody in [Acting::STRANGER, Acting::CLOCK, Acting::OPERATOR] {
            let said = nobody.begin();
            assert!(
                said.ends_with("SET LOCAL larch.\"user\" = ''; SET LOCAL larch.customer = ''"),
                "{said}"
            );
        }
    }
}
