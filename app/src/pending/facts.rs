//! What waits, line by line, as the bank gives it.

use crate::design::{Money, Notice, NoticeKind};
use bank_contract::pending::Summary;
use leptos::prelude::*;

/// The rows of a summary.
pub(crate) fn facts(summary: &Summary) -> Vec<(String, AnyView)> {
    let mut rows: Vec<(String, AnyView)> = Vec::new();
    let mut row = |name: &str, value: AnyView| rows.push((name.to_owned(), value));
    if let Some(amount) = summary.amount {
        row("Amount", view! { <Money value=amount /> }.into_any());
    }
    if let Some(name) = summary.payee_name.clone() {
        row("To", name.into_any());
    }
    if let Some(iban) = &summary.payee_iban {
        row("IBAN", view! { <span class="code">{iban.grouped()}</span> }.into_any());
    }
    if let Some(from) = summary.from_account.clone() {
        row("From", from.into_any());
    }
    if let Some(reference) = summary.reference.clone().filter(|reference| !reference.is_empty()) {
        row("Reference", reference.into_any());
    }
    for detail in &summary.details {
        row(&detail.name, detail.value.clone().into_any());
    }
    row("When", summary.when.clone().into_any());
    match summary.fee {
        Some(fee) if fee.minor() != 0 => row("Fee", view! { <Money value=fee /> }.into_any()),
        Some(_) => row("Fee", "None".into_any()),
        None => {}
    }
    rows
}

/// What there is to know before saying yes.
pub(crate) fn notices(summary: &Summary) -> Option<AnyView> {
    let warnings = summary
        .warnings
        .iter()
        .cloned()
        .map(|warning| view! { <Notice kind=NoticeKind::Pending>{warning}</Notice> })
        .collect::<Vec<_>>();
    (!warnings.is_empty()).then(|| view! { <div class="stack">{warnings}</div> }.into_any())
}
