//! The last questions of a sign-up without a passkey: the password, the app for codes, and the recovery codes that come
//! of it.

use super::codes::AppKey;
use super::next::HOME;
use super::recovery_codes::RecoveryCodeList;
use super::sign_up_by_mail::At;
use crate::api::call;
use crate::design::{Button, ButtonKind, CodeField, Notice, NoticeKind, PasswordField};
use crate::errors::{After, Doing, Fields, form_of};
use crate::shell::leave_for;
use bank_contract::CeremonyId;
use bank_contract::identity::factors::{RecoveryCodes, TotpSetup};
use bank_contract::identity::sign_up::{ChooseSignUpPassword, FinishSignUpByMail};
use bank_contract::identity::{Code, Password};
use leptos::prelude::*;
use web_sys::SubmitEvent;

#[component]
pub(super) fn ChoosePassword(at: RwSignal<At>, ceremony: CeremonyId, email: RwSignal<String>) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let fields = Fields::new(vec![("password", password)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let choose = ChooseSignUpPassword {
            ceremony,
            password: Password::new(password.get_untracked()),
        };
        fields.clear();
        doing.clear();
        if fields.check(&choose, form.as_ref()) {
            doing.submit(fields, form, async move {
                let setup = call(choose).await?;
                at.try_set(At::App(setup));
                Ok(After::Leave)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            // For password managers, which keep a password with its name.
            <input type="hidden" name="email" autocomplete="username" value=move || email.get() />
            <PasswordField
                label="Password"
                name="password"
                value=password
                error=fields.error("password")
                hint="Eight characters or more, of any kind, spaces too. A few words in a row are easy to remember. You can \
                      paste it."
                autocomplete="new-password"
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Go on"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| at.set(At::Email)>
                    "Begin again"
                </Button>
            </div>
        </form>
    }
}

#[component]
pub(super) fn ChooseApp(at: RwSignal<At>, setup: TotpSetup) -> impl IntoView {
    let TotpSetup { ceremony, secret, qr } = setup;
    let code = RwSignal::new(String::new());
    let fields = Fields::new(vec![("code", code)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let finish = FinishSignUpByMail {
            ceremony,
            code: Code::new(code.get_untracked()),
        };
        fields.clear();
        doing.clear();
        if fields.check(&finish, form.as_ref()) {
            doing.submit(fields, form, async move {
                let signed_up = call(finish).await?;
                at.try_set(At::Done(signed_up.recovery));
                Ok(After::Leave)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <p>
                "An app such as Aegis, 2FAS or your password manager makes a new code of six digits every half minute. \
                 Without such a code your password opens nothing."
            </p>
            <AppKey secret qr />
            <CodeField
                label="Code of the app"
                name="code"
                value=code
                error=fields.error("code")
                hint="The six digits that it shows now."
                digits=true
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Open the account"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| at.set(At::Email)>
                    "Begin again"
                </Button>
            </div>
        </form>
    }
}

/// The page is loaded afresh after it: the visit is another one now.
pub(super) fn done(codes: RecoveryCodes) -> AnyView {
    view! {
        <div class="form">
            <Notice kind=NoticeKind::Pending>
                <p class="notice-title">"Write these codes down now: they are not shown again"</p>
                <p>
                    "Each stands in for a code of your app once, when the phone is lost. Keep them on paper or in a password \
                     manager, and not beside your password."
                </p>
            </Notice>
            <RecoveryCodeList codes=codes.codes />
            <div class="form-actions">
                <Button on:click=move |_| leave_for(HOME)>"I have them"</Button>
            </div>
        </div>
    }
    .into_any()
}
