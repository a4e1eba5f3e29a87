//! Every part of the design in every state, for whoever works on it.
//!
//! Shown in development only. What is built for release keeps it out of the browser's program,
//! where every customer would download it: there the page is as the server sends it, and inert.

mod answers;
mod cards;
mod factors;
mod figures;
mod forms;
mod lists;
mod mandates;
mod messages;
mod programs;
mod samples;
mod staff;
mod talks;

use crate::Development;
use crate::design::PageHead;
use crate::errors::NotFoundPage;
use crate::shell::ThemeSwitch;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn GalleryPage() -> impl IntoView {
    if !use_context::<Development>().unwrap_or_default().0 {
        return view! { <NotFoundPage /> }.into_any();
    }
    let parts = if cfg!(any(feature = "ssr", debug_assertions)) {
        view! {
            <div>
                <Gallery />
            </div>
        }
        .into_any()
    } else {
        // An element whose content is given as text is left as it is found.
        view! { <div inner_html="" /> }.into_any()
    };
    view! {
        <Title text="Gallery" />
        {parts}
    }
    .into_any()
}

#[component]
fn Gallery() -> impl IntoView {
    view! {
        <PageHead title="Gallery">
            <ThemeSwitch name="gallery-theme" />
        </PageHead>
        <figures::Figures />
        <forms::Buttons />
        <forms::Fields />
        <factors::SecretFields />
        <factors::Ways />
        <lists::Feeds />
        <lists::Rows />
        <lists::Tables />
        <programs::Programs />
        <mandates::Mandates />
        <messages::Messages />
        <messages::Stands />
        <talks::Talks />
        <answers::Answers />
        <cards::Cards />
        <talks::Besides />
        <staff::Staff />
        <talks::Articles />
    }
}

/// One part, under its name.
#[component]
fn Shown(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="section">
            <h2>{name}</h2>
            <div class="stack">{children()}</div>
        </section>
    }
}
