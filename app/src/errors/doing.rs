//! One thing that a page does when asked: busy while it runs, never twice at once, its refusal said in place.

use super::Fields;
use crate::design::{ErrorNote, Focused};
use bank_contract::BankError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::pin::Pin;
use web_sys::HtmlFormElement;

/// What becomes of the page once the work is done.
pub(crate) enum After {
    Stay,
    /// The page is being left. Its button stays busy, so that nothing is sent twice on the way out.
    Leave,
}

type Work = Pin<Box<dyn Future<Output = Result<After, BankError>>>>;

#[derive(Clone, Copy)]
pub(crate) struct Doing {
    busy: RwSignal<bool>,
    error: RwSignal<Option<BankError>>,
}

impl Doing {
    pub(crate) fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    pub(crate) fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Whether it is busy, for views that may be gone before it is done.
    pub(crate) fn is_busy(self) -> bool {
        self.busy.try_get().unwrap_or_default()
    }

    /// Says a refusal that was found before anything was asked.
    pub(crate) fn refuse(self, error: BankError) {
        self.error.try_set(Some(error));
    }

    pub(crate) fn clear(self) {
        self.error.set(None);
    }

    /// Runs in the browser only. Does nothing while it is busy.
    pub(crate) fn start(self, work: impl Future<Output = Result<After, BankError>> + 'static) {
        self.run(None, Box::pin(work));
    }

    /// As [`Self::start`]; what the bank finds wrong with a field is said beside that field.
    pub(crate) fn submit(
        self,
        fields: Fields,
        form: Option<HtmlFormElement>,
        work: impl Future<Output = Result<After, BankError>> + 'static,
    ) {
        self.run(Some((fields, form)), Box::pin(work));
    }

    fn run(self, place: Option<(Fields, Option<HtmlFormElement>)>, work: Work) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        let pressed = Focused::now();
        spawn_local(async move {
            let done = work.await;
            // What was pressed may be taken away by what it brought.
            if let Some(pressed) = pressed {
                pressed.watch();
            }
            let refusal = match done {
                Ok(After::Leave) => return,
                Ok(After::Stay) => None,
                Err(error) => match place {
                    Some((fields, form)) => fields.place(error, form.as_ref()),
                    None => Some(error),
                },
            };
            // The page may be gone by now, and its signals with it.
            self.error.try_set(refusal);
            self.busy.try_set(false);
        });
    }

    /// The refusal, in place.
    pub(crate) fn note(self) -> AnyView {
        let error = self.error;
        (move || error.get().map(|error| view! { <ErrorNote error/> })).into_any()
    }
}
