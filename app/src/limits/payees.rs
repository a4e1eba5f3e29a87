//! Whom a program, or somebody who acts for the customer, may pay without asking: one field for each IBAN. What is left
//! empty does not count.

use crate::design::IbanField;
use crate::errors::Fields;
use bank_contract::Iban;
use bank_contract::tokens::PAYEES_MAX;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The fields' names. The first has the list's own, as what is said of the list is said there.
const NAMES: [&str; PAYEES_MAX] = [
    "payees",
    "payees-2",
    "payees-3",
    "payees-4",
    "payees-5",
    "payees-6",
    "payees-7",
    "payees-8",
    "payees-9",
    "payees-10",
    "payees-11",
    "payees-12",
    "payees-13",
    "payees-14",
    "payees-15",
    "payees-16",
    "payees-17",
    "payees-18",
    "payees-19",
    "payees-20",
];

#[derive(Clone, Copy)]
pub(crate) struct Payees {
    ibans: StoredValue<Vec<RwSignal<String>>>,
    /// How many fields there are on the page.
    shown: RwSignal<usize>,
}

impl Payees {
    pub(crate) fn new() -> Self {
        let ibans = NAMES.iter().map(|_| RwSignal::new(String::new())).collect();
        Self {
            ibans: StoredValue::new(ibans),
            shown: RwSignal::new(1),
        }
    }

    /// The names and their values.
    pub(crate) fn fields(self) -> Vec<(&'static str, RwSignal<String>)> {
        NAMES.into_iter().zip(self.ibans.get_value()).collect()
    }

    /// All that is filled in, once all of it is right.
    pub(crate) fn read(self, fields: Fields) -> Option<Vec<Iban>> {
        let mut read = Vec::new();
        for (name, iban) in self.fields() {
            let typed = iban.get_untracked();
            if !typed.trim().is_empty() {
                read.push(fields.read(name, Iban::parse(&typed)));
            }
        }
        read.into_iter().collect()
    }

    fn are_open(self) -> bool {
        self.fields()
            .into_iter()
            .all(|(_, iban)| iban.with(|typed| typed.trim().is_empty()))
    }

    /// `said` stands below the fields; it hears whether all of them are empty.
    pub(crate) fn inputs(self, fields: Fields, legend: &'static str, said: fn(bool) -> AnyView) -> AnyView {
        let shown = self.shown;
        let input = move |index: usize| {
            let (name, value) = self.fields().into_iter().nth(index)?;
            let label = format!("IBAN of payee {}", index + 1);
            Some(view! { <IbanField label name value error=fields.error(name) /> })
        };
        let more = move || {
            (shown.get() < PAYEES_MAX).then(|| {
                view! {
                    <button type="button" class="text-button" on:click=move |_| self.another()>
                        "Add another payee"
                    </button>
                }
            })
        };
        let open = Memo::new(move |_| self.are_open());
        view! {
            <fieldset class="stack">
                <legend class="field-label">{legend}</legend>
                <For each=move || 0..shown.get() key=|index| *index children=input />
                <div>{more}</div>
                <div role="status">{move || said(open.get())}</div>
            </fieldset>
        }
        .into_any()
    }

    /// The next field, with the cursor in it.
    fn another(self) {
        let index = self.shown.get_untracked();
        let Some(name) = NAMES.get(index) else { return };
        self.shown.set(index + 1);
        request_animation_frame(move || {
            let field = document().get_element_by_id(&format!("field-{name}"));
            if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
                // A field that cannot take the cursor is on the page all the same.
                _ = field.focus();
            }
        });
    }
}
