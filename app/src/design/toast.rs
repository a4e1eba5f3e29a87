//! Short messages that pass by. What matters for longer belongs on the page itself.

use super::{Icon, keep_focus};
use bank_contract::BankError;
use leptos::prelude::*;
use std::time::Duration;

const SHOWN_FOR: Duration = Duration::from_secs(6);
const AT_ONCE_MAX: usize = 3;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    failed: bool,
    /// It goes by itself.
    passes: bool,
    /// What there is to be done about it.
    more: Option<ViewFn>,
}

/// Where messages are sent from anywhere in the app.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    last_id: StoredValue<u32>,
}

impl Toasts {
    fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            last_id: StoredValue::new(0),
        }
    }

    /// Passes by after a few seconds.
    pub fn say(&self, text: impl Into<String>) {
        let (id, toasts) = (self.next_id(), *self);
        self.show(Toast {
            id,
            text: text.into(),
            failed: false,
            passes: true,
            more: None,
        });
        set_timeout(move || toasts.dismiss(id), SHOWN_FOR);
    }

    /// Stays until it is closed: nobody should miss a refusal by looking away.
    pub fn fail(&self, error: &BankError) {
        self.show(Toast {
            id: self.next_id(),
            text: format!("{} {}", error.message(), error.next()),
            failed: true,
            passes: false,
            more: None,
        });
    }

    /// Stays until it is closed, or until something is done about it: `more` gets what closes it.
    pub(crate) fn keep(
        &self,
        text: String,
        failed: bool,
        more: impl Fn(Callback<()>) -> AnyView + Send + Sync + 'static,
    ) {
        let (id, toasts) = (self.next_id(), *self);
        let close = move |()| {
            keep_focus();
            toasts.dismiss(id);
        };
        self.show(Toast {
            id,
            text,
            failed,
            passes: false,
            more: Some(ViewFn::from(move || more(Callback::new(close)))),
        });
    }

    fn next_id(&self) -> u32 {
        let id = self.last_id.get_value().wrapping_add(1);
        self.last_id.set_value(id);
        id
    }

    /// Where there are too many, what goes by itself goes first.
    fn show(&self, toast: Toast) {
        self.shown.update(|shown| {
            if shown.len() >= AT_ONCE_MAX {
                let first = shown.iter().position(|toast| toast.passes).unwrap_or(0);
                shown.remove(first);
            }
            shown.push(toast);
        });
    }

    fn dismiss(&self, id: u32) {
        self.shown.update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Called once, above everything that uses [`use_toasts`].
pub fn provide_toasts() {
    provide_context(Toasts::new());
}

/// The app's messages. Outside the app, messages go nowhere.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(Toasts::new)
}

/// The place where messages appear: a polite live region, there from the start.
#[component]
pub fn Toaster() -> impl IntoView {
    let toasts = use_toasts();
    let close = move |id| {
        keep_focus();
        toasts.dismiss(id);
    };
    let toast = move |toast: Toast| {
        let icon = if toast.failed { "exclamation-circle" } else { "check-lg" };
        view! {
            <div class="toast-note" class:toast-failed=toast.failed>
                <Icon name=icon />
                <div class="toast-text">
                    <p>{toast.text}</p>
                    {toast.more.map(|more| more.run())}
                </div>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close this message"
                    on:click=move |_| close(toast.id)
                >
                    <Icon name="x-lg" />
                </button>
            </div>
        }
    };
    view! {
        <div class="toaster" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id children=toast />
        </div>
    }
}
