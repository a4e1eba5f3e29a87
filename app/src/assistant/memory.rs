//! What the assistant remembers, to be seen and to be forgotten.

use crate::api::call;
use crate::design::{EmptyState, Icon, dates, focus_heading, is_free_for};
use crate::errors::{After, Doing, retry_of, waiting};
use bank_contract::assistant::{FactView, Forget, ListFacts};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const HEADING: &str = "memory-heading";

pub(super) fn memory() -> AnyView {
    let facts = LocalResource::new(|| call(ListFacts {}));
    let again = retry_of(move || facts.refetch());
    let doing = Doing::new();
    let forget = Callback::new(move |fact: FactView| {
        doing.start(async move {
            call(Forget { fact: fact.fact }).await?;
            again.try_run(());
            to_heading();
            Ok(After::Stay)
        });
    });
    let busy = doing.busy();
    let content = waiting(
        3,
        again,
        move || async move { Ok(self::facts(facts.await?, forget, busy)) },
    );
    view! {
        <section class="talk-list" aria-labelledby=HEADING>
            <h3 id=HEADING>"What it remembers"</h3>
            <p class="muted">"Words of yours, and what you mean by them. You can take each of them away."</p>
            {doing.note()}
            {content}
        </section>
    }
    .into_any()
}

/// The button that had the focus goes with its row, or is another row's by then. Whoever has gone on stays where they are.
fn to_heading() {
    let heading = document().get_element_by_id(HEADING);
    let Some(heading) = heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    if heading.parent_element().is_some_and(|list| is_free_for(&list)) {
        focus_heading(&heading);
    }
}

/// What is remembered, each to be forgotten: one at a time.
pub(crate) fn facts(facts: Vec<FactView>, forget: Callback<FactView>, busy: Signal<bool>) -> AnyView {
    if facts.is_empty() {
        return view! {
            <EmptyState
                icon="bookmark"
                title="Nothing so far"
                text="Say “by Mum I mean Anna Weber”, and it stays here until you take it away."
            />
        }
        .into_any();
    }
    let row = move |fact: FactView| {
        let label = format!("Forget {}", fact.word);
        let title = format!("“{}” is {}", fact.word, fact.meaning);
        let since = format!("Since {}", dates::day(fact.since));
        let on_forget = move |_| forget.run(fact.clone());
        view! {
            <li class="fact">
                <span class="row-text">
                    <span class="row-title">{title}</span>
                    <span class="row-note">{since}</span>
                </span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=label
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=on_forget
                >
                    <Icon name="trash" />
                </button>
            </li>
        }
    };
    view! { <ul class="rows">{facts.into_iter().map(row).collect_view()}</ul> }.into_any()
}
