//! Letting programs in, and shutting them out.

use crate::hallway::{Context, Handler, Refusal, new_secret};
use bank_contract::tokens::{CreateToken, ListTokens, NewToken, RevokeToken, TOKENS_MAX, TokenView};
use bank_contract::{BankError, TokenId};
use bank_storage::tokens as store;
use chrono::TimeDelta;
use serde_json::json;

/// Characters of the secret that the list shows.
const HINT: usize = 4;

impl Handler for CreateToken {
    async fn handle(self, cx: &mut Context<'_>) -> Result<NewToken, Refusal> {
        let user = cx.who()?.user;
        if store::count_locked(cx.tx, user, cx.now).await? >= u64::from(TOKENS_MAX) {
            return Err(BankError::TooMany {
                what: "programs at once".into(),
                most: TOKENS_MAX,
            }
            .into());
        }
        let (secret, hash) = new_secret(cx.bank.chance.bytes());
        let new = store::NewTokenRow {
            token: TokenId(cx.new_id()),
            user,
            name: self.name.trim().to_owned(),
            hash,
            hint: secret.chars().skip(secret.len() - HINT).collect(),
            pay_up_to: self.pay_up_to,
            payees: self.payees,
            at: cx.now,
            expires_at: cx.now + TimeDelta::days(i64::from(self.days)),
        };
        store::insert(cx.tx, &new).await?;
        cx.tell("token.created", cx.who()?.customer, json!({ "token": new.token }));
        let row = store::find(cx.tx, new.token)
            .await?
            .ok_or(BankError::internal("token"))?;
        Ok(NewToken {
            view: row.view(cx.now, cx.bank.settings.zone)?,
            secret,
        })
    }
}

impl Handler for ListTokens {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<TokenView>, Refusal> {
        let rows = store::of_user(cx.tx, cx.who()?.user, cx.now).await?;
        rows.iter()
            .map(|row| Ok(row.view(cx.now, cx.bank.settings.zone)?))
            .collect()
    }
}

impl Handler for RevokeToken {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::revoke(cx.tx, self.token, cx.now).await?)
    }
}
