//! Buttons and fields.

use super::Shown;
use super::samples::{LONG_NAME, today};
use crate::design::{
    AmountInput, Button, ButtonKind, CopyButton, DateField, Dialog, IbanField, LinkButton, SelectField, TextField,
};
use bank_contract::Currency;
use leptos::prelude::*;

#[component]
pub(super) fn Buttons() -> impl IntoView {
    let busy = RwSignal::new(false);
    let open = RwSignal::new(false);
    view! {
        <Shown name="Buttons">
            <div class="cluster">
                <Button>"Send money"</Button>
                <Button kind=ButtonKind::Quiet>"Change it"</Button>
                <Button kind=ButtonKind::Danger>"Remove passkey"</Button>
                <LinkButton href="#main">"A link"</LinkButton>
                <LinkButton href="#main" kind=ButtonKind::Quiet>
                    "A quiet link"
                </LinkButton>
                <button type="button" class="text-button">
                    "As text"
                </button>
                <CopyButton text="DE89 9999 0001 0000 0000 00" label="Copy IBAN" />
            </div>
            <div class="cluster">
                <Button busy=Signal::stored(true)>"Sending"</Button>
                <Button kind=ButtonKind::Quiet busy=Signal::stored(true)>
                    "Busy"
                </Button>
                <Button attr:disabled=true>"Disabled"</Button>
                <Button kind=ButtonKind::Quiet attr:disabled=true>
                    "Disabled"
                </Button>
                <Button busy=busy on:click=move |_| busy.set(true)>
                    "Press me once"
                </Button>
            </div>
            <div>
                <Button kind=ButtonKind::Quiet on:click=move |_| open.set(true)>
                    "Open a dialog"
                </Button>
            </div>
            <Dialog open=open title="Remove this passkey?">
                <p>"You can no longer sign in with “Phone”. Your money is not touched."</p>
                <div class="form-actions">
                    <Button kind=ButtonKind::Danger on:click=move |_| open.set(false)>
                        "Remove passkey"
                    </Button>
                    <Button kind=ButtonKind::Quiet on:click=move |_| open.set(false)>
                        "Keep it"
                    </Button>
                </div>
            </Dialog>
        </Shown>
    }
}

fn text(value: &str) -> RwSignal<String> {
    RwSignal::new(value.to_owned())
}

fn problem(message: &str) -> Signal<Option<String>> {
    Signal::stored(Some(message.to_owned()))
}

#[component]
pub(super) fn Fields() -> impl IntoView {
    let accounts = [("1", "Main account · €2,143.63"), ("2", "Rainy days · €800.00")];
    let accounts: Vec<(String, String)> = accounts.map(|(id, name)| (id.into(), name.into())).into();
    view! {
        <Shown name="Fields">
            <form class="form">
                <TextField label="Name" name="g-empty" value=text("") hint="As it is on the account." />
                <TextField label="Reference" name="g-long" value=text(LONG_NAME) maxlength=140 />
                <TextField label="Name" name="g-wrong" value=text(" ") error=problem("Please enter a name.") />
                <AmountInput label="Amount" name="g-amount" currency=Currency::Eur value=text("") />
                <AmountInput
                    label="Amount"
                    name="g-amount-wrong"
                    currency=Currency::Chf
                    value=text("12.345")
                    error=problem("CHF has two decimals at most.")
                    hint="You can spend CHF 800.00."
                />
                <DateField label="The last day" name="g-day" value=text("2026-12-31") earliest=today() />
                <DateField
                    label="The last day"
                    name="g-day-wrong"
                    value=text("2026-11-16")
                    error=problem("That is today. Choose a later day.")
                    hint="On this day they may still act. It ends at midnight."
                    earliest=today()
                />
                <IbanField label="IBAN" name="g-iban" value=text("") />
                <IbanField label="IBAN" name="g-iban-typed" value=text("DE89370400440532013000") />
                <SelectField label="From" name="g-from" value=text("2") options=accounts.clone() />
                <SelectField
                    label="To"
                    name="g-to"
                    value=text("1")
                    options=accounts
                    error=problem("The money would leave and reach the same account.")
                />
                <Choices />
                <div class="form-actions">
                    <Button>"Review"</Button>
                    <Button kind=ButtonKind::Quiet>"Cancel"</Button>
                </div>
            </form>
        </Shown>
    }
}

#[component]
fn Choices() -> impl IntoView {
    view! {
        <fieldset class="segments">
            <legend class="visually-hidden">"Direction"</legend>
            <label class="segment">
                <input type="radio" class="segment-input" name="g-way" checked=true />
                "Pay in"
            </label>
            <label class="segment">
                <input type="radio" class="segment-input" name="g-way" />
                "Take out"
            </label>
        </fieldset>
        <fieldset class="stack">
            <legend class="field-label">"Product"</legend>
            <label class="choice">
                <input type="radio" class="choice-input" name="g-product" checked=true />
                <span class="choice-text">
                    <span class="choice-title">"Current account"</span>
                    <span class="choice-note">"For every day: pay, get paid, use a card."</span>
                </span>
            </label>
            <label class="choice">
                <input type="radio" class="choice-input" name="g-product" />
                <span class="choice-text">
                    <span class="choice-title">"Savings account"</span>
                    <span class="choice-note">"For what can wait."</span>
                </span>
            </label>
        </fieldset>
    }
}
