//! The top of a page, and where the focus goes when a page opens.

use super::Icon;
use leptos::html::H1;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The path whose heading has had the focus last. The first page keeps the browser's own focus.
#[derive(Clone, Copy)]
pub(crate) struct Announced(pub(crate) StoredValue<String>);

impl Announced {
    /// True once for every path that was opened inside the page.
    pub(crate) fn is_new(self, path: &str) -> bool {
        let new = self.0.with_value(|last| last != path);
        if new {
            self.0.set_value(path.to_owned());
        }
        new
    }
}

/// Moves the focus to a heading, so that a screen reader says where one has come to.
pub(crate) fn focus_heading(heading: &web_sys::HtmlElement) {
    // A heading takes focus only from here, never by the Tab key.
    _ = heading.set_attribute("tabindex", "-1");
    _ = heading.focus();
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
        let path = use_location().pathname.get_untracked();
        if announced.is_new(&path) {
            focus_heading(&heading);
        }
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
