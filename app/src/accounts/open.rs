//! Opening an account: a name, what it is for, and its currency.

use crate::api::call;
use crate::design::{Button, PageHead, SelectField, TextField, keep_in_step, use_toasts};
use crate::errors::{After, Doing, Fields, focus_first_wrong, form_of};
use bank_contract::Currency;
use bank_contract::accounts::{OpenAccount, Product};
use leptos::html::Fieldset;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;
use web_sys::SubmitEvent;

/// Each with what it is called in the form.
const PRODUCTS: [(Product, &str, &str, &str); 2] = [
    (
        Product::Current,
        "current",
        "Current account",
        "For everyday money: being paid, and paying.",
    ),
    (
        Product::Savings,
        "savings",
        "Savings account",
        "For money that you set aside, apart from the rest.",
    ),
];

fn product_of(chosen: &str) -> Product {
    let found = PRODUCTS.iter().find(|(_, code, ..)| *code == chosen);
    found.map_or(Product::Current, |(product, ..)| *product)
}

#[component]
pub fn OpenAccountPage() -> impl IntoView {
    let name = RwSignal::new("Main account".to_owned());
    let product = RwSignal::new("current".to_owned());
    let currency = RwSignal::new(Currency::Eur.code().to_owned());
    let fields = Fields::new(vec![("name", name), ("currency", currency)]);
    let doing = Doing::new();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        fields.clear();
        let Some(currency) = fields.read("currency", currency.get_untracked().parse()) else {
            return focus_first_wrong(form.as_ref());
        };
        let open = OpenAccount {
            name: name.get_untracked().trim().to_owned(),
            product: product.with_untracked(|product| product_of(product)),
            currency,
        };
        if !fields.check(&open, form.as_ref()) {
            return;
        }
        let navigate = navigate.clone();
        doing.submit(fields, form, async move {
            let account = call(open).await?;
            toasts.say(format!("“{}” is open.", account.name));
            Ok(After::go(navigate, format!("/accounts/{}", account.account)))
        });
    };
    let currencies: Vec<_> = Currency::ALL
        .iter()
        .map(|currency| {
            (
                currency.code().to_owned(),
                format!("{} ({})", currency.name(), currency.code()),
            )
        })
        .collect();
    view! {
        <Title text="Open an account" />
        <PageHead title="Open an account" back="/home" />
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <TextField
                label="Name"
                name="name"
                value=name
                error=fields.error("name")
                hint="Only you see it. You can change it later."
                maxlength=70
            />
            {products(product)}
            <SelectField
                label="Currency"
                name="currency"
                value=currency
                options=Signal::stored(currencies)
                error=fields.error("currency")
                hint="An account keeps its currency for good."
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Open the account"
                </Button>
            </div>
        </form>
    }
}

fn products(chosen: RwSignal<String>) -> AnyView {
    let group = NodeRef::<Fieldset>::new();
    keep_in_step(group, chosen);
    let choice = move |(_, code, title, note): (Product, &'static str, &'static str, &'static str)| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    class="choice-input"
                    name="product"
                    value=code
                    checked=chosen.get_untracked() == code
                    on:change=move |_| chosen.set(code.to_owned())
                />
                <span class="choice-text">
                    <span class="choice-title">{title}</span>
                    <span class="choice-note">{note}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="field" node_ref=group>
            <legend class="field-label">"What is it for?"</legend>
            <div class="stack">{PRODUCTS.map(choice).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}
