//! Earlier conversations.

use super::talk::Talk;
use crate::api::call;
use crate::design::{Badge, EmptyState, Icon, NoticeKind, dates};
use crate::errors::{retry_of, waiting};
use bank_contract::assistant::{ConversationLine, ListConversations};
use leptos::prelude::*;

pub(super) fn past(talk: Talk) -> AnyView {
    let deleted = talk.deleted();
    let lines = LocalResource::new(move || {
        deleted.track();
        call(ListConversations {})
    });
    let again = retry_of(move || lines.refetch());
    let content = waiting(3, again, move || async move { Ok(self::lines(talk, lines.await?)) });
    view! {
        <section class="talk-list" aria-labelledby="past-heading">
            <h3 id="past-heading">"Earlier conversations"</h3>
            {talk.doing.note()}
            {content}
        </section>
    }
    .into_any()
}

/// The conversations, each to be opened again.
pub(crate) fn lines(talk: Talk, lines: Vec<ConversationLine>) -> AnyView {
    if lines.is_empty() {
        return view! {
            <EmptyState icon="clock-history" title="No conversations yet" text="What you talk about stays here until you delete it." />
        }
        .into_any();
    }
    let row = move |line: ConversationLine| {
        let conversation = line.conversation;
        view! {
            <li>
                <button
                    type="button"
                    class="row-link"
                    aria-disabled=move || talk.doing.is_busy().then_some("true")
                    on:click=move |_| if !talk.is_still() { talk.go_to(conversation) }
                >
                    <span class="row-text">
                        <span class="row-title">{line.title}</span>
                        <span class="row-note">{dates::moment(line.last_at)}</span>
                    </span>
                    {line.with_person.then(|| view! { <Badge kind=NoticeKind::Pending text="With a person" /> })}
                    <Icon name="chevron-right" />
                </button>
            </li>
        }
    };
    view! { <ul class="rows">{lines.into_iter().map(row).collect_view()}</ul> }.into_any()
}
