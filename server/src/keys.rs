//! The master key, and the operator's commands about keys.

use crate::StartError;
use crate::bank::{Owner, seed};
use crate::config::{Config, KeySource};
use crate::telemetry::say;
use bank_contract::CustomerId;
use bank_rules::audit::operation_hash;
use bank_storage::hallway::{AuditLine, write_audit};
use bank_storage::vault::{self, Erasable, MasterKey, MasterKeys};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use clap::Subcommand;
use migrations::sea_orm::{ConnectionTrait, TransactionTrait as _};
use serde_json::json;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use uuid::Uuid;
use zeroize::Zeroizing;

/// So long the books have to be kept, unless the operator knows better.
const KEPT_YEARS: i32 = 10;

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Open every data key with the master key. Fails when one does not open.
    Check,
    /// Wrap every data key anew, with the master key in `BANK_NEW_MASTER_KEY` or `BANK_NEW_MASTER_KEY_FILE`. It may be
    /// stopped and started again at any moment.
    Rotate,
    /// Seal the names that an import left in the plain, as every start does.
    Seal,
    /// Forget a customer's data key for good. What was sealed with it cannot be read again, not even by you.
    Erase {
        #[arg(long)]
        customer: Uuid,
        /// Refuse while something of the last years is in their books.
        #[arg(long, default_value_t = KEPT_YEARS, value_parser = clap::value_parser!(i32).range(0..=1_000))]
        kept_years: i32,
    },
}

impl KeysCommand {
    pub(crate) async fn run(self, owner: &Owner, now: DateTime<Utc>) -> Result<(), StartError> {
        match self {
            Self::Check => check(owner).await,
            Self::Rotate => rotate(owner).await,
            // It was done when the database was opened.
            Self::Seal => {
                say("No name is left in the plain.");
                Ok(())
            }
            Self::Erase { customer, kept_years } => {
                let since = now.date_naive().with_year(now.year() - kept_years.max(0));
                // The 29th of February is not in every year.
                let since =
                    since.unwrap_or_else(|| now.date_naive() - chrono::TimeDelta::days(366 * i64::from(kept_years)));
                erase(owner, CustomerId(customer), since, now).await
            }
        }
    }
}

/// The master keys that the configuration names. None when the one beside the private database is not there.
///
/// # Errors
/// When none is named, a file cannot be read, or what is there is no key.
pub(crate) fn find(config: &Config) -> Result<Option<MasterKeys>, StartError> {
    let Some(current) = &config.keys.current else {
        return Err(StartError::Other(
            "there is no master key: set BANK_MASTER_KEY to 32 random bytes in base64, or BANK_MASTER_KEY_FILE to a file \
             that holds them"
                .to_owned(),
        ));
    };
    let next = config.keys.next.as_ref().map(read).transpose()?.flatten();
    Ok(read(current)?.map(|current| MasterKeys { current, next }))
}

fn read(source: &KeySource) -> Result<Option<MasterKey>, StartError> {
    let (text, place) = match source {
        KeySource::Text(secret) => (Zeroizing::new(secret.0.clone()), "the environment".to_owned()),
        KeySource::File(path) | KeySource::Beside(path) => match fs::read_to_string(path) {
            Ok(text) => (Zeroizing::new(text), path.display().to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && matches!(source, KeySource::Beside(_)) => {
                return Ok(None);
            }
            Err(error) => return Err(unreadable(path, &error)),
        },
    };
    let key = MasterKey::read(&text);
    let key = key.ok_or_else(|| StartError::Other(format!("the master key in {place} is not 32 bytes in base64")))?;
    Ok(Some(key))
}

fn unreadable(path: &Path, error: &io::Error) -> StartError {
    StartError::Other(format!("the master key in {} cannot be used: {error}", path.display()))
}

/// Makes the key of a private database that is new.
///
/// # Errors
/// When data keys are there already: then theirs is lost, and another one would not open them.
pub(crate) async fn make(config: &Config, db: &impl ConnectionTrait) -> Result<MasterKeys, StartError> {
    let Some(KeySource::Beside(path)) = &config.keys.current else {
        return Err(StartError::Other("there is no master key".to_owned()));
    };
    if let Some(first) = vault::key_counts(db).await?.first() {
        return Err(StartError::Other(format!(
            "{} is gone, and this database was sealed with the master key {}: put it back",
            path.display(),
            first.master_key_id
        )));
    }
    let bytes = Zeroizing::new(seed()?);
    write_once(path, &MasterKey::write(&bytes)).map_err(|error| unreadable(path, &error))?;
    say(&format!(
        "  A master key was made: {}. Without it, nothing personal in this bank can be read again.",
        path.display()
    ));
    // What is in the file counts: another server may have been quicker.
    find(config)?.ok_or_else(|| StartError::Other("there is no master key".to_owned()))
}

/// Whole or not at all, for our own eyes, and never in the place of another.
fn write_once(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    fs::remove_file(&draft)?;
    linked
}

async fn check(owner: &Owner) -> Result<(), StartError> {
    for count in vault::key_counts(&owner.db).await? {
        say(&format!(
            "{} data keys under the master key {}",
            count.count, count.master_key_id
        ));
    }
    match vault::unopened(&owner.db, &owner.vault).await? {
        0 => {
            say("All of them open.");
            Ok(())
        }
        broken => Err(StartError::Other(format!("{broken} data keys do not open"))),
    }
}

async fn rotate(owner: &Owner) -> Result<(), StartError> {
    let masters = owner.vault.masters();
    let Some(next) = &masters.next else {
        return Err(StartError::Other(
            "there is no new master key: set BANK_NEW_MASTER_KEY or BANK_NEW_MASTER_KEY_FILE".to_owned(),
        ));
    };
    let mut all = 0;
    loop {
        let tx = owner.db.begin().await?;
        let some = vault::rotate_some(&tx, masters, seed()?).await?;
        tx.commit().await?;
        if some == 0 {
            break;
        }
        all += some;
    }
    say(&format!(
        "{all} data keys were wrapped anew; all are under the master key {}.",
        next.id()
    ));
    say("Put it in the place of the old one now, and start the servers with it alone.");
    Ok(())
}

async fn erase(
    owner: &Owner,
    customer: CustomerId,
    kept_since: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), StartError> {
    let tx = owner.db.begin().await?;
    let refused = match vault::may_erase(&tx, customer, kept_since, now).await? {
        Erasable::Yes => None,
        Erasable::Unknown => Some("there is no such customer".to_owned()),
        Erasable::Already => Some("the customer has been erased before".to_owned()),
        Erasable::HasMoney => Some("the customer has money in an account, or money is held".to_owned()),
        Erasable::Waits => Some("an operation of the customer waits for a decision".to_owned()),
        Erasable::Kept(day) => Some(format!(
            "something was booked on {day}, and has to be kept longer than that"
        )),
    };
    if let Some(why) = refused {
        tx.rollback().await?;
        return Err(StartError::Other(format!("nothing was erased: {why}")));
    }
    vault::erase(&tx, customer, now).await?;
    let line = AuditLine {
        for_customer: None,
        at: now,
        door: "command",
        caller: "operator",
        user: None,
        operation: "keys.erase",
        outcome: "done",
        input_hash: operation_hash("keys.erase", &json!({ "customer": customer })),
    };
    write_audit(&tx, &[line]).await?;
    tx.commit().await?;
    say("The customer is erased. Copies of the database from before still hold the wrapped key: destroy them in time.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_file_is_for_our_eyes_only_and_never_overwritten() {
        let folder = std::env::temp_dir().join(format!("larch-key-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("master.key");
        let _ = fs::remove_file(&path);
        write_once(&path, "first").unwrap();
        write_once(&path, "second").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn without_a_key_a_given_database_refuses_in_one_line() {
        let config = crate::config::tests::shipped_with(&[("DATABASE_URL", "postgres://u@localhost/larch")]);
        let error = find(&config).unwrap_err().to_string();
        assert!(error.contains("BANK_MASTER_KEY") && !error.contains('\n'), "{error}");
        let wrong = crate::config::tests::shipped_with(&[("BANK_MASTER_KEY", "aHVudGVyMg==")]);
        let error = find(&wrong).unwrap_err().to_string();
        assert!(error.contains("32 bytes") && !error.contains("aHVudGVyMg"), "{error}");
    }
}
