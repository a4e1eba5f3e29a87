//! The conversation as a page of its own: what phones have in place of the panel.

use super::bar::head;
use super::conversation::content;
use super::talk::use_talk;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// The keyboard of a phone makes the page shorter, so that what one writes in stands above it. Other pages scroll instead.
const VIEWPORT: &str = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";

#[component]
pub fn AssistantPage() -> impl IntoView {
    let talk = use_talk();
    view! {
        <Title text="Assistant" />
        <Meta name="viewport" content=VIEWPORT />
        <h1 class="visually-hidden">"Assistant"</h1>
        <div class="talk-page">{head(talk, None)} {content(talk)}</div>
    }
}
