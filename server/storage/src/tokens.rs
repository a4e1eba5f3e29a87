//! Tokens of programs.

use crate::vault::{DataKey, field};
use crate::{Sealing, StorageError, StorageResult};
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::tokens::{TokenState, TokenView};
use bank_contract::{Currency, CustomerId, Iban, Money, TokenId, UserId};
use bank_rules::bankday;
use bank_rules::limits::OwnLimits;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, FromQueryResult, raw_sql};
use std::collections::HashMap;
use uuid::Uuid;

/// How long a token that has ended is still listed.
const SHOWN_FOR: TimeDelta = TimeDelta::days(30);

/// Whom a token lets in, and what it lets them do.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BearerRow {
    id: Uuid,
    user_id: Uuid,
    customer_id: Uuid,
    token_hash: Vec<u8>,
    pay_up_to: Option<i64>,
    pay_currency: Option<String>,
    total_max: Option<i64>,
    total_per: Option<String>,
    payees: Vec<String>,
    expires_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl BearerRow {
    pub fn token(&self) -> TokenId {
        TokenId(self.id)
    }

    pub fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    pub fn customer(&self) -> CustomerId {
        CustomerId(self.customer_id)
    }

    pub fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.last_used_at
    }

    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    pub fn state(&self, now: DateTime<Utc>) -> TokenState {
        if self.revoked_at.is_some() {
            TokenState::Revoked
        } else if self.expires_at <= now {
            TokenState::Expired
        } else {
            TokenState::Active
        }
    }

    /// The most that one payment may be.
    pub fn pay_up_to(&self) -> StorageResult<Option<Money>> {
        let (Some(minor), Some(currency)) = (self.pay_up_to, &self.pay_currency) else {
            return Ok(None);
        };
        let currency: Currency = currency.parse().map_err(|_| StorageError::Unreadable("currency"))?;
        Money::from_minor(minor, currency)
            .map(Some)
            .map_err(|_| StorageError::Unreadable("amount"))
    }

    /// What it may pay all together.
    pub fn total(&self) -> StorageResult<Option<Total>> {
        let (Some(minor), Some(per), Some(one)) = (self.total_max, &self.total_per, self.pay_up_to()?) else {
            return Ok(None);
        };
        let per = Period::from_code(per).ok_or(StorageError::Unreadable("period"))?;
        let most = Money::from_minor(minor, one.currency()).map_err(|_| StorageError::Unreadable("amount"))?;
        Ok(Some(Total { most, per }))
    }

    /// How far it may go; none when it may only read.
    pub fn bounds(&self) -> StorageResult<Option<Bounds>> {
        let Some(pay_up_to) = self.pay_up_to()? else {
            return Ok(None);
        };
        Ok(Some(Bounds {
            pay_up_to,
            total: self.total()?,
            payees: self.payees()?,
        }))
    }

    pub fn payees(&self) -> StorageResult<Vec<Iban>> {
        let parsed = self.payees.iter().map(|iban| iban.parse());
        parsed
            .collect::<Result<_, _>>()
            .map_err(|_| StorageError::Unreadable("iban"))
    }
}

/// A token as its user sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TokenRow {
    #[sea_orm(nested)]
    bearer: BearerRow,
    /// Sealed; absent where an import made the token.
    name: Option<Vec<u8>>,
    hint: String,
    created_at: DateTime<Utc>,
}

/// A token with its customer's own limits.
#[derive(Clone, Debug, FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    bearer: BearerRow,
    own_everything: Option<i64>,
    own_programs: Option<i64>,
}

impl TokenRow {
    pub fn token(&self) -> TokenId {
        self.bearer.token()
    }

    pub fn state(&self, now: DateTime<Utc>) -> TokenState {
        self.bearer.state(now)
    }

    /// As its user sees it, with the key of their customer.
    pub fn view(&self, key: &DataKey, now: DateTime<Utc>, zone: Tz) -> StorageResult<TokenView> {
        let bearer = &self.bearer;
        let name = key.open_text_if(field::TOKEN_NAME, bearer.id.as_bytes(), self.name.as_deref())?;
        Ok(TokenView {
            token: bearer.token(),
            name: name.unwrap_or_default(),
            hint: self.hint.clone(),
            state: bearer.state(now),
            pay_up_to: bearer.pay_up_to()?,
            total: bearer.total()?,
            spent: None,
            payees: bearer.payees()?,
            created_at: bankday::local(self.created_at, zone),
            expires_at: bankday::local(bearer.expires_at, zone),
            last_used_at: bearer.last_used_at.map(|at| bankday::local(at, zone)),
        })
    }
}

/// A token that is about to be made.
#[derive(Clone, Debug)]
pub struct NewTokenRow {
    pub token: TokenId,
    pub user: UserId,
    pub name: String,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    pub hint: String,
    pub pay_up_to: Option<Money>,
    pub total: Option<Total>,
    pub payees: Vec<Iban>,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert(db: &impl Sealing, new: &NewTokenRow) -> StorageResult<()> {
    let (id, user, hash, hint) = (new.token.0, new.user.0, new.hash.to_vec(), &new.hint);
    let key = db.vault().of_user(db, new.user).await?;
    let name = key.seal_text(field::TOKEN_NAME, id.as_bytes(), &new.name)?;
    let pay_up_to = new.pay_up_to.map(Money::minor);
    let pay_currency = new.pay_up_to.map(|money| money.currency().code());
    let payees: Vec<String> = new.payees.iter().map(|iban| iban.as_str().to_owned()).collect();
    let total_max = new.total.map(|total| total.most.minor());
    let total_per = new.total.map(|total| total.per.code());
    let (at, expires_at) = (new.at, new.expires_at);
    db.execute_raw(raw_sql!(
        Postgres,
        r"INSERT INTO api_tokens
            (id, user_id, name, token_hash, hint, pay_up_to, pay_currency, total_max, total_per, payees,
             created_at, expires_at)
          VALUES ({id}, {user}, {name}, {hash}, {hint}, {pay_up_to}, {pay_currency}, {total_max}, {total_per}, {payees},
             {at}, {expires_at})"
    ))
    .await?;
    Ok(())
}

/// By the hashes of their secrets, for whoever has these; ended or not; with what their customers have set. Hashes of no token are left out.
pub async fn find_by_hashes(
    db: &impl ConnectionTrait,
    hashes: Vec<[u8; 32]>,
    now: DateTime<Utc>,
) -> StorageResult<HashMap<[u8; 32], (BearerRow, OwnLimits)>> {
    let wanted: Vec<Vec<u8>> = hashes.into_iter().map(|hash| hash.to_vec()).collect();
    let statement = raw_sql!(
        Postgres,
        r"SELECT id, user_id, customer_id, token_hash, pay_up_to, pay_currency, total_max, total_per, payees, expires_at,
                 last_used_at, revoked_at, own_everything, own_programs
          FROM tokens_by_hash({wanted}, {now})"
    );
    let rows = Found::find_by_statement(statement).all(db).await?;
    let by_hash = rows.into_iter().map(|row| {
        let hash = <[u8; 32]>::try_from(row.bearer.token_hash.as_slice());
        let own = OwnLimits {
            everything: row.own_everything,
            programs: row.own_programs,
        };
        Ok((hash.map_err(|_| StorageError::Unreadable("token"))?, (row.bearer, own)))
    });
    by_hash.collect()
}

pub async fn find(db: &impl ConnectionTrait, token: TokenId) -> StorageResult<Option<TokenRow>> {
    let id = token.0;
    let statement = raw_sql!(
        Postgres,
        "SELECT t.*, u.customer_id FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.id = {id}"
    );
    Ok(TokenRow::find_by_statement(statement).one(db).await?)
}

/// A user's tokens, newest first; what ended long ago is left out. 100 at most.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> StorageResult<Vec<TokenRow>> {
    let (id, since) = (user.0, now - SHOWN_FOR);
    let statement = raw_sql!(
        Postgres,
        r"SELECT t.*, u.customer_id FROM api_tokens t JOIN users u ON u.id = t.user_id
          WHERE t.user_id = {id} AND least(t.expires_at, t.revoked_at) > {since}
          ORDER BY t.created_at DESC, t.id DESC LIMIT 100"
    );
    Ok(TokenRow::find_by_statement(statement).all(db).await?)
}

/// Counts a user's living tokens, and keeps others from changing their number meanwhile.
pub async fn count_locked(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> StorageResult<u64> {
    #[derive(FromQueryResult)]
    struct Count {
        count: i64,
    }
    let id = user.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "SELECT FROM users WHERE id = {id} FOR NO KEY UPDATE"
    ))
    .await?;
    let statement = raw_sql!(
        Postgres,
        "SELECT count(*) FROM api_tokens WHERE user_id = {id} AND revoked_at IS NULL AND expires_at > {now}"
    );
    let row = Count::find_by_statement(statement).one(db).await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}

pub async fn revoke(db: &impl ConnectionTrait, token: TokenId, now: DateTime<Utc>) -> StorageResult<()> {
    let id = token.0;
    db.execute_raw(raw_sql!(
        Postgres,
        "UPDATE api_tokens SET revoked_at = {now} WHERE id = {id} AND revoked_at IS NULL"
    ))
    .await?;
    Ok(())
}

/// Revokes every token of a user: the operator's.
pub async fn revoke_all(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> StorageResult<()> {
    let user = user.0;
    db.execute_raw(raw_sql!(Postgres, "SELECT tokens_revoke_of({user}, {now})"))
        .await?;
    Ok(())
}

/// Notes when tokens were used, whosever they are.
pub async fn note_used(db: &impl ConnectionTrait, used: &[(TokenId, DateTime<Utc>)]) -> StorageResult<()> {
    let ids: Vec<Uuid> = used.iter().map(|(token, _)| token.0).collect();
    let at: Vec<DateTime<Utc>> = used.iter().map(|(_, at)| *at).collect();
    db.execute_raw(raw_sql!(Postgres, "SELECT tokens_used({ids}, {at})"))
        .await?;
    Ok(())
}
