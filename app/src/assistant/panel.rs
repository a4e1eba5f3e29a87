//! The panel beside the page, and what opens it.

use super::bar::head;
use super::conversation::content;
use super::places::PAGE;
use super::talk::{Talk, use_talk};
use crate::design::Icon;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

/// The button that opens the panel. Where it is not shown, as on phones, the conversation is a page of its own.
const OPENER: &str = "talk-opener";

/// The button on every page, and what it opens.
#[component]
pub(crate) fn Panel(
    /// The bank may ask a language model of somebody else's, and says so.
    language_model: bool,
) -> impl IntoView {
    let talk = use_talk();
    talk.language_model.set(language_model);
    let path = use_location().pathname;
    let elsewhere = Memo::new(move |_| path.with(|path| path != PAGE));
    Effect::new(move |_| path.with(|path| talk.come_to(path)));
    watch_connection(talk);
    let opener = NodeRef::<html::Button>::new();
    let close = Callback::new(move |()| {
        talk.open.set(false);
        // It is shown again only once the panel is gone.
        request_animation_frame(move || {
            if let Some(opener) = opener.try_get_untracked().flatten() {
                _ = opener.focus();
            }
        });
    });
    Effect::new(move |was: Option<bool>| {
        let open = talk.open.get();
        if open && was == Some(false) {
            talk.to_words();
        }
        open
    });
    let open = move || talk.open.get() && elsewhere.get();
    view! {
        <aside class="talk-side" class:talk-side-open=open aria-label="Assistant">
            <Show when=move || elsewhere.get()>
                <button
                    type="button"
                    id=OPENER
                    class="talk-opener"
                    node_ref=opener
                    aria-expanded=move || talk.open.get().to_string()
                    aria-controls="talk"
                    on:click=move |_| talk.open.set(true)
                >
                    <Icon name="chat-dots" />
                    "Ask"
                </button>
            </Show>
            {move || open().then(|| panel(talk, close))}
        </aside>
    }
}

fn panel(talk: Talk, close: Callback<()>) -> AnyView {
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() && !in_dialog(&event) {
            close.run(());
        }
    };
    view! {
        <div id="talk" class="talk" on:keydown=on_key>
            {head(talk, Some(close))}
            {content(talk)}
        </div>
    }
    .into_any()
}

/// A question in front of the panel has its own Escape.
fn in_dialog(event: &ev::KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest("dialog").ok().flatten().is_some())
}

/// Whether there is room for the panel beside the page: the style sheet decides it, by showing the button.
pub(super) fn has_room() -> bool {
    let opener = document().get_element_by_id(OPENER);
    opener
        .and_then(|opener| opener.dyn_into::<web_sys::HtmlElement>().ok())
        .is_some_and(|opener| opener.offset_width() > 0)
}

fn watch_connection(talk: Talk) {
    Effect::new(move |_| {
        talk.offline.set(!window().navigator().on_line());
        let lost = window_event_listener(ev::offline, move |_| talk.offline.set(true));
        let back = window_event_listener(ev::online, move |_| {
            talk.offline.set(false);
            if talk.open.get_untracked() {
                talk.load();
            }
        });
        on_cleanup(move || {
            lost.remove();
            back.remove();
        });
    });
}
