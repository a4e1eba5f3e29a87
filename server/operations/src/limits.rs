//! Limits that customers set themselves.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::limits::{Channel, LimitView, Rise, SetLimit, ShowLimits, whole};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{BankError, CustomerId};
use bank_rules::limits::{COOL_OFF, OwnLimits};
use bank_rules::risk::Movement;
use bank_storage::limits::{self as store, LimitRow};
use serde_json::json;

/// The limits as they count for a customer now, with what is on its way.
async fn views(cx: &Context<'_>, customer: CustomerId) -> Result<Vec<LimitView>, Refusal> {
    let rows = store::of_customer(cx.tx, customer, cx.now).await?;
    Ok(Channel::ALL
        .into_iter()
        .map(|channel| view(cx, &rows, channel))
        .collect())
}

fn view(cx: &Context<'_>, rows: &[LimitRow], channel: Channel) -> LimitView {
    let bank = &cx.bank.settings.limits;
    let max = |channel| store::of_channel(rows, channel).map(|row| row.daily_max);
    let own = OwnLimits {
        everything: max(Channel::Everything),
        programs: max(Channel::Programs),
    };
    let (daily_max, bank_max) = match channel {
        Channel::Everything => (own.everything(bank), bank.sent_daily_ceiling),
        Channel::Programs => (own.programs(bank), own.everything(bank)),
    };
    let rise = store::of_channel(rows, channel)
        .and_then(|row| row.next_max.zip(row.next_from))
        .map(|(daily_max, from)| Rise {
            daily_max,
            from: cx.local(from),
        });
    LimitView {
        channel,
        daily_max,
        bank_max,
        rise,
    }
}

async fn current(cx: &Context<'_>, customer: CustomerId, channel: Channel) -> Result<LimitView, Refusal> {
    let rows = store::of_customer(cx.tx, customer, cx.now).await?;
    Ok(view(cx, &rows, channel))
}

const fn what(channel: Channel, raised: bool) -> &'static str {
    match (channel, raised) {
        (Channel::Everything, true) => "Raise what may be sent in a day",
        (Channel::Programs, true) => "Raise what programs may send in a day",
        (Channel::Everything, false) => "Lower what may be sent in a day",
        (Channel::Programs, false) => "Lower what programs may send in a day",
    }
}

impl Handler for ShowLimits {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<LimitView>, Refusal> {
        views(cx, cx.who()?.customer).await
    }
}

impl Handler for SetLimit {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        let now = current(cx, cx.who()?.customer, self.channel).await?;
        if self.daily_max > now.bank_max {
            let most = whole(now.bank_max);
            return Err(BankError::invalid("daily_max", format!("This can be {most} at most.")).into());
        }
        Ok(if self.daily_max > now.daily_max {
            Movement::LimitRaised
        } else {
            Movement::None
        })
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let now = current(cx, cx.who()?.customer, self.channel).await?;
        let raised = self.daily_max > now.daily_max;
        let when = if raised { "24 hours after you sign" } else { "At once" };
        Ok(Summary {
            title: what(self.channel, raised).to_owned(),
            when: when.to_owned(),
            details: vec![
                Detail::new("From", whole(now.daily_max)),
                Detail::new("To", whole(self.daily_max)),
            ],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<LimitView, Refusal> {
        let customer = cx.who()?.customer;
        store::lock(cx.tx, customer).await?;
        let now = current(cx, customer, self.channel).await?;
        let raised = self.daily_max > now.daily_max;
        if raised {
            let next = Some((self.daily_max, cx.now + COOL_OFF));
            store::set(cx.tx, customer, self.channel, now.daily_max, next).await?;
        } else {
            store::set(cx.tx, customer, self.channel, self.daily_max, None).await?;
        }
        cx.forget_programs(customer);
        let topic = if raised { "limits.raised" } else { "limits.lowered" };
        cx.tell(topic, customer, json!({}));
        current(cx, customer, self.channel).await
    }
}
