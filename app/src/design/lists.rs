//! Lists of facts, and rows that lead somewhere.

use super::Icon;
use leptos::prelude::*;

/// Names and what they stand for, such as on a receipt.
#[component]
pub fn DefinitionList(rows: Vec<(String, AnyView)>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div class="facts-row">
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }
}

/// A row that leads to another page.
#[component]
pub fn ActionRow(
    #[prop(into)] href: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    #[prop(optional)] icon: &'static str,
    /// Stands at the end of the row, before the chevron: an amount or a badge.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <a class="row-link" href=href>
            {(!icon.is_empty())
                .then(|| {
                    view! {
                        <span class="row-icon">
                            <Icon name=icon />
                        </span>
                    }
                })} <span class="row-text">
                <span class="row-title">{title}</span>
                {text.map(|text| view! { <span class="row-note">{text}</span> })}
            </span> {children.map(|children| view! { <span class="row-end">{children()}</span> })}
            <Icon name="chevron-right" />
        </a>
    }
}
