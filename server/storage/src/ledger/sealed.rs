//! Entries with their words sealed.

use super::NewEntry;
use crate::vault::{DataKey, Line, Words};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::CustomerId;
use bank_rules::postings;
use uuid::Uuid;

/// An entry whose words are sealed, each line's for whoever may read it: all that the journal is given.
#[derive(Clone, Debug)]
pub struct SealedEntry(NewEntry);

impl SealedEntry {
    /// Takes one key for each posting: that of [`postings::reader`]. The reference goes with the words of each line, so
    /// that whoever is erased takes nothing from the others.
    ///
    /// # Errors
    /// [`StorageError::Erased`]; [`StorageError::Unreadable`] for somebody else's key.
    pub fn new(entry: NewEntry, keys: &[DataKey]) -> StorageResult<Self> {
        let readers: Vec<Option<CustomerId>> = entry
            .postings
            .iter()
            .map(|posting| postings::reader(posting, &entry.postings))
            .collect();
        let fits =
            |(reader, key): (&Option<CustomerId>, &DataKey)| reader.map_or(Uuid::nil(), |it| it.0) == key.owner();
        if readers.len() != keys.len() || !readers.iter().zip(keys).all(fits) {
            return Err(StorageError::Unreadable("entry: it does not fit its keys"));
        }
        let mut sealed = entry;
        let reference = std::mem::take(&mut sealed.reference);
        for ((line, posting), key) in (1..).zip(&mut sealed.postings).zip(keys) {
            let words = Words {
                counterparty: std::mem::take(&mut posting.counterparty),
                reference: reference.clone(),
            };
            let at = Line {
                entry: sealed.entry,
                line,
            };
            posting.counterparty = key.seal_words(at, &words)?;
        }
        Ok(Self(sealed))
    }

    /// An entry that says nothing needs no key.
    ///
    /// # Errors
    /// [`StorageError::Unreadable`] when it does say something.
    pub fn wordless(entry: NewEntry) -> StorageResult<Self> {
        if entry.reference.is_empty() && entry.postings.iter().all(|posting| posting.counterparty.is_empty()) {
            Ok(Self(entry))
        } else {
            Err(StorageError::Unreadable("entry: its words are not sealed"))
        }
    }

    /// Looks the keys up: one query at most, for those that are not at hand.
    ///
    /// # Errors
    /// As [`Self::new`], and when the database does not answer.
    pub async fn seal(db: &impl Sealing, entry: NewEntry) -> StorageResult<Self> {
        let readers = entry
            .postings
            .iter()
            .map(|posting| postings::reader(posting, &entry.postings));
        let found = db.vault().of_all(db, readers.clone()).await?;
        let key = |reader: Option<CustomerId>| {
            let key = found.get(&reader.unwrap_or(CustomerId(Uuid::nil())));
            key.cloned().ok_or(StorageError::Unreadable("data key"))
        };
        let keys = readers.map(key).collect::<StorageResult<Vec<DataKey>>>()?;
        Self::new(entry, &keys)
    }

    /// As the journal is given it.
    pub fn as_entry(&self) -> &NewEntry {
        &self.0
    }
}
