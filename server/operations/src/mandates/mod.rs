//! Mandates: who may act for whom, how far, and until when.

mod grant;
mod take;
mod view;

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::mandates::{
    EndMandate, ExpireMandates, ListMandates, MandateState, MandateView, MandatesView, NarrowMandate, Power,
    ShowMandate, Side,
};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{BankError, CustomerId, MandateId};
use bank_rules::mandates as rules;
use bank_storage::identity as people;
use bank_storage::mandates::{self as store, MandateRow};
use serde_json::json;
use view::{Told, view};

/// A mandate that is there: the access step has seen to whose it is.
async fn find(cx: &Context<'_>, mandate: MandateId) -> Result<MandateRow, Refusal> {
    Ok(store::find(cx.tx, mandate).await?.ok_or(BankError::NotFound)?)
}

/// The caller's own name, for the other side.
async fn my_name(cx: &Context<'_>) -> Result<String, Refusal> {
    let name = people::customer_name(cx.tx, cx.signed()?.customer).await?;
    Ok(name.ok_or(BankError::NotFound)?)
}

fn side(cx: &Context<'_>, row: &MandateRow) -> Result<Side, BankError> {
    Ok(if row.grantor() == cx.signed()?.customer {
        Side::Grantor
    } else {
        Side::Holder
    })
}

/// Tells both sides of a mandate that was accepted, each with the other's name.
async fn tell_both(cx: &mut Context<'_>, row: &MandateRow, topic: &'static str) -> Result<(), Refusal> {
    let me = cx.signed()?.customer;
    let Some(holder) = row.holder() else {
        return Ok(());
    };
    let other = if row.grantor() == me { holder } else { row.grantor() };
    let theirs = store::people(cx.tx).await?.remove(&other).unwrap_or_default();
    let mine = my_name(cx).await?;
    cx.tell(topic, me, json!({ "other": theirs }));
    cx.tell(topic, other, json!({ "other": mine }));
    Ok(())
}

impl Handler for ListMandates {
    async fn handle(self, cx: &mut Context<'_>) -> Result<MandatesView, Refusal> {
        let me = cx.signed()?;
        let given = store::given_by(cx.tx, me.customer, cx.now).await?;
        let held = store::held_by(cx.tx, me.user, cx.now).await?;
        let told = Told::of(cx, given.iter().chain(&held)).await?;
        let mut views = MandatesView {
            given: Vec::with_capacity(given.len()),
            held: Vec::with_capacity(held.len()),
        };
        for row in &given {
            views.given.push(view(cx, row, Side::Grantor, &told, None).await?);
        }
        for row in &held {
            views.held.push(view(cx, row, Side::Holder, &told, None).await?);
        }
        Ok(views)
    }
}

impl Handler for ShowMandate {
    async fn handle(self, cx: &mut Context<'_>) -> Result<MandateView, Refusal> {
        show(cx, self.mandate).await
    }
}

async fn show(cx: &Context<'_>, mandate: MandateId) -> Result<MandateView, Refusal> {
    let row = find(cx, mandate).await?;
    let told = Told::of(cx, [&row].into_iter()).await?;
    view(cx, &row, side(cx, &row)?, &told, None).await
}

/// What a mandate lets its holder pay.
fn pays(power: &Power) -> String {
    match power.bounds() {
        None => "no bounds of its own".to_owned(),
        Some(bounds) => {
            let total = bounds
                .total
                .map_or_else(String::new, |total| format!(", {} {}", total.most, total.per.words()));
            format!("up to {} at a time{total}", bounds.pay_up_to)
        }
    }
}

impl Handler for NarrowMandate {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let row = find(cx, self.mandate).await?;
        let power = rules::narrowed(&row.power()?, self.pay_up_to, self.total)?;
        let other = show(cx, self.mandate).await?.other;
        let mut details = vec![Detail::new("Payments", pays(&power))];
        details.extend(self.until.map(|day| Detail::new("Until", day.to_string())));
        Ok(Summary {
            title: format!("Let the mandate with {other} reach less far"),
            when: "At once".to_owned(),
            details,
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<MandateView, Refusal> {
        let row = store::find_locked(cx.tx, self.mandate)
            .await?
            .ok_or(BankError::NotFound)?;
        if !matches!(row.state(cx.now)?, MandateState::Offered | MandateState::Active) {
            return Err(BankError::NoLongerPending.into());
        }
        let power: Power = rules::narrowed(&row.power()?, self.pay_up_to, self.total)?;
        let expires_at = match self.until {
            None => row.expires_at(),
            Some(day) => {
                let before = row.expires_at().map(|at| view::last_day(cx, at));
                let day = rules::earlier(before, day, cx.local(cx.now).date())?;
                Some(view::end_of(cx, day))
            }
        };
        store::narrow(cx.tx, self.mandate, &power, expires_at).await?;
        tell_both(cx, &row, "mandate.narrowed").await?;
        show(cx, self.mandate).await
    }
}

impl Handler for EndMandate {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let other = show(cx, self.mandate).await?.other;
        Ok(Summary {
            title: format!("End the mandate with {other}"),
            when: "At once, and for good".to_owned(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let row = find(cx, self.mandate).await?;
        let ended = match side(cx, &row)? {
            Side::Grantor => store::revoke(cx.tx, self.mandate, cx.now).await?,
            Side::Holder => store::leave(cx.tx, self.mandate, cx.now).await?,
        };
        if ended {
            tell_both(cx, &row, "mandate.ended").await?;
        }
        Ok(())
    }
}

impl Handler for ExpireMandates {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        let expired = store::expire(cx.tx, cx.now).await?;
        for row in &expired {
            let Some(holder) = row.holder_id else { continue };
            let (grantor, holder) = (CustomerId(row.grantor_id), CustomerId(holder));
            for (to, other) in [(grantor, holder), (holder, grantor)] {
                let name = people::customer_name(cx.tx, other).await?.unwrap_or_default();
                cx.tell("mandate.ended", to, json!({ "other": name }));
            }
        }
        Ok(expired.len() as u64)
    }
}
