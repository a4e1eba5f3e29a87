//! Adding a passkey to a login that has one, or to a demo person who has none.

use super::passkey::{self, Trouble};
use super::step::Step;
use crate::api::{ask, call};
use crate::design::{Button, ButtonKind, Dialog, PasswordField, TextField, Toasts, use_toasts};
use crate::errors::{After, Asked, Fields, focus_first_wrong, form_of};
use crate::pending::Asking;
use bank_contract::identity::{Ceremony, FinishAddingPasskey, Password, StartAddingPasskey};
use bank_contract::{CeremonyId, text};
use leptos::prelude::*;
use serde_json::Value;
use web_sys::SubmitEvent;

const FIRST_NAME: &str = "This device";

#[derive(Clone, Copy)]
pub(super) struct AddPasskey {
    added: Callback<()>,
    open: RwSignal<bool>,
    name: RwSignal<String>,
    password: RwSignal<String>,
    fields: Fields,
    /// A passkey that is made, and waits for the password: the bank asks whoever has no other passkey.
    made: RwSignal<Option<(CeremonyId, Value)>>,
    step: Step,
    asking: Asking,
    toasts: Toasts,
}

impl AddPasskey {
    pub(super) fn new(added: Callback<()>) -> Self {
        let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let this = Self {
            added,
            open: RwSignal::new(false),
            name,
            password,
            fields: Fields::new(vec![("name", name), ("password", password)]),
            made: RwSignal::new(None),
            step: Step::new(),
            asking: Asking::new(),
            toasts: use_toasts(),
        };
        this.asking.on_done(move |ceremony: Ceremony| this.go_on(ceremony));
        this
    }

    pub(super) fn button(self) -> AnyView {
        let on_click = move |_| {
            self.step.clear();
            self.fields.clear();
            self.made.set(None);
            self.password.set(String::new());
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
        self.step
            .submit(self.fields, None, self.make(ceremony, name, self.step.asked()));
    }

    fn form(self) -> AnyView {
        let fields = self.fields;
        let on_submit = move |event: SubmitEvent| {
            event.prevent_default();
            let form = form_of(&event);
            let name = self.name.get_untracked().trim().to_owned();
            fields.clear();
            if fields.read("name", text::name(&name, &())).is_some() {
                self.step.submit(fields, form, self.go(name, self.step.asked()));
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
                <Show when=move || self.made.with(Option::is_some)>
                    <PasswordField
                        label="Your password"
                        name="passkey-password"
                        value=self.password
                        error=fields.error("password")
                        hint="This is your first passkey, and it signs everything from then on."
                        autocomplete="current-password"
                    />
                </Show>
                {self.step.note()}
                <div class="form-actions">
                    <Button submit=true busy=self.step.busy()>"Create a passkey"</Button>
                </div>
            </form>
        }
        .into_any()
    }

    /// On with what is made already, or from the start.
    async fn go(self, name: String, asked: Asked) -> Result<After, Trouble> {
        match self.made.try_get_untracked().flatten() {
            Some((ceremony, credential)) => self.finish(ceremony, credential, name).await,
            None => self.add(name, asked).await,
        }
    }

    async fn add(self, name: String, asked: Asked) -> Result<After, Trouble> {
        if !passkey::is_supported() {
            return Err(passkey::missing());
        }
        let mut begun = None;
        let after = self.asking.take(ask(StartAddingPasskey {}).await?, |ceremony| {
            begun = Some(ceremony);
            Ok(After::Stay)
        })?;
        if let Some(ceremony) = begun {
            return self.make(ceremony, name, asked).await;
        }
        self.open.try_set(false);
        Ok(after)
    }

    /// Whoever has left the page before they are asked for a passkey makes none.
    async fn make(self, ceremony: Ceremony, name: String, asked: Asked) -> Result<After, Trouble> {
        if asked.is_left() {
            return Err(Trouble::Aborted);
        }
        let credential = passkey::create(&ceremony.options).await?;
        self.finish(ceremony.ceremony, credential, name).await
    }

    async fn finish(self, ceremony: CeremonyId, credential: Value, name: String) -> Result<After, Trouble> {
        // Whoever has left the page meanwhile has typed none.
        let password = self.password.try_get_untracked().unwrap_or_default();
        let finish = FinishAddingPasskey {
            ceremony,
            credential: credential.clone(),
            name,
            password: (!password.is_empty()).then(|| Password::new(password)),
        };
        let added = match call(finish).await {
            // The passkey is made; only the password is missing, or was wrong.
            Err(error) if error.field("password").is_some() => {
                self.made.try_set(Some((ceremony, credential)));
                return Err(error.into());
            }
            answer => answer?,
        };
        self.made.try_set(None);
        self.open.try_set(false);
        self.toasts.say(format!("“{}” is ready to use.", added.name));
        self.added.try_run(());
        Ok(After::Stay)
    }
}
