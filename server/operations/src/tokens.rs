//! Letting programs in, and shutting them out.

use crate::hallway::{Context, Handler, Refusal, new_secret};
use bank_contract::pending::{Detail, Summary};
use bank_contract::tokens::{CreateToken, ListTokens, NewToken, RevokeToken, TOKENS_MAX, TokenView};
use bank_contract::{BankError, Money, TokenId};
use bank_rules::limits::period_start;
use bank_rules::risk::Movement;
use bank_storage::{limits, tokens as store};
use chrono::TimeDelta;
use serde_json::json;

/// Characters of the secret that the list shows.
const HINT: usize = 4;

async fn one_more_fits(cx: &Context<'_>) -> Result<(), Refusal> {
    if store::count_locked(cx.tx, cx.who()?.user, cx.now).await? < u64::from(TOKENS_MAX) {
        return Ok(());
    }
    Err(BankError::TooMany {
        what: "programs at once".into(),
        most: TOKENS_MAX,
    }
    .into())
}

/// What the customer is told that the program may do.
fn may(token: &CreateToken) -> String {
    let Some(most) = token.pay_up_to else {
        return "read your accounts and what happened in them".to_owned();
    };
    let whom = if token.payees.is_empty() {
        "anybody".to_owned()
    } else {
        let ibans: Vec<String> = token.payees.iter().map(bank_contract::Iban::grouped).collect();
        ibans.join(", ")
    };
    let total = token.total.map_or_else(String::new, |total| {
        format!(" and {} {}", total.most, total.per.words())
    });
    format!("read your accounts, and pay up to {most} at a time{total} to {whom}")
}

impl Handler for CreateToken {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        one_more_fits(cx).await?;
        Ok(Movement::None)
    }

    async fn summary(&self, _cx: &Context<'_>) -> Result<Summary, Refusal> {
        Ok(Summary {
            title: format!("Let “{}” in", self.name.trim()),
            when: "At once".to_owned(),
            details: vec![
                Detail::new("It may", may(self)),
                Detail::new("For", format!("{} days", self.days)),
            ],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<NewToken, Refusal> {
        let user = cx.who()?.user;
        one_more_fits(cx).await?;
        let (secret, hash) = new_secret(cx.bank.chance.bytes());
        let new = store::NewTokenRow {
            token: TokenId(cx.new_id()),
            user,
            name: self.name.trim().to_owned(),
            hash,
            hint: secret.chars().skip(secret.len() - HINT).collect(),
            pay_up_to: self.pay_up_to,
            total: self.total,
            payees: self.payees,
            at: cx.now,
            expires_at: cx.now + TimeDelta::days(i64::from(self.days)),
        };
        store::insert(cx.tx, &new).await?;
        cx.tell("token.created", cx.who()?.customer, json!({ "token": new.token }));
        let row = store::find(cx.tx, new.token)
            .await?
            .ok_or(BankError::internal("token"))?;
        let key = cx.bank.vault.of_user(cx.tx, user).await?;
        Ok(NewToken {
            view: row.view(&key, cx.now, cx.bank.settings.zone)?,
            secret,
        })
    }

    /// The secret is shown once and kept nowhere.
    fn kept(output: &NewToken) -> Result<serde_json::Value, BankError> {
        serde_json::to_value(&output.view).map_err(|_| BankError::internal("output"))
    }
}

impl Handler for ListTokens {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<TokenView>, Refusal> {
        let user = cx.who()?.user;
        let rows = store::of_user(cx.tx, user, cx.now).await?;
        let key = cx.bank.vault.of_user(cx.tx, user).await?;
        let today = cx.business_date().await?;
        let spent = limits::spent_of(cx.tx, rows.iter().map(|row| row.token().0).collect()).await?;
        let read = |row: &store::TokenRow| {
            let mut view = row.view(&key, cx.now, cx.bank.settings.zone)?;
            if let Some(total) = view.total {
                let in_period = spent
                    .get(&row.token().0)
                    .filter(|of| of.0 == period_start(total.per, today));
                let minor = in_period.map_or(0, |of| of.1);
                let spent = Money::from_minor(minor, total.most.currency());
                view.spent = Some(spent.map_err(|_| BankError::internal("spent"))?);
            }
            Ok(view)
        };
        rows.iter().map(read).collect()
    }
}

impl Handler for RevokeToken {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let row = store::find(cx.tx, self.token).await?.ok_or(BankError::NotFound)?;
        let key = cx.bank.vault.of_user(cx.tx, cx.who()?.user).await?;
        let name = row.view(&key, cx.now, cx.bank.settings.zone)?.name;
        Ok(Summary {
            title: format!("Shut “{name}” out"),
            when: "At once".to_owned(),
            details: vec![Detail::new(
                "After that",
                "the program can neither read nor pay any more",
            )],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::revoke(cx.tx, self.token, cx.now).await?)
    }
}
