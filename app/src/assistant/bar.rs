//! The head of the conversation: what it is, what else there is, and what can be done with it.

use super::talk::{Side, Talk};
use crate::design::{Badge, Button, ButtonKind, Dialog, Icon, NoticeKind};
use bank_contract::assistant::Rating;
use leptos::prelude::*;

pub(crate) fn head(talk: Talk, close: Option<Callback<()>>) -> AnyView {
    let tab = move |side: Side, label: &'static str, icon: AnyView| {
        let here = move || (talk.side.get() == side).to_string();
        let press = move |_| {
            talk.side
                .update(|now| *now = if *now == side { Side::Talk } else { side });
        };
        view! {
            <button type="button" class="icon-button" aria-label=label title=label aria-pressed=here on:click=press>
                {icon}
            </button>
        }
    };
    view! {
        <header class="talk-head">
            <h2 class="talk-title">"Ask Larch"</h2>
            <div class="talk-tools">
                <button
                    type="button"
                    class="icon-button"
                    aria-label="New conversation"
                    title="New conversation"
                    on:click=move |_| if !talk.is_still() { talk.begin() }
                >
                    <Icon name="plus-lg" />
                </button>
                {tab(Side::Past, "Earlier conversations", view! { <Icon name="clock-history" /> }.into_any())}
                {tab(Side::Memory, "What it remembers", view! { <Icon name="bookmark" /> }.into_any())}
                {close
                    .map(|close| {
                        view! {
                            <button
                                type="button"
                                class="icon-button"
                                aria-label="Close"
                                title="Close"
                                on:click=move |_| close.run(())
                            >
                                <Icon name="x-lg" />
                            </button>
                        }
                    })}
            </div>
        </header>
    }
    .into_any()
}

/// What can be done with a conversation that is kept: rated, saved, deleted.
pub(super) fn bar(talk: Talk) -> AnyView {
    let asking = RwSignal::new(false);
    let tools = move || {
        view! {
            <div class="talk-bar">
                {standing(talk)}
                <div class="talk-tools">
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Save as a file"
                        title="Save as a file"
                        aria-disabled=move || talk.doing.is_busy().then_some("true")
                        on:click=move |_| talk.export()
                    >
                        <Icon name="download" />
                    </button>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Delete this conversation"
                        title="Delete this conversation"
                        aria-disabled=move || talk.doing.is_busy().then_some("true")
                        on:click=move |_| if !untrack(|| talk.doing.is_busy()) { asking.set(true) }
                    >
                        <Icon name="trash" />
                    </button>
                </div>
            </div>
        }
    };
    view! {
        <Show when=move || talk.standing.with(|standing| standing.conversation.is_some())>{tools()}</Show>
        {(!talk.is_still()).then(|| question(talk, asking))}
    }
    .into_any()
}

fn question(talk: Talk, asking: RwSignal<bool>) -> AnyView {
    // What else is on its way ends first: until then the question stays, and says that it waits.
    let busy = talk.doing.busy();
    let delete = move |_| {
        if !busy.get_untracked() {
            asking.set(false);
            talk.delete();
        }
    };
    view! {
        <Dialog open=asking title="Delete this conversation?">
            <p>"Everything in it goes, here and at the bank. Payments that came of it stay."</p>
            <div class="form-actions">
                <Button kind=ButtonKind::Danger busy on:click=delete>
                    "Delete it"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| asking.set(false)>
                    "Keep it"
                </Button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Who answers: a person, or the assistant, whose answers can be rated.
fn standing(talk: Talk) -> AnyView {
    let rating = move |rating: Rating, label: &'static str, icon: AnyView| {
        let pressed = move || (talk.standing.with(|standing| standing.rating) == Some(rating)).to_string();
        view! {
            <button
                type="button"
                class="icon-button"
                aria-label=label
                title=label
                aria-pressed=pressed
                aria-disabled=move || talk.doing.is_busy().then_some("true")
                on:click=move |_| talk.rate(rating)
            >
                {icon}
            </button>
        }
    };
    let with_person = talk.with_person();
    (move || {
        if with_person.get() {
            return view! { <Badge kind=NoticeKind::Pending text="With a person" /> }.into_any();
        }
        view! {
            <div class="talk-rating" role="group" aria-label="Was this helpful?">
                <span class="talk-rating-label" aria-hidden="true">
                    "Helpful?"
                </span>
                {rating(Rating::Good, "Helpful", view! { <Icon name="hand-thumbs-up" /> }.into_any())}
                {rating(Rating::Bad, "Not helpful", view! { <Icon name="hand-thumbs-down" /> }.into_any())}
            </div>
        }
        .into_any()
    })
    .into_any()
}
