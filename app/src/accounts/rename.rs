//! Giving an account another name.

use crate::api::call;
use crate::design::{Button, Dialog, TextField, Toasts, use_toasts};
use crate::errors::{After, Doing, Fields, form_of};
use bank_contract::AccountId;
use bank_contract::accounts::RenameAccount;
use leptos::prelude::*;
use web_sys::SubmitEvent;

#[derive(Clone, Copy)]
pub(super) struct Rename {
    renamed: Callback<()>,
    open: RwSignal<bool>,
    account: RwSignal<Option<AccountId>>,
    name: RwSignal<String>,
    doing: Doing,
    toasts: Toasts,
}

impl Rename {
    pub(super) fn new(renamed: Callback<()>) -> Self {
        Self {
            renamed,
            open: RwSignal::new(false),
            account: RwSignal::new(None),
            name: RwSignal::new(String::new()),
            doing: Doing::new(),
            toasts: use_toasts(),
        }
    }

    pub(super) fn ask(self, account: AccountId, name: &str) {
        self.doing.clear();
        self.account.set(Some(account));
        self.name.set(name.to_owned());
        self.open.set(true);
    }

    pub(super) fn dialog(self) -> AnyView {
        view! {
            <Dialog open=self.open title="Rename this account">
                {self.form()}
            </Dialog>
        }
        .into_any()
    }

    fn form(self) -> AnyView {
        let Self { name, doing, .. } = self;
        let fields = Fields::new(vec![("name", name)]);
        let on_submit = move |event: SubmitEvent| {
            event.prevent_default();
            let Some(account) = self.account.get_untracked() else {
                return;
            };
            let form = form_of(&event);
            let rename = RenameAccount {
                account,
                name: name.get_untracked().trim().to_owned(),
            };
            fields.clear();
            if fields.check(&rename, form.as_ref()) {
                doing.submit(fields, form, self.save(rename));
            }
        };
        view! {
            <form class="form" novalidate on:submit=on_submit>
                <TextField label="Name" name="account-name" value=name error=fields.error("name") maxlength=70 />
                {doing.note()}
                <div class="form-actions">
                    <Button submit=true busy=doing.busy()>
                        "Save the name"
                    </Button>
                </div>
            </form>
        }
        .into_any()
    }

    async fn save(self, rename: RenameAccount) -> Result<After, bank_contract::BankError> {
        call(rename).await?;
        self.open.try_set(false);
        self.toasts.say("The account has its new name.");
        self.renamed.try_run(());
        Ok(After::Stay)
    }
}
