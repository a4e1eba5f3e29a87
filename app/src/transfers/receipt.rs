//! The receipt of a payment, and what can still be done about it.

use super::take_back::{SendBack, Undo};
use crate::api::call;
use crate::design::{Button, ButtonKind, CopyButton, DefinitionList, Icon, LinkButton, Money, Notice, PageHead, dates};
use crate::errors::{retry_of, waiting_page};
use crate::payees::Trust;
use crate::pending::ProofOffer;
use bank_contract::accounts::EntryKind;
use bank_contract::transfers::{Receipt, ShowReceipt};
use bank_contract::{BankError, EntryId, Iban};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

#[component]
pub fn ReceiptPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|params| params.get("entry").and_then(|id| id.parse().ok())));
    let receipt = Resource::new_blocking(
        move || id.get(),
        |id: Option<EntryId>| async move {
            let entry = id.ok_or(BankError::NotFound)?;
            call(ShowReceipt { entry }).await
        },
    );
    let again = retry_of(move || receipt.refetch());
    let send_back = SendBack::new(again);
    let trust = Trust::new();
    let content = waiting_page("Receipt", 5, again, move || async move {
        let receipt = receipt.await?;
        let fresh = query.with_untracked(|query| query.get_str("done").is_some()) && !receipt.reversed;
        Ok(sheet(receipt, fresh, send_back, trust, again))
    });
    view! {
        <Title text="Receipt" />
        {content}
        {send_back.dialog()}
        {trust.dialog()}
    }
}

fn sheet(receipt: Receipt, fresh: bool, send_back: SendBack, trust: Trust, again: Callback<()>) -> AnyView {
    let title = if fresh { done(&receipt) } else { receipt.kind.label() };
    let reversed = receipt.reversed.then(|| {
        view! { <Notice>"This payment was sent back: all of it is in the account again that it came from. Nothing is left to do."</Notice> }
    });
    let back = format!("/accounts/{}", receipt.account);
    let undo = (receipt.undo_until.is_some() && !receipt.reversed)
        .then(|| view! { <Undo receipt=receipt.clone() undone=again /> });
    view! {
        <div class="form">
            <div>
                <PageHead title back>
                    {fresh
                        .then(|| {
                            view! {
                                <span class="done-check">
                                    <Icon name="check-circle" />
                                </span>
                            }
                        })}
                </PageHead>
                <p>
                    <Money value=receipt.amount signed=true hero=true />
                </p>
            </div>
            {reversed}
            {undo}
            <DefinitionList rows=facts(&receipt) />
            {trust.note()}
            {actions(&receipt, send_back, trust)}
        </div>
    }
    .into_any()
}

/// What just happened, in a word.
pub(super) fn done(receipt: &Receipt) -> &'static str {
    match receipt.kind {
        EntryKind::Deposit => "Paid in",
        EntryKind::Withdrawal => "Taken out",
        EntryKind::Transfer | EntryKind::Outgoing => "Sent",
        other => other.label(),
    }
}

fn facts(receipt: &Receipt) -> Vec<(String, AnyView)> {
    let mut rows: Vec<(String, AnyView)> = Vec::new();
    let mut row = |name: &str, value: AnyView| rows.push((name.to_owned(), value));
    let outgoing = receipt.amount.is_negative();
    if !receipt.counterparty.is_empty() {
        let name = if outgoing { "To" } else { "From" };
        row(name, receipt.counterparty.clone().into_any());
    }
    if let Some(iban) = &receipt.counterparty_iban {
        let iban = view! {
            <span class="code">{iban.grouped()}</span>
            <CopyButton text=iban.as_str() label="Copy the IBAN" />
        };
        row("IBAN", iban.into_any());
    }
    // It may be the account of somebody whom the reader acts for.
    let account = if outgoing {
        "From the account"
    } else {
        "Into the account"
    };
    row(account, receipt.account_name.clone().into_any());
    if !receipt.reference.is_empty() {
        row("Reference", receipt.reference.clone().into_any());
    }
    row("When", dates::moment(receipt.at).into_any());
    row("Booked on", dates::day(receipt.booked_on).into_any());
    if receipt.value_on != receipt.booked_on {
        row("Counts from", dates::day(receipt.value_on).into_any());
    }
    if receipt.fee.minor() == 0 {
        row("Fee", "None".into_any());
    } else {
        let fee = receipt.fee;
        row("Fee", view! { <Money value=fee /> }.into_any());
    }
    let after = receipt.balance_after;
    row("Balance after it", view! { <Money value=after /> }.into_any());
    let number = receipt.entry.to_string();
    row(
        "Receipt number",
        view! { <span class="code small">{number}</span> }.into_any(),
    );
    rows
}

fn actions(receipt: &Receipt, send_back: SendBack, trust: Trust) -> AnyView {
    let entry = receipt.entry;
    let (to, amount) = (receipt.counterparty.clone(), receipt.amount);
    let returnable = (receipt.returnable && !receipt.reversed).then(|| {
        view! {
            <Button kind=ButtonKind::Quiet on:click=move |_| send_back.ask(entry, to.clone(), amount)>
                "Send it back"
            </Button>
        }
    });
    let pay_again = pay_again(receipt).map(|href| {
        view! {
            <LinkButton href kind=ButtonKind::Quiet>
                "Pay again"
            </LinkButton>
        }
    });
    let trustworthy = payee(receipt).map(|iban| trust.button(iban.clone(), receipt.counterparty.clone()));
    // A browser that cannot print does nothing, as it would by its own menu.
    let on_print = move |_| _ = window().print();
    view! {
        <div class="form-actions">
            {pay_again} {returnable} {trustworthy}
            <Button kind=ButtonKind::Quiet on:click=on_print>
                "Print or save"
            </Button>
            <ProofOffer entry />
        </div>
    }
    .into_any()
}

/// Whom it went to, when it was sent to somebody.
pub(super) fn payee(receipt: &Receipt) -> Option<&Iban> {
    let sent = matches!(receipt.kind, EntryKind::Transfer | EntryKind::Outgoing) && receipt.amount.is_negative();
    receipt.counterparty_iban.as_ref().filter(|_| sent)
}

/// The address of the form with the same payment in it, which it finds by its number.
fn pay_again(receipt: &Receipt) -> Option<String> {
    payee(receipt).map(|_| format!("/pay?again={}", receipt.entry))
}
