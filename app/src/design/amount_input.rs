//! The field for an amount of money.

use super::fields::{Frame, keep_in_step};
use bank_contract::Currency;
use leptos::html::Input;
use leptos::prelude::*;

/// Keeps what is typed as it is typed: the page reads it with `Money::parse`, which knows how
/// people write amounts.
#[component]
pub fn AmountInput(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(into)] currency: Signal<Currency>,
    value: RwSignal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    keep_in_step(input, value);
    let frame = Frame::new(name, label, hint, error);
    let example = move || {
        if currency.get().exponent() == 0 { "0" } else { "0.00" }
    };
    // Where the code already stands in front, it is not said again.
    let code = move || {
        let currency = currency.get();
        (currency.symbol().trim_end() != currency.code()).then_some(currency.code())
    };
    let control = view! {
        <div class="amount">
            <span class="amount-symbol" aria-hidden="true">
                {move || currency.get().symbol().trim_end()}
            </span>
            <input
                class="control amount-control"
                type="text"
                inputmode="decimal"
                node_ref=input
                id=frame.id.clone()
                name=name
                value=value.get_untracked()
                placeholder=example
                autocomplete="off"
                maxlength="24"
                aria-describedby=frame.described_by()
                aria-invalid=frame.invalid()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <span class="amount-code">{code}</span>
        </div>
    };
    frame.wrap(control.into_any())
}
