//! Amounts of every size and sign.

use super::Shown;
use super::samples::{euro, money};
use crate::design::Money;
use bank_contract::Currency::{Chf, Jpy, Kwd};
use leptos::prelude::*;

#[component]
pub(super) fn Figures() -> impl IntoView {
    let small = [
        (euro(0), false),
        (euro(-480), false),
        (euro(-480), true),
        (euro(342_000), true),
        (euro(0), true),
        (money(150_000, Jpy), true),
        (money(12_345, Kwd), true),
        (money(-999_905, Chf), true),
        (euro(10_000_000_000_000), true),
    ];
    view! {
        <Shown name="Money">
            <div class="hero">
                <p class="hero-label">"Available"</p>
                <Money value=euro(214_363) hero=true />
                <p class="hero-note">"Main account, after €64.00 set aside"</p>
            </div>
            <Money value=euro(-120_757) hero=true />
            <Money value=euro(123_456_789_012) hero=true />
            <Money value=euro(-10_000_000_000_000) hero=true />
            <Money value=money(1_500_000, Jpy) hero=true />
            <div class="cluster">
                {small
                    .map(|(value, signed)| {
                        view! { <Money value=value signed=signed /> }
                    })
                    .collect_view()}
            </div>
        </Shown>
    }
}
