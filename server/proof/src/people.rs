//! Customers for the proof, written into the database as its owner: with accounts, money, and a token each.

use crate::cluster::Cluster;
use crate::engine::{self, Entry, Side};
use crate::error::{ProofError, ProofResult};
use crate::larch::Larch;
use hyper::header::HeaderValue;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::sqlx::{self, Connection as _, Executor as _, PgConnection};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A bank code that no bank has.
const BANK_CODE: &str = "99990001";
/// Rows that travel in one statement.
const AT_ONCE: usize = 5_000;
/// What one payment with a token may be, in cents: more than is ever asked for.
const PAY_UP_TO: i64 = 1_000_000_000;

#[derive(Debug)]
pub(crate) struct Holder {
    pub(crate) customer: Uuid,
    pub(crate) user: Uuid,
    pub(crate) token: Uuid,
    pub(crate) name: String,
    /// `Bearer larch_…`, ready to be sent.
    pub(crate) bearer: HeaderValue,
    secret: String,
}

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) ledger: i64,
    pub(crate) iban: String,
    /// Index into [`People::holders`].
    pub(crate) holder: usize,
}

/// Everybody, and what they have together.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) holders: Vec<Holder>,
    pub(crate) accounts: Vec<Account>,
    /// All of their money, in cents. It never changes.
    pub(crate) total: i64,
}

impl People {
    /// Moves people in: `accounts_each[n]` accounts for the n-th of them, each account with `funds` cents.
    pub(crate) async fn move_in(
        larch: &Larch,
        cluster: &Cluster,
        database: &str,
        accounts_each: &[usize],
        funds: i64,
        seed: u64,
    ) -> ProofResult<Self> {
        let mut connection = cluster.connect(database).await?;
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut people = Self {
            holders: Vec::with_capacity(accounts_each.len()),
            accounts: Vec::new(),
            total: 0,
        };
        for number in 0..accounts_each.len() {
            people.holders.push(holder(number, &mut chance)?);
        }
        people.write_holders(&mut connection).await?;
        let owners = accounts_each.iter().enumerate();
        let owners: Vec<usize> = owners
            .flat_map(|(holder, count)| std::iter::repeat_n(holder, *count))
            .collect();
        people.open_accounts(&mut connection, &owners, &mut chance).await?;
        larch.seal_names().await?;
        people.fund(&mut connection, funds, &mut chance).await?;
        // What was just written is planned for as it is, not as it was when the tables were empty.
        connection.execute("ANALYZE").await?;
        connection.close().await?;
        Ok(people)
    }

    async fn write_holders(&self, connection: &mut PgConnection) -> ProofResult<()> {
        for part in self.holders.chunks(AT_ONCE) {
            let ids = |id: fn(&Holder) -> Uuid| part.iter().map(id).collect::<Vec<Uuid>>();
            let names: Vec<&str> = part.iter().map(|holder| holder.name.as_str()).collect();
            let hashes: Vec<Vec<u8>> = part
                .iter()
                .map(|holder| Sha256::digest(&holder.secret).to_vec())
                .collect();
            let hints: Vec<&str> = part
                .iter()
                .map(|holder| &holder.secret[holder.secret.len() - 4..])
                .collect();
            sqlx::query(
                r"WITH people AS (
                    INSERT INTO customers (id, kind, plain_name, since, created_at)
                    SELECT id, 'person', name, current_date, now() FROM unnest($1::uuid[], $2::text[]) AS c (id, name)
                  ), logins AS (
                    INSERT INTO users (id, customer_id, created_at)
                    SELECT id, customer, now() FROM unnest($3::uuid[], $1::uuid[]) AS u (id, customer)
                  )
                  INSERT INTO api_tokens
                    (id, user_id, token_hash, hint, pay_up_to, pay_currency, created_at, expires_at)
                  SELECT id, login, hash, hint, $7, 'EUR', now(), now() + interval '1 day'
                  FROM unnest($4::uuid[], $3::uuid[], $5::bytea[], $6::text[]) AS t (id, login, hash, hint)",
            )
            .bind(ids(|holder| holder.customer))
            .bind(names)
            .bind(ids(|holder| holder.user))
            .bind(ids(|holder| holder.token))
            .bind(hashes)
            .bind(hints)
            .bind(PAY_UP_TO)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    async fn open_accounts(
        &mut self,
        connection: &mut PgConnection,
        owners: &[usize],
        chance: &mut ChaCha8Rng,
    ) -> ProofResult<()> {
        for part in owners.chunks(AT_ONCE) {
            let count = i32::try_from(part.len()).unwrap_or(i32::MAX);
            let ledger: Vec<i64> = sqlx::query_scalar(
                "SELECT ledger_open_account(NULL, 'liability', 'EUR', 'proof', 0) FROM generate_series(1, $1)",
            )
            .bind(count)
            .fetch_all(&mut *connection)
            .await?;
            let begin = self.accounts.len();
            for (holder, ledger) in part.iter().zip(ledger) {
                self.accounts.push(Account {
                    id: random_id(chance),
                    ledger,
                    iban: iban(self.accounts.len()),
                    holder: *holder,
                });
            }
            let made = &self.accounts[begin..];
            sqlx::query(
                r"INSERT INTO accounts
                    (id, customer_id, ledger_account_id, iban, plain_name, product, currency, opened_on, opened_at)
                  SELECT id, customer, ledger, iban, 'Current account', 'current', 'EUR', current_date, now()
                  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[]) AS a (id, customer, ledger, iban)",
            )
            .bind(made.iter().map(|account| account.id).collect::<Vec<_>>())
            .bind(
                made.iter()
                    .map(|account| self.holders[account.holder].customer)
                    .collect::<Vec<_>>(),
            )
            .bind(made.iter().map(|account| account.ledger).collect::<Vec<_>>())
            .bind(made.iter().map(|account| account.iban.as_str()).collect::<Vec<_>>())
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// Pays cash in, so that the money has somewhere to come from.
    async fn fund(&mut self, connection: &mut PgConnection, funds: i64, chance: &mut ChaCha8Rng) -> ProofResult<()> {
        let cash: i64 = sqlx::query_scalar("SELECT id FROM ledger_accounts WHERE code = 'cash' AND currency = 'EUR'")
            .fetch_one(&mut *connection)
            .await?;
        for part in self.accounts.chunks(engine::BATCH_MAX) {
            let desk = Side {
                ledger: cash,
                name: "Larch cash desk",
                iban: "",
            };
            let entries: Vec<Entry<'_>> = part
                .iter()
                .map(|account| Entry {
                    id: random_id(chance),
                    kind: "deposit",
                    from: desk,
                    to: self.side(account),
                    amount: funds,
                    reference: String::new(),
                    asked: None,
                })
                .collect();
            engine::post_all(connection, &entries).await?;
        }
        let accounts = i64::try_from(self.accounts.len()).unwrap_or(i64::MAX);
        self.total = accounts.saturating_mul(funds);
        Ok(())
    }

    /// An account as one side of a journal entry.
    pub(crate) fn side<'a>(&'a self, account: &'a Account) -> Side<'a> {
        Side {
            ledger: account.ledger,
            name: &self.holders[account.holder].name,
            iban: &account.iban,
        }
    }

    /// Who may send from an account.
    pub(crate) fn holder_of(&self, account: &Account) -> &Holder {
        &self.holders[account.holder]
    }

    /// The JSON of a transfer between two accounts.
    pub(crate) fn body(&self, from: &Account, to: &Account, cents: i64, reference: &str) -> String {
        let name = &self.holder_of(to).name;
        format!(
            r#"{{"from":"{}","payee_name":"{name}","payee_iban":"{}","amount":{{"amount":"{}.{:02}","currency":"EUR"}},"reference":"{reference}"}}"#,
            from.id,
            to.iban,
            cents / 100,
            cents % 100,
        )
    }
}

fn holder(number: usize, chance: &mut ChaCha8Rng) -> ProofResult<Holder> {
    let mut random = [0; 32];
    chance.fill_bytes(&mut random);
    let secret = format!("larch_{}", hex::encode(random));
    let bearer = HeaderValue::from_str(&format!("Bearer {secret}"));
    Ok(Holder {
        customer: random_id(chance),
        user: random_id(chance),
        token: random_id(chance),
        name: format!("Holder {number}"),
        bearer: bearer.map_err(|cause| ProofError::Other(cause.to_string()))?,
        secret,
    })
}

/// A random UUID from the proof's own seeded numbers.
pub(crate) fn random_id(chance: &mut ChaCha8Rng) -> Uuid {
    let mut random = [0; 16];
    chance.fill_bytes(&mut random);
    uuid::Builder::from_random_bytes(random).into_uuid()
}

/// The IBAN of an account number, which has at most ten digits: check digits of ISO 7064 (MOD 97-10) before
/// bank code and number.
fn iban(number: usize) -> String {
    // D and E are 13 and 14 there, and 00 stands where the check digits will be.
    let rest = format!("{BANK_CODE}{number:010}131400")
        .bytes()
        .fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("DE{:02}{BANK_CODE}{number:010}", 98 - rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_people() {
        let make = || holder(7, &mut ChaCha8Rng::seed_from_u64(3)).unwrap();
        assert_eq!(make().customer, make().customer);
        assert_eq!(make().secret.len(), 70);
    }

    #[test]
    fn the_check_digits_are_those_of_the_standard() {
        // 131400 at the end, check digits in place of the zeros: the whole number leaves 1.
        for number in [0, 7, 123_456_789, 9_999_999_999] {
            let made = iban(number);
            let turned = format!("{}1314{}", &made[4..], &made[2..4]);
            let rest = turned
                .bytes()
                .fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
            assert_eq!((rest, made.len()), (1, 22));
        }
    }

    #[test]
    fn a_transfer_is_written_as_the_bank_reads_it() {
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let holders = vec![holder(0, &mut chance).unwrap()];
        let account = |number| Account {
            id: random_id(&mut ChaCha8Rng::seed_from_u64(number)),
            ledger: 1,
            iban: iban(1),
            holder: 0,
        };
        let people = People {
            holders,
            accounts: vec![account(1), account(2)],
            total: 0,
        };
        let body = people.body(&people.accounts[0], &people.accounts[1], 1_205, "r");
        let json: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(json["amount"]["amount"], "12.05");
        assert_eq!(json["payee_name"], "Holder 0");
    }
}
