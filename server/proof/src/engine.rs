//! The bank's posting function, called from outside: to fund accounts, to make history, and to be measured.
//! The only place here that knows its arguments.

use crate::error::{ProofError, ProofResult};
use sea_orm::sqlx::{self, PgConnection};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use uuid::Uuid;

/// The most entries that one call takes.
pub(crate) const BATCH_MAX: usize = 500;

/// One side of an entry, as the other side sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    pub(crate) ledger: i64,
    pub(crate) name: &'a str,
    /// Empty for the bank's own accounts.
    pub(crate) iban: &'a str,
}

/// Who asked for an entry. With it the function does everything that it does for a transfer over HTTP: the
/// owner and the token are looked at, limits are counted, the key is kept, audit line and notice are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) user: Uuid,
    pub(crate) customer: Uuid,
    pub(crate) token: Uuid,
    pub(crate) key: Uuid,
}

#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) id: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) from: Side<'a>,
    pub(crate) to: Side<'a>,
    /// In cents of a euro.
    pub(crate) amount: i64,
    pub(crate) reference: String,
    /// None: the bank's own doing.
    pub(crate) asked: Option<Asked>,
}

/// What differs between entries is bound; what is the same for all of them is filled in here.
const SQL: &str = r"
SELECT (SELECT count(*) FROM unnest(r.code) AS c (code) WHERE c.code = ''),
       coalesce((SELECT min(c.code) FROM unnest(r.code) AS c (code) WHERE c.code <> ''), '')
FROM (SELECT cardinality($1::uuid[]) AS entries, cardinality($12::uuid[]) AS users, cardinality($13::bigint[]) AS accounts) n,
LATERAL ledger_post_batch(
  p_at => now(), p_today => current_date,
  p_entry => $1::uuid[], p_kind => $2::text[],
  p_booking => array_fill('0001-01-01'::date, ARRAY[n.entries]),
  p_value => array_fill('0001-01-01'::date, ARRAY[n.entries]),
  p_reference => $3::text[], p_operation => array_fill('transfers.submit'::text, ARRAY[n.entries]),
  p_caller => $4::uuid[],
  p_reverses => array_fill('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[n.entries]),
  p_key => $5::uuid[], p_hash => $6::bytea[], p_token => $7::uuid[],
  p_usage => $8::int[], p_day_limit => $9::bigint[], p_hour_limit => $10::int[],
  p_door => $11::text[], p_caller_kind => array_fill('token'::text, ARRAY[n.entries]),
  p_user => $12::uuid[], p_user_currency => array_fill('EUR'::text, ARRAY[n.users]),
  p_account => $13::bigint[], p_account_currency => array_fill('EUR'::text, ARRAY[n.accounts]),
  p_job => $14::int[], p_line => $15::smallint[], p_index => $16::int[], p_amount => $17::bigint[],
  p_counterparty => $18::text[], p_iban => $19::text[]) r";

/// Posts up to [`BATCH_MAX`] entries with one call, which commits by itself.
///
/// Returns how many were accepted, and the code of one refusal, or nothing.
pub(crate) async fn post(connection: &mut PgConnection, entries: &[Entry<'_>]) -> ProofResult<(u64, String)> {
    let ids = |pick: fn(&Asked) -> Uuid| -> Vec<Uuid> {
        let of = |entry: &Entry<'_>| entry.asked.as_ref().map_or(Uuid::nil(), pick);
        entries.iter().map(of).collect()
    };
    let mut users = Once::default();
    let usage: Vec<i32> = entries
        .iter()
        .map(|entry| entry.asked.map_or(0, |asked| users.number(asked.customer)))
        .collect();
    let limited = |most: i64| entries.iter().map(move |entry| entry.asked.map_or(0, |_| most));
    let hour_limits = limited(100_000_000).map(|most| i32::try_from(most).unwrap_or(i32::MAX));
    let door = |entry: &Entry<'_>| entry.asked.map_or("", |_| "rest");
    let lines = Lines::of(entries);
    let (posted, refusal): (i64, String) = sqlx::query_as(SQL)
        .bind(entries.iter().map(|entry| entry.id).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.kind).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.reference.as_str()).collect::<Vec<_>>())
        .bind(ids(|asked| asked.user))
        .bind(ids(|asked| asked.key))
        .bind(entries.iter().map(hash).collect::<Vec<_>>())
        .bind(ids(|asked| asked.token))
        .bind(usage)
        .bind(limited(1_000_000_000_000).collect::<Vec<_>>())
        .bind(hour_limits.collect::<Vec<_>>())
        .bind(entries.iter().map(door).collect::<Vec<_>>())
        .bind(users.all)
        .bind(lines.accounts.all)
        .bind(lines.job)
        .bind(lines.line)
        .bind(lines.index)
        .bind(lines.amount)
        .bind(lines.counterparty)
        .bind(lines.iban)
        .fetch_one(connection)
        .await?;
    Ok((u64::try_from(posted).unwrap_or(0), refusal))
}

/// The same, where none may be refused.
pub(crate) async fn post_all(connection: &mut PgConnection, entries: &[Entry<'_>]) -> ProofResult<()> {
    let (posted, refusal) = post(connection, entries).await?;
    if usize::try_from(posted) == Ok(entries.len()) {
        return Ok(());
    }
    Err(ProofError::Other(format!(
        "the posting function refused an entry: {refusal}"
    )))
}

/// Stands for the canonical request; only entries that somebody asked for have one.
fn hash(entry: &Entry<'_>) -> Vec<u8> {
    match entry.asked {
        Some(asked) => Sha256::digest(asked.key).to_vec(),
        None => Vec::new(),
    }
}

/// Values, each once, and the place of each, from 1.
#[derive(Debug)]
struct Once<T> {
    all: Vec<T>,
    numbers: HashMap<T, i32>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Copy + Eq + Hash> Once<T> {
    fn number(&mut self, value: T) -> i32 {
        let next = i32::try_from(self.all.len() + 1).unwrap_or(i32::MAX);
        let number = *self.numbers.entry(value).or_insert(next);
        if number == next {
            self.all.push(value);
        }
        number
    }
}

/// The postings of a batch, two per entry.
#[derive(Debug, Default)]
struct Lines<'a> {
    accounts: Once<i64>,
    job: Vec<i32>,
    line: Vec<i16>,
    index: Vec<i32>,
    amount: Vec<i64>,
    counterparty: Vec<&'a str>,
    iban: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn of(entries: &'a [Entry<'a>]) -> Self {
        let mut lines = Self::default();
        for (job, entry) in (1..).zip(entries) {
            lines.add(job, 1, entry.from, -entry.amount, entry.to);
            lines.add(job, 2, entry.to, entry.amount, entry.from);
        }
        lines
    }

    fn add(&mut self, job: i32, line: i16, side: Side<'a>, amount: i64, other: Side<'a>) {
        self.job.push(job);
        self.line.push(line);
        self.index.push(self.accounts.number(side.ledger));
        self.amount.push(amount);
        self.counterparty.push(other.name);
        self.iban.push(other.iban);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_one_place() {
        let mut once = Once::default();
        assert_eq!([7, 9, 7].map(|value| once.number(value)), [1, 2, 1]);
        assert_eq!(once.all, [7, 9]);
    }
}
