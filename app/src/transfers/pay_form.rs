//! Paying somebody: from which account, to whom, how much, and what for.

use super::draft::{Draft, Form};
use super::key::WishKey;
use super::late::use_late;
use super::onward::onward;
use super::payee_check::PayeeCheck;
use super::purse::Purse;
use crate::api::ask;
use crate::design::{AmountInput, Button, IbanField, SelectField, TextField};
use crate::errors::{After, Doing, Fields, focus_first_wrong, form_of};
use bank_contract::transfers::SubmitTransfer;
use bank_contract::{Currency, Iban, IdempotencyKey, Money, text};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::SubmitEvent;

/// The form's fields, by the names that the operation gives them.
#[derive(Clone, Copy)]
struct Payment {
    purse: Purse,
    from: RwSignal<String>,
    name: RwSignal<String>,
    iban: RwSignal<String>,
    amount: RwSignal<String>,
    reference: RwSignal<String>,
    fields: Fields,
    key: WishKey,
}

impl Payment {
    fn new(purse: Purse, draft: Draft) -> Self {
        let from = RwSignal::new(purse.start(&draft.from));
        let name = RwSignal::new(draft.name);
        let iban = RwSignal::new(draft.iban);
        let amount = RwSignal::new(draft.amount);
        let reference = RwSignal::new(draft.reference);
        let fields = Fields::new(vec![
            ("from", from),
            ("payee_name", name),
            ("payee_iban", iban),
            ("amount", amount),
            ("reference", reference),
        ]);
        Self {
            purse,
            from,
            name,
            iban,
            amount,
            reference,
            fields,
            key: WishKey::new(),
        }
    }

    fn draft(self) -> Draft {
        Draft {
            from: self.from.get_untracked(),
            name: self.name.get_untracked(),
            iban: self.iban.get_untracked(),
            amount: self.amount.get_untracked(),
            reference: self.reference.get_untracked(),
            ..Draft::default()
        }
    }

    fn fill(self, draft: Draft) {
        self.from.set(draft.from);
        self.name.set(draft.name);
        self.iban.set(draft.iban);
        self.amount.set(draft.amount);
        self.reference.set(draft.reference);
    }

    /// Reads all fields, so that all that is wrong is said at once.
    fn read(self, key: IdempotencyKey) -> Option<SubmitTransfer> {
        let fields = self.fields;
        let typed = self.draft();
        let (payee_name, reference) = (typed.name.trim().to_owned(), typed.reference.trim().to_owned());
        let from = fields.read("from", typed.from.parse().map_err(|_| "Choose an account."));
        let named = fields.read("payee_name", text::name(&payee_name, &()));
        let payee_iban = fields.read("payee_iban", Iban::parse(&typed.iban));
        let amount = read_amount(fields, &typed.amount, self.purse.currency(&typed.from));
        let referenced = fields.read("reference", text::reference(&reference, &()));
        named.and(referenced)?;
        Some(SubmitTransfer {
            from: from?,
            payee_name,
            payee_iban: payee_iban?,
            amount: amount?,
            reference,
            key,
        })
    }
}

/// What was typed as an amount that can be moved.
pub(super) fn read_amount(fields: Fields, typed: &str, currency: Currency) -> Option<Money> {
    let amount = fields.read("amount", Money::parse(typed, currency))?;
    fields.read("amount", text::above_zero(&amount, &()))?;
    Some(amount)
}

#[component]
pub(super) fn PayForm(purse: Purse, draft: Draft) -> impl IntoView {
    let blank = draft.is_blank();
    let payment = Payment::new(purse, draft);
    let (doing, late) = (Doing::new(), use_late());
    // Somebody who comes back from the review to change something finds it all here.
    Effect::new(move |_| {
        if let Some(kept) = blank.then(Draft::take).flatten()
            && kept.is_for(Form::Pay)
            && purse.holds(&kept.from)
        {
            payment.fill(kept);
        }
    });
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        payment.fields.clear();
        doing.clear();
        let key = match payment.key.get() {
            Ok(key) => key,
            Err(error) => return doing.refuse(error),
        };
        let Some(transfer) = payment.read(key) else {
            return focus_first_wrong(form.as_ref());
        };
        if !payment.fields.check(&transfer, form.as_ref()) {
            return;
        }
        let (navigate, draft, asked) = (navigate.clone(), payment.draft(), doing.asked());
        let what = format!("Payment of {} to {}", transfer.amount, transfer.payee_name);
        doing.submit(payment.fields, form, async move {
            let answer = ask(transfer).await;
            payment.key.settle(&answer);
            if asked.is_left() {
                late.answered(&what, answer);
                return Ok(After::Stay);
            }
            let next = onward(&answer?);
            Ok(After::Go(Box::new(move || {
                draft.keep();
                navigate(&next, NavigateOptions::default());
            })))
        });
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            {inputs(payment)} {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Review"
                </Button>
            </div>
        </form>
    }
}

fn inputs(payment: Payment) -> AnyView {
    let Payment {
        purse,
        from,
        name,
        iban,
        amount,
        reference,
        fields,
        ..
    } = payment;
    view! {
        <SelectField
            label="From"
            name="from"
            value=from
            options=Signal::stored(purse.options(&from.get_untracked()))
            error=fields.error("from")
        />
        <TextField
            label="Name of the payee"
            name="payee_name"
            value=name
            error=fields.error("payee_name")
            hint="The person or business that gets the money, as on their account."
            maxlength=70
        />
        <IbanField label="IBAN of the payee" name="payee_iban" value=iban error=fields.error("payee_iban") />
        <PayeeCheck name iban />
        <AmountInput
            label="Amount"
            name="amount"
            currency=Signal::derive(move || purse.currency(&from.get()))
            value=amount
            error=fields.error("amount")
        />
        <TextField
            label="Reference"
            name="reference"
            value=reference
            error=fields.error("reference")
            hint="What it is for, if you like. The payee reads it."
            maxlength=140
        />
    }
    .into_any()
}
