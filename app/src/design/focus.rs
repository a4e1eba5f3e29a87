//! Where the focus goes when a press takes away what had it: to the heading, or the message, of what came in its place.
//! Left to the browser it would fall back to the top of the document, and a screen reader would say nothing.

use super::focus_heading;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// How often it is looked, and how many times: what a press loads anew is there by then.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS_MAX: u32 = 100;

/// What may be gone to, the better first. A message that is the answer to a press carries the mark.
const LANDINGS: [&str; 2] = ["[data-arrive]", "h1, h2, h3"];

/// What has the focus, and all that it stands in, from the inside out. In the browser only.
pub(crate) struct Focused(Vec<Element>);

impl Focused {
    /// None when nothing in particular has the focus.
    pub(crate) fn now() -> Option<Self> {
        let focused = document().active_element()?;
        let mut around = vec![focused];
        while let Some(parent) = around.last().and_then(|element| element.parent_element()) {
            around.push(parent);
        }
        // The body and the document are where the focus is when it is nowhere.
        (around.len() > 2).then_some(Self(around))
    }

    fn is_gone(&self) -> bool {
        self.0.first().is_some_and(|focused| !focused.is_connected())
    }

    /// The nearest that is still there and has something to go to.
    fn land(&self) {
        let there = self.0.iter().filter(|around| around.is_connected());
        for around in there {
            let landings = LANDINGS
                .iter()
                .filter_map(|what| around.query_selector(what).ok().flatten());
            for landing in landings {
                let Ok(landing) = landing.dyn_into::<HtmlElement>() else {
                    continue;
                };
                focus_heading(&landing);
                // What is hidden, such as the heading of a closed dialog, takes no focus.
                if Self::now().is_some() {
                    return;
                }
            }
        }
    }

    /// Watches for a while. Whoever takes the focus away on purpose keeps it.
    pub(crate) fn watch(self) {
        Self::now().unwrap_or(self).look(LOOKS_MAX);
    }

    fn look(self, left: u32) {
        let again = move || match Self::now() {
            Some(here) if left > 0 => here.look(left - 1),
            None if self.is_gone() => self.land(),
            _ => {}
        };
        set_timeout(again, LOOK_EVERY);
    }
}

/// For a press that replaces a piece of the page at once, the pressed button included.
pub(crate) fn keep_focus() {
    if let Some(place) = Focused::now() {
        place.watch();
    }
}
