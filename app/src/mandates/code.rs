//! A code that somebody gave: what it would let the reader do, and taking it.

use super::decide::offer;
use super::words;
use crate::api::call;
use crate::design::{Button, CodeField, PageHead};
use crate::errors::{After, Doing, Fields, form_of};
use bank_contract::identity::Code;
use bank_contract::mandates::{MandateView, ShowOffer};
use leptos::prelude::*;
use leptos_meta::Title;
use web_sys::SubmitEvent;

#[component]
pub fn OfferPage() -> impl IntoView {
    let code = RwSignal::new(String::new());
    let found: RwSignal<Option<MandateView>> = RwSignal::new(None);
    let fields = Fields::new(vec![("code", code)]);
    let (looking, accepting) = (Doing::new(), Doing::new());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        fields.clear();
        looking.clear();
        let show = ShowOffer {
            code: Code::new(code.get_untracked()),
        };
        if fields.check(&show, form.as_ref()) {
            looking.submit(fields, form, async move {
                let offered = call(show).await?;
                found.try_set(Some(offered));
                Ok(After::Stay)
            });
        }
    };
    let content = move || {
        match found.get() {
        Some(mandate) => {
            let title = words::title(&mandate);
            let code = Some(Code::new(code.get_untracked()));
            view! {
                <Title text=title.clone() />
                <PageHead title back="/mandates" />
                <div class="form">{offer(mandate, code, accepting)}</div>
            }
            .into_any()
        }
        None => view! {
            <PageHead title="Enter a code" back="/mandates" />
            <form class="form" method="dialog" novalidate on:submit=on_submit>
                <CodeField
                    label="Code"
                    name="code"
                    value=code
                    error=fields.error("code")
                    hint="Sixteen letters and digits, from whoever lets you act for them. You see what it is for before you accept."
                />
                {looking.note()}
                <div class="form-actions">
                    <Button submit=true busy=looking.busy()>
                        "See what it is"
                    </Button>
                </div>
            </form>
        }
        .into_any(),
    }
    };
    view! {
        <Title text="Enter a code" />
        {content}
    }
}
