//! One mandate: what it lets do, what was used of it, and how to end it or make it narrower.

use super::decide::{Ending, ended, facts, offer};
use super::narrow::Narrowing;
use super::words;
use crate::api::call;
use crate::design::{DefinitionList, PageHead};
use crate::errors::{Doing, retry_of, waiting_page};
use crate::shell::use_visit;
use bank_contract::mandates::{MandateState, MandateView, ShowMandate, Side};
use bank_contract::{BankError, MandateId};
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn MandatePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("mandate").and_then(|id| id.parse().ok())));
    let mandate = Resource::new_blocking(
        move || id.get(),
        |id: Option<MandateId>| async move {
            let mandate = id.ok_or(BankError::NotFound)?;
            call(ShowMandate { mandate }).await
        },
    );
    let again = retry_of(move || mandate.refetch());
    let ending = Ending::new(again);
    let narrowing = Narrowing::new(again);
    let doing = Doing::new();
    let visit = use_visit();
    let content = waiting_page("Mandate", 4, again, move || async move {
        let today = visit.await?.business_date;
        let mandate = mandate.await?;
        Ok(shown(mandate, today, ending, narrowing, doing))
    });
    view! {
        <Title text="Mandate" />
        {content}
        {ending.dialog()}
    }
}

fn shown(mandate: MandateView, today: NaiveDate, ending: Ending, narrowing: Narrowing, doing: Doing) -> AnyView {
    let title = words::title(&mandate);
    let end = ending.button(&mandate);
    let content = if (mandate.state, mandate.side) == (MandateState::Offered, Side::Holder) {
        view! {
            {offer(mandate, None, doing)}
            <div class="cluster">{end}</div>
        }
        .into_any()
    } else {
        let narrower = (mandate.side == Side::Grantor && mandate.state == MandateState::Active)
            .then(|| narrowing.section(&mandate, today));
        view! {
            {ended(&mandate)}
            <DefinitionList rows=facts(&mandate) />
            <div class="cluster">{end}</div>
            {narrower}
        }
        .into_any()
    };
    view! {
        <Title text=title.clone() />
        <PageHead title back="/mandates" />
        <div class="form">{content}</div>
    }
    .into_any()
}
