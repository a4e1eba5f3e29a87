//! A mandate made narrower by whoever gave it: less at a time, less all together, a nearer last day. What is left empty
//! stays as it is.

use super::wish::read_day;
use crate::api::call;
use crate::design::{AmountInput, Button, DateField, Toasts, use_toasts};
use crate::errors::{After, Doing, Fields, focus_first_wrong, form_of};
use crate::limits::{if_typed, read_amount};
use bank_contract::BankError;
use bank_contract::limits::Total;
use bank_contract::mandates::{MandateView, NarrowMandate};
use chrono::NaiveDate;
use leptos::prelude::*;
use web_sys::SubmitEvent;

/// It lives beside the page's content, so that a fresh look at the mandate does not take along what was typed.
#[derive(Clone, Copy)]
pub(crate) struct Narrowing {
    most: RwSignal<String>,
    total: RwSignal<String>,
    until: RwSignal<String>,
    fields: Fields,
    doing: Doing,
    narrowed: Callback<()>,
    toasts: Toasts,
}

impl Narrowing {
    pub(crate) fn new(narrowed: Callback<()>) -> Self {
        let text = || RwSignal::new(String::new());
        let (most, total, until) = (text(), text(), text());
        Self {
            most,
            total,
            until,
            fields: Fields::new(vec![("pay_up_to", most), ("total", total), ("until", until)]),
            doing: Doing::new(),
            narrowed,
            toasts: use_toasts(),
        }
    }

    /// All fields are read, so that all that is wrong is said at once.
    fn read(self, mandate: &MandateView) -> Option<NarrowMandate> {
        let Self {
            most,
            total,
            until,
            fields,
            ..
        } = self;
        let bounds = mandate.power.bounds();
        let currency = bounds.map(|bounds| bounds.pay_up_to.currency());
        let amount = |field, typed| if_typed(typed, || read_amount(fields, field, typed, currency?));
        let pay_up_to = amount("pay_up_to", most);
        let all = amount("total", total);
        let day = if_typed(until, || fields.read("until", read_day(&until.get_untracked())));
        let per = bounds.and_then(|bounds| bounds.total).map(|total| total.per);
        let narrow = NarrowMandate {
            mandate: mandate.mandate,
            pay_up_to: pay_up_to.ok()?,
            total: all.ok()?.zip(per).map(|(most, per)| Total { most, per }),
            until: day.ok()?,
        };
        if narrow.pay_up_to.is_none() && narrow.total.is_none() && narrow.until.is_none() {
            let first = if bounds.is_some() { "pay_up_to" } else { "until" };
            fields.refuse(first, "Say what is to become less.");
            return None;
        }
        Some(narrow)
    }

    pub(crate) fn section(self, mandate: &MandateView, today: NaiveDate) -> AnyView {
        let this = mandate.clone();
        let Self { fields, doing, .. } = self;
        let on_submit = move |event: SubmitEvent| {
            event.prevent_default();
            let form = form_of(&event);
            fields.clear();
            doing.clear();
            let Some(narrow) = self.read(&this) else {
                return focus_first_wrong(form.as_ref());
            };
            if fields.check(&narrow, form.as_ref()) {
                doing.submit(fields, form, self.save(narrow));
            }
        };
        view! {
            <section class="section" aria-labelledby="narrow-heading">
                <h2 id="narrow-heading">"Let them do less"</h2>
                <p class="muted">
                    "It counts at once. What you leave empty stays as it is. For more than before, give another mandate."
                </p>
                <form class="form" method="dialog" novalidate on:submit=on_submit>
                    {self.amounts(mandate)}
                    <DateField
                        label="A nearer last day"
                        name="until"
                        value=self.until
                        error=fields.error("until")
                        hint="On this day they may still act. It ends at midnight."
                        earliest=today
                    />
                    {doing.note()}
                    <div class="form-actions">
                        <Button submit=true busy=doing.busy()>
                            "Let them do less"
                        </Button>
                    </div>
                </form>
            </section>
        }
        .into_any()
    }

    /// Where there are amounts.
    fn amounts(self, mandate: &MandateView) -> Option<AnyView> {
        let bounds = mandate.power.bounds()?;
        let currency = Signal::stored(bounds.pay_up_to.currency());
        let fields = self.fields;
        let total = bounds.total.map(|total| {
            view! {
                <AmountInput
                    label=format!("Less {}", total.per.words())
                    name="total"
                    currency
                    value=self.total
                    error=fields.error("total")
                    hint=format!("It is {} now.", total.most)
                />
            }
        });
        Some(
            view! {
                <AmountInput
                    label="Less at a time"
                    name="pay_up_to"
                    currency
                    value=self.most
                    error=fields.error("pay_up_to")
                    hint=format!("It is {} now.", bounds.pay_up_to)
                />
                {total}
            }
            .into_any(),
        )
    }

    async fn save(self, narrow: NarrowMandate) -> Result<After, BankError> {
        call(narrow).await?;
        for typed in [self.most, self.total, self.until] {
            typed.try_set(String::new());
        }
        self.toasts.say("It counts from now on.");
        self.narrowed.try_run(());
        Ok(After::Stay)
    }
}
