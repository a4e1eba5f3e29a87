//! The fields of a form and what is wrong with them, each said beside its field until it is typed anew.

use bank_contract::{BankError, FieldProblem};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, SubmitEvent};

/// A problem belongs to the text that was refused: it goes when that text changes.
#[derive(Clone)]
struct Problem {
    field: String,
    message: String,
    typed: String,
}

#[derive(Clone, Copy)]
pub(crate) struct Fields {
    values: StoredValue<Vec<(&'static str, RwSignal<String>)>>,
    problems: RwSignal<Vec<Problem>>,
}

impl Fields {
    /// The fields by the names that the operation gives them.
    pub(crate) fn new(values: Vec<(&'static str, RwSignal<String>)>) -> Self {
        Self {
            values: StoredValue::new(values),
            problems: RwSignal::new(Vec::new()),
        }
    }

    fn value(self, field: &str) -> Option<RwSignal<String>> {
        self.values
            .try_with_value(|values| values.iter().find(|(name, _)| *name == field).map(|(_, value)| *value))
            .flatten()
    }

    /// What is wrong with a field now.
    pub(crate) fn error(self, field: &'static str) -> Signal<Option<String>> {
        let value = self.value(field);
        let problems = self.problems;
        Signal::derive(move || {
            let typed = value.map(|value| value.get()).unwrap_or_default();
            problems.with(|list| {
                list.iter()
                    .find(|problem| problem.field == field && problem.typed == typed)
                    .map(|problem| problem.message.clone())
            })
        })
    }

    pub(crate) fn clear(self) {
        self.problems.set(Vec::new());
    }

    pub(crate) fn refuse(self, field: &str, message: impl ToString) {
        let typed = self.value(field).map(|value| value.get_untracked()).unwrap_or_default();
        let problem = Problem {
            field: field.to_owned(),
            message: message.to_string(),
            typed,
        };
        self.problems.try_update(|list| list.push(problem));
    }

    /// Keeps what was read, or says beside the field why it could not be.
    pub(crate) fn read<T, E: ToString>(self, field: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.refuse(field, error)).ok()
    }

    /// Takes the contract's own checks. True when nothing is wrong.
    pub(crate) fn check(self, operation: &impl garde::Validate<Context = ()>, form: Option<&HtmlFormElement>) -> bool {
        if let Err(report) = operation.validate() {
            self.place(report.into(), form);
            return false;
        }
        true
    }

    /// Says a refusal beside the fields it is about and goes to the first of them.
    /// Gives back what has no place in this form.
    pub(crate) fn place(self, error: BankError, form: Option<&HtmlFormElement>) -> Option<BankError> {
        let BankError::Invalid { problems } = error else {
            return Some(error);
        };
        let (here, elsewhere): (Vec<FieldProblem>, Vec<FieldProblem>) = problems
            .into_iter()
            .partition(|problem| self.value(&problem.field).is_some());
        for problem in &here {
            self.refuse(&problem.field, &problem.message);
        }
        if !here.is_empty() {
            focus_first_wrong(form);
        }
        (!elsewhere.is_empty()).then_some(BankError::Invalid { problems: elsewhere })
    }
}

/// The form that is being submitted.
pub(crate) fn form_of(event: &SubmitEvent) -> Option<HtmlFormElement> {
    event.target()?.dyn_into().ok()
}

/// Puts the cursor into the first field that has an error, once the errors are on the page.
pub(crate) fn focus_first_wrong(form: Option<&HtmlFormElement>) {
    let Some(form) = form.cloned() else { return };
    request_animation_frame(move || {
        let wrong = form.query_selector("[aria-invalid='true']").ok().flatten();
        if let Some(field) = wrong.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            // A field that cannot take the cursor still shows its error.
            let _ = field.focus();
        }
    });
}
