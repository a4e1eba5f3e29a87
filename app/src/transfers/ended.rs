//! A request that waits no longer: what became of it, whether money moved, and who decided.

use super::review::{as_read, form_of_operation};
use crate::design::{ButtonKind, DefinitionList, LinkButton, Notice, PageHead};
use crate::identity::Step;
use crate::pending::{Outcome, facts, heading, outcome, words_of_asker};
use bank_contract::pending::{PendingState, PendingView};
use leptos::prelude::*;

pub(super) fn ended(request: PendingView, step: Step) -> AnyView {
    let Outcome { kind, title, text } = outcome(&request, request.state);
    let summary = as_read(&request);
    // What somebody else asked for is not begun again by whoever decided about it.
    let again = request.state != PendingState::Done && summary.asked_by.is_none();
    let start_again = again.then(|| {
        let href = form_of_operation(&request.operation);
        view! {
            <LinkButton href kind=ButtonKind::Quiet>
                "Start again"
            </LinkButton>
        }
    });
    let what = heading(&summary);
    view! {
        <PageHead title />
        <div class="form">
            {step.note()}
            <div role="status">
                <Notice kind>
                    <p class="notice-title">{what}</p>
                    <p>{text}</p>
                </Notice>
            </div>
            <DefinitionList rows=facts(&summary) />
            {words_of_asker(&summary, None)}
            <div class="form-actions">
                <LinkButton href="/home">"Go to your accounts"</LinkButton>
                {start_again}
            </div>
        </div>
    }
    .into_any()
}
