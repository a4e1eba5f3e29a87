//! One step with a passkey: like any other work of a page, but the browser may have its own reasons.

use super::passkey::Trouble;
use crate::design::{Notice, NoticeKind};
use crate::errors::{After, Asked, Doing, Fields};
use bank_contract::BankError;
use leptos::prelude::*;
use std::future::Future;
use web_sys::HtmlFormElement;

#[derive(Clone, Copy)]
pub(crate) struct Step {
    doing: Doing,
    trouble: RwSignal<Option<&'static str>>,
}

impl Step {
    pub(crate) fn new() -> Self {
        Self {
            doing: Doing::new(),
            trouble: RwSignal::new(None),
        }
    }

    pub(crate) fn busy(self) -> Signal<bool> {
        self.doing.busy()
    }

    /// Something is asked for on this page. In the browser only.
    pub(crate) fn asked(self) -> Asked {
        self.doing.asked()
    }

    /// As [`Self::asked`], by what goes along from page to page.
    pub(crate) fn asked_anywhere(self) -> Asked {
        self.doing.asked_anywhere()
    }

    /// Runs in the browser only. Does nothing while it is busy.
    pub(crate) fn submit(
        self,
        fields: Fields,
        form: Option<HtmlFormElement>,
        work: impl Future<Output = Result<After, Trouble>> + 'static,
    ) {
        self.doing.submit(fields, form, self.told(work));
    }

    /// As [`Self::submit`], where there are no fields.
    pub(crate) fn start(self, work: impl Future<Output = Result<After, Trouble>> + 'static) {
        self.doing.start(self.told(work));
    }

    async fn told(self, work: impl Future<Output = Result<After, Trouble>>) -> Result<After, BankError> {
        self.trouble.try_set(None);
        match work.await {
            Ok(after) => Ok(after),
            Err(Trouble::Refused(error)) => Err(error),
            Err(trouble) => {
                self.trouble.try_set(trouble.words());
                Ok(After::Stay)
            }
        }
    }

    /// Says what went wrong outside of [`Self::submit`].
    pub(crate) fn say(self, trouble: Trouble) {
        match trouble {
            Trouble::Refused(error) => self.doing.refuse(error),
            other => _ = self.trouble.try_set(other.words()),
        }
    }

    pub(crate) fn clear(self) {
        self.doing.clear();
        self.trouble.set(None);
    }

    /// What went wrong, in place.
    pub(crate) fn note(self) -> AnyView {
        let trouble = move || {
            self.trouble
                .get()
                .map(|words| view! { <Notice kind=NoticeKind::Pending>{words}</Notice> })
        };
        view! {
            <div role="status">{trouble}</div>
            {self.doing.note()}
        }
        .into_any()
    }
}
