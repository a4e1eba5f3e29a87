//! Customers, users, passkeys, sessions and the ceremonies between them.

pub mod factors;
mod people;
mod proofs;
pub mod tries;

pub use people::*;
pub use proofs::*;

/// Tables, in the form that SeaORM reads.
pub mod entities {
    pub mod customers {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "customers")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: Uuid,
            pub kind: String,
            /// Sealed.
            pub name: Option<Vec<u8>>,
            pub since: Date,
            pub created_at: DateTimeUtc,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub mod users {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "users")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: Uuid,
            pub customer_id: Uuid,
            pub demo_handle: Option<String>,
            pub demo_about: Option<String>,
            pub created_at: DateTimeUtc,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub mod passkeys {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "passkeys")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: Uuid,
            pub user_id: Uuid,
            pub credential_id: Vec<u8>,
            pub credential: Json,
            /// Sealed.
            pub name: Vec<u8>,
            pub synced: bool,
            pub added_at: DateTimeUtc,
            pub last_used_at: Option<DateTimeUtc>,
            /// Sealed.
            pub last_used_from: Option<Vec<u8>>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub mod sessions {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "sessions")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: Uuid,
            pub token_hash: Vec<u8>,
            pub user_id: Uuid,
            /// Sealed.
            pub device: Vec<u8>,
            /// Sealed.
            pub network: Option<Vec<u8>>,
            pub started_at: DateTimeUtc,
            pub last_seen_at: DateTimeUtc,
            pub ends_at: DateTimeUtc,
            pub proven_by: String,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }
}
