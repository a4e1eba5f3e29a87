//! The field for an IBAN: groups in fours while one types, and checks when one leaves it.

use super::fields::{Frame, keep_in_step};
use bank_contract::Iban;
use leptos::html::Input;
use leptos::prelude::*;
use std::time::Duration;

/// The longest IBAN of the standard has 34 characters; more is kept so that the check can say so.
const CHARACTERS_MAX: usize = 40;

/// A field is left by the press on something below it. What is said of the field moves that, so it waits until the
/// press has reached what it was meant for.
const ONCE_LEFT: Duration = Duration::from_millis(250);

/// Upper case, in groups of four. What can never belong to an IBAN is kept, for the check to name it.
fn grouped(typed: &str) -> String {
    let mut out = String::with_capacity(typed.len() + typed.len() / 4);
    for (index, c) in significant(typed).take(CHARACTERS_MAX).enumerate() {
        if index > 0 && index % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

fn significant(typed: &str) -> impl Iterator<Item = char> + '_ {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
}

/// Where the caret belongs after grouping, when `before` stood in front of it.
fn caret_after(before: &str) -> u32 {
    let count = significant(before).take(CHARACTERS_MAX).count();
    let spaces = count.saturating_sub(1) / 4;
    u32::try_from(count + spaces).unwrap_or_default()
}

/// Groups what is in the input and leaves the caret between the same characters.
fn regroup(input: &web_sys::HtmlInputElement) -> String {
    let typed = input.value();
    let text = grouped(&typed);
    if text != typed {
        let caret = input.selection_start().ok().flatten().unwrap_or_default() as usize;
        let before: String = typed.chars().take(caret).collect();
        input.set_value(&text);
        let caret = caret_after(&before);
        // A browser that refuses leaves the caret at the end, which is where it usually is.
        _ = input.set_selection_range(caret, caret);
    }
    text
}

/// Says what is wrong with what was typed, if the field is still there and nobody is in it again.
fn check(input: NodeRef<Input>, value: RwSignal<String>, own: RwSignal<Option<String>>) {
    let input = input.try_get_untracked().flatten();
    if input.is_some_and(|input| document().active_element().is_some_and(|active| active == **input)) {
        return;
    }
    let typed = value.try_get_untracked().unwrap_or_default();
    if !typed.is_empty() {
        own.try_set(Iban::parse(&typed).err().map(|problem| problem.to_string()));
    }
}

#[component]
pub fn IbanField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] hint: MaybeProp<String>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    keep_in_step(input, value);
    let own = RwSignal::new(None::<String>);
    let shown = Signal::derive(move || own.get().or_else(|| error.get()));
    let frame = Frame::new(name, label, hint, shown);
    let control = view! {
        <input
            class="control control-code"
            type="text"
            node_ref=input
            id=frame.id.clone()
            name=name
            value=grouped(&value.get_untracked())
            placeholder="DE00 0000 0000 0000 0000 00"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            maxlength="60"
            aria-describedby=frame.described_by()
            aria-invalid=frame.invalid()
            on:input:target=move |event| {
                own.set(None);
                value.set(regroup(&event.target()));
            }
            on:blur=move |_| set_timeout(move || check(input, value, own), ONCE_LEFT)
        />
    };
    frame.wrap(control.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_and_pasting_group_in_fours() {
        assert_eq!(grouped("de"), "DE");
        assert_eq!(grouped("de899"), "DE89 9");
        assert_eq!(grouped("de89-9999\u{a0}0001 12"), "DE89 9999 0001 12");
        assert_eq!(grouped("DE89 "), "DE89");
        assert_eq!(grouped(""), "");
    }

    #[test]
    fn the_caret_stays_behind_the_same_character() {
        assert_eq!(caret_after("DE89"), 4);
        assert_eq!(caret_after("DE899"), 6);
        assert_eq!(caret_after("DE89 9"), 6);
        assert_eq!(caret_after(""), 0);
    }
}
