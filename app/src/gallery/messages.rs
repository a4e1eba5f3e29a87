//! Notices, refusals, messages that pass by, and what stands in for a list.

use super::Shown;
use super::samples::euro;
use crate::design::{
    Badge, Button, ButtonKind, EmptyState, ErrorNote, LinkButton, Notice, NoticeKind, PageHead, Skeleton, use_toasts,
};
use bank_contract::BankError;
use leptos::prelude::*;

#[component]
pub(super) fn Messages() -> impl IntoView {
    let toasts = use_toasts();
    let retry = Callback::new(move |()| toasts.say("Tried again"));
    let refusal = || BankError::InsufficientFunds { available: euro(1_250) };
    view! {
        <Shown name="Notices">
            <Notice>"Cash desk payments arrive at once. The money here is not real."</Notice>
            <Notice kind=NoticeKind::Good>"The name fits the account."</Notice>
            <Notice kind=NoticeKind::Pending>
                <p class="notice-title">"This payment waits for you"</p>
                <p>"Nothing moves before you confirm it. " <a href="#main">"Review it"</a></p>
            </Notice>
            <Notice kind=NoticeKind::Failed>
                "The name does not belong to this account. Somebody may be trying to deceive you."
            </Notice>
            <ErrorNote error=refusal() />
            <ErrorNote error=BankError::Unreachable retry=retry />
            <div class="cluster">
                <Badge text="Sent back" />
                <Badge kind=NoticeKind::Good text="Done" />
                <Badge kind=NoticeKind::Pending text="Pending" />
                <Badge kind=NoticeKind::Failed text="Declined" />
            </div>
            <div class="cluster">
                <Button kind=ButtonKind::Quiet on:click=move |_| toasts.say("Copied")>
                    "Say something"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| toasts.fail(&refusal())>
                    "Refuse something"
                </Button>
            </div>
        </Shown>
    }
}

#[component]
pub(super) fn Stands() -> impl IntoView {
    view! {
        <Shown name="Empty">
            <EmptyState
                icon="inbox"
                title="Nothing has happened yet"
                text="When money comes or goes, you see it here."
            >
                <LinkButton href="/cash">"Pay money in"</LinkButton>
            </EmptyState>
        </Shown>
        <Shown name="Loading">
            <Skeleton rows=3 />
        </Shown>
        <Shown name="Page head">
            <PageHead title="A long heading that needs more than one line on a phone" back="/gallery">
                <Badge kind=NoticeKind::Pending text="Pending" />
            </PageHead>
        </Shown>
    }
}
