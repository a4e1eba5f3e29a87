//! The demo's mailbox: what the bank sent, to be read without any mail.

use crate::api::call;
use crate::design::{EmptyState, Notice, PageHead, dates};
use crate::errors::{retry_of, waiting};
use bank_contract::notifications::{MailView, ShowMailbox};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn MailboxPage() -> impl IntoView {
    let mails = Resource::new_blocking(|| (), |()| call(ShowMailbox {}));
    let list = waiting(4, retry_of(move || mails.refetch()), move || async move {
        let mails = mails.await?;
        Ok(if mails.is_empty() {
            view! {
                <EmptyState
                    icon="inbox"
                    title="Nothing yet"
                    text="We write when somebody signs in, and when something about your login changes."
                />
            }
            .into_any()
        } else {
            view! { <MailList mails /> }.into_any()
        })
    });
    view! {
        <Title text="Mailbox" />
        <div class="stack">
            <PageHead title="Mailbox" back="/profile" />
            <Notice>"This page is there in the demo only. A real bank would send these to your e-mail address."</Notice>
            {list}
        </div>
    }
}

#[component]
pub(crate) fn MailList(mails: Vec<MailView>) -> impl IntoView {
    mails
        .into_iter()
        .map(|mail| {
            let to = mail
                .to
                .map_or_else(|| "no address yet".to_owned(), |to| format!("to {to}"));
            view! {
                <article class="section">
                    <h2>{mail.subject}</h2>
                    <p class="muted">{format!("{} · {to}", dates::moment(mail.at))}</p>
                    <p class="mail-body">{mail.body}</p>
                </article>
            }
        })
        .collect_view()
}
