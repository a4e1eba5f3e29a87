//! Letting somebody act: the form, and in its place the code that came of it. The code is in this page's memory only.

use super::form::MandateForm;
use super::made::Made;
use crate::api::call;
use crate::design::PageHead;
use crate::errors::{retry_of, waiting};
use crate::pending::Asking;
use bank_contract::accounts::{AccountStatus, ListAccounts};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NewMandatePage() -> impl IntoView {
    let accounts = Resource::new_blocking(|| (), |()| call(ListAccounts {}));
    let made = RwSignal::new(None);
    let asking = Asking::new();
    asking.on_done(move |new| made.set(Some(new)));
    let form = move || {
        waiting(5, retry_of(move || accounts.refetch()), move || async move {
            let mut view = accounts.await?;
            view.accounts.retain(|account| account.status == AccountStatus::Open);
            let (accounts, today) = (view.accounts, view.business_date);
            Ok(view! { <MandateForm accounts today made asking /> }.into_any())
        })
    };
    let content = move || match made.get() {
        Some(new) => view! { <Made new /> }.into_any(),
        None => view! {
            <PageHead title="Let somebody act for you" back="/mandates" />
            {form()}
        }
        .into_any(),
    };
    view! {
        <Title text="Let somebody act for you" />
        {content}
        {asking.dialog("Let them act for you?")}
    }
}
