//! Taking a payment back: its sender within seconds, its receiver at any time.

use super::key::WishKey;
use super::late::use_late;
use super::onward::onward;
use crate::api::{ask, call};
use crate::design::{Button, ButtonKind, Dialog};
use crate::errors::{After, Doing};
use bank_contract::transfers::{Receipt, ReversePayment};
use bank_contract::{Answer, BankError, EntryId, Money};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

async fn reverse(entry: EntryId, key: WishKey) -> Result<Receipt, BankError> {
    let reversal = ReversePayment { entry, key: key.get()? };
    let answer = call(reversal).await;
    key.settle(&answer);
    answer
}

/// The same for whoever may have to sign it: somebody else's money.
async fn return_it(entry: EntryId, key: WishKey) -> Result<Answer<Receipt>, BankError> {
    let reversal = ReversePayment { entry, key: key.get()? };
    let answer = ask(reversal).await;
    key.settle(&answer);
    answer
}

/// Offered for a few seconds after a payment: those that were left by the bank's own clock. The countdown starts when the
/// page is awake, and the bank allows for the way to here and back.
#[component]
pub(super) fn Undo(receipt: Receipt, undone: Callback<()>) -> impl IntoView {
    let left = RwSignal::new(receipt.undo_s);
    let doing = Doing::new();
    let key = WishKey::new();
    let late = use_late();
    Effect::new(move |_| {
        let tick = move || {
            left.try_update(|left| *left = left.saturating_sub(1));
        };
        if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
    let (entry, amount, account) = (receipt.entry, receipt.amount.abs(), receipt.account_name);
    let on_undo = move |_| {
        let said = format!("Undone. {amount} is back in “{account}”.");
        let (what, asked) = (format!("Undoing {amount}"), doing.asked());
        doing.start(async move {
            match reverse(entry, key).await {
                Ok(_) => late.said(said),
                Err(error) if asked.is_left() => late.failed(&what, &error, format!("/payments/{entry}")),
                Err(error) => return Err(error),
            }
            undone.try_run(());
            Ok(After::Stay)
        });
    };
    let in_time = Memo::new(move |_| left.get() > 0);
    let busy = doing.busy();
    let offer = move || {
        (in_time.get() || busy.get()).then(|| {
            view! {
                <div class="split">
                    <p>"Not what you wanted? For a few seconds you can undo it, and all of the money comes back."</p>
                    <Button kind=ButtonKind::Quiet busy on:click=on_undo.clone()>
                        "Undo"
                        <span class="muted" aria-hidden="true">
                            {move || format!("{} s", left.get())}
                        </span>
                    </Button>
                </div>
            }
        })
    };
    view! {
        {offer}
        {doing.note()}
    }
}

/// Asks before a received payment goes back.
#[derive(Clone, Copy)]
pub(super) struct SendBack {
    sent: Callback<()>,
    open: RwSignal<bool>,
    about: RwSignal<Option<(EntryId, String, Money)>>,
    key: WishKey,
    doing: Doing,
}

impl SendBack {
    pub(super) fn new(sent: Callback<()>) -> Self {
        Self {
            sent,
            open: RwSignal::new(false),
            about: RwSignal::new(None),
            key: WishKey::new(),
            doing: Doing::new(),
        }
    }

    pub(super) fn ask(self, entry: EntryId, to: String, amount: Money) {
        self.doing.clear();
        self.about.set(Some((entry, to, amount)));
        self.open.set(true);
    }

    pub(super) fn dialog(self) -> AnyView {
        view! {
            <Dialog open=self.open title="Send this money back?">
                {self.question()}
            </Dialog>
        }
        .into_any()
    }

    fn question(self) -> AnyView {
        let Some((entry, to, amount)) = self.about.get() else {
            return ().into_any();
        };
        let doing = self.doing;
        let late = use_late();
        let question = format!("{amount} goes back to {to} at once, without a fee.");
        let navigate = use_navigate();
        let on_send = move |_| {
            let said = format!("Sent back. {to} has {amount} again.");
            let (what, asked) = (format!("Sending {amount} back to {to}"), doing.asked());
            let navigate = navigate.clone();
            doing.start(async move {
                match return_it(entry, self.key).await {
                    Ok(Answer::Done(_)) => late.said(said),
                    Ok(waits) => return Ok(After::go(navigate, onward(&waits))),
                    Err(error) if asked.is_left() => late.failed(&what, &error, format!("/payments/{entry}")),
                    Err(error) => return Err(error),
                }
                self.open.try_set(false);
                self.sent.try_run(());
                Ok(After::Stay)
            });
        };
        view! {
            <p>{question}</p>
            {doing.note()}
            <div class="form-actions">
                <Button busy=doing.busy() on:click=on_send>
                    "Send it back"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| self.open.set(false)>
                    "Keep it"
                </Button>
            </div>
        }
        .into_any()
    }
}
