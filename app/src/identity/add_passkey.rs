//! Adding a passkey to a login that has one, or to a demo person who has none.

use super::passkey::{self, Trouble};
use super::step::Step;
use crate::api::{ask, call};
use crate::design::{Button, ButtonKind, Dialog, TextField, Toasts, use_toasts};
use crate::errors::{After, Fields, focus_first_wrong, form_of};
use crate::pending::Asking;
use bank_contract::identity::{Ceremony, FinishAddingPasskey, StartAddingPasskey};
use bank_contract::text;
use leptos::prelude::*;
use web_sys::SubmitEvent;

const FIRST_NAME: &str = "This device";

#[derive(Clone, Copy)]
pub(super) struct AddPasskey {
    added: Callback<()>,
    open: RwSignal<bool>,
    name: RwSignal<String>,
    step: Step,
    asking: Asking,
    toasts: StoredValue<Toasts>,
}

impl AddPasskey {
    pub(super) fn new(added: Callback<()>) -> Self {
        let this = Self {
            added,
            open: RwSignal::new(false),
            name: RwSignal::new(String::new()),
            step: Step::new(),
            asking: Asking::new(),
            toasts: StoredValue::new(use_toasts()),
        };
        this.asking.on_done(move |ceremony: Ceremony| this.go_on(ceremony));
        this
    }

    pub(super) fn button(self) -> AnyView {
        let on_click = move |_| {
            self.step.clear();
            self.name.set(FIRST_NAME.to_owned());
            self.open.set(true);
        };
        view! {
            <Button kind=ButtonKind::Quiet on:click=on_click>
                "Add a passkey"
            </Button>
        }
        .into_any()
    }

    pub(super) fn dialog(self) -> AnyView {
        view! {
            <Dialog open=self.open title="Add a passkey">
                {self.form()}
            </Dialog>
            {self.asking.dialog("Is it you who adds a passkey?")}
        }
        .into_any()
    }

    /// Signed with a passkey that is there already: now the new one is made.
    fn go_on(self, ceremony: Ceremony) {
        let name = self.name.get_untracked().trim().to_owned();
        self.open.set(true);
        self.step.start(self.make(ceremony, name));
    }

    fn form(self) -> AnyView {
        let fields = Fields::new(vec![("name", self.name)]);
        let on_submit = move |event: SubmitEvent| {
            event.prevent_default();
            let form = form_of(&event);
            let name = self.name.get_untracked().trim().to_owned();
            fields.clear();
            if fields.read("name", text::name(&name, &())).is_some() {
                self.step.submit(fields, form, self.add(name));
            } else {
                focus_first_wrong(form.as_ref());
            }
        };
        view! {
            <form class="form" novalidate on:submit=on_submit>
                <TextField
                    label="Name of the passkey"
                    name="passkey-name"
                    value=self.name
                    error=fields.error("name")
                    hint="So that you know it again, such as “Phone” or “Key on my ring”."
                    maxlength=70
                />
                {self.step.note()}
                <div class="form-actions">
                    <Button submit=true busy=self.step.busy()>"Create a passkey"</Button>
                </div>
            </form>
        }
        .into_any()
    }

    async fn add(self, name: String) -> Result<After, Trouble> {
        if !passkey::is_supported() {
            return Err(passkey::missing());
        }
        let mut begun = None;
        let after = self.asking.take(ask(StartAddingPasskey {}).await?, |ceremony| {
            begun = Some(ceremony);
            Ok(After::Stay)
        })?;
        if let Some(ceremony) = begun {
            return self.make(ceremony, name).await;
        }
        self.open.try_set(false);
        Ok(after)
    }

    async fn make(self, ceremony: Ceremony, name: String) -> Result<After, Trouble> {
        let credential = passkey::create(&ceremony.options).await?;
        let added = call(FinishAddingPasskey {
            ceremony: ceremony.ceremony,
            credential,
            name,
        })
        .await?;
        self.open.try_set(false);
        self.toasts
            .try_with_value(|toasts| toasts.say(format!("“{}” is ready to use.", added.name)));
        self.added.try_run(());
        Ok(After::Stay)
    }
}
