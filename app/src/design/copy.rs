//! A button that puts a text on the clipboard.

use super::{Icon, use_toasts};
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[component]
pub fn CopyButton(
    #[prop(into)] text: String,
    /// What is copied, for whoever cannot see what the button stands beside: "Copy IBAN".
    #[prop(default = "Copy".into(), into)]
    label: String,
) -> impl IntoView {
    let toasts = use_toasts();
    let on_click = move |_| {
        let writing = window().navigator().clipboard().write_text(&text);
        spawn_local(async move {
            match JsFuture::from(writing).await {
                Ok(_) => toasts.say("Copied"),
                Err(_) => toasts.say("Your browser did not let us copy. Select the text and copy it."),
            }
        });
    };
    view! {
        <button type="button" class="icon-button" aria-label=label.clone() title=label on:click=on_click>
            <Icon name="copy" />
        </button>
    }
}
