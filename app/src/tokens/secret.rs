//! A token as it is handed over, and what to do with it first.

use crate::design::CopyButton;
use leptos::prelude::*;

#[component]
pub(crate) fn SecretBox(secret: String) -> impl IntoView {
    view! {
        <div class="secret">
            <code>{secret.clone()}</code>
            <CopyButton text=secret label="Copy the token" />
        </div>
    }
}

/// A first call, for a terminal. `origin` is the bank's own address, such as `https://larch.example`.
#[component]
pub(crate) fn Example(origin: String) -> impl IntoView {
    let command = format!("curl -H \"Authorization: Bearer larch_…\" {origin}/api/v1/accounts");
    view! {
        <pre class="secret">
            <code>{command}</code>
        </pre>
    }
}
