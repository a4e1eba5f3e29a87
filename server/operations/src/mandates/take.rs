//! Looking at an offer, and accepting it.

use super::grant::code_hash;
use super::view::{Told, view};
use super::{my_name, show};
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::BankError;
use bank_contract::mandates::{AcceptMandate, MANDATES_MAX, MandateView, ShowOffer, Side};
use bank_storage::mandates as store;
use serde_json::json;

fn no_such_code() -> BankError {
    BankError::invalid(
        "code",
        "There is no open offer with this code. It may have been taken, or its time is over.",
    )
}

impl Handler for ShowOffer {
    async fn handle(self, cx: &mut Context<'_>) -> Result<MandateView, Refusal> {
        let hash = code_hash(self.code.reveal());
        let row = store::by_code(cx.tx, hash, cx.now).await?.ok_or_else(no_such_code)?;
        let told = Told::of(cx, [&row].into_iter()).await?;
        let told = told.with_names(store::offered_by(cx.tx, hash).await?);
        view(cx, &row, Side::Holder, &told, Some(hash)).await
    }
}

impl Handler for AcceptMandate {
    async fn handle(self, cx: &mut Context<'_>) -> Result<MandateView, Refusal> {
        let me = cx.signed()?;
        let hash = self.code.as_ref().map(|code| code_hash(code.reveal()));
        let row = match hash {
            Some(hash) => store::by_code(cx.tx, hash, cx.now)
                .await?
                .filter(|row| row.mandate() == self.mandate)
                .ok_or_else(no_such_code)?,
            None => store::find(cx.tx, self.mandate).await?.ok_or(BankError::NotFound)?,
        };
        if row.grantor() == me.customer {
            return Err(BankError::invalid("mandate", "This is your own offer: somebody else accepts it.").into());
        }
        if store::count_held_locked(cx.tx, me.user, cx.now).await? >= u64::from(MANDATES_MAX) {
            return Err(BankError::TooMany {
                what: "mandates of others at once".into(),
                most: MANDATES_MAX,
            }
            .into());
        }
        if !store::accept(cx.tx, self.mandate, hash, cx.now).await? {
            return Err(BankError::NoLongerPending.into());
        }
        let mine = my_name(cx).await?;
        let view = show(cx, self.mandate).await?;
        cx.tell("mandate.accepted", row.grantor(), json!({ "other": mine }));
        cx.tell("mandate.taken", me.customer, json!({ "other": view.other }));
        Ok(view)
    }
}
