//! Feeds, rows and tables.

use super::Shown;
use super::samples::{self, LONG_NAME, euro};
use crate::design::{ActionRow, Badge, Column, CopyButton, DataTable, DefinitionList, Feed, Money, NoticeKind};
use leptos::prelude::*;

#[component]
pub(super) fn Feeds() -> impl IntoView {
    view! {
        <Shown name="Feed">
            <Feed rows=samples::transactions() today=samples::today() nested=true />
        </Shown>
        <Shown name="Feed with balances, a refusal and a return">
            <Feed rows=samples::troubled() today=samples::today() show_balance=true nested=true />
        </Shown>
    }
}

#[component]
pub(super) fn Rows() -> impl IntoView {
    let facts: Vec<(String, AnyView)> = vec![
        ("To".into(), "Anna Weber".into_any()),
        (
            "IBAN".into(),
            view! {
                <span class="code">"DE89 3704 0044 0532 0130 00"</span>
                <CopyButton text="DE89 3704 0044 0532 0130 00" label="Copy IBAN" />
            }
            .into_any(),
        ),
        ("Amount".into(), view! { <Money value=euro(6_400) /> }.into_any()),
        ("Reference".into(), LONG_NAME.into_any()),
        ("Fee".into(), "None".into_any()),
    ];
    view! {
        <Shown name="Rows">
            <div class="rows">
                <ActionRow href="#main" title="Main account" text="DE89 3704 0044 0532 0130 00" icon="wallet2">
                    <Money value=euro(214_363) />
                </ActionRow>
                <ActionRow href="#main" title="Open another account" icon="plus-lg" />
                <ActionRow href="#main" title=LONG_NAME text="Waits for your confirmation">
                    <Badge kind=NoticeKind::Pending text="Pending" />
                </ActionRow>
            </div>
            <DefinitionList rows=facts />
        </Shown>
    }
}

#[component]
pub(super) fn Tables() -> impl IntoView {
    let columns = vec![
        Column::text("Account"),
        Column::text("Product"),
        Column::figures("Held"),
        Column::figures("Balance"),
    ];
    let row = |name: &str, product: &str, held: i64, balance: i64| {
        vec![
            name.to_owned().into_any(),
            product.to_owned().into_any(),
            view! { <Money value=euro(held) /> }.into_any(),
            view! { <Money value=euro(balance) /> }.into_any(),
        ]
    };
    let rows = vec![
        row("Main account", "Current", 6_400, 214_363),
        row(LONG_NAME, "Savings", 0, 10_000_000_000_000),
        row("Overdrawn", "Current", 0, -120_757),
    ];
    view! {
        <Shown name="Table">
            <DataTable caption="Balances at the end of the day" columns=columns rows=rows />
        </Shown>
    }
}
