//! Where the focus goes when a press takes away what had it: to the heading, or the message, of what came in its place.
//! Left to the browser it would fall back to the top of the document, and a screen reader would say nothing.

use super::focus_heading;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// How often it is looked, and how many times: what a press loads anew is there by then, on a slow line too.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS_MAX: u32 = 400;

/// What may be gone to, the better first. A message that is the answer to a press carries the mark.
const LANDINGS: [&str; 2] = ["[data-arrive]", "h1, h2, h3"];

/// What a page stands in, and what stands in it until it is there.
const PAGE: &str = "main";
const STILL_COMING: &str = ".skeleton";

thread_local! {
    /// How often the customer has acted. In the browser only: there is one visitor, and one thread.
    static ACTS: Cell<u32> = const { Cell::new(0) };
}

/// Counts what the customer does with hands, and says it. Called once, for as long as the app is there.
pub(crate) fn watch_acts(acts: impl Fn() + Copy + 'static) {
    let act = move || {
        ACTS.set(ACTS.get().wrapping_add(1));
        acts();
    };
    let listening = [
        window_event_listener(ev::pointerdown, move |_| act()),
        window_event_listener(ev::keydown, move |_| act()),
        window_event_listener(ev::wheel, move |_| act()),
        window_event_listener(ev::touchstart, move |_| act()),
    ];
    on_cleanup(move || listening.into_iter().for_each(WindowListenerHandle::remove));
}

/// What has the focus, and all that it stands in, from the inside out. In the browser only.
#[derive(Clone)]
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

    /// Whether the focus has not moved since, but for being lost.
    pub(crate) fn is_here_yet(pressed: Option<&Self>) -> bool {
        Self::now().is_none_or(|now| pressed.is_some_and(|pressed| pressed.0.first() == now.0.first()))
    }

    fn is_gone(&self) -> bool {
        self.0.first().is_some_and(|focused| !focused.is_connected())
    }

    fn is_within(&self, element: &Element) -> bool {
        self.0.contains(element)
    }

    /// The nearest that is still there and has something to go to. What stands beside the page is never the nearest.
    fn land(&self) -> Landing {
        let there = self.0.iter().filter(|around| around.is_connected());
        for around in there {
            if land_in(around) {
                return Landing::Landed;
            }
            if around.tag_name().eq_ignore_ascii_case(PAGE) {
                let waits = around.query_selector(STILL_COMING).ok().flatten().is_some();
                return if waits { Landing::NotYet } else { Landing::Nowhere };
            }
        }
        Landing::Nowhere
    }

    /// Watches for a while. Whoever takes the focus away on purpose keeps it, and whoever acts meanwhile is where they want
    /// to be.
    pub(crate) fn watch(self) {
        Self::now().unwrap_or(self).look(LOOKS_MAX, ACTS.get());
    }

    fn look(self, left: u32, acts: u32) {
        let Some(left_then) = left.checked_sub(1) else { return };
        let again = move || match Self::now() {
            _ if ACTS.get() != acts => {}
            Some(here) => here.look(left_then, acts),
            // Whoever has let go of it on purpose is let be.
            None if !self.is_gone() => {}
            None => match self.land() {
                Landing::NotYet => self.look(left_then, acts),
                Landing::Landed | Landing::Nowhere => {}
            },
        };
        set_timeout(again, LOOK_EVERY);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Landing {
    Landed,
    /// The next page is still on its way.
    NotYet,
    Nowhere,
}

/// Goes to the best inside of this element, if there is any that takes the focus.
fn land_in(around: &Element) -> bool {
    let landings = LANDINGS
        .iter()
        .filter_map(|what| around.query_selector(what).ok().flatten());
    for landing in landings {
        let Ok(landing) = landing.dyn_into::<HtmlElement>() else {
            continue;
        };
        focus_heading(&landing);
        // What is hidden, such as the heading of a closed dialog, takes no focus.
        if Focused::now().is_some() {
            return true;
        }
    }
    false
}

/// For a press that replaces a piece of the page at once, the pressed button included.
pub(crate) fn keep_focus() {
    if let Some(place) = Focused::now() {
        place.watch();
    }
}

/// Whether an answer that comes late may move the focus: it is nowhere, or inside of this element. Elsewhere somebody
/// may be typing.
pub(crate) fn is_free_for(element: &Element) -> bool {
    Focused::now().is_none_or(|focused| focused.is_within(element))
}
