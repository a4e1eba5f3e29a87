//! Every part of the design in every state, for whoever works on it.
//!
//! Shown in development only. A release leaves it out of the program altogether: it would be
//! weight that every customer downloads.

mod figures;
mod forms;
mod lists;
mod messages;
mod samples;

use crate::Development;
use crate::design::PageHead;
use crate::errors::NotFoundPage;
use crate::shell::ThemeSwitch;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn GalleryPage() -> impl IntoView {
    let developing = use_context::<Development>().unwrap_or_default().0;
    if cfg!(debug_assertions) && developing {
        view! { <Gallery /> }.into_any()
    } else {
        view! { <NotFoundPage /> }.into_any()
    }
}

#[component]
fn Gallery() -> impl IntoView {
    view! {
        <Title text="Gallery" />
        <PageHead title="Gallery">
            <ThemeSwitch name="gallery-theme" />
        </PageHead>
        <figures::Figures />
        <forms::Buttons />
        <forms::Fields />
        <lists::Feeds />
        <lists::Rows />
        <lists::Tables />
        <messages::Messages />
        <messages::Stands />
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
