//! Fields for what others must not read over a shoulder: passwords, and codes.

use super::fields::{Frame, keep_in_step};
use leptos::html::Input;
use leptos::prelude::*;

/// A password. It can be shown, pasted, and filled in by a password manager.
#[component]
pub fn PasswordField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
    /// `current-password`, or `new-password` where one is made.
    autocomplete: &'static str,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    keep_in_step(input, value);
    let shown = RwSignal::new(false);
    let frame = Frame::new(name, label.clone(), hint, error);
    let control = view! {
        <div class="control-pair">
            <input
                class="control"
                type=move || if shown.get() { "text" } else { "password" }
                node_ref=input
                id=frame.id.clone()
                name=name
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                maxlength="128"
                aria-describedby=frame.described_by()
                aria-invalid=frame.invalid()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <button
                type="button"
                class="text-button"
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                aria-label=format!("Show: {label}")
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || if shown.get() { "Hide" } else { "Show" }}
            </button>
        </div>
    };
    frame.wrap(control.into_any())
}

/// A code of an app, of a list or of a mail.
#[component]
pub fn CodeField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
    /// Only digits are asked: phones show the keys for them.
    #[prop(optional)]
    digits: bool,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    keep_in_step(input, value);
    let frame = Frame::new(name, label, hint, error);
    let control = view! {
        <input
            class="control control-code"
            type="text"
            node_ref=input
            id=frame.id.clone()
            name=name
            inputmode=if digits { "numeric" } else { "text" }
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck="false"
            maxlength="40"
            aria-describedby=frame.described_by()
            aria-invalid=frame.invalid()
            on:input=move |event| value.set(event_target_value(&event))
        />
    };
    frame.wrap(control.into_any())
}
