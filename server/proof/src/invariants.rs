//! What has to be true of the books after everything, looked at from outside.

use crate::error::{ProofError, ProofResult};
use sea_orm::sqlx::{self, Connection as _, Executor as _, PgConnection};

/// The books at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Books {
    /// Transfers among the journal entries so far.
    pub(crate) transfers: i64,
    /// What all customers have together, in cents.
    pub(crate) total: i64,
}

/// Each is a sentence that must not be true, and a query that counts how often it is.
const NEVER: [(&str, &str); 4] = [
    (
        "in a currency the postings do not sum to zero",
        "SELECT count(*) FROM (SELECT FROM postings GROUP BY currency HAVING sum(amount) <> 0) c",
    ),
    (
        "a balance differs from the sum of its postings",
        r"SELECT count(*) FROM balances b
          FULL JOIN (SELECT ledger_account_id, sum(amount) AS sum FROM postings GROUP BY 1) p USING (ledger_account_id)
          WHERE b.booked IS DISTINCT FROM coalesce(p.sum, 0)",
    ),
    (
        "an account is below its floor",
        "SELECT count(*) FROM balances WHERE floor IS NOT NULL AND booked - held < floor",
    ),
    (
        "an entry does not have the postings it was made with",
        r"SELECT count(*) FROM journal_entries e
          FULL JOIN (SELECT entry_id, count(*) AS lines FROM postings GROUP BY 1) p ON p.entry_id = e.id
          WHERE e.lines IS DISTINCT FROM p.lines",
    ),
];

/// Looks at the books in one snapshot.
///
/// # Errors
/// [`ProofError::Invariant`] when one does not hold; [`ProofError::Differs`] when the customers' money
/// is not `total`.
pub(crate) async fn check(connection: &mut PgConnection, total: i64) -> ProofResult<Books> {
    let mut snapshot = connection.begin().await?;
    snapshot
        .execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL work_mem = '256MB'")
        .await?;
    for (sentence, sql) in NEVER {
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut *snapshot).await?;
        if count > 0 {
            return Err(ProofError::Invariant(format!("{sentence} ({count} times)")));
        }
    }
    let books = Books {
        transfers: sqlx::query_scalar("SELECT count(*) FROM journal_entries WHERE kind = 'transfer'")
            .fetch_one(&mut *snapshot)
            .await?,
        total: sqlx::query_scalar(
            r"SELECT coalesce(sum(b.booked), 0)::bigint FROM accounts a
              JOIN balances b ON b.ledger_account_id = a.ledger_account_id",
        )
        .fetch_one(&mut *snapshot)
        .await?,
    };
    snapshot.rollback().await?;
    if books.total != total {
        return Err(ProofError::Differs {
            what: "all of the customers' money, in cents",
            found: books.total,
            wanted: total,
        });
    }
    Ok(books)
}
