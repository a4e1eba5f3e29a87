//! A question over the page that asked for something which has to be agreed to first.

use super::{Signer, facts, notices, yes_words};
use crate::design::{Button, ButtonKind, DefinitionList, Dialog};
use crate::errors::{After, Asked, form_of};
use crate::identity::Step;
use crate::identity::passkey::Trouble;
use bank_contract::pending::{Confirmed, PendingView};
use bank_contract::{Answer, BankError};
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// What is asked, and what becomes of the answer. It lives beside the page's content, so that a fresh list does not
/// take an open question with it.
#[derive(Clone, Copy)]
pub(crate) struct Asking {
    open: RwSignal<bool>,
    about: RwSignal<Option<PendingView>>,
    step: Step,
    signer: Signer,
    /// Gets what came of it, once for each yes.
    done: RwSignal<Option<Confirmed>>,
}

impl Asking {
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            about: RwSignal::new(None),
            step: Step::new(),
            signer: Signer::new(),
            done: RwSignal::new(None),
        }
    }

    /// Takes the bank's answer: what is done goes on at once, what waits is asked about.
    pub(crate) fn take<T: DeserializeOwned + serde::Serialize>(
        self,
        answer: Answer<T>,
        go_on: impl FnOnce(T) -> Result<After, BankError>,
    ) -> Result<After, BankError> {
        match answer {
            Answer::Done(output) => go_on(output),
            Answer::Waits(view) => {
                self.step.clear();
                self.signer.clear();
                self.about.try_set(Some(*view));
                self.open.try_set(true);
                Ok(After::Stay)
            }
        }
    }

    /// Runs `go_on` with what came of a yes.
    pub(crate) fn on_done<T: DeserializeOwned + 'static>(self, go_on: impl Fn(T) + 'static) {
        Effect::new(move |_| {
            let Some(confirmed) = self.done.get() else { return };
            self.done.set(None);
            match serde_json::from_value(confirmed.output) {
                Ok(output) => go_on(output),
                Err(_) => self.step.say(BankError::internal("answer").into()),
            }
        });
    }

    pub(crate) fn dialog(self, title: &'static str) -> AnyView {
        view! {
            <Dialog open=self.open title>
                {self.question()}
            </Dialog>
        }
        .into_any()
    }

    fn question(self) -> AnyView {
        let Some(request) = self.about.get() else {
            return ().into_any();
        };
        let summary = &request.summary;
        let (rows, warnings, what) = (facts(summary), notices(summary), summary.title.clone());
        let why = summary.why.clone().map(|why| view! { <p class="muted">{why}</p> });
        let (label, code) = (yes_words(&request), self.signer.field(&request));
        let on_yes = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            self.step.clear();
            self.signer.fields.clear();
            self.step.submit(
                self.signer.fields,
                form_of(&event),
                self.agree(request.clone(), self.step.asked()),
            );
        };
        view! {
            <form class="form" method="dialog" novalidate on:submit=on_yes>
                <p>
                    <strong>{what}</strong>
                </p>
                {warnings}
                <DefinitionList rows />
                {why}
                {code}
                {self.step.note()}
                <div class="form-actions">
                    <Button submit=true busy=self.step.busy()>
                        {label}
                    </Button>
                    <Button kind=ButtonKind::Quiet on:click=move |_| self.open.set(false)>
                        "Not now"
                    </Button>
                </div>
            </form>
        }
        .into_any()
    }

    async fn agree(self, request: PendingView, asked: Asked) -> Result<After, Trouble> {
        let confirmed = self.signer.agree(request, &asked).await?;
        self.open.try_set(false);
        self.done.try_set(Some(confirmed));
        Ok(After::Stay)
    }
}
