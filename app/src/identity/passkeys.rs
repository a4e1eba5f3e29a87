//! The passkeys of a profile: see them, add one, name them, remove them.

use super::add_passkey::AddPasskey;
use crate::api::{ask, call};
use crate::design::{
    Badge, Button, ButtonKind, Column, DataTable, Dialog, EmptyState, TextField, Toasts, dates, use_toasts,
};
use crate::errors::{After, Doing, Fields, form_of};
use crate::pending::Asking as Consenting;
use bank_contract::PasskeyId;
use bank_contract::identity::{PasskeyView, RemovePasskey, RenamePasskey};
use chrono::NaiveDateTime;
use leptos::prelude::*;
use web_sys::SubmitEvent;

/// What the dialogs over the list are about. They live beside the list, so that a fresh list
/// does not take an open dialog with it.
#[derive(Clone, Copy)]
pub(super) struct Passkeys {
    changed: Callback<()>,
    add: AddPasskey,
    rename: Asking,
    remove: Asking,
    new_name: RwSignal<String>,
    consenting: Consenting,
    toasts: Toasts,
}

/// "26 November, 10:04, from 203.0.113.x".
fn used(at: Option<NaiveDateTime>, from: Option<String>) -> String {
    match (at, from) {
        (None, _) => "Not yet".to_owned(),
        (Some(at), None) => dates::moment(at),
        (Some(at), Some(from)) => format!("{}, from {from}", dates::moment(at)),
    }
}

/// An open question about one passkey.
#[derive(Clone, Copy)]
struct Asking {
    open: RwSignal<bool>,
    about: RwSignal<Option<(PasskeyId, String)>>,
    doing: Doing,
}

impl Asking {
    fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            about: RwSignal::new(None),
            doing: Doing::new(),
        }
    }

    fn ask(self, passkey: PasskeyId, name: String) {
        self.doing.clear();
        self.about.set(Some((passkey, name)));
        self.open.set(true);
    }

    fn passkey(self) -> Option<PasskeyId> {
        self.about
            .with_untracked(|about| about.as_ref().map(|(passkey, _)| *passkey))
    }

    fn name(self) -> String {
        self.about
            .with(|about| about.as_ref().map(|(_, name)| name.clone()))
            .unwrap_or_default()
    }
}

impl Passkeys {
    pub(super) fn new(changed: Callback<()>) -> Self {
        let this = Self {
            changed,
            add: AddPasskey::new(changed),
            rename: Asking::new(),
            remove: Asking::new(),
            new_name: RwSignal::new(String::new()),
            consenting: Consenting::new(),
            toasts: use_toasts(),
        };
        this.consenting
            .on_done(move |()| this.done(this.remove.open, "The passkey is removed."));
        this
    }

    pub(super) fn list(self, passkeys: Vec<PasskeyView>, sole: bool, demo_person: bool) -> AnyView {
        let none = passkeys.is_empty();
        let why_none = if demo_person {
            "You came in as one of the demo people, so you did not need one. You can add one of your own."
        } else {
            "You sign in with a password and a code. With a passkey it takes one touch, and nobody can trick you out of it."
        };
        let list = if none {
            view! {
                <EmptyState
                    icon="key"
                    title="No passkey yet"
                    text=why_none
                >
                    {self.add.button()}
                </EmptyState>
            }
            .into_any()
        } else {
            self.table(passkeys, sole)
        };
        view! {
            <section class="section" aria-labelledby="passkeys-heading">
                <div class="section-head">
                    <h2 id="passkeys-heading">"Passkeys"</h2>
                    {(!none).then(|| self.add.button())}
                </div>
                <p class="muted">
                    "A passkey lets you sign in with your fingerprint, your face or the PIN of your device. Keep one on \
                     more than one device, so that losing a device does not lock you out."
                </p>
                {list}
            </section>
        }
        .into_any()
    }

    fn table(self, passkeys: Vec<PasskeyView>, sole: bool) -> AnyView {
        let columns = vec![
            Column::text("Name"),
            Column::text("Added"),
            Column::text("Last used"),
            Column::text("Change"),
        ];
        let rows = passkeys.into_iter().map(|passkey| self.row(passkey, sole)).collect();
        view! { <DataTable caption="Your passkeys" columns rows /> }.into_any()
    }

    fn row(self, passkey: PasskeyView, sole: bool) -> Vec<AnyView> {
        let PasskeyView {
            passkey: id,
            name,
            added_at,
            last_used_at,
            last_used_from,
            synced,
        } = passkey;
        let (rename_label, remove_label) = (format!("Rename {name}"), format!("Remove {name}"));
        let (old_name, doomed) = (name.clone(), name.clone());
        let on_rename = move |_| {
            self.new_name.set(old_name.clone());
            self.rename.ask(id, old_name.clone());
        };
        let remove = if sole {
            view! { <span class="muted">"Your only passkey"</span> }.into_any()
        } else {
            view! {
                <Button
                    kind=ButtonKind::Quiet
                    attr:aria-label=remove_label
                    on:click=move |_| self.remove.ask(id, doomed.clone())
                >
                    "Remove"
                </Button>
            }
            .into_any()
        };
        let name = view! {
            <span class="cluster">
                {name} {synced.then(|| view! { <Badge text="Synced across your devices" /> })}
            </span>
        };
        let change = view! {
            <span class="cluster">
                <Button kind=ButtonKind::Quiet attr:aria-label=rename_label on:click=on_rename>
                    "Rename"
                </Button>
                {remove}
            </span>
        };
        vec![
            name.into_any(),
            dates::moment(added_at).into_any(),
            used(last_used_at, last_used_from).into_any(),
            change.into_any(),
        ]
    }

    pub(super) fn dialogs(self) -> AnyView {
        view! {
            {self.add.dialog()}
            <Dialog open=self.rename.open title="Rename this passkey">
                {self.rename_form()}
            </Dialog>
            <Dialog open=self.remove.open title="Remove this passkey?">
                {self.remove_question()}
            </Dialog>
            {self.consenting.dialog("Is it you who removes it?")}
        }
        .into_any()
    }

    fn rename_form(self) -> AnyView {
        let Asking { open, doing, .. } = self.rename;
        let name = self.new_name;
        let fields = Fields::new(vec![("name", name)]);
        let on_submit = move |event: SubmitEvent| {
            event.prevent_default();
            let Some(passkey) = self.rename.passkey() else {
                return;
            };
            let form = form_of(&event);
            let rename = RenamePasskey {
                passkey,
                name: name.get_untracked().trim().to_owned(),
            };
            fields.clear();
            if fields.check(&rename, form.as_ref()) {
                doing.submit(fields, form, async move {
                    call(rename).await?;
                    self.done(open, "The passkey has its new name.");
                    Ok(After::Stay)
                });
            }
        };
        view! {
            <form class="form" novalidate on:submit=on_submit>
                <TextField label="Name" name="passkey-new-name" value=name error=fields.error("name") maxlength=70 />
                {doing.note()}
                <div class="form-actions">
                    <Button submit=true busy=doing.busy()>"Save the name"</Button>
                </div>
            </form>
        }
        .into_any()
    }

    fn remove_question(self) -> AnyView {
        let Asking { open, doing, .. } = self.remove;
        let on_remove = move |_| {
            let Some(passkey) = self.remove.passkey() else {
                return;
            };
            doing.start(async move {
                let answer = ask(RemovePasskey { passkey }).await?;
                open.try_set(false);
                self.consenting.take(answer, |()| {
                    self.done(open, "The passkey is removed.");
                    Ok(After::Stay)
                })
            });
        };
        view! {
            <p>
                "You can no longer sign in with “"{move || self.remove.name()}
                "”. Your device may still offer it: delete it there as well."
            </p>
            {doing.note()}
            <div class="form-actions">
                <Button kind=ButtonKind::Danger busy=doing.busy() on:click=on_remove>
                    "Remove the passkey"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| open.set(false)>
                    "Keep it"
                </Button>
            </div>
        }
        .into_any()
    }

    fn done(self, open: RwSignal<bool>, said: &str) {
        open.try_set(false);
        self.toasts.say(said);
        self.changed.try_run(());
    }
}
