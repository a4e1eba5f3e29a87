//! The offer that was made, with its code: shown this once.

use super::decide::facts;
use super::words;
use crate::design::{CopyButton, DefinitionList, LinkButton, Notice, NoticeKind, PageHead, focus_heading};
use bank_contract::mandates::NewMandate;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// In the browser only.
#[component]
pub(super) fn Made(new: NewMandate) -> impl IntoView {
    let NewMandate { view, code } = new;
    // The address stays the same, so nothing else leads to the new heading.
    Effect::new(|_| {
        request_animation_frame(|| {
            let heading = document().query_selector("main h1").ok().flatten();
            if let Some(heading) = heading.and_then(|heading| heading.dyn_into().ok()) {
                focus_heading(&heading);
            }
        });
    });
    let reach = words::reach(&view, code.is_some());
    let way = match code {
        Some(code) => view! {
            <Notice kind=NoticeKind::Pending>
                <p class="notice-title">"Give them this code now: it is not shown again"</p>
                <p>{reach}</p>
            </Notice>
            <div class="secret">
                <code>{code.clone()}</code>
                <CopyButton text=code label="Copy the code" />
            </div>
        }
        .into_any(),
        None => view! {
            <Notice>{reach}</Notice>
        }
        .into_any(),
    };
    view! {
        <PageHead title=format!("Offered to {}", view.other) />
        <div class="form">
            {way}
            <DefinitionList rows=facts(&view) />
            <div class="form-actions">
                <LinkButton href="/mandates">"Done"</LinkButton>
            </div>
        </div>
    }
}
