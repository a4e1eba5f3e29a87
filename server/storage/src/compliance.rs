//! The audit chain in the database.

use crate::StorageResult;
use bank_rules::audit::{self, GENESIS, Hash, Line};
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use uuid::Uuid;

/// Lines taken from the database at once.
const BATCH: i64 = 1_000;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    at_us: i64,
    door: String,
    caller: String,
    user_id: Option<Uuid>,
    operation: String,
    outcome: String,
    input_hash: Vec<u8>,
    for_customer: Option<Uuid>,
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at_us: row.at_us,
            door: row.door,
            caller: row.caller,
            user: row.user_id.map(|user| user.to_string()),
            operation: row.operation,
            outcome: row.outcome,
            input_hash: row.input_hash,
            for_customer: row.for_customer.map(|customer| customer.to_string()),
        }
    }
}

#[derive(FromQueryResult)]
struct Head {
    position: i64,
    line_id: i64,
    hash: Vec<u8>,
}

/// The end of the chain.
#[derive(Clone, Debug)]
pub struct ChainHead {
    pub position: i64,
    pub hash: Hash,
}

/// The hash of one link; none where the chain does not reach so far.
pub async fn link_at(db: &impl ConnectionTrait, position: i64) -> StorageResult<Option<Vec<u8>>> {
    let statement = raw_sql!(
        Postgres,
        "SELECT position, line_id, hash FROM audit_chain WHERE position = {position}"
    );
    let row = Head::find_by_statement(statement).one(db).await?;
    Ok(row.map(|row| row.hash))
}

async fn head(db: &impl ConnectionTrait) -> StorageResult<(ChainHead, i64)> {
    let statement = raw_sql!(
        Postgres,
        "SELECT position, line_id, hash FROM audit_chain ORDER BY position DESC LIMIT 1"
    );
    Ok(match Head::find_by_statement(statement).one(db).await? {
        Some(row) => (
            ChainHead {
                position: row.position,
                hash: row.hash.try_into().unwrap_or(GENESIS),
            },
            row.line_id,
        ),
        None => (
            ChainHead {
                position: 0,
                hash: GENESIS,
            },
            0,
        ),
    })
}

/// Chains lines that are not chained yet, in the order of their ids, up to one batch. A line that
/// was committed late, with an id below the last one, is picked up too. Gives how many.
///
/// One at a time: waits for another server that is doing the same.
pub async fn seal(db: &impl ConnectionTrait) -> StorageResult<(u64, ChainHead)> {
    /// How far behind the newest chained line a late one may be, in ids.
    const LATE: i64 = 100_000;
    db.execute_unprepared("SELECT pg_advisory_xact_lock(42)").await?;
    let (mut head, last) = head(db).await?;
    let from = (last - LATE).max(0);
    let statement = raw_sql!(
        Postgres,
        r"SELECT l.id, (extract(epoch FROM l.at) * 1000000)::bigint AS at_us, l.door, l.caller, l.user_id,
                 l.operation, l.outcome, l.input_hash, l.for_customer
          FROM audit_lines l LEFT JOIN audit_chain c ON c.line_id = l.id
          WHERE l.id > {from} AND c.line_id IS NULL
          ORDER BY l.id LIMIT {BATCH}"
    );
    let rows = Row::find_by_statement(statement).all(db).await?;
    let (mut positions, mut ids, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let line = Line::from(row);
        head = ChainHead {
            position: head.position + 1,
            hash: audit::link(&head.hash, &line),
        };
        positions.push(head.position);
        ids.push(line.id);
        hashes.push(head.hash.to_vec());
    }
    let sealed = positions.len() as u64;
    if sealed > 0 {
        db.execute_raw(raw_sql!(
            Postgres,
            r"INSERT INTO audit_chain (position, line_id, hash)
              SELECT * FROM unnest({positions}, {ids}, {hashes})"
        ))
        .await?;
    }
    Ok((sealed, head))
}

#[derive(FromQueryResult)]
struct Linked {
    position: i64,
    hash: Vec<u8>,
    #[sea_orm(nested)]
    line: Row,
}

/// Recomputes the chain from its beginning. Gives its length and the first position that does not hold.
pub async fn verify(db: &impl ConnectionTrait) -> StorageResult<(u64, Option<u64>)> {
    let (mut position, mut before) = (0_i64, GENESIS);
    loop {
        let statement = raw_sql!(
            Postgres,
            r"SELECT c.position, c.hash, l.id, (extract(epoch FROM l.at) * 1000000)::bigint AS at_us, l.door,
                     l.caller, l.user_id, l.operation, l.outcome, l.input_hash, l.for_customer
              FROM audit_chain c JOIN audit_lines l ON l.id = c.line_id
              WHERE c.position > {position} ORDER BY c.position LIMIT {BATCH}"
        );
        let links = Linked::find_by_statement(statement).all(db).await?;
        if links.is_empty() {
            return Ok((position.unsigned_abs(), None));
        }
        for link in links {
            let expected = audit::link(&before, &link.line.into());
            if link.position != position + 1 || link.hash != expected {
                return Ok((position.unsigned_abs(), Some((position + 1).unsigned_abs())));
            }
            (position, before) = (link.position, expected);
        }
    }
}

/// Bundles whose content is not what their audit line vouches for, and lines whose bundle is missing.
pub async fn broken_bundles(db: &impl ConnectionTrait) -> StorageResult<u64> {
    #[derive(FromQueryResult)]
    struct Count {
        broken: i64,
    }
    let statement = raw_sql!(
        Postgres,
        r"SELECT count(*) AS broken FROM audit_lines l LEFT JOIN audit_bundles b ON b.line_id = l.id
          WHERE l.operation = 'ledger.post-batch' AND l.input_hash IS DISTINCT FROM
            audit_bundle_hash(b.doors, b.callers, b.users, b.tokens, b.operations, b.outcomes, b.input_hashes)"
    );
    Ok(Count::find_by_statement(statement)
        .one(db)
        .await?
        .map_or(0, |row| row.broken.unsigned_abs()))
}
