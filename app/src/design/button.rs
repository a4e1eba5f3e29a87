//! Buttons, and links that look like them.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The one thing the page is for.
    #[default]
    Primary,
    Quiet,
    /// Takes something away for good.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// While it is busy it keeps its text and its focus, and does nothing when pressed again.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    /// Sends the form that it stands in.
    #[prop(optional)]
    submit: bool,
    #[prop(into, optional)] busy: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let when_busy = move || busy.get().then_some("true");
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            aria-disabled=when_busy
            aria-busy=when_busy
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                    event.stop_immediate_propagation();
                }
            }
        >
            <span class="spinner" aria-hidden="true"></span>
            {children()}
        </button>
    }
}

#[component]
pub fn LinkButton(#[prop(into)] href: String, #[prop(optional)] kind: ButtonKind, children: Children) -> impl IntoView {
    view! {
        <a href=href class=kind.class()>
            {children()}
        </a>
    }
}
