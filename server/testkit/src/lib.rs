//! A fresh, migrated database for every test.
//!
//! The first test of a run migrates a template; every test gets a copy of it, under a name of its
//! own, and drops it at the end. `scripts/test-db` starts the server that they live in.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot get its database has to fail at once"
)]

use migrations::sea_orm::{self, ConnectionTrait, DatabaseConnection};
use migrations::{Migrator, MigratorTrait};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Held while the template is made.
const TEMPLATE_LOCK: i64 = 4_202;

/// An owner of tables who is nothing else.
const PLAIN_OWNER: &str = "larch_plain_owner";

/// One test's own database.
#[derive(Debug)]
pub struct TestDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// A copy of the migrated template.
    ///
    /// # Panics
    /// When PostgreSQL cannot be started; the message says why.
    pub async fn new() -> Self {
        let server = server_url();
        let admin = connect(&server, "postgres").await;
        let template = template(&server, &admin).await;
        let name = random_name();
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .await
            .unwrap();
        admin.close().await.unwrap();
        Self { server, name }
    }

    /// A database whose tables belong to a role that is no superuser, as at most providers: row security is for its
    /// owner, too. Migrated on the spot.
    ///
    /// # Panics
    /// When PostgreSQL cannot be started, or does not migrate for such an owner.
    pub async fn with_plain_owner() -> Self {
        let server = server_url();
        let admin = connect(&server, "postgres").await;
        let name = random_name();
        // Roles belong to the whole cluster: other tests may be making it.
        let role = format!(
            "DO $$ BEGIN CREATE ROLE {PLAIN_OWNER} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        for sql in [role, format!("CREATE DATABASE {name} OWNER {PLAIN_OWNER}")] {
            admin.execute_unprepared(&sql).await.unwrap();
        }
        admin.close().await.unwrap();
        let plain = open(&at(&server, PLAIN_OWNER, &name)).await;
        Migrator::up(&plain, None).await.expect("the migrations run");
        plain.close().await.unwrap();
        Self { server, name }
    }

    /// As the owner of the tables, who may do everything.
    pub fn owner_url(&self) -> String {
        at(&self.server, "larch_owner", &self.name)
    }

    /// As the app's own role.
    pub fn app_url(&self) -> String {
        at(&self.server, "larch_app", &self.name)
    }

    /// A connection of the owner, to look at things behind the app's back.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn owner(&self) -> DatabaseConnection {
        connect(&self.server, &self.name).await
    }

    /// A connection of the app's role.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn app(&self) -> DatabaseConnection {
        open(&self.app_url()).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's own runtime may be gone already.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let admin = connect(&server, "postgres").await;
                let _ = admin
                    .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                    .await;
            });
        });
        let _ = dropped.join();
    }
}

/// A name that no other test has, from the standard library's own random keys.
fn random_name() -> String {
    use std::hash::{BuildHasher as _, Hasher as _};
    let random = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    format!("test_{:016x}{:016x}", random(), random())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn server_url() -> String {
    if let Ok(url) = std::env::var("LARCH_TEST_DATABASE_URL") {
        return url;
    }
    let output = Command::new(root().join("scripts/test-db"))
        .arg("start")
        .output()
        .expect("scripts/test-db runs");
    assert!(
        output.status.success(),
        "scripts/test-db start: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn at(server: &str, role: &str, database: &str) -> String {
    server
        .replace("larch_owner@", &format!("{role}@"))
        .replace("/postgres?", &format!("/{database}?"))
}

async fn open(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(4).sqlx_logging(false);
    sea_orm::Database::connect(options)
        .await
        .expect("the test database answers")
}

async fn connect(server: &str, database: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(at(server, "larch_owner", database));
    // One: advisory locks belong to a connection.
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options)
        .await
        .expect("the test database answers")
}

/// The template's name is a hash over the migrations, so that a change to them makes another one.
async fn template(server: &str, admin: &DatabaseConnection) -> String {
    let name = format!("larch_template_{}", migrations_hash());
    admin
        .execute_unprepared(&format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"))
        .await
        .unwrap();
    let statement = sea_orm::Statement::from_string(
        sea_orm::DbBackend::Postgres,
        format!("SELECT 1 AS one FROM pg_database WHERE datname = '{name}' AND datistemplate"),
    );
    if admin.query_one_raw(statement).await.unwrap().is_none() {
        admin
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}"))
            .await
            .unwrap();
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        let fresh = connect(server, &name).await;
        Migrator::up(&fresh, None).await.expect("the migrations run");
        fresh.close().await.unwrap();
        admin
            .execute_unprepared(&format!("ALTER DATABASE {name} IS_TEMPLATE true"))
            .await
            .unwrap();
    }
    admin
        .execute_unprepared(&format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"))
        .await
        .unwrap();
    name
}

fn migrations_hash() -> String {
    let mut files = Vec::new();
    let mut folders = vec![root().join("migrations/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let list = if path.is_dir() { &mut folders } else { &mut files };
            list.push(path);
        }
    }
    files.sort_unstable();
    let mut hasher = Sha256::new();
    for file in files {
        hasher.update(std::fs::read(file).unwrap());
    }
    hex::encode(&hasher.finalize()[..8])
}
