//! Answering a customer, and closing their case. It lives beside the conversation, so that a fresh look at that does not take
//! along what was typed.

use crate::api::call;
use crate::design::{Button, ButtonKind, Dialog, TextArea, Toasts, use_toasts};
use crate::errors::{After, Doing, Fields, form_of};
use bank_contract::CaseId;
use bank_contract::care::{ANSWER_MAX, AnswerCase, CloseCase};
use leptos::prelude::*;
use web_sys::SubmitEvent;

#[derive(Clone, Copy)]
pub(super) struct Answering {
    text: RwSignal<String>,
    fields: Fields,
    doing: Doing,
    closing: Doing,
    asks: RwSignal<bool>,
    /// The number of the newest message on the page.
    seen: RwSignal<Option<u32>>,
    changed: Callback<()>,
    toasts: Toasts,
}

impl Answering {
    pub(super) fn new(changed: Callback<()>) -> Self {
        let text = RwSignal::new(String::new());
        Self {
            text,
            fields: Fields::new(vec![("text", text)]),
            doing: Doing::new(),
            closing: Doing::new(),
            asks: RwSignal::new(false),
            seen: RwSignal::new(None),
            changed,
            toasts: use_toasts(),
        }
    }

    /// What is on the page now.
    pub(super) fn shows(self, newest: Option<u32>) {
        self.seen.set(newest);
    }

    fn say(self, words: &'static str) {
        self.toasts.say(words);
        self.changed.try_run(());
    }

    pub(super) fn section(self, case: CaseId) -> AnyView {
        let Self { fields, doing, .. } = self;
        let on_submit = move |event: SubmitEvent| {
            event.prevent_default();
            let form = form_of(&event);
            fields.clear();
            doing.clear();
            let answer = AnswerCase {
                case,
                text: self.text.get_untracked(),
            };
            if fields.check(&answer, form.as_ref()) {
                doing.submit(fields, form, async move {
                    call(answer).await?;
                    self.text.try_set(String::new());
                    self.say("The answer stands in their conversation.");
                    Ok(After::Stay)
                });
            }
        };
        let hint =
            format!("{ANSWER_MAX} characters at most. They get a mail that there is an answer, without its words.");
        view! {
            <form class="form section" method="dialog" novalidate on:submit=on_submit>
                <TextArea label="Your answer" name="text" value=self.text error=fields.error("text") hint />
                {doing.note()}
                <div class="form-actions">
                    <Button submit=true busy=doing.busy()>
                        "Answer"
                    </Button>
                    <Button kind=ButtonKind::Quiet on:click=move |_| self.asks.set(true)>
                        "Close the case"
                    </Button>
                </div>
            </form>
            {self.dialog(case)}
        }
        .into_any()
    }

    fn dialog(self, case: CaseId) -> AnyView {
        let on_close = move |_| {
            self.closing.start(async move {
                let seen = self.seen.try_get_untracked().flatten();
                let closed = call(CloseCase { case, seen }).await;
                if closed.is_err() {
                    self.changed.try_run(());
                }
                closed?;
                self.asks.try_set(false);
                self.say("The case is closed. The assistant answers again.");
                Ok(After::Stay)
            });
        };
        view! {
            <Dialog open=self.asks title="Close this case?">
                <p>
                    "The assistant answers in this conversation again, and you see nothing more of it. The customer can ask for a person again."
                </p>
                <Show when=move || self.text.with(|text| !text.trim().is_empty())>
                    <p>"What you have typed is not sent, and is gone with it."</p>
                </Show>
                {self.closing.note()}
                <div class="form-actions">
                    <Button busy=self.closing.busy() on:click=on_close>
                        "Close it"
                    </Button>
                    <Button kind=ButtonKind::Quiet on:click=move |_| self.asks.set(false)>
                        "Keep it open"
                    </Button>
                </div>
            </Dialog>
        }
        .into_any()
    }
}
