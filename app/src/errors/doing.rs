//! One thing that a page does when asked: busy while it runs, never twice at once, its refusal said in place.

use super::Fields;
use super::fields::{Typed, focus_first_wrong};
use crate::design::{ErrorNote, Focused};
use bank_contract::BankError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use std::future::Future;
use std::pin::Pin;
use web_sys::HtmlFormElement;

/// What becomes of the page once the work is done.
pub(crate) enum After {
    Stay,
    /// The page is being left. Its button stays busy, so that nothing is sent twice on the way out.
    Leave,
    /// As [`Self::Leave`], for another page of the app: whoever has gone elsewhere before the answer came stays there.
    Go(Box<dyn FnOnce()>),
}

impl After {
    pub(crate) fn go(navigate: impl Fn(&str, NavigateOptions) + 'static, path: impl Into<String>) -> Self {
        Self::go_with(navigate, path, NavigateOptions::default())
    }

    pub(crate) fn go_with(
        navigate: impl Fn(&str, NavigateOptions) + 'static,
        path: impl Into<String>,
        options: NavigateOptions,
    ) -> Self {
        let path = path.into();
        Self::Go(Box::new(move || navigate(&path, options)))
    }
}

/// Where a refusal is said, and what the fields held when it was asked: the answer is to that.
struct Sent {
    fields: Fields,
    typed: Typed,
    form: Option<HtmlFormElement>,
}

impl Sent {
    /// Says a refusal beside its fields and goes to the first of them, unless somebody has gone on by then. Gives back
    /// what has no place in this form.
    fn refused(self, error: BankError, pressed: Option<&Focused>) -> Option<BankError> {
        let Self { fields, typed, form } = self;
        let (said, left) = fields.place(error, &typed);
        if said && Focused::is_here_yet(pressed) && fields.typed() == typed {
            focus_first_wrong(form.as_ref());
        }
        left
    }
}

/// Where something was asked for, to be known when its answer comes.
pub(crate) struct Asked {
    busy: RwSignal<bool>,
    /// None where it goes along from page to page.
    from: Option<String>,
}

impl Asked {
    /// Nobody sees any more what becomes of it there.
    pub(crate) fn is_left(&self) -> bool {
        self.busy.is_disposed() || (self.from.is_some() && page() != self.from)
    }
}

/// The page that the browser is on.
fn page() -> Option<String> {
    window().location().pathname().ok()
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

    /// Something is asked for on this page. In the browser only.
    pub(crate) fn asked(self) -> Asked {
        Asked {
            busy: self.busy,
            from: page(),
        }
    }

    /// As [`Self::asked`], by what goes along from page to page.
    pub(crate) fn asked_anywhere(self) -> Asked {
        Asked {
            busy: self.busy,
            from: None,
        }
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
        let typed = fields.typed();
        self.run(Some(Sent { fields, typed, form }), Box::pin(work));
    }

    fn run(self, sent: Option<Sent>, work: Work) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        let (pressed, asked) = (Focused::now(), self.asked());
        spawn_local(async move {
            let done = work.await;
            // What was pressed may be taken away by what it brought.
            if let Some(pressed) = pressed.clone() {
                pressed.watch();
            }
            let refusal = match done {
                Ok(After::Leave) => return,
                Ok(After::Go(go)) if !asked.is_left() => return go(),
                // Elsewhere by now: where the same parts show another page, they can be used again.
                Ok(After::Go(_) | After::Stay) => None,
                Err(error) => match sent {
                    Some(sent) => sent.refused(error, pressed.as_ref()),
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
