//! The field for a day.

use super::fields::{Frame, keep_in_step};
use chrono::NaiveDate;
use leptos::html::Input;
use leptos::prelude::*;

/// The browser's own field for a day. Its value is empty, or a date as ISO 8601 writes it; a day that there is not leaves
/// it empty.
#[component]
pub fn DateField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
    /// What the browser offers; what is typed is for the page to check.
    earliest: NaiveDate,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    keep_in_step(input, value);
    let frame = Frame::new(name, label, hint, error);
    let control = view! {
        <input
            class="control"
            type="date"
            node_ref=input
            id=frame.id.clone()
            name=name
            value=value.get_untracked()
            min=earliest.to_string()
            autocomplete="off"
            aria-describedby=frame.described_by()
            aria-invalid=frame.invalid()
            on:input=move |event| value.set(event_target_value(&event))
        />
    };
    frame.wrap(control.into_any())
}
