//! Recovery codes: shown once, and a new set when somebody wants one.

use crate::api::call;
use crate::design::{Button, CodeField, CopyButton, LinkButton, Notice, NoticeKind, PageHead, focus_heading};
use crate::errors::{After, Doing, Fields, form_of};
use bank_contract::identity::Code;
use bank_contract::identity::factors::{RecoveryCodes, RenewRecoveryCodes};
use leptos::prelude::*;
use leptos_meta::Title;
use wasm_bindgen::JsCast;
use web_sys::SubmitEvent;

#[component]
pub fn RecoveryCodesPage() -> impl IntoView {
    let made = RwSignal::new(None::<RecoveryCodes>);
    let content = move || match made.get() {
        Some(codes) => view! { <RecoveryCodesShown title="Your new recovery codes" codes /> }.into_any(),
        None => view! {
            <PageHead title="Recovery codes" back="/profile" />
            <Renew made />
        }
        .into_any(),
    };
    view! {
        <Title text="Recovery codes" />
        {content}
    }
}

#[component]
fn Renew(made: RwSignal<Option<RecoveryCodes>>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let fields = Fields::new(vec![("code", code)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let renew = RenewRecoveryCodes {
            code: Code::new(code.get_untracked()),
        };
        fields.clear();
        doing.clear();
        if fields.check(&renew, form.as_ref()) {
            doing.submit(fields, form, async move {
                let codes = call(renew).await?;
                made.try_set(Some(codes));
                Ok(After::Leave)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <p>
                "Each of the ten codes stands in for a code of your app once. A new set makes those from before worthless, \
                 wherever they are written down."
            </p>
            <CodeField
                label="Code of your app"
                name="code"
                value=code
                error=fields.error("code")
                hint="The six digits that it shows now. A recovery code does not do here."
                digits=true
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Make new codes"
                </Button>
            </div>
        </form>
    }
}

/// In the browser only, in the place of the form that made them.
#[component]
pub(super) fn RecoveryCodesShown(#[prop(into)] title: String, codes: RecoveryCodes) -> impl IntoView {
    // The address stays the same, so nothing else leads to the new heading.
    Effect::new(|_| {
        request_animation_frame(|| {
            let heading = document().query_selector("main h1").ok().flatten();
            if let Some(heading) = heading.and_then(|heading| heading.dyn_into().ok()) {
                focus_heading(&heading);
            }
        });
    });
    view! {
        <PageHead title />
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
                <LinkButton href="/profile">"I have them"</LinkButton>
            </div>
        </div>
    }
}

#[component]
pub(crate) fn RecoveryCodeList(codes: Vec<String>) -> impl IntoView {
    let text = codes.join("\n");
    let items = codes
        .into_iter()
        .map(|code| view! { <li><code>{code}</code></li> })
        .collect_view();
    view! {
        <div class="secret">
            <ol class="code-list">{items}</ol>
            <CopyButton text label="Copy the codes" />
        </div>
    }
}
