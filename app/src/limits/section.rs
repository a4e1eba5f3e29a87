//! The limits in the profile.

use super::words;
use crate::api::call;
use crate::design::{ButtonKind, Column, DataTable, LinkButton, dates};
use crate::errors::{retry_of, waiting};
use bank_contract::BankError;
use bank_contract::limits::{LimitView, ShowLimits, whole};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(crate) struct Limits(Resource<Result<Vec<LimitView>, BankError>>);

impl Limits {
    pub(crate) fn new() -> Self {
        Self(Resource::new_blocking(|| (), |()| call(ShowLimits {})))
    }

    pub(crate) fn section(self) -> AnyView {
        let limits = self.0;
        let list = waiting(2, retry_of(move || limits.refetch()), move || async move {
            Ok(table(&limits.await?))
        });
        view! {
            <section class="section" aria-labelledby="limits-heading">
                <h2 id="limits-heading">"Limits"</h2>
                <p class="muted">
                    "How much may leave your accounts in a day, in each currency by itself. Lower counts at once. Higher takes \
                     your signature, and counts 24 hours later."
                </p>
                {list}
            </section>
        }
        .into_any()
    }
}

fn table(limits: &[LimitView]) -> AnyView {
    let columns = vec![Column::text("Limit"), Column::figures("A day"), Column::text("Change")];
    let rows = limits.iter().map(row).collect();
    view! { <DataTable caption="Your limits" columns rows /> }.into_any()
}

fn row(limit: &LimitView) -> Vec<AnyView> {
    let title = words::title(limit.channel);
    let rise = limit.rise.map(|rise| {
        let text = format!("Rises to {} on {}", whole(rise.daily_max), dates::moment(rise.from));
        view! { <span class="row-note">{text}</span> }
    });
    let href = format!("/profile/limits/{}", limit.channel.code());
    let label = format!("Change: {title}");
    vec![
        view! {
            <span class="row-text">
                <span>{title}</span>
                {rise}
            </span>
        }
        .into_any(),
        whole(limit.daily_max).into_any(),
        view! {
            <LinkButton href kind=ButtonKind::Quiet attr:aria-label=label>
                "Change"
            </LinkButton>
        }
        .into_any(),
    ]
}
