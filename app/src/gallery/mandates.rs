//! Mandates in every state, from both sides.

use super::Shown;
use super::samples::{LONG_NAME, euro, today};
use crate::design::{DefinitionList, use_toasts};
use crate::errors::Doing;
use crate::mandates::{MandateRows, Narrowing, ended, facts, offer};
use crate::pending::{self, words_of_asker};
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::mandates::{MandateState, MandateView, NamedAccount, Power, Side};
use bank_contract::pending::Summary;
use bank_contract::{AccountId, Iban, MandateId};
use leptos::prelude::*;

#[component]
pub(super) fn Mandates() -> impl IntoView {
    view! {
        <Shown name="Mandates">
            <MandateRows mandates=mandates() />
        </Shown>
        <Shown name="A mandate, to whoever gave it">
            <DefinitionList rows=facts(&mandate(LONG_NAME, pay(), MandateState::Active)) />
        </Shown>
        <Shown name="A mandate, to whoever holds it">
            <DefinitionList rows=facts(&held("Yara Haddad", pay(), MandateState::Active)) />
        </Shown>
        <Shown name="An offer, before it is accepted">
            {offer(held("Yara Haddad", Power::Joint, MandateState::Offered), None, Doing::new())}
        </Shown>
        <Shown name="Mandates that have ended">{endings()}</Shown>
        <Shown name="A mandate, made narrower">{narrower()}</Shown>
        <Shown name="A request in the words of somebody else">{asked()}</Shown>
    }
}

fn pay() -> Power {
    Power::Pay(Bounds {
        pay_up_to: euro(5_000),
        total: Some(Total {
            most: euro(90_000),
            per: Period::Month,
        }),
        payees: payees(),
    })
}

fn payees() -> Vec<Iban> {
    ["DE89370400440532013000", "GB29NWBK60161331926819"]
        .iter()
        .filter_map(|iban| Iban::parse(iban).ok())
        .collect()
}

/// From both sides, and offers that came to nothing.
fn endings() -> Vec<Option<AnyView>> {
    let all = [MandateState::Expired, MandateState::Revoked, MandateState::Left].map(|state| {
        let given = mandate("Nils Haddad", Power::View, state);
        let refused = MandateView {
            accepted_at: None,
            ..given.clone()
        };
        [
            ended(&given),
            ended(&held("Yara Haddad", Power::View, state)),
            ended(&refused),
        ]
    });
    all.into_iter().flatten().collect()
}

fn narrower() -> AnyView {
    let toasts = use_toasts();
    let narrowing = Narrowing::new(Callback::new(move |()| toasts.say("It would be shown anew")));
    narrowing.section(&mandate("Nils Haddad", pay(), MandateState::Active), today())
}

/// What goes beyond somebody's bounds, with words that could be taken for the bank's.
fn asked() -> AnyView {
    let summary = Summary {
        title: "Send €50.00 to Your tax office".into(),
        amount: Some(euro(5_000)),
        payee_name: Some("Your tax office".into()),
        name_as_typed: true,
        payee_iban: payees().pop(),
        from_account: Some("Household".into()),
        reference: Some(LONG_NAME.into()),
        when: "At once".into(),
        warnings: vec!["The name Your tax office does not fit this account.".into()],
        asked_by: Some("Nils Haddad".into()),
        ..Summary::default()
    };
    view! {
        <p>
            <strong>{pending::heading(&summary)}</strong>
        </p>
        {pending::notices(&summary)}
        <DefinitionList rows=pending::facts(&summary) />
        {words_of_asker(&summary, None)}
    }
    .into_any()
}

/// As its holder sees it.
fn held(other: &str, power: Power, state: MandateState) -> MandateView {
    MandateView {
        side: Side::Holder,
        ..mandate(other, power, state)
    }
}

/// One of each power, and one in each state.
fn mandates() -> Vec<MandateView> {
    let pay = Power::Pay(Bounds {
        pay_up_to: euro(5_000),
        total: Some(Total {
            most: euro(90_000),
            per: Period::Month,
        }),
        payees: Vec::new(),
    });
    let offered = mandate("Nils", Power::View, MandateState::Offered);
    let to_me = held("Yara Haddad", Power::Joint, MandateState::Offered);
    vec![
        mandate("Yara Haddad", Power::View, MandateState::Active),
        mandate(LONG_NAME, pay, MandateState::Active),
        mandate("Nils Haddad", Power::Joint, MandateState::Active),
        offered,
        to_me,
        mandate("Tax adviser", Power::View, MandateState::Expired),
        mandate("A friend", Power::View, MandateState::Revoked),
        mandate("A neighbour", Power::View, MandateState::Left),
    ]
}

fn mandate(other: &str, power: Power, state: MandateState) -> MandateView {
    let at = today().and_hms_opt(8, 15, 0).unwrap_or_default();
    let account = |iban: Iban| NamedAccount {
        account: AccountId(uuid::Uuid::nil()),
        name: "Household".into(),
        iban,
    };
    MandateView {
        mandate: MandateId(uuid::Uuid::nil()),
        side: Side::Grantor,
        other: other.into(),
        power,
        all_accounts: false,
        accounts: Iban::parse("DE89370400440532013000").map(account).into_iter().collect(),
        until: Some(today()),
        state,
        spent: Some(euro(12_000)),
        offer_ends_at: at,
        created_at: at,
        accepted_at: Some(at),
        last_used_at: Some(at),
    }
}
