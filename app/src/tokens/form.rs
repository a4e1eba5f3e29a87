//! The form: which program, what it may do, within which bounds, and for how long.

use super::wish::{PAY, READ, Wish};
use crate::accounts::Choice;
use crate::api::ask;
use crate::design::{AmountInput, Button, SelectField, TextField};
use crate::errors::{After, Doing, focus_first_wrong, form_of};
use crate::pending::Asking;
use bank_contract::Currency;
use bank_contract::limits::Period;
use bank_contract::tokens::NewToken;
use leptos::prelude::*;
use web_sys::SubmitEvent;

const LIVES: [(&str, &str); 3] = [("30", "30 days"), ("90", "90 days"), ("365", "A year")];

const PERIODS: [(Period, &str); 4] = [
    (Period::Day, "A day"),
    (Period::Week, "A week"),
    (Period::Month, "A month"),
    (Period::Ever, "Its whole life"),
];

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
    let periods = PERIODS
        .map(|(period, label)| (period.code().to_owned(), label.to_owned()))
        .to_vec();
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
        <AmountInput
            label="The most at a time"
            name="pay_up_to"
            currency=Signal::derive(move || wish.currency())
            value=wish.most
            error=fields.error("pay_up_to")
            hint="A payment beyond this waits for your yes."
        />
        <AmountInput
            label="The most all together"
            name="total"
            currency=Signal::derive(move || wish.currency())
            value=wish.total
            error=fields.error("total")
            hint="Left empty, it may pay the amount above again and again, up to your daily limit."
        />
        <SelectField
            label="All together in"
            name="per"
            value=wish.per
            options=Signal::stored(periods)
            error=fields.error("per")
            hint="Then it begins anew. Beyond it, payments wait for your yes."
        />
        {wish.payees.inputs(fields)}
    }
    .into_any()
}
