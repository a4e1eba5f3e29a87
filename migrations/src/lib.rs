//! The database's history. Forward only: a change that turned out wrong is followed by another.
//!
//! Expand, then contract: add what the new code needs, deploy, move the data, and only a later
//! release takes away what nobody reads any more. Each file says in its header why it exists.

use sea_orm_migration::prelude::*;

mod m0001_roles;
mod m0002_ledger;
mod m0003_posting;
mod m0004_holds;
mod m0005_identity;
mod m0006_accounts;
mod m0007_hallway;
mod m0008_bankday;
mod m0009_ledger_form;
mod m0010_posting_engine;
mod m0011_chart;
mod m0012_signatures;
mod m0013_factors;
mod m0015_posting_speed;
mod m0016_code_signatures;
mod m0017_own_limits;
mod m0018_row_security;
mod m0019_sealed_fields;
mod m0020_locked_users;
mod m0021_day_reports;
mod m0022_mandates;
mod m0024_applicants_and_places;
mod m0026_assistant;
mod m0027_asked_by_assistant;
mod m0028_helpers_see_cases_only;
mod m0029_staff;

/// A migration written as SQL, because that is what runs.
macro_rules! sql_migration {
    ($name:literal) => {
        use sea_orm_migration::prelude::*;

        pub(crate) struct Migration;

        impl MigrationName for Migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            #[expect(elided_lifetimes_in_paths, reason = "the trait's own signature")]
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                manager.get_connection().execute_unprepared(UP).await.map(|_| ())
            }
        }
    };
}
pub(crate) use sql_migration;

/// Runs every migration in order; what has run before is skipped.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_roles::Migration),
            Box::new(m0002_ledger::Migration),
            Box::new(m0003_posting::Migration),
            Box::new(m0004_holds::Migration),
            Box::new(m0005_identity::Migration),
            Box::new(m0006_accounts::Migration),
            Box::new(m0007_hallway::Migration),
            Box::new(m0008_bankday::Migration),
            Box::new(m0009_ledger_form::Migration),
            Box::new(m0010_posting_engine::Migration),
            Box::new(m0011_chart::Migration),
            Box::new(m0012_signatures::Migration),
            Box::new(m0013_factors::Migration),
            Box::new(m0015_posting_speed::Migration),
            Box::new(m0016_code_signatures::Migration),
            Box::new(m0017_own_limits::Migration),
            Box::new(m0018_row_security::Migration),
            Box::new(m0019_sealed_fields::Migration),
            Box::new(m0020_locked_users::Migration),
            Box::new(m0021_day_reports::Migration),
            Box::new(m0022_mandates::Migration),
            Box::new(m0024_applicants_and_places::Migration),
            Box::new(m0026_assistant::Migration),
            Box::new(m0027_asked_by_assistant::Migration),
            Box::new(m0028_helpers_see_cases_only::Migration),
            Box::new(m0029_staff::Migration),
        ]
    }
}

pub use sea_orm_migration::{MigratorTrait, sea_orm};
