//! Form fields: a label, a control, a hint and an error, tied together for every reader.

use leptos::html::{ElementType, Input, Select, Textarea};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlFieldSetElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// What stands around a control. The ids come from the field's name, so a page with two forms
/// must give its fields different names.
pub(super) struct Frame {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: MaybeProp<String>,
    pub(super) error: Signal<Option<String>>,
}

impl Frame {
    pub(super) fn new(
        name: &'static str,
        label: String,
        hint: MaybeProp<String>,
        error: Signal<Option<String>>,
    ) -> Self {
        Self {
            id: format!("field-{name}"),
            label,
            hint,
            error,
        }
    }

    /// What `aria-describedby` names: the error before the hint, as it matters more.
    pub(super) fn described_by(&self) -> String {
        format!("{0}-error {0}-hint", self.id)
    }

    /// What `aria-invalid` says.
    pub(super) fn invalid(&self) -> impl Fn() -> Option<&'static str> + Copy + Send + Sync + 'static {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }

    pub(super) fn wrap(self, control: AnyView) -> impl IntoView {
        let Self { id, label, hint, error } = self;
        view! {
            <div class="field">
                <label class="field-label" for=id.clone()>
                    {label}
                </label>
                {control}
                <p class="field-error" id=format!("{id}-error") aria-live="polite">
                    {move || error.get()}
                </p>
                <p class="field-hint" id=format!("{id}-hint")>
                    {move || hint.get()}
                </p>
            </div>
        }
    }
}

/// What is typed or chosen in a field, as text.
pub(crate) trait Filled {
    fn filled(&self) -> String;
    fn fill(&self, value: &str);
}

impl Filled for HtmlInputElement {
    fn filled(&self) -> String {
        self.value()
    }

    fn fill(&self, value: &str) {
        self.set_value(value);
    }
}

impl Filled for HtmlTextAreaElement {
    fn filled(&self) -> String {
        self.value()
    }

    fn fill(&self, value: &str) {
        self.set_value(value);
    }
}

impl Filled for HtmlSelectElement {
    fn filled(&self) -> String {
        self.value()
    }

    fn fill(&self, value: &str) {
        self.set_value(value);
    }
}

/// A choice of one: what is filled in is the value of the radio button that is pressed.
impl Filled for HtmlFieldSetElement {
    fn filled(&self) -> String {
        let chosen = radios(self).into_iter().find(HtmlInputElement::checked);
        chosen.map(|radio| radio.value()).unwrap_or_default()
    }

    fn fill(&self, value: &str) {
        for radio in radios(self) {
            radio.set_checked(radio.value() == value);
        }
    }
}

fn radios(group: &HtmlFieldSetElement) -> Vec<HtmlInputElement> {
    let found = group.get_elements_by_tag_name("input");
    let inputs = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok());
    inputs.collect()
}

/// Keeps a field and its signal the same. What was typed or chosen before the page was awake, or what the browser put
/// back after a reload, wins over the signal's first value.
pub(crate) fn keep_in_step<E>(field: NodeRef<E>, value: RwSignal<String>)
where
    E: ElementType,
    E::Output: Filled + JsCast + Clone + 'static,
{
    let first = value.get_untracked();
    Effect::new(move |seen: Option<bool>| {
        let wanted = value.get();
        let Some(field) = field.get() else {
            return seen.unwrap_or_default();
        };
        let filled = field.filled();
        if filled == wanted {
            return true;
        }
        if seen == Some(true) || filled.is_empty() || filled == first {
            field.fill(&wanted);
        } else {
            value.set(filled);
        }
        true
    });
}

/// As [`keep_in_step`], for a box to tick. `flip` ticks it in the form's own values, or no longer.
pub(crate) fn keep_ticked(tick: NodeRef<Input>, wanted: Signal<bool>, flip: impl Fn() + 'static) {
    let first = wanted.get_untracked();
    Effect::new(move |seen: Option<bool>| {
        let wanted = wanted.get();
        let Some(tick) = tick.get() else {
            return seen.unwrap_or_default();
        };
        if tick.checked() != wanted {
            if seen == Some(true) || tick.checked() == first {
                tick.set_checked(wanted);
            } else {
                flip();
            }
        }
        true
    });
}

#[component]
pub fn TextField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
    #[prop(optional)] autocomplete: &'static str,
    /// In characters; none when left out.
    #[prop(optional)]
    maxlength: u16,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    keep_in_step(input, value);
    let frame = Frame::new(name, label, hint, error);
    let control = view! {
        <input
            class="control"
            type="text"
            node_ref=input
            id=frame.id.clone()
            name=name
            value=value.get_untracked()
            autocomplete=if autocomplete.is_empty() { "off" } else { autocomplete }
            maxlength=(maxlength > 0).then_some(maxlength)
            aria-describedby=frame.described_by()
            aria-invalid=frame.invalid()
            on:input=move |event| value.set(event_target_value(&event))
        />
    };
    frame.wrap(control.into_any())
}

/// Several lines.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
) -> impl IntoView {
    let field = NodeRef::<Textarea>::new();
    keep_in_step(field, value);
    let frame = Frame::new(name, label, hint, error);
    let control = view! {
        <textarea
            class="control control-area"
            node_ref=field
            id=frame.id.clone()
            name=name
            rows="5"
            autocomplete="off"
            aria-describedby=frame.described_by()
            aria-invalid=frame.invalid()
            on:input=move |event| value.set(event_target_value(&event))
        ></textarea>
    };
    frame.wrap(control.into_any())
}

/// A choice of one. The options are pairs of value and label.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
) -> impl IntoView {
    let select = NodeRef::<Select>::new();
    keep_in_step(select, value);
    let frame = Frame::new(name, label, hint, error);
    let choice = move |(this, label): (String, String)| {
        let chosen = value.with_untracked(|value| *value == this);
        view! {
            <option value=this selected=chosen>
                {label}
            </option>
        }
    };
    let control = view! {
        <select
            class="control control-select"
            node_ref=select
            id=frame.id.clone()
            name=name
            aria-describedby=frame.described_by()
            aria-invalid=frame.invalid()
            on:change=move |event| value.set(event_target_value(&event))
        >
            {move || options.get().into_iter().map(choice).collect_view()}
        </select>
    };
    frame.wrap(control.into_any())
}
