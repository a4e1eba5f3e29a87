//! The posting engine and the journal as it is read.

mod books;
mod holds;
mod sealed;

pub use books::*;
pub use holds::*;
pub use sealed::SealedEntry;

use crate::vault::Line;
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::accounts::{EntryKind, Product};
use bank_contract::{Currency, CustomerId, EntryId, UserId};
use bank_rules::accounts::control_number;
use bank_rules::postings::{self, Internal, LedgerAccountId, Posting};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

/// The request that an entry comes from: unique in the journal, so that no request posts twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestMark {
    pub key: Uuid,
    /// SHA-256 of the canonical operation.
    pub hash: [u8; 32],
}

/// What a customer may send to others: counted by the engine, under its locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentLimits {
    pub customer: CustomerId,
    /// In minor units of the first posting's currency, on one business date.
    pub day_max: i64,
    /// Payments in an hour that begins with the first of them.
    pub hourly_max: i32,
}

/// A journal entry that is about to be posted.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub entry: EntryId,
    pub kind: EntryKind,
    /// Absent: the business date.
    pub booking_date: Option<NaiveDate>,
    /// The day it counts from. Absent: the business date.
    pub value_date: Option<NaiveDate>,
    pub at: DateTime<Utc>,
    pub reference: String,
    pub operation: &'static str,
    pub caller: Option<UserId>,
    pub reverses: Option<EntryId>,
    pub request: Option<RequestMark>,
    /// Where the first posting is money sent to somebody else.
    pub limits: Option<SentLimits>,
    /// The first one is the side that asked.
    pub postings: Vec<Posting>,
}

/// Posts one entry: all of its postings and the balances they change, or nothing. Gives the balance of
/// the first posting's account after it, in minor units.
///
/// For operations that write more in the same database transaction; all others take the [engine](crate::engine).
///
/// # Errors
/// The refusals of [`StorageError`]; after one of them the database transaction is of no more use.
pub async fn post(db: &impl Sealing, new: &NewEntry) -> StorageResult<i64> {
    if !postings::balances(&new.postings) {
        return Err(StorageError::Unreadable("entry: it does not balance"));
    }
    let sealed = SealedEntry::seal(db, new.clone()).await?;
    let new = sealed.as_entry();
    let lines = &new.postings;
    let accounts: Vec<i64> = lines.iter().map(|line| line.account.0).collect();
    let currencies: Vec<String> = lines.iter().map(|line| line.currency.code().to_owned()).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.amount).collect();
    let counterparties: Vec<String> = lines.iter().map(|line| line.counterparty.clone()).collect();
    let ibans: Vec<String> = lines
        .iter()
        .map(|line| line.counterparty_iban.clone().unwrap_or_default())
        .collect();
    let (entry, kind, at) = (new.entry.0, new.kind.code(), new.at);
    let (booking, value) = (new.booking_date.unwrap_or(UNSAID), new.value_date.unwrap_or(UNSAID));
    let (reference, operation) = (&new.reference, new.operation);
    let (caller, reverses) = (new.caller.map(|user| user.0), new.reverses.map(|entry| entry.0));
    let (key, hash) = (
        new.request.map(|mark| mark.key),
        new.request.map(|mark| mark.hash.to_vec()),
    );
    let owner = new.limits.map(|limits| limits.customer.0);
    let day_max = new.limits.map_or(0, |limits| limits.day_max);
    let hourly_max = new.limits.map_or(0, |limits| limits.hourly_max);
    let statement = raw_sql!(
        Postgres,
        r"SELECT ledger_post({entry}, {kind}, {booking}, {value}, {at}, {reference}, {operation},
            {caller}, {reverses}, {key}, {hash}, {owner}, {day_max}, {hourly_max},
            {accounts}, {currencies}, {amounts}, {counterparties}, {ibans}) AS id"
    );
    let after = Id::find_by_statement(statement).one(db).await?;
    after
        .map(|row| row.id)
        .ok_or(StorageError::Unreadable("posted balance"))
}

/// Stands for the business date where arrays are bound without nulls: the first day of year 1.
pub(crate) const UNSAID: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// The bank's own account of a kind, in a currency.
pub async fn internal(
    db: &impl ConnectionTrait,
    account: Internal,
    currency: Currency,
) -> StorageResult<LedgerAccountId> {
    let (code, currency) = (account.code(), currency.code());
    let statement = raw_sql!(
        Postgres,
        "SELECT id FROM ledger_accounts WHERE code = {code} AND currency = {currency}"
    );
    let found = Id::find_by_statement(statement).one(db).await?;
    found
        .map(|row| LedgerAccountId(row.id))
        .ok_or(StorageError::Unreadable("chart of accounts"))
}

/// Opens a customer's ledger account: a liability of the bank, with a floor for its balance. The books do not know it
/// by the name that its customer gives it.
pub async fn open_customer_account(
    db: &impl ConnectionTrait,
    product: Product,
    currency: Currency,
    floor: i64,
) -> StorageResult<LedgerAccountId> {
    let (currency, number, name) = (currency.code(), control_number(product), "Customer account");
    let statement = raw_sql!(
        Postgres,
        "SELECT ledger_open_account(NULL, 'liability', {currency}, {name}, {floor}, {number}) AS id"
    );
    let made = Id::find_by_statement(statement).one(db).await?;
    made.map(|row| LedgerAccountId(row.id))
        .ok_or(StorageError::Unreadable("new ledger account"))
}

#[derive(FromQueryResult)]
struct PostingRow {
    ledger_account_id: i64,
    customer_id: Option<Uuid>,
    line: i16,
    currency: String,
    amount: i64,
    counterparty: String,
    counterparty_iban: Option<String>,
}

/// The postings of an entry, in the order they were made, as everybody in it reads them: all of them, where one is the
/// caller's.
pub async fn postings_of(db: &impl Sealing, entry: EntryId) -> StorageResult<Vec<Posting>> {
    let id = entry.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT ledger_account_id, customer_id, line, currency, amount, counterparty, counterparty_iban
          FROM entry_lines({id})"
    );
    let rows = PostingRow::find_by_statement(statement).all(db).await?;
    let lines: Vec<i16> = rows.iter().map(|row| row.line).collect();
    let mut all = rows
        .into_iter()
        .map(sealed_posting)
        .collect::<StorageResult<Vec<Posting>>>()?;
    let readers: Vec<Option<CustomerId>> = all.iter().map(|posting| postings::reader(posting, &all)).collect();
    let keys = db.vault().of_all(db, readers.iter().copied()).await?;
    for ((posting, line), reader) in all.iter_mut().zip(lines).zip(readers) {
        let key = keys.get(&reader.unwrap_or(CustomerId(Uuid::nil())));
        let key = key.ok_or(StorageError::Unreadable("data key"))?;
        let sealed = std::mem::take(&mut posting.counterparty);
        posting.counterparty = key
            .open_words(Line { entry, line }, &sealed, String::new())?
            .counterparty;
    }
    Ok(all)
}

/// Its words are not opened yet.
fn sealed_posting(row: PostingRow) -> StorageResult<Posting> {
    Ok(Posting {
        account: LedgerAccountId(row.ledger_account_id),
        owner: row.customer_id.map(CustomerId),
        amount: row.amount,
        currency: row.currency.parse().map_err(|_| StorageError::Unreadable("currency"))?,
        counterparty: row.counterparty,
        counterparty_iban: row.counterparty_iban,
    })
}

/// What an entry is, apart from its postings. Its reference stands sealed with each of them.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EntryRow {
    pub id: Uuid,
    pub kind: String,
    pub booking_date: NaiveDate,
    pub value_date: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub reversed: bool,
}

impl EntryRow {
    /// # Errors
    /// [`StorageError::Unreadable`] for a kind that this version does not know.
    pub fn kind(&self) -> StorageResult<EntryKind> {
        kind_from(&self.kind)
    }
}

/// # Errors
/// [`StorageError::Unreadable`] for a kind that this version does not know.
pub(crate) fn kind_from(code: &str) -> StorageResult<EntryKind> {
    EntryKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.code() == code)
        .ok_or(StorageError::Unreadable("entry kind"))
}

pub async fn find_entry(db: &impl ConnectionTrait, entry: EntryId) -> StorageResult<Option<EntryRow>> {
    let id = entry.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT e.id, e.kind, e.booking_date, e.value_date, e.created_at,
                 EXISTS (SELECT FROM journal_entries r WHERE r.reverses = e.id) AS reversed
          FROM journal_entries e WHERE e.id = {id}"
    );
    Ok(EntryRow::find_by_statement(statement).one(db).await?)
}

/// What became of an entry that was posted: as the engine told it, or would have.
pub(crate) async fn posted(db: &impl ConnectionTrait, entry: EntryId) -> StorageResult<crate::engine::Posted> {
    #[derive(FromQueryResult)]
    struct Row {
        balance_after: i64,
        at: DateTime<Utc>,
        booking_date: NaiveDate,
    }
    let id = entry.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT balance_after, at, booking_date FROM entry_posted({id})"
    );
    let row = Row::find_by_statement(statement).one(db).await?;
    row.map(|row| crate::engine::Posted {
        entry,
        balance_after: row.balance_after,
        at: row.at,
        booked_on: row.booking_date,
    })
    .ok_or(StorageError::Unreadable("posted entry"))
}

/// The entry that a request made, when it has made one, with the hash of the request.
pub async fn entry_of_request(db: &impl ConnectionTrait, key: Uuid) -> StorageResult<Option<(EntryId, Vec<u8>)>> {
    #[derive(FromQueryResult)]
    struct Made {
        id: Uuid,
        request_hash: Vec<u8>,
    }
    let statement = raw_sql!(
        Postgres,
        "SELECT id, request_hash FROM journal_entries WHERE request_key = {key}"
    );
    let made = Made::find_by_statement(statement).one(db).await?;
    Ok(made.map(|row| (EntryId(row.id), row.request_hash)))
}

/// The booked balance of a ledger account at a moment, in minor units: one look at one index.
pub async fn balance_at(db: &impl ConnectionTrait, account: LedgerAccountId, at: DateTime<Utc>) -> StorageResult<i64> {
    let account = account.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT p.balance_after AS id FROM postings p WHERE p.ledger_account_id = {account} AND p.at <= {at}
          ORDER BY p.at DESC, p.id DESC LIMIT 1"
    );
    Ok(Id::find_by_statement(statement).one(db).await?.map_or(0, |row| row.id))
}

/// How an account stands with the ledger: open, blocked (nothing leaves it), or closed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerStatus {
    Open,
    Blocked,
    Closed,
}

/// # Errors
/// [`StorageError::NotEmpty`] when an account with money in it is to be closed, [`StorageError::AccountClosed`]
/// when it is closed.
pub async fn set_status(
    db: &impl ConnectionTrait,
    account: LedgerAccountId,
    status: LedgerStatus,
) -> StorageResult<()> {
    let (account, status) = (
        account.0,
        match status {
            LedgerStatus::Open => "open",
            LedgerStatus::Blocked => "blocked",
            LedgerStatus::Closed => "closed",
        },
    );
    db.execute_raw(raw_sql!(Postgres, "SELECT ledger_set_status({account}, {status})"))
        .await?;
    Ok(())
}
