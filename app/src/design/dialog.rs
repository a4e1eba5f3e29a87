//! A question in front of the page. The browser's own dialog keeps the focus inside, closes on
//! Escape, and gives the focus back.

use super::Icon;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[component]
pub fn Dialog(open: RwSignal<bool>, #[prop(into)] title: String, children: ChildrenFn) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            // It is in the page and closed, so there is nothing to refuse.
            _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let id = format!("dialog-{}", slug(&title));
    let heading_id = id.clone();
    let on_backdrop = move |event: leptos::ev::MouseEvent| {
        let outside = event
            .target()
            .is_some_and(|target| target.has_type::<web_sys::HtmlDialogElement>());
        if outside {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby=id
            on:close=move |_| open.set(false)
            on:click=on_backdrop
        >
            <div class="dialog-sheet">
                <header class="dialog-head">
                    <h2 id=heading_id.clone()>{title.clone()}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Close"
                        on:click=move |_| open.set(false)
                    >
                        <Icon name="x-lg" />
                    </button>
                </header>
                {move || open.get().then(|| children())}
            </div>
        </dialog>
    }
}

fn slug(title: &str) -> String {
    title
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}
