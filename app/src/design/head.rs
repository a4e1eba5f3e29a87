//! The top of a page, and where the focus goes when a page opens.

use super::Icon;
use leptos::html::H1;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::cell::RefCell;
use web_sys::{Element, HtmlElement};

/// How many pictures of the screen a heading has time to come into the page: it is made before it is put there.
const PICTURES_MAX: u32 = 120;

/// What can be used in a page.
const CONTROLS: &str = "input, textarea, select, button, a[href]";

thread_local! {
    /// What had the focus when the page was opened. In the browser only: there is one visitor, and one thread.
    static FOCUSED_BEFORE: RefCell<Option<Element>> = const { RefCell::new(None) };
}

/// The path whose heading has had the focus last, and whether the reader has done something since the page was opened: then
/// the focus is theirs. The first page keeps the browser's own focus.
#[derive(Clone, Copy)]
pub(crate) struct Announced {
    last: StoredValue<String>,
    acted: StoredValue<bool>,
}

impl Announced {
    pub(crate) fn new(path: String) -> Self {
        Self {
            last: StoredValue::new(path),
            acted: StoredValue::new(false),
        }
    }

    /// Another page is opened.
    pub(crate) fn opens(self) {
        self.acted.set_value(false);
        FOCUSED_BEFORE.set(document().active_element());
    }

    /// A key, a press, a turn of the wheel or a touch of the reader's.
    pub(crate) fn is_acted_upon(self) {
        self.acted.try_update_value(|acted| *acted = true);
    }

    /// Whether this path was opened inside the page, and its heading has not been announced.
    pub(crate) fn is_new(self, path: &str) -> bool {
        self.last.try_with_value(|last| last != path).unwrap_or_default()
    }

    /// Brings the focus to a heading, once for every path, as soon as it is in the page.
    pub(crate) fn bring(self, path: String, heading: HtmlElement) {
        self.bring_within(path, heading, PICTURES_MAX);
    }

    fn bring_within(self, path: String, heading: HtmlElement, pictures: u32) {
        if !self.is_new(&path) {
            return;
        }
        let acted = self.acted.try_get_value().unwrap_or(true);
        if acted || (heading.is_connected() && has_gone_to_control()) || focus_heading(&heading) {
            self.last.set_value(path);
        } else if pictures > 0 {
            request_animation_frame(move || self.bring_within(path, heading, pictures - 1));
        }
    }
}

/// A screen reader brings the focus to something of the page without a key and without a press.
fn has_gone_to_control() -> bool {
    document().active_element().is_some_and(|active| {
        let in_page = active.closest("main").ok().flatten().is_some();
        let before = FOCUSED_BEFORE.with_borrow(|before| before.as_ref() == Some(&active));
        in_page && !before && active.matches(CONTROLS).unwrap_or_default()
    })
}

/// Moves the focus to a heading, so that a screen reader says where one has come to. Whether it is there now.
pub(crate) fn focus_heading(heading: &HtmlElement) -> bool {
    // A heading takes focus only from here, never by the Tab key.
    _ = heading.set_attribute("tabindex", "-1");
    _ = heading.focus();
    document().active_element().is_some_and(|active| active == **heading)
}

#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    /// Where the page was come from.
    #[prop(optional, into)]
    back: Option<String>,
    /// Stands beside the heading: a badge, or a quiet action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    let announced = use_context::<Announced>();
    Effect::new(move |_| {
        let Some((announced, heading)) = announced.zip(heading.get()) else {
            return;
        };
        announced.bring(use_location().pathname.get_untracked(), heading.into());
    });
    view! {
        <header class="page-head">
            {back
                .map(|href| {
                    view! {
                        <a class="page-back" href=href>
                            <Icon name="arrow-left" />
                            "Back"
                        </a>
                    }
                })} <div class="page-title">
                <h1 node_ref=heading>{title}</h1>
                {children.map(|children| children())}
            </div>
        </header>
    }
}
