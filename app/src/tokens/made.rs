//! The token that was made: shown this once.

use super::secret::{Example, SecretBox};
use super::words;
use crate::design::{DefinitionList, LinkButton, Notice, NoticeKind, PageHead, dates, focus_heading};
use bank_contract::tokens::{NewToken, TokenView};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// In the browser only.
#[component]
pub(super) fn Made(token: NewToken) -> impl IntoView {
    let NewToken { view, secret } = token;
    // The address stays the same, so nothing else leads to the new heading.
    Effect::new(|_| {
        request_animation_frame(|| {
            let heading = document().query_selector("main h1").ok().flatten();
            if let Some(heading) = heading.and_then(|heading| heading.dyn_into().ok()) {
                focus_heading(&heading);
            }
        });
    });
    let origin = window().location().origin().unwrap_or_default();
    view! {
        <PageHead title=format!("“{}” is let in", view.name) />
        <div class="form">
            <Notice kind=NoticeKind::Pending>
                <p class="notice-title">"Copy the token now: it is not shown again"</p>
                <p>
                    "Give it to the program and to nobody else. Whoever has it can do what you allow here. If it is lost, \
                     shut the program out and let it in anew."
                </p>
            </Notice>
            <section class="stack" aria-labelledby="token-heading">
                <h2 id="token-heading">"The token"</h2>
                <SecretBox secret />
            </section>
            <DefinitionList rows=facts(&view) />
            <section class="stack" aria-labelledby="first-call-heading">
                <h2 id="first-call-heading">"A first call"</h2>
                <p>"In a terminal, with the token in the place of larch_…, this lists your accounts:"</p>
                <Example origin />
                // In a tab of its own, so that the token is still there to be copied.
                <p>
                    <a href="/api/docs" rel="external" target="_blank">"All that a program can ask for"</a>
                    " (opens in a new tab)"
                </p>
            </section>
            <div class="form-actions">
                <LinkButton href="/profile">"Done"</LinkButton>
            </div>
        </div>
    }
}

fn facts(token: &TokenView) -> Vec<(String, AnyView)> {
    vec![
        ("What it may do".to_owned(), words::may(token).into_any()),
        ("Until".to_owned(), dates::day(token.expires_at.date()).into_any()),
    ]
}
