//! The way back in for who has lost the password: a code by mail, a second proof, a new password.

use super::next::HOME;
use super::strangers::for_strangers;
use crate::api::call;
use crate::design::{Button, ButtonKind, CodeField, Notice, PageHead, PasswordField, TextField, keep_focus};
use crate::errors::{After, Doing, Fields, form_of};
use crate::shell::use_inside;
use bank_contract::CeremonyId;
use bank_contract::identity::email::{FinishRecovery, RequestRecovery};
use bank_contract::identity::{Code, Password};
use leptos::prelude::*;
use leptos_meta::Title;
use web_sys::SubmitEvent;

#[component]
pub fn RecoverPage() -> impl IntoView {
    view! {
        <Title text="Set a new password" />
        {for_strangers(|| HOME.to_owned(), |_| view! { <Recover /> }.into_any())}
    }
}

#[component]
fn Recover() -> impl IntoView {
    let asked = RwSignal::new(None::<CeremonyId>);
    let email = RwSignal::new(String::new());
    let content = move || match asked.get() {
        None => ask(asked, email),
        Some(ceremony) => finish(asked, ceremony),
    };
    view! {
        <div class="stack-lg">
            <PageHead title="Set a new password" back="/sign-in/password" />
            {content}
            <p class="section">
                "You have a passkey? " <a href="/sign-in">"Sign in with it"</a>
                ", and set a new password in your profile."
            </p>
        </div>
    }
}

fn ask(asked: RwSignal<Option<CeremonyId>>, email: RwSignal<String>) -> AnyView {
    let fields = Fields::new(vec![("email", email)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let request = RequestRecovery {
            email: email.get_untracked().trim().to_owned(),
        };
        fields.clear();
        doing.clear();
        if fields.check(&request, form.as_ref()) {
            doing.submit(fields, form, async move {
                let step = call(request).await?;
                asked.try_set(Some(step.ceremony));
                Ok(After::Stay)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <p>
                "We send a code to your address. Besides it you need a code of your app, or one of your recovery codes: a \
                 mail alone opens nothing."
            </p>
            <TextField
                label="E-mail address"
                name="email"
                value=email
                error=fields.error("email")
                autocomplete="username"
                maxlength=254
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Send the code"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn finish(asked: RwSignal<Option<CeremonyId>>, ceremony: CeremonyId) -> AnyView {
    let (mailed, code, password) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let fields = Fields::new(vec![("mailed", mailed), ("code", code), ("password", password)]);
    let (doing, inside) = (Doing::new(), use_inside());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let finish = FinishRecovery {
            ceremony,
            mailed: Code::new(mailed.get_untracked()),
            code: Code::new(code.get_untracked()),
            password: Password::new(password.get_untracked()),
        };
        fields.clear();
        doing.clear();
        if fields.check(&finish, form.as_ref()) {
            let asked = doing.asked();
            doing.submit(fields, form, async move {
                call(finish).await?;
                Ok(inside.go(HOME, &asked))
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <div data-arrive="true">
                <Notice>
                    "If there is a login with this address, a code is on its way to it. It is good for ten minutes."
                </Notice>
            </div>
            <CodeField
                label="Code of the mail"
                name="mailed"
                value=mailed
                error=fields.error("mailed")
                hint="Eight characters, such as ABCD-EFGH."
            />
            <CodeField
                label="Code of your app"
                name="code"
                value=code
                error=fields.error("code")
                hint="The six digits that your app shows now, or one of your recovery codes."
            />
            <PasswordField
                label="New password"
                name="new-password"
                value=password
                error=fields.error("password")
                hint="Eight characters or more. A few words in a row are easy to remember."
                autocomplete="new-password"
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Set it and sign in"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| begin_again(asked)>
                    "Send another code"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// Back to the first step, whose form takes the place of this one.
fn begin_again(asked: RwSignal<Option<CeremonyId>>) {
    keep_focus();
    asked.set(None);
}
