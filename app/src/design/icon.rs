//! Drawings. They only accompany words, so no assistive technology reads them.

use leptos::prelude::*;

/// A drawing of the sprite `/icons.svg`, by its name in Bootstrap Icons. `scripts/icons.mjs`
/// collects the names it finds in the sources, so write them as plain literals.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}

/// The bank's mark: a slender larch.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" aria-hidden="true" focusable="false">
            <use href="/icons.svg#larch"></use>
        </svg>
    }
}
