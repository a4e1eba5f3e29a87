//! The books as a whole: whether they hold, the trial balance, the proof of one account, closed periods.

use crate::{StorageError, StorageResult};
use bank_contract::Currency;
use bank_contract::ledger::AccountClass;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};

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
    postings_off: i64,
    entries: i64,
}

/// What adding everything up gave.
#[derive(Clone, Debug)]
pub struct Books {
    /// Minor units.
    pub sums: Vec<(Currency, i64)>,
    pub accounts_off: u64,
    pub postings_off: u64,
    pub entries: u64,
    pub postings: u64,
}

/// Adds up all postings, and compares the cached balances, the last running balances and the holds with
/// them. Reads everything: it is for the clock and the command line.
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
                  LEFT JOIN LATERAL (SELECT l.balance_after FROM postings l
                    WHERE l.ledger_account_id = b.ledger_account_id ORDER BY l.at DESC, l.id DESC LIMIT 1) l ON true
                  WHERE b.booked <> coalesce(p.sum, 0) OR b.held <> coalesce(h.held, 0)
                     OR b.booked <> coalesce(l.balance_after, 0)) AS accounts_off,
                 (SELECT count(*) FROM postings p
                  LEFT JOIN balances b USING (ledger_account_id) LEFT JOIN journal_entries e ON e.id = p.entry_id
                  WHERE b.currency IS DISTINCT FROM p.currency OR e.lines IS NULL OR p.line > e.lines) AS postings_off,
                 (SELECT count(*) FROM journal_entries) AS entries"
    );
    let counts = CountRow::find_by_statement(counts)
        .one(db)
        .await?
        .ok_or(StorageError::Unreadable("books"))?;
    let mut sums = Vec::with_capacity(rows.len());
    let mut postings = 0;
    for row in rows {
        sums.push((
            currency(&row.currency)?,
            row.sum.parse().map_err(|_| StorageError::Unreadable("sum"))?,
        ));
        postings += row.postings.unsigned_abs();
    }
    Ok(Books {
        sums,
        accounts_off: counts.accounts_off.unsigned_abs(),
        postings_off: counts.postings_off.unsigned_abs(),
        entries: counts.entries.unsigned_abs(),
        postings,
    })
}

fn currency(code: &str) -> StorageResult<Currency> {
    code.parse().map_err(|_| StorageError::Unreadable("currency"))
}

fn class(code: &str) -> StorageResult<AccountClass> {
    Ok(match code {
        "asset" => AccountClass::Asset,
        "liability" => AccountClass::Liability,
        "equity" => AccountClass::Equity,
        "income" => AccountClass::Income,
        "expense" => AccountClass::Expense,
        _ => return Err(StorageError::Unreadable("account class")),
    })
}

/// A number of the chart in one currency, with what stands below it.
#[derive(Clone, Debug)]
pub struct ChartSum {
    pub number: String,
    pub name: String,
    pub class: AccountClass,
    pub accounts: u64,
    pub currency: Currency,
    /// Minor units; credits are above zero.
    pub sum: i64,
}

#[derive(FromQueryResult)]
struct ChartRow {
    number: String,
    name: String,
    class: String,
    accounts: i64,
    currency: String,
    sum: i64,
}

/// What every number of the chart comes to: by the cached balances, or by the postings up to the end of a day.
pub async fn chart_sums(db: &impl ConnectionTrait, as_of: Option<NaiveDate>) -> StorageResult<Vec<ChartSum>> {
    let statement = match as_of {
        None => raw_sql!(
            Postgres,
            r"SELECT c.number, c.name, c.class, count(*) AS accounts, a.currency, sum(b.booked)::bigint AS sum
              FROM chart_of_accounts c JOIN ledger_accounts a USING (number)
              JOIN balances b ON b.ledger_account_id = a.id
              GROUP BY c.number, a.currency ORDER BY a.currency, c.number"
        ),
        Some(day) => raw_sql!(
            Postgres,
            r"SELECT c.number, c.name, c.class, count(DISTINCT a.id) AS accounts, a.currency,
                     coalesce(sum(p.amount) FILTER (WHERE e.id IS NOT NULL), 0)::bigint AS sum
              FROM chart_of_accounts c JOIN ledger_accounts a USING (number)
              LEFT JOIN postings p ON p.ledger_account_id = a.id
              LEFT JOIN journal_entries e ON e.id = p.entry_id AND e.booking_date <= {day}
              GROUP BY c.number, a.currency ORDER BY a.currency, c.number"
        ),
    };
    let rows = ChartRow::find_by_statement(statement).all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok(ChartSum {
                number: row.number,
                name: row.name,
                class: class(&row.class)?,
                accounts: row.accounts.unsigned_abs(),
                currency: currency(&row.currency)?,
                sum: row.sum,
            })
        })
        .collect()
}

/// What moved in a number of the chart over some days, in minor units.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Proof {
    pub name: String,
    /// Credits are above zero.
    pub opening: i64,
    /// Both are above zero.
    pub debits: i64,
    pub credits: i64,
    pub postings: i64,
    /// After the last of the days.
    pub later: i64,
    /// The cached balances of the accounts below, now.
    pub held_below: i64,
}

/// None when the chart has no such number in the currency.
pub async fn prove(
    db: &impl ConnectionTrait,
    number: &str,
    currency: Currency,
    from: NaiveDate,
    to: NaiveDate,
) -> StorageResult<Option<Proof>> {
    let currency = currency.code();
    let statement = raw_sql!(
        Postgres,
        r"SELECT c.name,
                 coalesce(sum(m.amount) FILTER (WHERE m.day < {from}), 0)::bigint AS opening,
                 coalesce(-sum(m.amount) FILTER (WHERE m.amount < 0 AND m.day BETWEEN {from} AND {to}), 0)::bigint AS debits,
                 coalesce(sum(m.amount) FILTER (WHERE m.amount > 0 AND m.day BETWEEN {from} AND {to}), 0)::bigint AS credits,
                 count(m.amount) FILTER (WHERE m.day BETWEEN {from} AND {to}) AS postings,
                 coalesce(sum(m.amount) FILTER (WHERE m.day > {to}), 0)::bigint AS later,
                 (SELECT sum(b.booked)::bigint FROM ledger_accounts a JOIN balances b ON b.ledger_account_id = a.id
                  WHERE a.number = c.number AND a.currency = {currency}) AS held_below
          FROM chart_of_accounts c
          LEFT JOIN (SELECT a.number, p.amount, e.booking_date AS day
                     FROM ledger_accounts a JOIN postings p ON p.ledger_account_id = a.id
                     JOIN journal_entries e ON e.id = p.entry_id WHERE a.currency = {currency}) m ON m.number = c.number
          WHERE c.number = {number}
            AND EXISTS (SELECT FROM ledger_accounts a WHERE a.number = c.number AND a.currency = {currency})
          GROUP BY c.number"
    );
    Ok(Proof::find_by_statement(statement).one(db).await?)
}

/// Closes the books up to the end of a day.
///
/// # Errors
/// [`StorageError::PeriodClosed`] when they are closed further already.
pub async fn close_until(db: &impl ConnectionTrait, day: NaiveDate) -> StorageResult<()> {
    db.execute_raw(raw_sql!(Postgres, "UPDATE books_closed SET until = {day}"))
        .await?;
    Ok(())
}
