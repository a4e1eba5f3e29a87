//! The trusted payees in the profile.

use crate::api::call;
use crate::design::{Button, ButtonKind, Column, DataTable, EmptyState, Toasts, dates, use_toasts};
use crate::errors::{After, Doing, retry_of, waiting};
use bank_contract::payees::{EndTrust, ListTrusted, TrustedPayee};
use bank_contract::{BankError, Iban};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(crate) struct Trusted {
    payees: Resource<Result<Vec<TrustedPayee>, BankError>>,
    doing: Doing,
    ending: RwSignal<Option<Iban>>,
    toasts: Toasts,
}

impl Trusted {
    pub(crate) fn new() -> Self {
        Self {
            payees: Resource::new_blocking(|| (), |()| call(ListTrusted {})),
            doing: Doing::new(),
            ending: RwSignal::new(None),
            toasts: use_toasts(),
        }
    }

    pub(crate) fn section(self) -> AnyView {
        let payees = self.payees;
        let list = waiting(2, retry_of(move || payees.refetch()), move || async move {
            let payees = payees.await?;
            Ok(if payees.is_empty() {
                view! {
                    <EmptyState
                        icon="people"
                        title="You trust nobody yet"
                        text="Open the receipt of a payment to trust its payee: then a press is enough to pay them again."
                    />
                }
                .into_any()
            } else {
                self.table(payees)
            })
        });
        view! {
            <section class="section" aria-labelledby="trusted-heading">
                <h2 id="trusted-heading">"Payees you trust"</h2>
                <p class="muted">
                    "Paying them takes a press instead of a signature, up to your daily limit. You signed each of them, and \
                     you can end it at any time."
                </p>
                {self.doing.note()}
                {list}
            </section>
        }
        .into_any()
    }

    fn table(self, payees: Vec<TrustedPayee>) -> AnyView {
        let columns = vec![Column::text("Payee"), Column::text("Since"), Column::text("Change")];
        let rows = payees.into_iter().map(|payee| self.row(payee)).collect();
        view! { <DataTable caption="Payees you trust" columns rows /> }.into_any()
    }

    fn row(self, payee: TrustedPayee) -> Vec<AnyView> {
        let TrustedPayee { iban, name, since } = payee;
        let label = format!("Stop trusting {name}");
        let whose = iban.clone();
        let busy = Signal::derive(move || self.doing.busy().get() && self.ending.get().as_ref() == Some(&whose));
        let who = view! {
            <span class="row-text">
                <span>{name}</span>
                <span class="row-note code">{iban.grouped()}</span>
            </span>
        };
        let on_click = move |_| {
            if self.doing.busy().get_untracked() {
                return;
            }
            let iban = iban.clone();
            self.ending.set(Some(iban.clone()));
            self.doing.start(async move {
                call(EndTrust { iban }).await?;
                self.toasts.say("From now on you sign payments to them again.");
                self.payees.refetch();
                Ok(After::Stay)
            });
        };
        let change = view! {
            <Button kind=ButtonKind::Quiet busy attr:aria-label=label on:click=on_click>
                "Stop trusting"
            </Button>
        };
        vec![who.into_any(), dates::day(since).into_any(), change.into_any()]
    }
}
