//! Moving money between one's own accounts.

use super::draft::{Draft, Form};
use super::key::WishKey;
use super::late::use_late;
use super::onward::onward;
use super::pay_form::read_amount;
use super::purse::Purse;
use crate::api::ask;
use crate::design::{AmountInput, Button, ButtonKind, EmptyState, LinkButton, SelectField, TextField};
use crate::errors::{After, Doing, Fields, focus_first_wrong, form_of};
use bank_contract::transfers::MoveMoney;
use bank_contract::{BankError, IdempotencyKey};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::SubmitEvent;

#[derive(Clone, Copy)]
struct Movement {
    purse: Purse,
    from: RwSignal<String>,
    to: RwSignal<String>,
    amount: RwSignal<String>,
    reference: RwSignal<String>,
    fields: Fields,
    key: WishKey,
}

impl Movement {
    fn new(purse: Purse, draft: Draft) -> Self {
        let from = purse.start(&draft.from);
        let to = if draft.to.is_empty() {
            purse.other_than(&from)
        } else {
            purse.start(&draft.to)
        };
        let (from, to) = (RwSignal::new(from), RwSignal::new(to));
        let amount = RwSignal::new(draft.amount);
        let reference = RwSignal::new(draft.reference);
        let fields = Fields::new(vec![
            ("from", from),
            ("to", to),
            ("amount", amount),
            ("reference", reference),
        ]);
        Self {
            purse,
            from,
            to,
            amount,
            reference,
            fields,
            key: WishKey::new(),
        }
    }

    fn draft(self) -> Draft {
        let typed = |field: RwSignal<String>| field.get_untracked();
        Draft::own(
            typed(self.from),
            typed(self.to),
            typed(self.amount),
            typed(self.reference),
        )
    }

    fn fill(self, draft: Draft) {
        self.from.set(draft.from);
        self.to.set(draft.to);
        self.amount.set(draft.amount);
        self.reference.set(draft.reference);
    }

    /// Reads all fields, so that all that is wrong is said at once.
    fn read(self, key: IdempotencyKey) -> Option<MoveMoney> {
        let fields = self.fields;
        let typed = self.draft();
        let from = fields.read("from", typed.from.parse().map_err(|_| "Choose an account."));
        let to = fields.read("to", self.destination(&typed));
        let amount = read_amount(fields, &typed.amount, self.purse.currency(&typed.from));
        let movement = MoveMoney {
            from: from?,
            to: to?,
            amount: amount?,
            reference: typed.reference.trim().to_owned(),
            key,
        };
        Some(movement)
    }

    /// The same refusals as the bank's own, before it is asked.
    fn destination(self, typed: &Draft) -> Result<bank_contract::AccountId, String> {
        if typed.from == typed.to {
            return Err("Choose another account than the one the money comes from.".into());
        }
        if self.purse.currency(&typed.from) != self.purse.currency(&typed.to) {
            return Err(BankError::CurrencyMismatch.message());
        }
        typed.to.parse().map_err(|_| "Choose an account.".into())
    }
}

#[component]
pub(super) fn OwnForm(purse: Purse, draft: Draft) -> impl IntoView {
    if !purse.has_several() {
        return only_one();
    }
    let blank = draft.is_blank();
    let movement = Movement::new(purse, draft);
    let (doing, late) = (Doing::new(), use_late());
    Effect::new(move |_| {
        if let Some(kept) = blank.then(Draft::take).flatten()
            && kept.is_for(Form::Own)
            && purse.holds(&kept.from)
            && purse.holds(&kept.to)
        {
            movement.fill(kept);
        }
    });
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        movement.fields.clear();
        doing.clear();
        let key = match movement.key.get() {
            Ok(key) => key,
            Err(error) => return doing.refuse(error),
        };
        let Some(operation) = movement.read(key) else {
            return focus_first_wrong(form.as_ref());
        };
        if !movement.fields.check(&operation, form.as_ref()) {
            return;
        }
        let (navigate, draft, asked) = (navigate.clone(), movement.draft(), doing.asked());
        let what = format!("Move of {} between your accounts", operation.amount);
        doing.submit(movement.fields, form, async move {
            let answer = ask(operation).await;
            movement.key.settle(&answer);
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
            {inputs(movement)} {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Review"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn inputs(movement: Movement) -> AnyView {
    let Movement {
        purse,
        from,
        to,
        amount,
        reference,
        fields,
        ..
    } = movement;
    let (begins, ends) = (from.get_untracked(), to.get_untracked());
    let from_options = Signal::stored(purse.options(&begins));
    let to_options = Signal::stored(purse.options(&ends));
    view! {
        <SelectField label="From" name="from" value=from options=from_options error=fields.error("from") />
        <SelectField label="To" name="to" value=to options=to_options error=fields.error("to") />
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
            hint="What it is for, if you like."
            maxlength=140
        />
    }
    .into_any()
}

fn only_one() -> AnyView {
    view! {
        <EmptyState
            icon="wallet2"
            title="You have one account"
            text="With a second one you can move money between them, such as into savings."
        >
            <LinkButton href="/accounts/new" kind=ButtonKind::Quiet>
                "Open another account"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}
