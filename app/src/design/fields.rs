//! Form fields: a label, a control, a hint and an error, tied together for every reader.

use leptos::html::Input;
use leptos::prelude::*;

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

/// Keeps an input and its signal the same. What was typed before the page was awake, or what
/// the browser put back after a reload, wins over the signal's first value.
pub(super) fn keep_in_step(input: NodeRef<Input>, value: RwSignal<String>) {
    Effect::new(move |seen: Option<bool>| {
        let wanted = value.get();
        let Some(input) = input.get() else {
            return seen.unwrap_or_default();
        };
        let typed = input.value();
        if typed == wanted {
            return true;
        }
        if seen == Some(true) || typed.is_empty() {
            input.set_value(&wanted);
        } else {
            value.set(typed);
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
    let frame = Frame::new(name, label, hint, error);
    let control = view! {
        <textarea
            class="control control-area"
            id=frame.id.clone()
            name=name
            rows="5"
            autocomplete="off"
            prop:value=move || value.get()
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
    let frame = Frame::new(name, label, hint, error);
    let choice = move |(this, label): (String, String)| {
        let chosen = {
            let this = this.clone();
            Signal::derive(move || value.with(|value| *value == this))
        };
        // The attribute is for the server's page, the property for everything after it.
        view! {
            <option value=this selected=chosen.get_untracked() prop:selected=chosen>
                {label}
            </option>
        }
    };
    let control = view! {
        <select
            class="control control-select"
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
