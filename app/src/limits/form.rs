//! One limit: what it is now, and another number for it.

use super::words;
use crate::api::{ask, call};
use crate::design::{Button, DefinitionList, Notice, NoticeKind, PageHead, TextField, dates, use_toasts};
use crate::errors::{After, Doing, Fields, focus_first_wrong, form_of, retry_of, waiting_page};
use crate::pending::Asking;
use bank_contract::BankError;
use bank_contract::limits::{Channel, LimitView, SetLimit, ShowLimits, whole};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use web_sys::SubmitEvent;

#[component]
pub fn LimitPage() -> impl IntoView {
    let params = use_params_map();
    let channel = Memo::new(move |_| {
        let code = params.with(|params| params.get("channel"));
        Channel::ALL
            .into_iter()
            .find(|channel| code.as_deref() == Some(channel.code()))
    });
    let limits = Resource::new_blocking(|| (), |()| call(ShowLimits {}));
    let asking = Asking::new();
    let toasts = use_toasts();
    asking.on_done(move |limit: LimitView| {
        toasts.say(said(&limit));
        limits.refetch();
    });
    let again = retry_of(move || limits.refetch());
    let content = waiting_page("Limit", 3, again, move || async move {
        let limits = limits.await?;
        let limit = limits
            .into_iter()
            .find(|limit| Some(limit.channel) == channel.get_untracked());
        Ok(view! { <LimitForm limit=limit.ok_or(BankError::NotFound)? asking again /> }.into_any())
    });
    view! {
        <Title text="Limit" />
        {content}
        {asking.dialog("Raise this limit?")}
    }
}

fn said(limit: &LimitView) -> String {
    match limit.rise {
        Some(rise) => format!("It rises to {} on {}.", whole(rise.daily_max), dates::moment(rise.from)),
        None => format!("It is {} from now on.", whole(limit.daily_max)),
    }
}

#[component]
fn LimitForm(limit: LimitView, asking: Asking, again: Callback<()>) -> impl IntoView {
    let number = RwSignal::new(String::new());
    let fields = Fields::new(vec![("daily_max", number)]);
    let doing = Doing::new();
    let toasts = use_toasts();
    let channel = limit.channel;
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        fields.clear();
        doing.clear();
        let Some(daily_max) = fields.read("daily_max", words::read(&number.get_untracked())) else {
            return focus_first_wrong(form.as_ref());
        };
        doing.submit(fields, form, async move {
            asking.take(ask(SetLimit { channel, daily_max }).await?, |limit| {
                toasts.say(said(&limit));
                again.try_run(());
                Ok(After::Stay)
            })
        });
    };
    let mut rows = vec![("Now".to_owned(), format!("{} a day", whole(limit.daily_max)).into_any())];
    let most = format!("{} a day", whole(limit.bank_max));
    rows.push(("At most".to_owned(), most.into_any()));
    let rise = limit.rise.map(|rise| {
        let text = format!(
            "It rises to {} on {}. Until then it stays as it is. To call that off, set it to what it is now.",
            whole(rise.daily_max),
            dates::moment(rise.from)
        );
        view! { <Notice kind=NoticeKind::Pending>{text}</Notice> }
    });
    view! {
        <PageHead title=words::title(channel) back="/profile" />
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <p>{words::what(channel)}</p>
            {rise}
            <DefinitionList rows />
            <TextField
                label="New limit for a day"
                name="daily_max"
                value=number
                error=fields.error("daily_max")
                hint="A whole number, without cents; 0 lets nothing out. Lower counts at once. Higher takes your signature and counts 24 hours later."
                maxlength=20
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Set it"
                </Button>
            </div>
        </form>
    }
}
