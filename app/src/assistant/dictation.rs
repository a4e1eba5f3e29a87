//! Dictation, where the browser can listen. Nothing is heard before the button is pressed.

use crate::design::Icon;
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// What listens, and what it calls: these live as long as it is the one that listens.
struct Session {
    recogniser: JsValue,
    _calls: [Closure<dyn FnMut(JsValue)>; 3],
}

thread_local! {
    /// What is listening: one at a time, as there is one microphone. It is the browser's, and no page's on the server.
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

/// The browser's recogniser, under either of its names.
fn recogniser() -> Option<Function> {
    ["SpeechRecognition", "webkitSpeechRecognition"]
        .iter()
        .find_map(|name| {
            let found = Reflect::get(&window(), &JsValue::from_str(name)).ok()?;
            found.dyn_into::<Function>().ok()
        })
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn run(object: &JsValue, method: &str) {
    if let Ok(method) = get(object, method).dyn_into::<Function>() {
        // A browser that refuses to listen says so by its end event.
        _ = method.call0(object);
    }
}

/// The words of a result event.
fn heard(event: &JsValue) -> Option<String> {
    let result = Reflect::get(&get(event, "results"), &get(event, "resultIndex")).ok()?;
    let best = Reflect::get_u32(&result, 0).ok()?;
    get(&best, "transcript").as_string()
}

/// Why nothing was heard, by the codes of the Web Speech API. Silence and a stop are no trouble.
fn why(code: &str) -> Option<&'static str> {
    match code {
        "no-speech" | "aborted" => None,
        "not-allowed" | "service-not-allowed" => Some(
            "Your browser does not let the microphone be used here. You can allow it in the settings of this page.",
        ),
        "audio-capture" => Some("No microphone was found. You can type instead."),
        "network" => Some("Your browser could not reach what turns speech into words. You can type instead."),
        _ => Some("Nothing was understood. Try again, or type instead."),
    }
}

/// Where what is heard goes, and what is shown of it.
#[derive(Clone, Copy)]
struct Ears {
    draft: RwSignal<String>,
    listening: RwSignal<bool>,
    unheard: RwSignal<Option<&'static str>>,
}

impl Ears {
    fn hear(self, words: &str) {
        self.draft.try_update(|draft| {
            if !draft.is_empty() && !draft.ends_with(' ') {
                draft.push(' ');
            }
            draft.push_str(words.trim());
        });
    }

    fn listen(self, begin: &Function) -> Option<Session> {
        let recogniser = Reflect::construct(begin, &js_sys::Array::new()).ok()?;
        let set = |name: &str, value: &JsValue| _ = Reflect::set(&recogniser, &JsValue::from_str(name), value);
        set("lang", &JsValue::from_str("en"));
        let on_result = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            if let Some(words) = heard(&event) {
                self.hear(&words);
            }
        });
        let on_end = Closure::<dyn FnMut(JsValue)>::new(move |_| _ = self.listening.try_set(false));
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let code = get(&event, "error").as_string().unwrap_or_default();
            _ = self.unheard.try_set(why(&code));
        });
        set("onresult", on_result.as_ref());
        set("onend", on_end.as_ref());
        set("onerror", on_error.as_ref());
        run(&recogniser, "start");
        Some(Session {
            recogniser,
            _calls: [on_result, on_end, on_error],
        })
    }
}

/// Ends what is listening, if anything is, by one of the recogniser's own ways. It still says that it has ended.
fn end(method: &str) {
    SESSION.with_borrow(|session| {
        if let Some(session) = session {
            run(&session.recogniser, method);
        }
    });
}

/// Nobody hears any more.
fn leave() {
    let Some(session) = SESSION.take() else { return };
    for call in ["onresult", "onend", "onerror"] {
        _ = Reflect::set(&session.recogniser, &JsValue::from_str(call), &JsValue::NULL);
    }
    run(&session.recogniser, "abort");
}

/// A button that is there only where it works.
#[component]
pub(super) fn Dictation(
    draft: RwSignal<String>,
    /// Set while it listens, so that it can be said where one writes.
    listening: RwSignal<bool>,
    /// Why nothing was heard, when something was wrong.
    unheard: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let able = RwSignal::new(false);
    Effect::new(move |_| {
        able.set(recogniser().is_some());
        // Nothing is heard of whoever has turned away.
        on_cleanup(leave);
    });
    let press = move |_| {
        if listening.get_untracked() {
            return end("stop");
        }
        leave();
        unheard.set(None);
        let ears = Ears {
            draft,
            listening,
            unheard,
        };
        let begun = recogniser().and_then(|begin| ears.listen(&begin));
        listening.set(begun.is_some());
        SESSION.set(begun);
    };
    let label = move || if listening.get() { "Stop listening" } else { "Dictate" };
    view! {
        <Show when=move || able.get()>
            <button
                type="button"
                class="icon-button"
                class:is-listening=listening
                aria-label=label
                title=label
                on:click=press
            >
                <Icon name="mic" />
            </button>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_a_stop_are_no_trouble_and_all_else_says_what_to_do() {
        assert_eq!(why("no-speech").or(why("aborted")), None);
        for code in ["not-allowed", "audio-capture", "network", "bad-grammar", ""] {
            assert!(why(code).is_some(), "{code:?}");
        }
    }
}
