//! What the assistant remembers: shown, added to, forgotten.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::assistant::{FACTS_MAX, FactView, Forget, ListFacts, Remember};
use bank_contract::{BankError, FactId, UserId};
use bank_storage::assistant as store;

/// Remembers what a word of a user's means.
///
/// # Errors
/// [`BankError::TooMany`].
pub(super) async fn remember(cx: &Context<'_>, user: UserId, word: &str, meaning: &str) -> Result<FactView, Refusal> {
    let (new, since) = (FactId(cx.new_id()), cx.business_date().await?);
    let kept = store::remember(cx.tx, user, new, word.trim(), meaning.trim(), since).await?;
    Ok(kept.ok_or_else(|| BankError::TooMany {
        what: "things to remember".into(),
        most: u32::try_from(FACTS_MAX).unwrap_or(u32::MAX),
    })?)
}

impl Handler for ListFacts {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<FactView>, Refusal> {
        Ok(store::facts_of(cx.tx, cx.who()?.user).await?)
    }
}

impl Handler for Remember {
    async fn handle(self, cx: &mut Context<'_>) -> Result<FactView, Refusal> {
        remember(cx, cx.who()?.user, &self.word, &self.meaning).await
    }
}

impl Handler for Forget {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::forget(cx.tx, self.fact).await?)
    }
}
