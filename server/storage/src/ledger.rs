//! The posting engine and the journal as it is read.

use crate::{StorageError, StorageResult};
use bank_contract::accounts::EntryKind;
use bank_contract::{Currency, EntryId, HoldId, UserId};
use bank_rules::postings::{self, Internal, LedgerAccountId, Posting};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

/// A journal entry that is about to be posted.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub entry: EntryId,
    pub kind: EntryKind,
    pub booking_date: NaiveDate,
    pub value_date: NaiveDate,
    pub at: DateTime<Utc>,
    pub reference: String,
    pub operation: &'static str,
    pub caller: Option<UserId>,
    pub reverses: Option<EntryId>,
    pub postings: Vec<Posting>,
}

/// Posts one entry: all of its postings and the balances they change, or nothing.
///
/// # Errors
/// The refusals of [`StorageError`]; after one of them the database transaction is of no more use.
pub async fn post(db: &impl ConnectionTrait, new: &NewEntry) -> StorageResult<()> {
    if !postings::balances(&new.postings) {
        return Err(StorageError::Unreadable("entry: it does not balance"));
    }
    let lines = &new.postings;
    let accounts: Vec<i64> = lines.iter().map(|line| line.account.0).collect();
    let currencies: Vec<String> = lines.iter().map(|line| line.currency.code().to_owned()).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.amount).collect();
    let counterparties: Vec<String> = lines.iter().map(|line| line.counterparty.clone()).collect();
    let ibans: Vec<String> = lines
        .iter()
        .map(|line| line.counterparty_iban.clone().unwrap_or_default())
        .collect();
    let (entry, kind, booking, value, at) = (new.entry.0, new.kind.code(), new.booking_date, new.value_date, new.at);
    let (reference, operation) = (&new.reference, new.operation);
    let (caller, reverses) = (new.caller.map(|user| user.0), new.reverses.map(|entry| entry.0));
    let statement = raw_sql!(
        Postgres,
        r"SELECT count(*) FROM ledger_post({entry}, {kind}, {booking}, {value}, {at}, {reference}, {operation},
            {caller}, {reverses}, {accounts}, {currencies}, {amounts}, {counterparties}, {ibans})"
    );
    match db.query_one_raw(statement).await.map_err(StorageError::from) {
        // Two reversals at once: the second meets the unique key instead of the check.
        Err(StorageError::Duplicate(key)) if key == "journal_entries_reverses_key" => {
            Err(StorageError::AlreadyReversed)
        }
        other => other.map(|_| ()),
    }
}

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

/// Opens a customer's ledger account: a liability of the bank, with a floor for its balance.
pub async fn open_customer_account(
    db: &impl ConnectionTrait,
    currency: Currency,
    name: &str,
    floor: i64,
) -> StorageResult<LedgerAccountId> {
    let currency = currency.code();
    let statement = raw_sql!(
        Postgres,
        "SELECT ledger_open_account(NULL, 'liability', {currency}, {name}, {floor}) AS id"
    );
    let made = Id::find_by_statement(statement).one(db).await?;
    made.map(|row| LedgerAccountId(row.id))
        .ok_or(StorageError::Unreadable("new ledger account"))
}

#[derive(FromQueryResult)]
struct PostingRow {
    ledger_account_id: i64,
    currency: String,
    amount: i64,
    counterparty: String,
    counterparty_iban: Option<String>,
}

/// The postings of an entry, in the order they were made.
pub async fn postings_of(db: &impl ConnectionTrait, entry: EntryId) -> StorageResult<Vec<Posting>> {
    let id = entry.0;
    let statement = raw_sql!(
        Postgres,
        r"SELECT ledger_account_id, currency, amount, counterparty, counterparty_iban
          FROM postings WHERE entry_id = {id} ORDER BY id"
    );
    let rows = PostingRow::find_by_statement(statement).all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Posting {
                account: LedgerAccountId(row.ledger_account_id),
                amount: row.amount,
                currency: row.currency.parse().map_err(|_| StorageError::Unreadable("currency"))?,
                counterparty: row.counterparty,
                counterparty_iban: row.counterparty_iban,
            })
        })
        .collect()
}

/// A hold that is about to be placed.
#[derive(Clone, Debug)]
pub struct NewHold {
    pub hold: HoldId,
    pub account: LedgerAccountId,
    /// Minor units, above zero.
    pub amount: i64,
    pub reason: String,
    pub at: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Sets money aside.
///
/// # Errors
/// [`StorageError::InsufficientFunds`].
pub async fn place_hold(db: &impl ConnectionTrait, new: &NewHold) -> StorageResult<()> {
    let (hold, account, amount, reason, at, until) =
        (new.hold.0, new.account.0, new.amount, &new.reason, new.at, new.until);
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT hold_place({hold}, {account}, {amount}, {reason}, {at}, {until})"
    ))
    .await?;
    Ok(())
}

/// How a hold ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldEnd {
    /// The caller posts its money in the same database transaction.
    Captured,
    Released,
}

/// # Errors
/// [`StorageError::HoldEnded`] the second time.
pub async fn end_hold(db: &impl ConnectionTrait, hold: HoldId, how: HoldEnd, now: DateTime<Utc>) -> StorageResult<()> {
    let state = match how {
        HoldEnd::Captured => "captured",
        HoldEnd::Released => "released",
    };
    let hold = hold.0;
    db.execute_raw(raw_sql!(Postgres, "SELECT hold_end({hold}, {state}, {now})"))
        .await?;
    Ok(())
}

/// Releases holds whose time has passed, up to 500 at once. Gives how many.
pub async fn expire_holds(db: &impl ConnectionTrait, now: DateTime<Utc>) -> StorageResult<u64> {
    let row = Id::find_by_statement(raw_sql!(Postgres, "SELECT holds_expire({now}, 500) AS id"))
        .one(db)
        .await?;
    Ok(row.map_or(0, |row| row.id.unsigned_abs()))
}

#[derive(FromQueryResult)]
struct SumRow {
    currency: String,
    /// As text: the sum of many amounts may be longer than 64 bits before it comes to zero.
    sum: String,
    postings: i64,
}

#[derive(FromQueryResult)]
struct CountRow {
    accounts_off: i64,
    entries: i64,
}

/// What adding everything up gave.
#[derive(Clone, Debug)]
pub struct Books {
    pub sums: Vec<(Currency, i64)>,
    pub accounts_off: u64,
    pub entries: u64,
    pub postings: u64,
}

/// Adds up all postings and compares the cached balances with them.
pub async fn check_books(db: &impl ConnectionTrait) -> StorageResult<Books> {
    let sums = raw_sql!(
        Postgres,
        r"SELECT currency, sum(amount)::text AS sum, count(*) AS postings FROM postings
          GROUP BY currency ORDER BY currency"
    );
    let rows = SumRow::find_by_statement(sums).all(db).await?;
    let counts = raw_sql!(
        Postgres,
        r"SELECT (SELECT count(*) FROM balances b
                  LEFT JOIN (SELECT ledger_account_id, sum(amount) AS sum FROM postings GROUP BY 1) p
                    USING (ledger_account_id)
                  LEFT JOIN (SELECT ledger_account_id, sum(amount) AS held FROM holds WHERE state = 'placed' GROUP BY 1) h
                    USING (ledger_account_id)
                  WHERE b.booked <> coalesce(p.sum, 0) OR b.held <> coalesce(h.held, 0)) AS accounts_off,
                 (SELECT count(*) FROM journal_entries) AS entries"
    );
    let counts = CountRow::find_by_statement(counts)
        .one(db)
        .await?
        .ok_or(StorageError::Unreadable("books"))?;
    let mut sums = Vec::with_capacity(rows.len());
    let mut postings = 0;
    for row in rows {
        let currency = row.currency.parse().map_err(|_| StorageError::Unreadable("currency"))?;
        sums.push((currency, row.sum.parse().map_err(|_| StorageError::Unreadable("sum"))?));
        postings += row.postings.unsigned_abs();
    }
    Ok(Books {
        sums,
        accounts_off: counts.accounts_off.unsigned_abs(),
        entries: counts.entries.unsigned_abs(),
        postings,
    })
}

/// What an entry is, apart from its postings.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EntryRow {
    pub id: Uuid,
    pub kind: String,
    pub booking_date: NaiveDate,
    pub value_date: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub reference: String,
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
        r"SELECT e.id, e.kind, e.booking_date, e.value_date, e.created_at, e.reference,
                 EXISTS (SELECT FROM journal_entries r WHERE r.reverses = e.id) AS reversed
          FROM journal_entries e WHERE e.id = {id}"
    );
    Ok(EntryRow::find_by_statement(statement).one(db).await?)
}
