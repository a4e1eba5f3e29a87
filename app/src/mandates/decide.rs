//! A mandate as it lies before one of its two sides, and what they can do with it.

use super::words;
use crate::api::call;
use crate::design::{Button, ButtonKind, DefinitionList, Dialog, Notice, NoticeKind, dates, use_toasts};
use crate::errors::{After, Doing};
use bank_contract::identity::Code;
use bank_contract::mandates::{AcceptMandate, EndMandate, MandateState, MandateView, Side};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// All that there is to say of it, line by line.
pub(crate) fn facts(mandate: &MandateView) -> Vec<(String, AnyView)> {
    let mut rows: Vec<(String, AnyView)> = Vec::new();
    let mut row = |name: &str, value: AnyView| rows.push((name.to_owned(), value));
    let (owner, holder) = match mandate.side {
        Side::Grantor => ("You".to_owned(), mandate.other.clone()),
        Side::Holder => (mandate.other.clone(), "You".to_owned()),
    };
    row("Owner", owner.into_any());
    row("Acts for them", holder.into_any());
    row("May", words::may(&mandate.power).into_any());
    let accounts = mandate
        .accounts
        .iter()
        .map(|account| {
            let iban = account.iban.grouped();
            view! {
                <li>
                    {account.name.clone()} " " <span class="code">{iban}</span>
                </li>
            }
        })
        .collect_view();
    let later = mandate
        .all_accounts
        .then(|| view! { <p class="row-note">"And those that are opened later"</p> });
    row(
        "Accounts",
        view! { <ul class="stack">{accounts}</ul> {later} }.into_any(),
    );
    if let Some(bounds) = mandate.power.bounds().filter(|bounds| !bounds.payees.is_empty()) {
        let payees = bounds
            .payees
            .iter()
            .map(|iban| view! { <li class="code">{iban.grouped()}</li> })
            .collect_view();
        row("Payees", view! { <ul class="stack">{payees}</ul> }.into_any());
    }
    if let Some(spent) = words::spent(mandate) {
        row("Used", spent.into_any());
    }
    row("Until", words::until(mandate).into_any());
    if mandate.state == MandateState::Offered {
        row("Open until", dates::moment(mandate.offer_ends_at).into_any());
    } else {
        let last = mandate.last_used_at.map_or_else(|| "Not yet".to_owned(), dates::moment);
        row("Last used", last.into_any());
    }
    rows
}

/// What waits for the reader, as an offer: exactly what they would be let do.
pub(crate) fn offer(mandate: MandateView, code: Option<Code>, doing: Doing) -> AnyView {
    let rows = facts(&mandate);
    let navigate = use_navigate();
    let id = mandate.mandate;
    let toasts = use_toasts();
    let accept = move |_| {
        let (code, navigate) = (code.clone(), navigate.clone());
        doing.start(async move {
            call(AcceptMandate { mandate: id, code }).await?;
            toasts.say("Accepted. You find the accounts on your home page. No money moved.");
            Ok(After::go(navigate, "/home"))
        });
    };
    let acting = words::acting(&mandate.power);
    view! {
        <Notice>{acting}</Notice>
        <DefinitionList rows />
        {doing.note()}
        <div class="form-actions">
            <Button busy=doing.busy() on:click=accept>
                "Accept"
            </Button>
        </div>
    }
    .into_any()
}

/// Ending it: a question over the page.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    asking: RwSignal<bool>,
    about: RwSignal<Option<MandateView>>,
    doing: Doing,
    ended: Callback<()>,
}

impl Ending {
    pub(super) fn new(ended: Callback<()>) -> Self {
        Self {
            asking: RwSignal::new(false),
            about: RwSignal::new(None),
            doing: Doing::new(),
            ended,
        }
    }

    /// The button, where there is something to end.
    pub(super) fn button(self, mandate: &MandateView) -> Option<AnyView> {
        let words = match (mandate.state, mandate.side) {
            (MandateState::Active, Side::Grantor) => "End it now",
            (MandateState::Offered, Side::Grantor) => "Take the offer back",
            (MandateState::Active, Side::Holder) => "Leave",
            (MandateState::Offered, Side::Holder) => "Decline",
            _ => return None,
        };
        let mandate = mandate.clone();
        let ask = move |_| {
            self.doing.clear();
            self.about.set(Some(mandate.clone()));
            self.asking.set(true);
        };
        Some(
            view! {
                <Button kind=ButtonKind::Quiet on:click=ask>
                    {words}
                </Button>
            }
            .into_any(),
        )
    }

    pub(super) fn dialog(self) -> AnyView {
        view! {
            <Dialog open=self.asking title="End this mandate?">
                {self.question()}
            </Dialog>
        }
        .into_any()
    }

    fn question(self) -> AnyView {
        let Self {
            asking,
            about,
            doing,
            ended,
        } = self;
        let toasts = use_toasts();
        let Some(mandate) = about.get() else {
            return ().into_any();
        };
        let (what, yes, said) = question_words(&mandate);
        let id = mandate.mandate;
        let end = move |_| {
            doing.start(async move {
                call(EndMandate { mandate: id }).await?;
                asking.try_set(false);
                toasts.say(said);
                ended.try_run(());
                Ok(After::Stay)
            });
        };
        view! {
            <p>{what}</p>
            {doing.note()}
            <div class="form-actions">
                <Button kind=ButtonKind::Danger busy=doing.busy() on:click=end>
                    {yes}
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| asking.set(false)>
                    "Keep it"
                </Button>
            </div>
        }
        .into_any()
    }
}

/// What stands over a mandate that has ended.
pub(crate) fn ended(mandate: &MandateView) -> Option<AnyView> {
    let text = words::ending(mandate)?;
    Some(view! { <Notice kind=NoticeKind::Info>{text}</Notice> }.into_any())
}

/// The question that ending asks, by what is ended and who asks.
const fn question_words(mandate: &MandateView) -> (&'static str, &'static str, &'static str) {
    match (mandate.state, mandate.side) {
        (MandateState::Offered, Side::Grantor) => (
            "From this moment on nobody can accept it. No money has moved by it.",
            "Take it back",
            "The offer is taken back.",
        ),
        (MandateState::Offered, Side::Holder) => (
            "You do not act for them. If you change your mind, they have to offer it again.",
            "Decline it",
            "You declined it.",
        ),
        (_, Side::Grantor) => (
            "They can no longer act for you, from this moment on. What was paid stays paid.",
            "End it",
            "The mandate has ended.",
        ),
        (_, Side::Holder) => (
            "You can no longer act for them, from this moment on. What was paid stays paid.",
            "Leave it",
            "The mandate has ended.",
        ),
    }
}
