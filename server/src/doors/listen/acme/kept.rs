//! What is kept between two starts: the account's key, and the certificate with its own. For nobody else to read.

use super::super::tls::{TlsError, closed_to_others, write};
use instant_acme::AccountCredentials;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// How the line above the key begins that says whom the certificate is from. Readers of PEM pass over it (RFC 7468, 2).
const AUTHORITY: &str = "Authority: ";

pub(super) struct Folder(PathBuf);

/// An account, with whom the authority was told to write to.
#[derive(Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) contact: Option<String>,
    /// As the library writes it: the address of the account, its key and the directory.
    credentials: serde_json::Value,
}

impl Account {
    pub(super) fn new(contact: Option<String>, credentials: &AccountCredentials) -> Result<Self, serde_json::Error> {
        let credentials = serde_json::to_value(credentials)?;
        Ok(Self { contact, credentials })
    }

    pub(super) fn credentials(&self) -> Result<AccountCredentials, serde_json::Error> {
        AccountCredentials::deserialize(&self.credentials)
    }
}

impl Folder {
    /// Makes it when it is missing, and finds out at once whether it can be written to.
    ///
    /// # Errors
    /// When it cannot be made or written to, or is open to everybody on the machine.
    pub(super) fn open(path: &Path) -> Result<Self, TlsError> {
        // What is above may belong to the database as well, so only this one is closed to others.
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).map_err(unwritable(above))?;
        }
        let mut closed = DirBuilder::new();
        closed.recursive(true).mode(0o700);
        closed.create(path).map_err(unwritable(path))?;
        closed_to_others(path)?;
        let probe = path.join("probe");
        write(&probe, "").map_err(unwritable(path))?;
        fs::remove_file(&probe).map_err(unwritable(path))?;
        Ok(Self(path.to_owned()))
    }

    /// The certificate and its key, in one file: two would not always belong together.
    pub(super) fn certificate(&self) -> PathBuf {
        self.0.join("certificate.pem")
    }

    /// Whom the certificate is from: the address of a directory.
    pub(super) fn authority(&self) -> Option<String> {
        let text = fs::read_to_string(self.certificate()).ok()?;
        let said = text.lines().next()?.strip_prefix(AUTHORITY)?;
        Some(said.to_owned())
    }

    /// # Errors
    /// [`TlsError::Unwritable`].
    pub(super) fn keep_certificate(&self, authority: &str, both: &str) -> Result<(), TlsError> {
        let path = self.certificate();
        write(&path, &format!("{AUTHORITY}{authority}\n{both}")).map_err(unwritable(&path))
    }

    /// Each authority has its own, so that going to another one and back loses none.
    fn account_at(&self, directory: &str) -> PathBuf {
        let hash = hex::encode(Sha256::digest(directory));
        self.0.join(format!("account-{}.json", &hash[..16]))
    }

    /// # Errors
    /// When it is there and cannot be read, is no account, or is open to everybody.
    pub(super) fn account(&self, directory: &str) -> Result<Option<Account>, TlsError> {
        let path = self.account_at(directory);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(TlsError::Unreadable { path, cause }),
        };
        closed_to_others(&path)?;
        let account: Option<Account> = serde_json::from_str(&text).ok();
        let whole = account.filter(|account| account.credentials().is_ok());
        whole.map(Some).ok_or(TlsError::NoAccount { path })
    }

    /// # Errors
    /// [`TlsError::Unwritable`].
    pub(super) fn keep_account(&self, directory: &str, account: &Account) -> Result<(), TlsError> {
        let path = self.account_at(directory);
        let text = serde_json::to_string(account).map_err(io::Error::other);
        let kept = text.and_then(|text| write(&path, &text));
        kept.map_err(unwritable(&path))
    }

    /// Puts an account aside that the authority does not know any more.
    ///
    /// # Errors
    /// [`TlsError::Unwritable`].
    pub(super) fn set_account_aside(&self, directory: &str) -> Result<(), TlsError> {
        let path = self.account_at(directory);
        fs::rename(&path, path.with_extension("gone")).map_err(unwritable(&path))
    }
}

fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> TlsError {
    let path = path.to_owned();
    move |cause| TlsError::Unwritable { path, cause }
}
