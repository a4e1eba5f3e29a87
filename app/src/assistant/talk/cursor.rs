//! Where one writes, and how the cursor comes there.

use super::Talk;
use crate::design::is_free_for;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What the conversation stands in: the panel, or a page of its own.
const AROUND: &str = "#talk, .talk-page";

impl Talk {
    /// The id of the field to write in.
    pub(crate) fn words_id(self) -> String {
        format!("{}-words", self.name())
    }

    /// Brings the cursor to where one writes, once it is on the page.
    pub(crate) fn to_words(self) {
        self.bring_to_words(|_| true);
    }

    /// As [`Self::to_words`], for what comes of an answer: not from whoever is busy outside of the conversation by then.
    pub(super) fn to_words_if_free(self) {
        self.bring_to_words(|field| {
            let around = field.closest(AROUND).ok().flatten();
            around.is_none_or(|around| is_free_for(&around))
        });
    }

    fn bring_to_words(self, may: impl Fn(&HtmlElement) -> bool + 'static) {
        if self.is_still() {
            return;
        }
        request_animation_frame(move || {
            let field = document().get_element_by_id(&self.words_id());
            let field = field.and_then(|field| field.dyn_into::<HtmlElement>().ok());
            if let Some(field) = field.filter(may) {
                // A field that cannot take the cursor can still be pressed.
                _ = field.focus();
            }
        });
    }
}
