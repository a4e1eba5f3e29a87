//! The conversation itself: what was said, what is on its way, and where one writes.

use super::bar::bar;
use super::composer::composer;
use super::memory::memory;
use super::message::{meanwhile, own_words, shown};
use super::past::past;
use super::places::suggestions;
use super::talk::{Begun, Sending, Side, Talk};
use super::trouble;
use crate::design::{ButtonKind, LinkButton, Notice, Skeleton};
use crate::shell::look_while_used;
use bank_contract::assistant::{MessageView, Said};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const THINKING: &str = "Thinking";

pub(crate) fn content(talk: Talk) -> AnyView {
    Effect::new(move |_| talk.load());
    watch_for_person(talk);
    let (side, thinking) = (Memo::new(move |_| talk.side.get()), thinks(talk));
    let body = move || match side.get() {
        Side::Talk => conversation(talk),
        Side::Past => past(talk),
        Side::Memory => memory(),
    };
    view! {
        <div class="talk-body">{body}</div>
        // Said once, when it comes. The conversation itself is read like any text.
        <div class="visually-hidden" role="status">
            {move || talk.aloud.get()}
        </div>
        // It is there before it says anything, and outside of the log, which is silent.
        <div class="visually-hidden" role="status">
            {move || thinking.get().then_some(THINKING)}
        </div>
    }
    .into_any()
}

/// An answer has been on its way for so long that it is worth saying. A person is not waited for.
fn thinks(talk: Talk) -> Memo<bool> {
    let with_person = talk.with_person();
    Memo::new(move |_| {
        let long = talk
            .sending
            .with(|sending| sending.as_ref().is_some_and(|sending| sending.long));
        long && !with_person.get()
    })
}

fn conversation(talk: Talk) -> AnyView {
    let with_person = talk.with_person();
    let body = move || match talk.begun.get() {
        Begun::NotYet | Begun::OnItsWay => view! {
            <div class="talk-log">
                <Skeleton rows=3 />
                <div class="talk-unscripted">
                    <Notice>
                        "The assistant needs JavaScript. " <a href="/help">"The help articles"</a> " do not."
                    </Notice>
                </div>
            </div>
        }
        .into_any(),
        Begun::Refused(error) => view! { <div class="talk-log">{trouble::not_brought(talk, &error)}</div> }.into_any(),
        Begun::Here => log(talk),
    };
    view! {
        {bar(talk)}
        {body}
        <div class="talk-foot">
            {trouble::offline(talk)}
            {trouble::unsaid(talk)}
            {talk.doing.note()}
            <Show when=move || with_person.get()>
                <p class="talk-person">"A person at Larch answers here. What you write goes to them."</p>
            </Show>
            <Show when=move || talk.language_model.get()>
                <p class="field-hint">
                    "What I do not understand, a language model that is not part of the bank sorts: common words only. "
                    <a href="/help/help-privacy">"What the bank keeps about you"</a>
                </p>
            </Show>
            {composer(talk)}
        </div>
    }
    .into_any()
}

/// Where one reads on: at the end, but with what one has asked still in sight above a long answer.
fn reading_place(log: &web_sys::HtmlElement) -> i32 {
    let end = log.scroll_height() - log.client_height();
    let asked = log.query_selector(".said-own:not(:has(~ .said-own))").ok().flatten();
    let asked = asked.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    asked.map_or(end, |asked| end.min(asked.offset_top() - log.offset_top()))
}

fn log(talk: Talk) -> AnyView {
    let log = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        talk.messages.track();
        talk.sending.track();
        talk.unsaid.track();
        let Some(log) = log.get().filter(|_| !talk.is_still()) else {
            return;
        };
        request_animation_frame(move || log.set_scroll_top(reading_place(&log)));
    });
    let busy = move || talk.sending.with(Option::is_some).to_string();
    let empty = move || talk.messages.with(Vec::is_empty) && talk.sending.with(Option::is_none);
    // With each message that is heard, nothing is drawn anew but that one.
    let own = Memo::new(move |_| {
        talk.sending
            .with(|sending| match sending.as_ref().map(|sending| &sending.said) {
                Some(Said::Words { text }) => Some(text.clone()),
                _ => None,
            })
    });
    let sending = move || own.get().map(|text| own_words(&text));
    let heard = move || {
        let heard = |sending: Sending| sending.heard;
        talk.sending
            .get()
            .map(heard)
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .collect::<Vec<_>>()
    };
    let thinks = thinks(talk);
    // For whoever looks: it is said apart from the log.
    let thinking = move || {
        thinks.get().then(|| {
            view! {
                <p class="talk-thinking" aria-hidden="true">
                    {THINKING}
                    <span class="talk-dot"></span>
                    <span class="talk-dot"></span>
                    <span class="talk-dot"></span>
                </p>
            }
        })
    };
    // Each conversation counts its messages from one.
    let messages = move || {
        let conversation = talk.standing.with_untracked(|standing| standing.conversation);
        let keyed = |message: MessageView| ((conversation, message.number), message);
        talk.messages.get().into_iter().map(keyed).collect::<Vec<_>>()
    };
    view! {
        <div class="talk-log" node_ref=log role="log" aria-live="off" aria-label="Conversation" data-busy=busy tabindex="0">
            <Show when=empty>{begin(talk)}</Show>
            <For each=messages key=|(key, _)| *key let:message>
                {shown(message.1, Some(talk))}
            </For>
            {sending}
            <For each=heard key=|(place, _)| *place let:message>
                {meanwhile(message.1)}
            </For>
            {thinking}
        </div>
    }
    .into_any()
}

/// Nothing has been said yet.
fn begin(talk: Talk) -> AnyView {
    let suggestion = move |text: &'static str| {
        view! {
            <li>
                <button type="button" class="reply" on:click=move |_| talk.say(Said::Words { text: text.to_owned() })>
                    {text}
                </button>
            </li>
        }
    };
    let here = move || {
        talk.about
            .with(|about| suggestions(about.as_deref().unwrap_or_default()))
    };
    view! {
        <div class="talk-begin">
            <p class="talk-hello">"What can I do for you?"</p>
            <p class="muted">
                "I know your accounts and this bank. I do nothing without your yes, and I bring in a person whenever you like."
            </p>
            <ul class="replies">{move || here().map(suggestion).collect_view()}</ul>
            <p class="talk-elsewhere">
                <LinkButton href="/help" kind=ButtonKind::Quiet>
                    "Read the help articles"
                </LinkButton>
            </p>
        </div>
    }
    .into_any()
}

/// While a person has the conversation, their answers are fetched.
fn watch_for_person(talk: Talk) {
    let with_person = talk.with_person();
    Effect::new(move |_| {
        if with_person.get() && !talk.is_still() {
            look_while_used(move || talk.look());
        }
    });
}
