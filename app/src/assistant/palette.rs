//! The palette: Ctrl-K or a button, a few letters, Enter. It jumps to pages, and hands whole sentences to the assistant.

use super::panel::has_room;
use super::places::{PAGE, pages_for};
use super::talk::{Talk, use_talk};
use crate::design::Icon;
use bank_contract::assistant::{Said, WORDS_MAX};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

/// Whether the palette is open.
#[derive(Clone, Copy)]
pub(crate) struct PaletteOpen(pub(crate) RwSignal<bool>);

/// One line of what is offered.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Offer {
    Page(&'static str, &'static str),
    Ask,
}

fn offers(typed: &str, demo: bool) -> Vec<Offer> {
    let mut offers: Vec<Offer> = pages_for(typed, demo)
        .into_iter()
        .map(|(name, href)| Offer::Page(name, href))
        .take(8)
        .collect();
    if !typed.trim().is_empty() {
        // Whole sentences are for the assistant; a word or two mostly are for a page.
        let at = if offers.is_empty() || typed.split_whitespace().count() > 2 {
            0
        } else {
            offers.len()
        };
        offers.insert(at, Offer::Ask);
    }
    offers
}

#[component]
pub(crate) fn PaletteButton() -> impl IntoView {
    let PaletteOpen(open) = expect_context();
    view! {
        <button type="button" class="palette-button" aria-haspopup="dialog" on:click=move |_| open.set(true)>
            <Icon name="search" />
            <span class="palette-button-text">"Find or ask"</span>
            <kbd class="palette-keys" aria-hidden="true">
                "Ctrl K"
            </kbd>
        </button>
    }
}

#[component]
pub(crate) fn Palette(
    /// Only the demo has a mailbox to go to.
    demo: bool,
) -> impl IntoView {
    let PaletteOpen(open) = expect_context();
    let talk = use_talk();
    let navigate = use_navigate();
    let dialog = NodeRef::<html::Dialog>::new();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let offered = Memo::new(move |_| typed.with(|typed| offers(typed, demo)));
    watch_keys(open);
    Effect::new(move |_| {
        let (open, Some(dialog)) = (open.get(), dialog.get()) else {
            return;
        };
        if open && !dialog.open() {
            typed.set(String::new());
            at.set(0);
            // It is in the page and closed, so there is nothing to refuse.
            _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let take = Callback::new(move |offer: Offer| {
        open.set(false);
        match offer {
            Offer::Page(_, href) => navigate(href, leptos_router::NavigateOptions::default()),
            Offer::Ask => ask(talk, &typed.get_untracked(), &navigate),
        }
    });
    let row = Listed {
        name: "palette",
        at,
        typed,
        take,
    };
    view! {
        <dialog
            class="palette"
            node_ref=dialog
            aria-label="Find or ask"
            on:close=move |_| open.set(false)
            on:click=move |event| {
                if is_backdrop(&event) {
                    open.set(false);
                }
            }
        >
            <div class="palette-box">
                {field(row, offered)} {move || row.all(offered.get())}
                <p class="palette-help" aria-hidden="true">
                    "Up and down to choose, Enter to go, Escape to leave"
                </p>
            </div>
        </dialog>
    }
}

/// Ctrl-K, or the same with a Mac's key, opens and closes it.
fn watch_keys(open: RwSignal<bool>) {
    Effect::new(move |_| {
        let keys = window_event_listener(ev::keydown, move |event| {
            let other = event.shift_key() || event.alt_key();
            if (event.ctrl_key() || event.meta_key()) && !other && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                if event.repeat() {
                    return;
                }
                open.try_update(|open| *open = !*open);
            }
        });
        on_cleanup(move || keys.remove());
    });
}

/// Outside of the box there is only the dialog itself.
fn is_backdrop(event: &ev::MouseEvent) -> bool {
    let target = event.target();
    target.is_some_and(|target| target.has_type::<web_sys::HtmlDialogElement>())
}

/// What one types in, and the keys that walk through the offers.
fn field(row: Listed, offered: Memo<Vec<Offer>>) -> AnyView {
    let Listed { at, typed, take, .. } = row;
    let on_key = move |event: ev::KeyboardEvent| {
        let count = offered.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" if !event.is_composing() => {
                if let Some(offer) = offered.with_untracked(|all| all.get(at.get_untracked()).copied()) {
                    take.run(offer);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <input
            class="palette-field"
            type="text"
            role="combobox"
            aria-label="A page, or a question"
            aria-expanded="true"
            aria-controls=format!("{}-offers", row.name)
            aria-activedescendant=move || format!("{}-{}", row.name, at.get())
            placeholder="A page, or a question"
            autocomplete="off"
            enterkeyhint="go"
            maxlength=WORDS_MAX.to_string()
            prop:value=move || typed.get()
            on:input=move |event| {
                typed.set(event_target_value(&event));
                at.set(0);
            }
            on:keydown=on_key
        />
    }
    .into_any()
}

/// What the palette offers for some words, to look at.
pub(crate) fn offers_view(name: &'static str, typed: &str) -> AnyView {
    let row = Listed {
        name,
        at: RwSignal::new(0),
        typed: RwSignal::new(typed.to_owned()),
        take: Callback::new(|_| {}),
    };
    view! { <div class="palette-box">{row.all(offers(typed, true))}</div> }.into_any()
}

/// The list of what is offered, and where in it one is.
#[derive(Clone, Copy)]
struct Listed {
    /// What its ids begin with.
    name: &'static str,
    at: RwSignal<usize>,
    typed: RwSignal<String>,
    take: Callback<Offer>,
}

impl Listed {
    fn all(self, offers: Vec<Offer>) -> AnyView {
        let rows = offers
            .into_iter()
            .enumerate()
            .map(|(index, offer)| self.row(index, offer));
        view! {
            <ul id=format!("{}-offers", self.name) class="palette-offers" role="listbox" aria-label="Offers">
                {rows.collect_view()}
            </ul>
        }
        .into_any()
    }

    fn row(self, index: usize, offer: Offer) -> AnyView {
        let Self { at, take, typed, .. } = self;
        let (icon, text) = match offer {
            Offer::Page(name, _) => (view! { <Icon name="arrow-right" /> }, name.into_any()),
            Offer::Ask => (
                view! { <Icon name="chat-dots" /> },
                // It stays the same offer while more is typed.
                (move || format!("Ask: “{}”", typed.with(|typed| typed.trim().to_owned()))).into_any(),
            ),
        };
        view! {
            <li
                id=format!("{}-{index}", self.name)
                class="palette-offer"
                role="option"
                aria-selected=move || (at.get() == index).to_string()
                on:click=move |_| take.run(offer)
                on:mousemove=move |_| {
                    if at.get_untracked() != index {
                        at.set(index);
                    }
                }
            >
                {icon}
                <span>{text}</span>
            </li>
        }
        .into_any()
    }
}

fn ask(talk: Talk, typed: &str, navigate: &impl Fn(&str, leptos_router::NavigateOptions)) {
    let text = typed.trim().to_owned();
    if text.is_empty() {
        return;
    }
    if talk.open.get_untracked() || has_room() {
        talk.open.set(true);
        talk.to_words();
    } else {
        navigate(PAGE, leptos_router::NavigateOptions::default());
    }
    talk.say(Said::Words { text });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_asked_and_a_word_leads_to_its_page() {
        assert_eq!(offers("send 20 to anna", true), [Offer::Ask]);
        assert!(matches!(offers("passw", true)[0], Offer::Page("Password", _)));
        assert_eq!(offers("passw", true).last(), Some(&Offer::Ask));
        assert!(!offers("", true).contains(&Offer::Ask));
    }
}
