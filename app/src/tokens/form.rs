//! The form: which program, what it may do, within which bounds, and for how long.

use super::wish::{PAY, READ, Wish};
use crate::accounts::Choice;
use crate::api::ask;
use crate::design::{Button, Notice, NoticeKind, SelectField, TextField};
use crate::errors::{After, Doing, focus_first_wrong, form_of};
use crate::limits::Worded;
use crate::pending::Asking;
use bank_contract::Currency;
use bank_contract::tokens::NewToken;
use leptos::prelude::*;
use web_sys::SubmitEvent;

const LIVES: [(&str, &str); 3] = [("30", "30 days"), ("90", "90 days"), ("365", "A year")];

/// `made` gets the token that comes of it.
#[component]
pub(super) fn TokenForm(currencies: Vec<Currency>, made: RwSignal<Option<NewToken>>, asking: Asking) -> impl IntoView {
    let wish = Wish::new(currencies.first().copied().unwrap_or(Currency::Eur));
    let currencies = StoredValue::new(currencies);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        wish.fields.clear();
        doing.clear();
        let Some(create) = wish.read() else {
            return focus_first_wrong(form.as_ref());
        };
        if !wish.fields.check(&create, form.as_ref()) {
            return;
        }
        doing.submit(wish.fields, form, async move {
            asking.take(ask(create).await?, |token| {
                made.try_set(Some(token));
                Ok(After::Leave)
            })
        });
    };
    let lives = LIVES.map(|(days, label)| (days.to_owned(), label.to_owned())).to_vec();
    let bounds = move || wish.pays().then(|| bounds(wish, currencies.get_value()));
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <TextField
                label="Name of the program"
                name="name"
                value=wish.name
                error=wish.fields.error("name")
                hint="So that you know it again, such as “Bookkeeping”."
                maxlength=70
            />
            <div class="field">
                <Choice
                    legend="What may it do?"
                    name="may"
                    value=wish.may
                    options=vec![(READ, "Read only"), (PAY, "Read and pay")]
                />
                <p class="field-hint" aria-live="polite">
                    {move || allowed(wish.pays())}
                </p>
            </div>
            {bounds}
            <SelectField
                label="For how long?"
                name="days"
                value=wish.days
                options=Signal::stored(lives)
                error=wish.fields.error("days")
                hint="After that it is shut out by itself. You can do it earlier."
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Let it in"
                </Button>
            </div>
        </form>
    }
}

const fn allowed(pays: bool) -> &'static str {
    if pays {
        "It sees your accounts and what happened in them, and it may pay within the bounds that you set here."
    } else {
        "It sees your accounts and what happened in them. It cannot move money."
    }
}

/// What is asked only of a program that may pay.
fn bounds(wish: Wish, currencies: Vec<Currency>) -> AnyView {
    let fields = wish.fields;
    let choice = (currencies.len() > 1).then(|| {
        let options = currencies
            .into_iter()
            .map(|currency| {
                let label = format!("{} ({})", currency.name(), currency.code());
                (currency.code().to_owned(), label)
            })
            .collect::<Vec<_>>();
        view! {
            <SelectField
                label="Currency"
                name="currency"
                value=wish.currency
                options=Signal::stored(options)
                error=fields.error("currency")
                hint="A payment in another currency waits for your yes."
            />
        }
    });
    view! {
        {choice}
        {wish.reach.inputs(fields, Signal::derive(move || wish.currency()), WORDED)}
    }
    .into_any()
}

const WORDED: Worded = Worded {
    boundless: "Left empty, it may pay the amount above again and again, up to your daily limit.",
    whom: "Whom may it pay without asking you?",
    said,
};

fn said(open: bool) -> AnyView {
    if open {
        view! {
            <Notice kind=NoticeKind::Pending>
                <p class="notice-title">"Without an IBAN it may pay anybody"</p>
                <p>
                    "If somebody else gets hold of the token, so may they. When you know whom it has to pay, fill that in: \
                     a payment to anybody else then waits for your yes."
                </p>
            </Notice>
        }
        .into_any()
    } else {
        view! { <Notice>"A payment to anybody else waits for your yes, on your home page."</Notice> }.into_any()
    }
}
