//! A mandate as its two sides see it.

use crate::hallway::{Context, Refusal};
use bank_contract::mandates::{MandateState, MandateView, Side};
use bank_contract::{BankError, CustomerId, Money};
use bank_rules::bankday;
use bank_rules::limits::period_start;
use bank_storage::limits;
use bank_storage::mandates::{self as store, MandateRow};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use std::collections::HashMap;
use uuid::Uuid;

/// The moment that a last day is over.
pub(super) fn end_of(cx: &Context<'_>, day: NaiveDate) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    bankday::utc(next.and_time(NaiveTime::MIN), cx.bank.settings.zone)
}

/// The last day before that moment.
pub(super) fn last_day(cx: &Context<'_>, end: DateTime<Utc>) -> NaiveDate {
    let day = cx.local(end).date();
    day.pred_opt().unwrap_or(day)
}

/// What several views are made with.
pub(super) struct Told {
    names: HashMap<CustomerId, String>,
    spent: HashMap<Uuid, (NaiveDate, i64)>,
    today: NaiveDate,
}

impl Told {
    pub(super) async fn of<'a>(
        cx: &Context<'_>,
        rows: impl Iterator<Item = &'a MandateRow> + Send,
    ) -> Result<Self, Refusal> {
        let ids = rows.map(|row| row.mandate().0).collect();
        Ok(Self {
            names: store::people(cx.tx).await?,
            spent: limits::spent_of(cx.tx, ids).await?,
            today: cx.business_date().await?,
        })
    }

    /// For whoever has only a code: who offers it.
    pub(super) fn with_names(self, names: HashMap<CustomerId, String>) -> Self {
        Self { names, ..self }
    }
}

pub(super) async fn view(
    cx: &Context<'_>,
    row: &MandateRow,
    side: Side,
    told: &Told,
    code_hash: Option<[u8; 32]>,
) -> Result<MandateView, Refusal> {
    let power = row.power()?;
    let other = match (side, row.holder()) {
        (Side::Grantor, None) => Some(row.name(cx.tx).await?),
        (Side::Grantor, Some(holder)) => told.names.get(&holder).cloned(),
        (Side::Holder, _) => told.names.get(&row.grantor()).cloned(),
    };
    let state = row.state(cx.now)?;
    // Who held it does not see what was spent once it has ended.
    let counted = side == Side::Grantor || state == MandateState::Active;
    let total = power.bounds().and_then(|bounds| bounds.total).filter(|_| counted);
    let spent = match total {
        None => None,
        Some(total) => {
            let now = period_start(total.per, told.today);
            let of = told.spent.get(&row.mandate().0).filter(|of| of.0 == now);
            let spent = Money::from_minor(of.map_or(0, |of| of.1), total.most.currency());
            Some(spent.map_err(|_| BankError::internal("spent"))?)
        }
    };
    let accounts = store::accounts_of(cx.tx, row, code_hash).await?;
    Ok(MandateView {
        mandate: row.mandate(),
        side,
        other: other.unwrap_or_default(),
        power,
        all_accounts: row.all_accounts(),
        accounts,
        until: row.expires_at().map(|at| last_day(cx, at)),
        state,
        spent,
        offer_ends_at: cx.local(row.offer_ends_at()),
        created_at: cx.local(row.created_at()),
        accepted_at: row.accepted_at().map(|at| cx.local(at)),
        last_used_at: row.last_used_at().map(|at| cx.local(at)),
    })
}
