//! A choice of a few, all of them in sight.

use crate::design::keep_in_step;
use leptos::html::Fieldset;
use leptos::prelude::*;

/// Radio buttons in one row. The options are pairs of value and label.
#[component]
pub(crate) fn Choice(
    #[prop(into)] legend: String,
    name: &'static str,
    value: RwSignal<String>,
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let group = NodeRef::<Fieldset>::new();
    keep_in_step(group, value);
    let option = move |(this, label): (&'static str, &'static str)| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    class="segment-input"
                    name=name
                    value=this
                    checked=value.get_untracked() == this
                    on:change=move |_| value.set(this.to_owned())
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field" node_ref=group>
            <legend class="field-label">{legend}</legend>
            <div class="segments">{options.into_iter().map(option).collect_view()}</div>
        </fieldset>
    }
}
