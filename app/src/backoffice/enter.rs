//! Coming in as somebody who works at the bank.

use crate::api::call;
use crate::design::{Button, PageHead, TextField};
use crate::errors::{After, Doing, Fields, form_of};
use bank_contract::backoffice::EnterAsStaff;
use leptos::prelude::*;
use web_sys::SubmitEvent;

/// `entered` is called once the session is there.
pub(super) fn enter(entered: Callback<()>) -> AnyView {
    let code = RwSignal::new(String::new());
    let fields = Fields::new(vec![("code", code)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        fields.clear();
        doing.clear();
        let enter = EnterAsStaff {
            code: code.get_untracked().trim().to_owned(),
        };
        if fields.check(&enter, form.as_ref()) {
            doing.submit(fields, form, async move {
                call(enter).await?;
                entered.try_run(());
                Ok(After::Leave)
            });
        }
    };
    view! {
        <PageHead title="For people who work here" />
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <TextField
                label="Your code"
                name="code"
                value=code
                error=fields.error("code")
                hint="Whoever runs the bank makes it for you. It works once, for half an hour."
                maxlength=100
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Come in"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
