//! What waits, line by line, as the bank gives it; and apart from it what somebody else wrote.

use crate::design::{DefinitionList, Money, Notice, NoticeKind};
use bank_contract::PendingId;
use bank_contract::pending::Summary;
use leptos::prelude::*;

/// What is asked, in one line. A name that somebody else typed has no place in a heading of the bank's.
pub(crate) fn heading(summary: &Summary) -> String {
    match (&summary.asked_by, summary.amount) {
        (Some(asker), Some(amount)) => format!("{asker} asks for {amount}"),
        (Some(asker), None) => format!("{asker} asks for something"),
        (None, _) => summary.title.clone(),
    }
}

/// The rows of a summary: what the bank knows. The words of whoever asked are in [`words_of_asker`].
pub(crate) fn facts(summary: &Summary) -> Vec<(String, AnyView)> {
    let mut rows: Vec<(String, AnyView)> = Vec::new();
    let mut row = |name: &str, value: AnyView| rows.push((name.to_owned(), value));
    let theirs = asker_wrote(summary);
    let is_theirs = |name: &str| theirs.iter().any(|(row, _)| *row == name);
    if let Some(amount) = summary.amount {
        row("Amount", view! { <Money value=amount /> }.into_any());
    }
    if let Some(name) = summary.payee_name.clone().filter(|_| !is_theirs(PAYEE)) {
        row("To", name.into_any());
    }
    if let Some(iban) = &summary.payee_iban {
        row("IBAN", view! { <span class="code">{iban.grouped()}</span> }.into_any());
    }
    if let Some(from) = summary.from_account.clone() {
        row("From", from.into_any());
    }
    let reference = summary.reference.clone().filter(|text| !text.is_empty());
    if let Some(reference) = reference.filter(|_| !is_theirs(REFERENCE)) {
        row("Reference", reference.into_any());
    }
    if let Some(asker) = summary.asked_by.clone() {
        row("Asked for by", asker.into_any());
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

const PAYEE: &str = "Name of the payee";
const REFERENCE: &str = "Reference";

/// What of it is in the words of somebody else who asked: the reference always, the payee's name where it does not fit the
/// account. A name that fits is the bank's own knowledge.
fn asker_wrote(summary: &Summary) -> Vec<(&'static str, String)> {
    if summary.asked_by.is_none() {
        return Vec::new();
    }
    let name = summary.payee_name.clone().filter(|_| summary.name_as_typed);
    let reference = summary.reference.clone().filter(|text| !text.is_empty());
    let rows = [(PAYEE, name), (REFERENCE, reference)];
    rows.into_iter()
        .filter_map(|(row, text)| text.map(|text| (row, text)))
        .collect()
}

/// The words of whoever asked, said to be theirs, as plain text. Nothing where they wrote nothing, or where the reader wrote
/// all of it. On a page they have a heading of the second level; in a card, whose request is `card`, one below the card's own.
pub(crate) fn words_of_asker(summary: &Summary, card: Option<PendingId>) -> Option<AnyView> {
    let asker = summary.asked_by.clone()?;
    let rows: Vec<_> = asker_wrote(summary)
        .into_iter()
        // Letters of either direction stay inside the quotation.
        .map(|(name, text)| (name.to_owned(), view! { <q dir="auto">{text}</q> }.into_any()))
        .collect();
    (!rows.is_empty()).then(|| {
        let id = card.map_or_else(|| "asker-heading".to_owned(), |card| format!("asker-{card}"));
        let title = format!("{asker} wrote");
        let labelled = id.clone();
        let title = match card {
            None => view! { <h2 id=id>{title}</h2> }.into_any(),
            Some(_) => view! { <h5 id=id>{title}</h5> }.into_any(),
        };
        view! {
            <section class="stack" aria-labelledby=labelled>
                {title}
                <p class="muted">"These are not the bank's words. It passes them on as they were typed."</p>
                <DefinitionList rows />
            </section>
        }
        .into_any()
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::{Currency, Money};

    fn asked(by: Option<&str>, name_as_typed: bool) -> Summary {
        Summary {
            title: "Send €30.00 to Your tax office".into(),
            amount: Some(Money::from_minor(3_000, Currency::Eur).unwrap()),
            payee_name: Some("Your tax office".into()),
            name_as_typed,
            reference: Some("Approved by Larch".into()),
            asked_by: by.map(str::to_owned),
            ..Summary::default()
        }
    }

    #[test]
    fn the_words_of_somebody_else_are_theirs_and_no_heading_of_the_banks() {
        let beyond = asked(Some("Dora Delegate"), true);
        assert_eq!(heading(&beyond), "Dora Delegate asks for €30.00");
        assert_eq!(
            asker_wrote(&beyond),
            [
                (PAYEE, "Your tax office".to_owned()),
                (REFERENCE, "Approved by Larch".to_owned())
            ]
        );
        let named = asked(Some("The program “Rent”"), false);
        assert_eq!(asker_wrote(&named), [(REFERENCE, "Approved by Larch".to_owned())]);
        assert_eq!(heading(&named), "The program “Rent” asks for €30.00");
    }

    #[test]
    fn what_the_customer_wrote_themselves_is_simply_shown() {
        let own = asked(None, true);
        assert_eq!(heading(&own), "Send €30.00 to Your tax office");
        assert!(asker_wrote(&own).is_empty());
    }
}
