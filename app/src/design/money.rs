//! Amounts, as they are read.

use leptos::prelude::*;

/// An amount with its cents smaller and lighter. Signed, it says whether the money came or went.
/// Whoever listens hears one plain text.
#[component]
pub fn Money(
    value: bank_contract::Money,
    #[prop(optional)] signed: bool,
    /// The largest text of the page.
    #[prop(optional)]
    hero: bool,
) -> impl IntoView {
    let parts = value.parts();
    let incoming = signed && value.is_positive();
    let (sign, spoken) = if parts.negative {
        ("−", "minus ")
    } else if incoming {
        ("+", "plus ")
    } else {
        ("", "")
    };
    // A sum of many digits is set smaller, so that it stays on one line of a phone.
    let class = match (hero, parts.whole.len()) {
        (false, _) => "money",
        (true, ..=9) => "money money-hero",
        (true, 10..=13) => "money money-hero money-long",
        (true, _) => "money money-hero money-longest",
    };
    let spoken = format!("{spoken}{}", value.abs());
    let main = format!("{sign}{}{}", parts.symbol, parts.whole);
    let cents = (!parts.fraction.is_empty()).then_some(parts.fraction);
    view! {
        <span class=class class:money-in=incoming>
            <span class="visually-hidden">{spoken}</span>
            <span class="money-figure" aria-hidden="true">
                {main}
                {cents.map(|cents| view! { <span class="money-cents">{cents}</span> })}
            </span>
        </span>
    }
}
