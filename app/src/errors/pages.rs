//! Two pages for when there is no other: nothing lives here, and something broke.

use super::set_status;
use crate::design::{LinkButton, PageHead};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(404);
    view! {
        <Title text="Page not found"/>
        <section class="stack">
            <PageHead title="We cannot find this page"/>
            <p>"The address may be mistyped, or the page may have moved. Your money is where it was."</p>
            <div class="cluster">
                <LinkButton href="/">"Back to the start"</LinkButton>
            </div>
        </section>
    }
}

#[component]
pub fn ErrorPage() -> impl IntoView {
    set_status(500);
    view! {
        <Title text="Something went wrong"/>
        <section class="stack">
            <PageHead title="Something went wrong on our side"/>
            <p>
                "This page could not be shown. Look at your transactions before you try a payment again, so that \
                 nothing is sent twice."
            </p>
            <div class="cluster">
                <LinkButton href="/">"Back to the start"</LinkButton>
            </div>
        </section>
    }
}
