//! A customer's data key, and the places where it seals.

use super::cipher::{self, Nonces};
use crate::{StorageError, StorageResult};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit as _};
use bank_contract::EntryId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What is read where the key has been forgotten.
pub const ERASED: &str = "erased";

/// Begins what is sealed in a column of texts.
const TEXT_MARK: &str = "s1.";

/// A column whose values are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field(&'static str);

/// All of them. A value that is moved to another column does not open there.
pub mod field {
    use super::Field;

    pub const CUSTOMER_NAME: Field = Field("customers.name");
    pub const ACCOUNT_NAME: Field = Field("accounts.name");
    pub const PASSKEY_NAME: Field = Field("passkeys.name");
    pub const TOKEN_NAME: Field = Field("api_tokens.name");
    pub const PASSKEY_NETWORK: Field = Field("passkeys.last_used_from");
    pub const MANDATE_NAME: Field = Field("mandates.name");
    pub const SESSION_DEVICE: Field = Field("sessions.device");
    pub const SESSION_NETWORK: Field = Field("sessions.network");
    pub const CEREMONY_STATE: Field = Field("ceremonies.state");
    pub const EMAIL: Field = Field("user_emails.address");
    pub const TOTP_SECRET: Field = Field("totp_secrets.secret");
    pub const TRUSTED_NAME: Field = Field("trusted_payees.name");
    pub const POSTING_WORDS: Field = Field("postings.counterparty");
    pub const DECLINE_WORDS: Field = Field("declines.words");
    pub const PENDING_INPUT: Field = Field("pending_operations.input");
    pub const PENDING_SUMMARY: Field = Field("pending_operations.summary");
    pub const PENDING_OUTPUT: Field = Field("pending_operations.output");
    pub const PENDING_REFUSAL: Field = Field("pending_operations.refusal");
    pub const SIGNATURE_PROOF: Field = Field("signatures.proof");
    pub const CODE_DOCUMENT: Field = Field("code_signatures.document");
    pub const ANSWER: Field = Field("idempotency.answer");
    pub const NOTICE: Field = Field("outbox.payload");
    pub const MAIL_ADDRESS: Field = Field("mails.address");
    pub const MAIL_SUBJECT: Field = Field("mails.subject");
    pub const MAIL_BODY: Field = Field("mails.body");
    pub const CONVERSATION_TITLE: Field = Field("conversations.title");
    pub const CONVERSATION_STATE: Field = Field("conversations.state");
    pub const MESSAGE_PARTS: Field = Field("conversation_messages.parts");
    pub const CASE_SUMMARY: Field = Field("cases.summary");
    pub const FACT_WORD: Field = Field("assistant_facts.word");
    pub const FACT_MEANING: Field = Field("assistant_facts.meaning");
}

struct Held {
    owner: Uuid,
    /// None: it has been forgotten.
    cipher: Option<Aes256GcmSiv>,
    nonces: Arc<Nonces>,
}

/// Seals what belongs to one customer. It cannot be printed, and wipes itself when it is dropped.
#[derive(Clone)]
pub struct DataKey(Arc<Held>);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    pub(super) fn living(owner: Uuid, key: &Zeroizing<[u8; 32]>, nonces: Arc<Nonces>) -> Self {
        Self(Arc::new(Held {
            owner,
            cipher: Some(Aes256GcmSiv::new((&**key).into())),
            nonces,
        }))
    }

    pub(super) fn erased(owner: Uuid, nonces: Arc<Nonces>) -> Self {
        Self(Arc::new(Held {
            owner,
            cipher: None,
            nonces,
        }))
    }

    /// Whose it is.
    pub fn owner(&self) -> Uuid {
        self.0.owner
    }

    pub fn is_erased(&self) -> bool {
        self.0.cipher.is_none()
    }

    /// What a sealed value is bound to: the column, whose it is, and which row.
    fn about(&self, field: Field, row: &[u8]) -> Vec<u8> {
        [
            b"larch field v1\0",
            field.0.as_bytes(),
            &[0],
            self.0.owner.as_bytes(),
            row,
        ]
        .concat()
    }

    /// # Errors
    /// [`StorageError::Erased`].
    pub fn seal(&self, field: Field, row: &[u8], plain: &[u8]) -> StorageResult<Vec<u8>> {
        let cipher = self.0.cipher.as_ref().ok_or(StorageError::Erased)?;
        cipher::seal(cipher, self.0.nonces.next(), &self.about(field, row), plain)
    }

    /// # Errors
    /// [`StorageError::Erased`]; [`StorageError::Unreadable`] when it was sealed elsewhere, or has changed since.
    pub fn open(&self, field: Field, row: &[u8], sealed: &[u8]) -> StorageResult<Zeroizing<Vec<u8>>> {
        let cipher = self.0.cipher.as_ref().ok_or(StorageError::Erased)?;
        cipher::open(cipher, &self.about(field, row), sealed).ok_or(StorageError::Unreadable(field.0))
    }

    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_text(&self, field: Field, row: &[u8], text: &str) -> StorageResult<Vec<u8>> {
        self.seal(field, row, text.as_bytes())
    }

    /// What was sealed, or [`ERASED`].
    ///
    /// # Errors
    /// [`StorageError::Unreadable`].
    pub fn open_text(&self, field: Field, row: &[u8], sealed: &[u8]) -> StorageResult<String> {
        match self.open(field, row, sealed) {
            Err(StorageError::Erased) => Ok(ERASED.to_owned()),
            opened => text(field, &opened?),
        }
    }

    /// # Errors
    /// As [`Self::open_text`].
    pub fn open_text_if(&self, field: Field, row: &[u8], sealed: Option<&[u8]>) -> StorageResult<Option<String>> {
        sealed.map(|sealed| self.open_text(field, row, sealed)).transpose()
    }

    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_json<T: Serialize>(&self, field: Field, row: &[u8], value: &T) -> StorageResult<Vec<u8>> {
        let plain = serde_json::to_vec(value).map_err(|_| StorageError::Unreadable(field.0))?;
        self.seal(field, row, &Zeroizing::new(plain))
    }

    /// # Errors
    /// As [`Self::open`].
    pub fn open_json<T: DeserializeOwned>(&self, field: Field, row: &[u8], sealed: &[u8]) -> StorageResult<T> {
        serde_json::from_slice(&self.open(field, row, sealed)?).map_err(|_| StorageError::Unreadable(field.0))
    }

    /// # Errors
    /// As [`Self::open`].
    pub fn open_json_if(&self, field: Field, row: &[u8], sealed: Option<&[u8]>) -> StorageResult<Option<Value>> {
        sealed.map(|sealed| self.open_json(field, row, sealed)).transpose()
    }

    /// What an account's holder reads of a posting, for the journal's column of texts.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub(crate) fn seal_words(&self, at: Line, words: &Words) -> StorageResult<String> {
        let name = words.counterparty.as_bytes();
        let length = u16::try_from(name.len()).map_err(|_| StorageError::Unreadable("name: too long"))?;
        let plain = [&length.to_be_bytes(), name, words.reference.as_bytes()].concat();
        let sealed = self.seal(field::POSTING_WORDS, &at.row(), &plain)?;
        Ok(format!("{TEXT_MARK}{}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// What was never sealed is read as it stands: the journal is not edited afterwards.
    ///
    /// # Errors
    /// [`StorageError::Unreadable`].
    pub(crate) fn open_words(&self, at: Line, text: &str, reference: String) -> StorageResult<Words> {
        let Some(sealed) = text.strip_prefix(TEXT_MARK) else {
            return Ok(Words {
                counterparty: text.to_owned(),
                reference,
            });
        };
        let field = field::POSTING_WORDS;
        let sealed = URL_SAFE_NO_PAD
            .decode(sealed)
            .map_err(|_| StorageError::Unreadable(field.0))?;
        let plain = match self.open(field, &at.row(), &sealed) {
            Err(StorageError::Erased) => return Ok(Words::erased()),
            opened => opened?,
        };
        let parts = plain.split_first_chunk::<2>().and_then(|(length, rest)| {
            let length = usize::from(u16::from_be_bytes(*length));
            rest.split_at_checked(length)
        });
        let (name, reference) = parts.ok_or(StorageError::Unreadable(field.0))?;
        Ok(Words {
            counterparty: self::text(field, name)?,
            reference: self::text(field, reference)?,
        })
    }
}

fn text(field: Field, bytes: &[u8]) -> StorageResult<String> {
    let text = std::str::from_utf8(bytes).map_err(|_| StorageError::Unreadable(field.0))?;
    Ok(text.to_owned())
}

/// A line of a journal entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) entry: EntryId,
    /// From 1.
    pub(crate) line: i16,
}

impl Line {
    fn row(self) -> [u8; 18] {
        let mut row = [0; 18];
        row[..16].copy_from_slice(self.entry.0.as_bytes());
        row[16..].copy_from_slice(&self.line.to_be_bytes());
        row
    }
}

/// What the holder of one account reads of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) counterparty: String,
    pub(crate) reference: String,
}

impl Words {
    fn erased() -> Self {
        Self {
            counterparty: ERASED.to_owned(),
            reference: ERASED.to_owned(),
        }
    }
}
