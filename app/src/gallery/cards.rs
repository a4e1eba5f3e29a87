//! Requests in a conversation, from the question to each of its ends.

use super::Shown;
use super::samples::{self, LONG_NAME, euro};
use super::talks::messages;
use crate::assistant::shown_message;
use bank_contract::assistant::{Part, Speaker};
use bank_contract::pending::{Detail, PendingState, PendingView, Summary};
use bank_contract::{Consent, Iban, PendingId};
use leptos::prelude::*;

fn payment(missing: Consent, state: PendingState) -> PendingView {
    PendingView {
        pending: PendingId(uuid::Uuid::nil()),
        operation: "transfers.submit".into(),
        summary: Summary {
            title: "Send €64.00 to Anna Weber".into(),
            amount: Some(euro(6_400)),
            payee_name: Some("Anna Weber".into()),
            payee_iban: Iban::parse("DE89370400440532013000").ok(),
            from_account: Some("Main account".into()),
            reference: Some("Concert tickets".into()),
            when: "At once".into(),
            fee: Some(euro(0)),
            ..Summary::default()
        },
        missing,
        state,
        expires_at: samples::today().and_hms_opt(14, 20, 0).unwrap_or_default(),
        hash: "0".repeat(64),
        decided_by_other: false,
    }
}

fn warned() -> PendingView {
    let mut view = payment(Consent::Sign, PendingState::Waiting);
    view.summary.title = format!("Send €2,400.00 to {LONG_NAME}");
    view.summary.amount = Some(euro(240_000));
    view.summary.payee_name = Some(LONG_NAME.into());
    view.summary.warnings = vec!["The name does not fit the account. Ask them before you pay.".into()];
    view.summary.why = Some("You have not paid them before, so this is signed.".into());
    view
}

fn limit() -> PendingView {
    let mut view = payment(Consent::Sign, PendingState::Done);
    view.operation = "limits.set".into();
    view.summary = Summary {
        title: "Raise what may be sent in a day to 20,000".into(),
        when: "24 hours after you sign".into(),
        details: vec![Detail::new("Now", "10,000"), Detail::new("Then", "20,000")],
        ..Summary::default()
    };
    view
}

#[component]
pub(super) fn Cards() -> impl IntoView {
    use PendingState::{Cancelled, Done, Expired, Refused, Waiting};
    let mut asked = payment(Consent::Confirm, Waiting);
    asked.decided_by_other = true;
    let cards = [
        ("Card, to be confirmed", payment(Consent::Confirm, Waiting)),
        ("Card, to be signed, with a warning", warned()),
        ("Card, for the owner to decide", asked),
        ("Card, done", payment(Consent::Sign, Done)),
        ("Card, done without money", limit()),
        ("Card, cancelled", payment(Consent::Confirm, Cancelled)),
        ("Card, out of time", payment(Consent::Confirm, Expired)),
        ("Card, refused", payment(Consent::Sign, Refused)),
    ];
    let shown = |(name, view): (&'static str, PendingView)| {
        let parts = vec![Part::Card {
            pending: Box::new(view),
        }];
        let card = messages(vec![(Speaker::Assistant, parts)])
            .into_iter()
            .map(|message| shown_message(message, None));
        view! {
            <Shown name>
                <div class="talk-column">{card.collect_view()}</div>
            </Shown>
        }
    };
    cards.map(shown).collect_view()
}
