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

/// What the fields held at one moment, by their names.
pub(super) type Typed = Vec<(&'static str, String)>;

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

    /// What the fields hold now.
    pub(super) fn typed(self) -> Typed {
        let typed = |(name, value): &(&'static str, RwSignal<String>)| Some((*name, value.try_get_untracked()?));
        let all = |values: &Vec<_>| values.iter().filter_map(typed).collect();
        self.values.try_with_value(all).unwrap_or_default()
    }

    pub(crate) fn refuse(self, field: &str, message: impl ToString) {
        self.refuse_as(field, message, &self.typed());
    }

    /// Refuses what was typed then, which may be another text by now.
    fn refuse_as(self, field: &str, message: impl ToString, typed: &Typed) {
        let typed = typed.iter().find(|(name, _)| *name == field);
        let problem = Problem {
            field: field.to_owned(),
            message: message.to_string(),
            typed: typed.map(|(_, typed)| typed.clone()).unwrap_or_default(),
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
            let (said, _) = self.place(report.into(), &self.typed());
            if said {
                focus_first_wrong(form);
            }
            return false;
        }
        true
    }

    /// Says a refusal of what was typed then beside the fields it is about. Gives back whether there was any, and what
    /// has no place in this form.
    pub(super) fn place(self, error: BankError, typed: &Typed) -> (bool, Option<BankError>) {
        let BankError::Invalid { problems } = error else {
            return (false, Some(error));
        };
        let (here, elsewhere): (Vec<FieldProblem>, Vec<FieldProblem>) = problems
            .into_iter()
            .partition(|problem| self.value(&problem.field).is_some());
        for problem in &here {
            self.refuse_as(&problem.field, &problem.message, typed);
        }
        let left = (!elsewhere.is_empty()).then_some(BankError::Invalid { problems: elsewhere });
        (!here.is_empty(), left)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_comes_late_is_of_what_was_sent_and_not_of_what_is_typed_since() {
        Owner::new().with(|| {
            let (name, amount) = (RwSignal::new("Ben".to_owned()), RwSignal::new("900".to_owned()));
            let fields = Fields::new(vec![("name", name), ("amount", amount)]);
            let sent = fields.typed();
            amount.set("9".to_owned());
            let (said, left) = fields.place(BankError::invalid("amount", "Too much."), &sent);
            assert!(said && left.is_none());
            assert_eq!(fields.error("amount").get_untracked(), None, "it was mended meanwhile");
            amount.set("900".to_owned());
            assert_eq!(fields.error("amount").get_untracked().as_deref(), Some("Too much."));
        });
    }

    #[test]
    fn what_has_no_place_in_the_form_is_given_back() {
        Owner::new().with(|| {
            let fields = Fields::new(vec![("name", RwSignal::new(String::new()))]);
            let elsewhere = BankError::invalid("key", "Unknown.");
            assert_eq!(
                fields.place(elsewhere.clone(), &fields.typed()),
                (false, Some(elsewhere))
            );
            assert_eq!(
                fields.place(BankError::Unreachable, &fields.typed()),
                (false, Some(BankError::Unreachable))
            );
        });
    }
}
